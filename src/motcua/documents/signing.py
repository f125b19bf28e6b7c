"""PAdES-B-LT signatures with a timestamp, the chain and the CRLs inside the file.

pyHanko is imported on first use: only the worker and commands that sign pay for it.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import Any

import httpx
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from django.conf import settings

from motcua.documents import ca, rendering
from motcua.foundation import clock

STAMP_WIDTH, STAMP_HEIGHT = 226.77, 70.87
"""Of `stamp.typ`, in points (80 × 25 mm)."""


@dataclass(frozen=True, slots=True)
class SignerRef:
    """Who signs: agency code, name and title as they stand on the paper."""

    agency_code: str
    name: str
    title: str


class TimestampUnavailable(Exception):
    """The timestamp authority did not answer; the job tries again."""


def sign(
    pdf: bytes,
    signer: SignerRef,
    agency_name: str,
    place: rendering.Place | None,
    at: datetime,
) -> bytes:
    """`pdf` with one signature field, timestamped, with validation material. Raises
    `TimestampUnavailable`."""
    from pyhanko.pdf_utils.content import ImportedPdfPage
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign import fields, signers, timestamps
    from pyhanko.sign.signers.pdf_signer import PdfSigner
    from pyhanko.stamp import StaticStampStyle
    from pyhanko_certvalidator import ValidationContext
    from requests.exceptions import RequestException

    key = ca.signing_key(signer.agency_code, agency_name, signer.name, signer.title)
    tsa_root, tsa_crl = _timestamp_material()
    context = ValidationContext(
        trust_roots=[_asn1(key.root), _asn1(tsa_root)],
        other_certs=[_asn1(key.intermediate)],
        crls=[*ca.crls(), tsa_crl],
        allow_fetching=False,
        revocation_mode="soft-fail",
    )
    writer = IncrementalPdfFileWriter(BytesIO(pdf), strict=False)
    page, box = _box(pdf, place)
    stamp = rendering.render(
        "stamp",
        {
            "signer": signer.name,
            "agency": agency_name,
            "at": clock.local(at).strftime("%d/%m/%Y %H:%M:%S %z"),
        },
        at,
    )
    name = f"chu_ky_{_signatures(pdf) + 1}"
    metadata = signers.PdfSignatureMetadata(
        field_name=name,
        md_algorithm="sha256",
        subfilter=fields.SigSeedSubFilter.PADES,
        name=signer.name,
        location=agency_name,
        validation_context=context,
        embed_validation_info=True,
        use_pades_lta=False,
    )
    with tempfile.NamedTemporaryFile(suffix=".pdf") as held:  # pyHanko reads it while it signs
        held.write(stamp)
        held.flush()
        pdf_signer = PdfSigner(
            metadata,
            signer=_signer(key),
            timestamper=timestamps.HTTPTimeStamper(settings.ENV.tsa_url, timeout=10),
            stamp_style=StaticStampStyle(
                background=ImportedPdfPage(held.name), background_opacity=1, border_width=0
            ),
            new_field_spec=fields.SigFieldSpec(name, on_page=page, box=box),
        )
        try:
            out = pdf_signer.sign_pdf(writer)
        except (RequestException, timestamps.TimestampRequestError) as error:
            raise TimestampUnavailable(str(error)) from error
    signed: bytes = out.getvalue()
    return signed


def _signer(key: ca.SigningKey) -> Any:
    from asn1crypto.keys import PrivateKeyInfo
    from pyhanko.sign.signers.pdf_cms import SimpleSigner
    from pyhanko_certvalidator.registry import SimpleCertificateStore

    store = SimpleCertificateStore()
    store.register_multiple([_asn1(key.intermediate), _asn1(key.root)])
    private = key.key.private_bytes(
        serialization.Encoding.DER,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return SimpleSigner(
        signing_cert=_asn1(key.certificate),
        signing_key=PrivateKeyInfo.load(private),
        cert_registry=store,
    )


def _asn1(certificate: x509.Certificate) -> Any:
    from asn1crypto.x509 import Certificate

    return Certificate.load(certificate.public_bytes(serialization.Encoding.DER))


def _timestamp_material() -> tuple[x509.Certificate, bytes]:
    """Root and CRL of the timestamp authority, from its own server."""
    path = ca.timestamp_root()
    try:
        with httpx.Client(timeout=10) as client:
            if not path.exists():
                root = client.get(f"{settings.ENV.tsa_url}/tsa-root.pem").raise_for_status().content
            else:
                root = path.read_bytes()
            crl = client.get(f"{settings.ENV.tsa_url}/tsa.crl").raise_for_status().content
    except httpx.HTTPError as error:
        raise TimestampUnavailable(str(error)) from error
    return x509.load_pem_x509_certificate(root), crl


def _signatures(pdf: bytes) -> int:
    from pyhanko.pdf_utils.reader import PdfFileReader

    return len(PdfFileReader(BytesIO(pdf), strict=False).embedded_signatures)


def _box(pdf: bytes, place: rendering.Place | None) -> tuple[int, tuple[int, int, int, int]]:
    """Page and rectangle of the stamp, in the PDF's own measure (from the lower left)."""
    import pikepdf

    page = place.page if place else 0
    with pikepdf.open(BytesIO(pdf)) as document:
        media = [float(v) for v in document.pages[page].mediabox]
    width, height = media[2] - media[0], media[3] - media[1]
    left = place.x if place else width - STAMP_WIDTH - 42
    top = height - (place.y if place else height * 0.8)
    return page, (
        round(left),
        round(top - STAMP_HEIGHT),
        round(left + STAMP_WIDTH),
        round(top),
    )
