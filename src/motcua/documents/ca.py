"""The demonstration's public key infrastructure: root, intermediate, one certificate per signer.

Lives in `MOTCUA_HOME/ca`. A province uses the government's own authority instead (Ban Cơ yếu Chính
phủ) and an HSM or remote signing service behind `signing_key`; nothing else changes. Times here are
the machine's, not `foundation.clock`'s: certificates, lists and timestamps live in real time.
"""

from __future__ import annotations

import fcntl
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from django.conf import settings

ROOT_DAYS, INTERMEDIATE_DAYS, SIGNER_DAYS = 20 * 365, 10 * 365, 2 * 365
SIGNER_RENEWED_UNDER = timedelta(days=30)
CRL_DAYS, CRL_RENEW_UNDER = 90, 45
AUTHORITIES = ("root", "intermediate")
ORGANISATION = "Một Cửa (chứng thư trình diễn)"


@dataclass(frozen=True, slots=True)
class SigningKey:
    """What signs for one officer of one agency, with everything a verifier needs beside it."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey
    intermediate: x509.Certificate
    root: x509.Certificate


def folder() -> Path:
    return Path(settings.ENV.home) / "ca"


def timestamp_root() -> Path:
    """Where the timestamp authority of the sandbox leaves its root."""
    return Path(settings.ENV.home) / "sandbox" / "tsa" / "tsa-root.pem"


def timestamp_roots() -> list[x509.Certificate]:
    """The roots of timestamp authorities: what an operator put into `ca/timestamp-roots.pem`, and
    the sandbox's own, which it leaves in its folder."""
    return [
        certificate
        for place in (folder() / "timestamp-roots.pem", timestamp_root())
        if place.exists()
        for certificate in x509.load_pem_x509_certificates(place.read_bytes())
    ]


@contextmanager
def _alone(where: Path) -> Iterator[None]:
    """Two processes that start at once do not both make keys."""
    where.mkdir(parents=True, exist_ok=True, mode=0o700)
    with open(where / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def exists() -> bool:
    """Whether the authority has been made."""
    return (folder() / "intermediate.pem").exists()


def ensure() -> None:
    """Make the root and the intermediate when they are missing, renew the CRLs that are due, and
    write `trust.pem`: only self-signed roots, of signing and of timestamps."""
    where = folder()
    with _alone(where):
        if not exists():
            _make_authorities(where)
        _renew_crls(where)
        roots = [_certificate(where / "root.pem"), *timestamp_roots()]
        trust = b"".join(root.public_bytes(serialization.Encoding.PEM) for root in roots)
        path = where / "trust.pem"
        if not path.exists() or path.read_bytes() != trust:
            _write(path, trust, 0o644)


def signing_key(agency_code: str, agency_name: str, signer_name: str, title: str) -> SigningKey:
    """The key and certificate of one signer, made on first use, and anew when the last one was
    revoked or is about to end."""
    ensure()
    where = folder()
    subject = _signer_subject(agency_code, agency_name, signer_name, title)
    key = _signing_key(agency_code, subject, where)
    if not _usable(key.certificate, where):
        _signing_key.cache_clear()  # another process may have made a new one
        key = _signing_key(agency_code, subject, where)
    return key


def crls() -> list[bytes]:
    """The current revocation lists of root and intermediate, DER."""
    return [(folder() / f"{name}.crl").read_bytes() for name in AUTHORITIES]


def revoke(certificate: x509.Certificate, since: datetime) -> None:
    """Put a signer's certificate on the intermediate's revocation list as revoked `since` (aware).
    What was signed before that second stays valid: its timestamp proves when."""
    where = folder()
    with _alone(where):
        with open(where / "revoked.txt", "a") as out:
            out.write(f"{certificate.serial_number} {since.isoformat()}\n")
        _write_crl(where, "intermediate")


def _signer_subject(agency_code: str, agency_name: str, name: str, title: str) -> x509.Name:
    """Who signs, as the certificate says it: X.520 holds 64 characters of each, of a name the
    library counts bytes."""
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "VN"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, agency_name[:64]),
            x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, agency_code[:64]),
            x509.NameAttribute(NameOID.TITLE, (title or "Người ký")[:64]),
            x509.NameAttribute(NameOID.COMMON_NAME, _cut(name or agency_name, 64)),
        ]
    )


def _cut(name: str, most: int) -> str:
    """Whole words of `name` that fit into `most` bytes, and at least a part of the first."""
    while len(name.encode()) > most:
        name = name[:-1] if " " not in name else name.rsplit(" ", 1)[0]
    return name


@lru_cache(maxsize=256)
def _signing_key(agency_code: str, subject: x509.Name, where: Path) -> SigningKey:
    base = where / "signers"
    label = re.sub(r"[^A-Za-z0-9.]+", "_", agency_code)[:40]
    path = base / f"{label}-{sha256(subject.public_bytes()).hexdigest()[:20]}.pem"
    issuer = _certificate(where / "intermediate.pem")
    with _alone(base):
        if not path.exists() or not _usable(_certificate(path), where):
            key = ec.generate_private_key(ec.SECP256R1())
            issuer_key = _key(where / "intermediate.key")
            made = _issue(subject, key, issuer.subject, issuer_key, SIGNER_DAYS, signer=True)
            _write(path.with_suffix(".key"), _pem(key), 0o600)
            _write(path, made.public_bytes(serialization.Encoding.PEM), 0o644)
        certificate, key = _certificate(path), _key(path.with_suffix(".key"))
    return SigningKey(certificate, key, issuer, _certificate(where / "root.pem"))


def _usable(certificate: x509.Certificate, where: Path) -> bool:
    left = certificate.not_valid_after_utc - datetime.now(UTC)
    return left > SIGNER_RENEWED_UNDER and certificate.serial_number not in _revoked(where)


def _revoked(where: Path) -> dict[int, datetime]:
    """Serial numbers that were revoked, and when."""
    path = where / "revoked.txt"
    lines = path.read_text().split("\n") if path.exists() else []
    pairs = (line.split() for line in lines if line)
    return {int(serial): datetime.fromisoformat(at) for serial, at in pairs}


def _make_authorities(where: Path) -> None:
    root_key = ec.generate_private_key(ec.SECP384R1())
    root_name = _name("Một Cửa - Gốc trình diễn")
    root = _issue(root_name, root_key, root_name, root_key, ROOT_DAYS, path_length=1)
    key = ec.generate_private_key(ec.SECP256R1())
    name = _name("Một Cửa - Cấp chứng thư trình diễn")
    intermediate = _issue(name, key, root_name, root_key, INTERMEDIATE_DAYS, path_length=0)
    _write(where / "root.key", _pem(root_key), 0o600)
    _write(where / "root.pem", root.public_bytes(serialization.Encoding.PEM), 0o644)
    _write(where / "intermediate.key", _pem(key), 0o600)
    _write(where / "intermediate.pem", intermediate.public_bytes(serialization.Encoding.PEM), 0o644)


def _name(common: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "VN"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, ORGANISATION),
            x509.NameAttribute(NameOID.COMMON_NAME, common),
        ]
    )


def _issue(
    subject: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    issuer: x509.Name,
    issuer_key: ec.EllipticCurvePrivateKey,
    days: int,
    path_length: int | None = None,
    signer: bool = False,
) -> x509.Certificate:
    """One certificate; a signer's may only sign documents (nonRepudiation), an authority's only
    certificates and CRLs."""
    now = datetime.now(UTC).replace(microsecond=0)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=5))
        .not_valid_after(now + timedelta(days=days))
        .add_extension(x509.BasicConstraints(ca=not signer, path_length=path_length), critical=True)
        .add_extension(
            x509.KeyUsage(
                digital_signature=signer,
                content_commitment=signer,
                key_encipherment=False,
                data_encipherment=False,
                key_agreement=False,
                key_cert_sign=not signer,
                crl_sign=not signer,
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
    return builder.sign(issuer_key, hashes.SHA256())


def _renew_crls(where: Path) -> None:
    for name in AUTHORITIES:
        path = where / f"{name}.crl"
        if path.exists():
            crl = x509.load_der_x509_crl(path.read_bytes())
            until = crl.next_update_utc
            if until and until - datetime.now(UTC) > timedelta(days=CRL_RENEW_UNDER):
                continue
        _write_crl(where, name)


def _write_crl(where: Path, name: str) -> None:
    issuer, key = _certificate(where / f"{name}.pem"), _key(where / f"{name}.key")
    now = datetime.now(UTC).replace(microsecond=0)
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(issuer.subject)
        .last_update(now - timedelta(minutes=5))
        .next_update(now + timedelta(days=CRL_DAYS))
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key()), critical=False
        )
        .add_extension(x509.CRLNumber(int(now.timestamp())), critical=False)
    )
    if name == "intermediate":
        for serial, at in _revoked(where).items():
            builder = builder.add_revoked_certificate(
                x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(at).build()
            )
    der = builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)
    _write(where / f"{name}.crl", der, 0o644)


def _pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def _key(path: Path) -> ec.EllipticCurvePrivateKey:
    key = serialization.load_pem_private_key(path.read_bytes(), None)
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    return key


def _certificate(path: Path) -> x509.Certificate:
    return x509.load_pem_x509_certificate(path.read_bytes())


def _write(path: Path, content: bytes, mode: int) -> None:
    """Whole or not at all, with the right mode from the first byte."""
    draft = path.with_name(path.name + ".new")
    with open(os.open(draft, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, mode), "wb") as out:
        out.write(content)
    draft.replace(path)
