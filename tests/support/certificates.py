"""Certificates made for a test: one that signs itself, or a chain."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from vmq.http.server import Tls


@dataclass(frozen=True, slots=True)
class Signed:
    """A certificate and its key."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    def write(self, folder: Path, *behind: Signed) -> Tls:
        """The files of a server, with what signed it behind it."""
        tls = Tls(folder / "cert.pem", folder / "key.pem")
        chain = [each.certificate.public_bytes(serialization.Encoding.PEM) for each in (self, *behind)]
        tls.certificate.write_bytes(b"".join(chain))
        pem, no_password = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        tls.key.write_bytes(self.key.private_bytes(serialization.Encoding.PEM, pem, no_password))
        return tls


def signed(host: str, by: Signed | None = None, *, is_authority: bool = False) -> Signed:
    """A certificate that signs itself, or is signed `by` another."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(by.certificate.subject if by else name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        .add_extension(x509.BasicConstraints(is_authority, None), critical=True)
        .sign(by.key if by else key, hashes.SHA256())
    )
    return Signed(certificate, key)
