"""Certificates of one cluster: its authority, its server's, and its administrator's.

They live in memory and in the kubeconfig: no file is written.
"""

from __future__ import annotations

import os
import ssl
import threading
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
    from cryptography.x509 import Certificate, GeneralName

ADMINISTRATOR = "simulated-admin"
MASTERS = "system:masters"
"""The group whose members may do everything."""

_LIFE = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a client needs, each as PEM."""

    authority: str
    certificate: str
    key: str


def make(name: str, hosts: tuple[str, ...]) -> tuple[ssl.SSLContext, Credentials]:
    """Return a server's TLS context, which refuses clients without a certificate, and a client's.

    Args:
        name: The cluster's, which its authority's name has in it.
        hosts: Names and addresses that the server answers to.
    """
    from cryptography import x509
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    def pem(one: Certificate) -> str:
        return one.public_bytes(serialization.Encoding.PEM).decode()

    def secret(key: EllipticCurvePrivateKey) -> str:
        return key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        ).decode()

    keys = [ec.generate_private_key(ec.SECP256R1()) for _ in range(3)]
    authority = _sign(f"sandbox {name}", "", keys[0], None, keys[0], authority=True)
    names: list[GeneralName] = []
    for host in hosts:
        try:
            names.append(x509.IPAddress(ip_address(host)))
        except ValueError:
            names.append(x509.DNSName(host))
    server = _sign("kube-apiserver", "", keys[1], authority, keys[0], names=names)
    client = _sign(ADMINISTRATOR, MASTERS, keys[2], authority, keys[0])
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.verify_mode = ssl.CERT_REQUIRED
    # Nobody resumes a session: kubectl is a new process each time, and a ticket costs 0.2 ms.
    context.num_tickets = 0
    # The one client is trusted by itself: given the authority, OpenSSL 3.0 builds and sends the
    # server's whole chain anew in each handshake, and follows the client's, for 0.2 ms.
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    context.load_verify_locations(cadata=pem(client))
    with _readable(pem(server)) as chain, _readable(secret(keys[1])) as key:
        context.load_cert_chain(chain, key)
    return context, Credentials(pem(authority), pem(client), secret(keys[2]))


def _sign(
    name: str,
    group: str,
    key: EllipticCurvePrivateKey,
    issuer: Certificate | None,
    issuer_key: EllipticCurvePrivateKey,
    *,
    authority: bool = False,
    names: list[GeneralName] | None = None,
) -> Certificate:
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes
    from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

    parts = [x509.NameAttribute(NameOID.COMMON_NAME, name[:64])]
    if group:
        parts.insert(0, x509.NameAttribute(NameOID.ORGANIZATION_NAME, group))
    subject = x509.Name(parts)
    start = datetime.now(UTC) - timedelta(minutes=5)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start + _LIFE)
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
        .add_extension(
            x509.KeyUsage(
                digital_signature=not authority,
                key_cert_sign=authority,
                crl_sign=authority,
                content_commitment=False,
                key_encipherment=False,
                data_encipherment=False,
                key_agreement=False,
                encipher_only=False,
                decipher_only=False,
            ),
            critical=True,
        )
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()),
            critical=False,
        )
    )
    if not authority:
        use = ExtendedKeyUsageOID.SERVER_AUTH if names else ExtendedKeyUsageOID.CLIENT_AUTH
        builder = builder.add_extension(x509.ExtendedKeyUsage([use]), critical=False)
    if names:
        builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
    return builder.sign(issuer_key, hashes.SHA256())


@contextmanager
def _readable(text: str) -> Iterator[str]:
    """Give text a path that can be opened once: ssl reads a server's key from nowhere else.

    A pipe, so that no file is left behind however the process ends.
    """
    reading, writing = os.pipe()
    # What is written fits into the pipe's buffer on Linux; a thread, for where it would not.
    writer = threading.Thread(target=_feed, args=(writing, text.encode()), daemon=True)
    writer.start()
    try:
        yield f"/dev/fd/{reading}"
    finally:
        os.close(reading)
        writer.join()


def _feed(writing: int, data: bytes) -> None:
    with os.fdopen(writing, "wb") as stream:
        stream.write(data)
