"""The authority's keys, certificates and revocation list, made once and kept in a folder."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

ROOT_YEARS = 20
CERTIFICATE_YEARS = 5
CRL_DAYS = 120  # results promise at least 30 days; the list is renewed daily while the server runs
CRL_RENEWED_AFTER = timedelta(days=1)
CLOCK_SLACK = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Authority:
    """What signs a token. `key` belongs to `certificate`, which `root` issued; `crl` is DER."""

    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate
    root: x509.Certificate
    crl: bytes


def open_authority(folder: Path, address: str) -> Authority:
    """The authority kept in `folder`, made there when it is missing. `address` (no slash at the
    end) is where the server answers; it is written into the certificate as the place of the CRL.

    A certificate that names another address, or ends within 30 days, is issued anew with the same
    key: tokens carry the certificate they were signed with, so older ones stay valid.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    now = datetime.now(UTC).replace(microsecond=0)
    root_key = _key(folder / "root.key")
    root = _kept(folder / "tsa-root.pem") or _save(
        folder / "tsa-root.pem", _root_certificate(root_key, now)
    )
    key = _key(folder / "tsa.key")
    certificate = _kept(folder / "tsa.pem")
    if certificate is None or not _usable(certificate, address, now):
        issued = _signer_certificate(key, root, root_key, f"{address}/tsa.crl", now)
        certificate = _save(folder / "tsa.pem", issued)
    crl_path = folder / "tsa.crl"
    if not crl_path.exists() or _crl_age(crl_path, now) >= CRL_RENEWED_AFTER:
        _write(crl_path, _revocation_list(root, root_key, now), 0o644)
    return Authority(key, certificate, root, crl_path.read_bytes())


def _name(common_name: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "VN"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Một Cửa (môi trường thử nghiệm)"),
            x509.NameAttribute(NameOID.COMMON_NAME, common_name),
        ]
    )


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, now: datetime, years: int
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - CLOCK_SLACK)
        .not_valid_after(now + timedelta(days=365 * years))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )


def _usage(*, digital_signature: bool, certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=digital_signature,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=certificates,
        crl_sign=certificates,
        encipher_only=False,
        decipher_only=False,
    )


def _root_certificate(key: ec.EllipticCurvePrivateKey, now: datetime) -> x509.Certificate:
    name = _name("Gốc dấu thời gian thử nghiệm")
    return (
        _builder(name, name, key.public_key(), now, ROOT_YEARS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(digital_signature=False, certificates=True), critical=True)
        .sign(key, hashes.SHA256())
    )


def _signer_certificate(
    key: ec.EllipticCurvePrivateKey,
    root: x509.Certificate,
    root_key: ec.EllipticCurvePrivateKey,
    crl_address: str,
    now: datetime,
) -> x509.Certificate:
    """The certificate of the token signer. RFC 3161 2.3 asks for exactly one extended key usage,
    timeStamping, marked critical."""
    place = x509.DistributionPoint([x509.UniformResourceIdentifier(crl_address)], None, None, None)
    name = _name("Dịch vụ cấp dấu thời gian thử nghiệm")
    return (
        _builder(name, root.subject, key.public_key(), now, CERTIFICATE_YEARS)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(digital_signature=True, certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
        .add_extension(x509.CRLDistributionPoints([place]), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(root_key.public_key()),
            critical=False,
        )
        .sign(root_key, hashes.SHA256())
    )


def _revocation_list(
    root: x509.Certificate, root_key: ec.EllipticCurvePrivateKey, now: datetime
) -> bytes:
    """An empty list: this authority has revoked nothing. Its number is the time, so it grows."""
    issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(root_key.public_key())
    return (
        x509.CertificateRevocationListBuilder()
        .issuer_name(root.subject)
        .last_update(now - CLOCK_SLACK)
        .next_update(now + timedelta(days=CRL_DAYS))
        .add_extension(issuer, critical=False)
        .add_extension(x509.CRLNumber(int(now.timestamp())), critical=False)
        .sign(root_key, hashes.SHA256())
        .public_bytes(serialization.Encoding.DER)
    )


def _usable(certificate: x509.Certificate, address: str, now: datetime) -> bool:
    points = certificate.extensions.get_extension_for_class(x509.CRLDistributionPoints).value
    named = {name.value for point in points for name in point.full_name or []}
    ends = certificate.not_valid_after_utc
    return f"{address}/tsa.crl" in named and ends - now > timedelta(days=30)


def _crl_age(path: Path, now: datetime) -> timedelta:
    return now - x509.load_der_x509_crl(path.read_bytes()).last_update_utc


def _key(path: Path) -> ec.EllipticCurvePrivateKey:
    if not path.exists():
        made = ec.generate_private_key(ec.SECP256R1()).private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        _write(path, made, 0o600)
    key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise SystemExit(f"{path} is not an elliptic-curve key")
    return key


def _kept(path: Path) -> x509.Certificate | None:
    return x509.load_pem_x509_certificate(path.read_bytes()) if path.exists() else None


def _save(path: Path, certificate: x509.Certificate) -> x509.Certificate:
    _write(path, certificate.public_bytes(serialization.Encoding.PEM), 0o644)
    return certificate


def _write(path: Path, content: bytes, mode: int) -> None:
    """Write beside and rename, so that a reader never meets half a file."""
    beside = path.with_suffix(path.suffix + ".new")
    with open(os.open(beside, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, mode), "wb") as out:
        out.write(content)
    beside.rename(path)
