"""Making certificates: a trust anchor, and issuers that it signs.

They are what Linkerd asks for (its documentation, "Generating your own mTLS root certificates",
and pkg/issuercerts): ECDSA P-256, CA:TRUE, the common names of a mesh in `cluster.local`.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from datetime import datetime

    from cryptography.hazmat.primitives.asymmetric.types import CertificateIssuerPrivateKeyTypes
    from cryptography.x509 import AuthorityKeyIdentifier, Certificate, KeyUsage

ANCHOR_NAME = "root.linkerd.cluster.local"
ISSUER_NAME = "identity.linkerd.cluster.local"
ANCHOR_LIFE = timedelta(days=3650)
ISSUER_LIFE = timedelta(days=365)
# A clock that is a little late takes the certificate, too.
_BACK = timedelta(minutes=5)


class Authority(NamedTuple):
    """A certificate with its key: one that can sign."""

    certificate: Certificate
    key: CertificateIssuerPrivateKeyTypes

    @property
    def certificate_pem(self) -> bytes:
        """The certificate as PEM."""
        from cryptography.hazmat.primitives.serialization import Encoding

        return self.certificate.public_bytes(Encoding.PEM)

    @property
    def key_pem(self) -> bytes:
        """The key as PEM, without a password, in the form of its kind (SEC 1, PKCS#1)."""
        from cryptography.hazmat.primitives.serialization import (
            Encoding,
            NoEncryption,
            PrivateFormat,
        )

        form = PrivateFormat.TraditionalOpenSSL
        return self.key.private_bytes(Encoding.PEM, form, NoEncryption())


def anchor(now: datetime) -> Authority:
    """Return a new trust anchor, which signs issuers and nothing below them."""
    return _authority(ANCHOR_NAME, 1, now, now + ANCHOR_LIFE, None)


def issuer(by: Authority, now: datetime) -> Authority:
    """Return a new issuer, which does not outlive the trust anchor that signs it."""
    end = min(now + ISSUER_LIFE, by.certificate.not_valid_after_utc)
    return _authority(ISSUER_NAME, 0, now, end, by)


def _authority(
    name: str, below: int, now: datetime, end: datetime, by: Authority | None
) -> Authority:
    """Return a new authority.

    Args:
        name: Its common name.
        below: How many authorities may stand below it in a chain.
        now: The time.
        end: The end of its life.
        by: Who signs it; None for itself.
    """
    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.x509.oid import NameOID

    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(by.certificate.subject if by else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _BACK)
        .not_valid_after(end)
        .add_extension(x509.BasicConstraints(ca=True, path_length=below), critical=True)
        .add_extension(_signs_certificates(), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )
    if by:
        builder = builder.add_extension(_signer(by.certificate), critical=False)
    return Authority(builder.sign(by.key if by else key, SHA256()), key)


def _signs_certificates() -> KeyUsage:
    from cryptography.x509 import KeyUsage

    return KeyUsage(
        key_cert_sign=True,
        crl_sign=True,
        digital_signature=False,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _signer(certificate: Certificate) -> AuthorityKeyIdentifier:
    """Return how a signed certificate names its signer: by the identifier that this one has."""
    from cryptography import x509

    try:
        known = certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier)
    except x509.ExtensionNotFound:
        return x509.AuthorityKeyIdentifier(
            x509.SubjectKeyIdentifier.from_public_key(certificate.public_key()).digest, None, None
        )
    return x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(known.value)
