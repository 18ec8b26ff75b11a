"""Certificates and keys as they are in files, and whether they are good."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from helpers.localcluster.errors import LocalclusterError

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from cryptography.hazmat.primitives.asymmetric.types import CertificateIssuerPrivateKeyTypes
    from cryptography.x509 import Certificate

NEAR_EXPIRY = timedelta(days=60)
"""Linkerd's `check` warns from then on."""


class CertificateError(LocalclusterError):
    """Certificates that cannot be made or used; the text says what to do."""

    status = 1


class Files(NamedTuple):
    """Where a certificate and its key are."""

    certificate: Path
    key: Path


@dataclass(frozen=True, slots=True)
class Found:
    """What the files of a certificate and its key hold.

    Attributes:
        certificate: The certificate, None where there is none.
        key: The key, None where there is none that belongs to the certificate.
        reason: What is wrong with the files; "" where nothing is.
    """

    certificate: Certificate | None
    key: CertificateIssuerPrivateKeyTypes | None
    reason: str


def find(files: Files) -> Found:
    """Read a certificate and its key.

    Raises:
        CertificateError: They are there and cannot be read, or the key has a password.
    """
    from cryptography import x509
    from cryptography.exceptions import UnsupportedAlgorithm

    certificate_pem, key_pem = _content(files.certificate), _content(files.key)
    if certificate_pem is None:
        return Found(None, None, "missing")
    try:
        certificate = x509.load_pem_x509_certificate(certificate_pem)
        public_key = certificate.public_key()
    except (ValueError, UnsupportedAlgorithm):
        return Found(None, None, "what is there is no certificate")
    if key_pem is None:
        return Found(certificate, None, "its key is missing")
    key = _key(key_pem, files.key)
    if isinstance(key, str):
        return Found(certificate, None, key)
    if key.public_key() != public_key:
        return Found(certificate, None, "its key is another one's")
    return Found(certificate, key, "")


def _key(pem: bytes, file: Path) -> CertificateIssuerPrivateKeyTypes | str:
    """Return the key that `pem` is, or what is wrong with it."""
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric import ec, rsa
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        key = load_pem_private_key(pem, None)
    except TypeError:
        text = f"{file} has a password; write it without one, or move it and its certificate away"
        raise CertificateError(text) from None
    except (ValueError, UnsupportedAlgorithm):
        return "what is there is no key"
    if isinstance(key, (ec.EllipticCurvePrivateKey, rsa.RSAPrivateKey)):
        return key
    return "its key is neither ECDSA nor RSA"


def _content(file: Path) -> bytes | None:
    try:
        return file.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise CertificateError(f"{file} cannot be read: {error.strerror}") from None


def wrong_anchor(found: Found, now: datetime) -> str:
    """Return why a trust anchor cannot be used, "" where it can; it may lack its key."""
    from cryptography.hazmat.primitives.asymmetric import rsa

    if found.certificate is None:
        return found.reason
    key = found.certificate.public_key()
    if not (_is_p256(key) or (isinstance(key, rsa.RSAPublicKey) and key.key_size in (2048, 4096))):
        return "its key is neither ECDSA P-256 nor RSA of 2048 or 4096 bits"
    return _no_authority(found.certificate, 1) or _life(found.certificate, now)


def wrong_issuer(found: Found, anchor: Certificate | None, now: datetime) -> str:
    """Return why an issuer cannot be used, "" where it can."""
    if found.certificate is None or found.reason:
        return found.reason
    if not _is_p256(found.certificate.public_key()):
        return "its key is not ECDSA P-256"
    if anchor and not signed(found.certificate, anchor):
        return "not signed by the present trust anchor"
    return _no_authority(found.certificate, 0) or _life(found.certificate, now)


def _is_p256(key: object) -> bool:
    from cryptography.hazmat.primitives.asymmetric import ec

    return isinstance(key, ec.EllipticCurvePublicKey) and isinstance(key.curve, ec.SECP256R1)


def _no_authority(certificate: Certificate, below: int) -> str:
    """Return why a certificate may not sign others, with `below` authorities below it."""
    from cryptography import x509

    try:
        constraints = certificate.extensions.get_extension_for_class(x509.BasicConstraints).value
    except (x509.ExtensionNotFound, ValueError):
        return "it is no authority"
    if not constraints.ca:
        return "it is no authority"
    most = constraints.path_length
    return "it may sign no issuer" if most is not None and most < below else ""


def _life(certificate: Certificate, now: datetime) -> str:
    begin, end = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    if begin > now:
        return f"not valid before {begin:%Y-%m-%d %H:%M} UTC"
    if end <= now:
        return f"expired on {end:%Y-%m-%d}"
    return f"expires on {end:%Y-%m-%d}" if end - now < NEAR_EXPIRY else ""


def signed(certificate: Certificate, by: Certificate) -> bool:
    """Return whether a certificate was signed by another one."""
    from cryptography.exceptions import InvalidSignature

    try:
        certificate.verify_directly_issued_by(by)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True
