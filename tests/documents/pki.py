"""Authorities, signers and timestamps of any kind, good and bad, and files that they sign."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any

from asn1crypto import crl as asn1_crl
from asn1crypto import keys, tsp
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID, ObjectIdentifier
from pyhanko.sign import fields
from pyhanko.sign.signers.pdf_cms import SimpleSigner
from pyhanko.sign.signers.pdf_signer import PdfSignatureMetadata, PdfSigner
from pyhanko.sign.timestamps import TimeStamper
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko_certvalidator.registry import SimpleCertificateStore

from motcua.documents.incremental import QuietWriter
from sandbox.tsa import token
from sandbox.tsa.authority import Authority

NOW = datetime.now(UTC).replace(microsecond=0)
DAY = timedelta(days=1)


def name(common: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "VN"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "UBND xã Thử Nghiệm"),
            x509.NameAttribute(NameOID.COMMON_NAME, common),
        ]
    )


def _usage(**on: bool) -> x509.KeyUsage:
    every = (
        "digital_signature content_commitment key_encipherment data_encipherment key_agreement"
        " key_cert_sign crl_sign encipher_only decipher_only"
    )
    return x509.KeyUsage(**{one: on.get(one, False) for one in every.split()})


@dataclass(frozen=True)
class Holder:
    """A certificate with its key."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    @property
    def asn1(self) -> Any:
        return asn1(self.certificate)

    def issue(
        self,
        common: str,
        *,
        ca: bool = False,
        usage: x509.KeyUsage | None = None,
        purposes: Sequence[ObjectIdentifier] = (),
        critical: bool = True,
        since: datetime = NOW - 400 * DAY,
        until: datetime = NOW + 400 * DAY,
    ) -> Holder:
        """A certificate under this one."""
        return _make(name(common), self, ca, usage, purposes, critical, since, until)

    def revocation_list(
        self,
        revoked: Sequence[tuple[x509.Certificate, datetime]] = (),
        since: datetime = NOW - 390 * DAY,
        until: datetime = NOW + 390 * DAY,
    ) -> bytes:
        builder = (
            x509.CertificateRevocationListBuilder()
            .issuer_name(self.certificate.subject)
            .last_update(since)
            .next_update(until)
            .add_extension(x509.CRLNumber(int(since.timestamp())), critical=False)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key()),
                critical=False,
            )
        )
        for certificate, at in revoked:
            builder = builder.add_revoked_certificate(
                x509.RevokedCertificateBuilder()
                .serial_number(certificate.serial_number)
                .revocation_date(at)
                .build()
            )
        made = builder.sign(self.key, hashes.SHA256())
        return made.public_bytes(serialization.Encoding.DER)


def root(common: str = "Gốc thử", subject: x509.Name | None = None) -> Holder:
    since, until = NOW - 800 * DAY, NOW + 800 * DAY
    return _make(subject or name(common), None, True, None, (), True, since, until)


def _make(
    subject: x509.Name,
    issuer: Holder | None,
    ca: bool,
    usage: x509.KeyUsage | None,
    purposes: Sequence[ObjectIdentifier],
    critical: bool,
    since: datetime,
    until: datetime,
) -> Holder:
    key = ec.generate_private_key(ec.SECP256R1())
    if usage is None:
        usage = _usage(key_cert_sign=ca, crl_sign=ca, digital_signature=not ca)
    signing_key = issuer.key if issuer else key
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.certificate.subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(since)
        .not_valid_after(until)
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(signing_key.public_key()),
            critical=False,
        )
    )
    if purposes:
        builder = builder.add_extension(x509.ExtendedKeyUsage(purposes), critical=critical)
    return Holder(builder.sign(signing_key, hashes.SHA256()), key)


SIGNS = _usage(digital_signature=True, content_commitment=True)
SIGNS_BUT_DOES_NOT_COMMIT = _usage(digital_signature=True)


def asn1(certificate: x509.Certificate) -> Any:
    return asn1_x509.Certificate.load(certificate.public_bytes(serialization.Encoding.DER))


def _private(holder: Holder) -> Any:
    return keys.PrivateKeyInfo.load(
        holder.key.private_bytes(
            serialization.Encoding.DER,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )


class Clock(TimeStamper):
    """A timestamp authority in this process, whatever its certificate and its hour."""

    def __init__(self, holder: Holder, at: datetime) -> None:
        super().__init__(include_nonce=True)
        self._authority = Authority(holder.key, holder.certificate, holder.certificate, b"")
        self._at = at

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        return tsp.TimeStampResp.load(token.respond(self._authority, req.dump(), self._at))


def timestamper(holder: Holder, at: datetime = NOW) -> Clock:
    return Clock(holder, at)


def tsa(root: Holder, **more: Any) -> Holder:
    purposes = more.pop("purposes", [ExtendedKeyUsageOID.TIME_STAMPING])
    return root.issue("Dấu thời gian thử", purposes=purposes, **more)


def sign(
    pdf: bytes,
    signer: Holder,
    stamps: Any,
    *,
    field: str = "chu_ky_1",
    writer: Any = QuietWriter,
    **metadata: Any,
) -> bytes:
    """`pdf` with one more invisible signature, without validation material."""
    signing = SimpleSigner(
        signing_cert=signer.asn1,
        signing_key=_private(signer),
        cert_registry=SimpleCertificateStore(),
    )
    described = PdfSignatureMetadata(
        field_name=field,
        md_algorithm="sha256",
        subfilter=fields.SigSeedSubFilter.PADES,
        **metadata,
    )
    out = PdfSigner(described, signer=signing, timestamper=stamps).sign_pdf(writer(BytesIO(pdf)))
    return out.getvalue()


def with_material(
    pdf: bytes, holders: Sequence[Holder], lists: Sequence[bytes], writer: Any = QuietWriter
) -> bytes:
    """`pdf` followed by a document security store."""
    adding = writer(BytesIO(pdf))
    newest = adding.prev.embedded_regular_signatures[-1]
    DocumentSecurityStore.supply_dss_in_writer(
        adding,
        newest.pkcs7_content.hex().encode(),
        certs=[holder.asn1 for holder in holders],
        crls=[asn1_crl.CertificateList.load(one) for one in lists],
    )
    out = BytesIO()
    adding.write(out)
    return out.getvalue()
