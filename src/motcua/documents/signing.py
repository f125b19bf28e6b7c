"""PAdES-B-LT signatures with a timestamp, the chain and the CRLs inside the file.

pyHanko is imported on first use: only the worker and commands that sign pay for it.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from io import BytesIO
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from django.conf import settings

from motcua.documents import ca, rendering, timestamps
from motcua.documents.timestamps import TimestampUnavailable
from motcua.foundation import clock

__all__ = ["SignatureUnsound", "SignerRef", "TimestampUnavailable", "sign"]

STAMP_WIDTH, STAMP_HEIGHT = 226.77, 70.87
"""Of `stamp.typ`, in points (80 × 25 mm)."""
MARGIN = 42.52
"""Of the page on the right, in points (15 mm), where the template keeps no place."""


@dataclass(frozen=True, slots=True)
class SignerRef:
    """Who signs: agency code, name and title as they stand on the paper, and in whose place
    (`KT. Chủ tịch`, `TUQ. Chủ tịch`; empty: in their own right)."""

    agency_code: str
    name: str
    title: str
    authority: str = ""


class SignatureUnsound(Exception):
    """The file was signed, but would not be judged valid: it is not given out. Says why."""


def sign(
    pdf: bytes,
    signer: SignerRef,
    agency_name: str,
    place: rendering.Place | None,
    at: datetime,
) -> bytes:
    """`pdf` with one more signature field, timestamped, followed by its validation material.

    What comes back was verified. Raises `TimestampUnavailable` and `SignatureUnsound`.
    """
    from pyhanko.sign import fields
    from pyhanko.sign.signers.pdf_signer import PdfSignatureMetadata, PdfSigner
    from pyhanko.sign.timestamps import TimestampRequestError

    from motcua.documents.incremental import QuietWriter

    key = ca.signing_key(signer.agency_code, agency_name, signer.name, signer.title)
    writer = QuietWriter(BytesIO(pdf))
    name = f"chu_ky_{len(writer.prev.embedded_signatures) + 1}"
    page, box = _box(writer.prev, place)
    metadata = PdfSignatureMetadata(
        field_name=name,
        md_algorithm="sha256",
        subfilter=fields.SigSeedSubFilter.PADES,
        name=signer.name,
        location=agency_name,
    )
    with _stamp(signer, agency_name, at) as style:
        pdf_signer = PdfSigner(
            metadata,
            signer=_signer(key),
            timestamper=timestamps.authority(settings.ENV.tsa_url),
            stamp_style=style,
            new_field_spec=fields.SigFieldSpec(
                name, on_page=page, box=box, readable_field_name=f"Chữ ký số của {signer.name}"
            ),
        )
        try:
            out = pdf_signer.sign_pdf(writer)
        except TimestampRequestError as error:
            raise TimestampUnavailable(str(error)) from error
    return _proven(_with_material(out, key), key)


def _with_material(signed: BytesIO, key: ca.SigningKey) -> bytes:
    """The file followed by a document security store: the chains of the signer and of his
    timestamp, and the lists that say that nobody in them was revoked."""
    from pyhanko.sign.validation.dss import DocumentSecurityStore

    from motcua.documents.incremental import QuietWriter

    writer = QuietWriter(signed)
    newest = writer.prev.embedded_regular_signatures[-1]
    witness = timestamps.material(newest.signer_info)
    chain = [key.certificate, key.intermediate, key.root, *witness.certificates]
    DocumentSecurityStore.supply_dss_in_writer(
        writer,
        newest.pkcs7_content.hex().encode(),
        certs=[_asn1(certificate) for certificate in chain],
        crls=[_list(encoded) for encoded in [*ca.crls(), *witness.lists]],
    )
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def _proven(signed: bytes, key: ca.SigningKey) -> bytes:
    """The file, having been judged as anybody will judge it."""
    from motcua.documents.verification import verify_pdf

    report = verify_pdf(signed, [key.root, *ca.timestamp_roots()])
    if not report.valid:
        raise SignatureUnsound(report.problem)
    return signed


@contextmanager
def _stamp(signer: SignerRef, agency_name: str, at: datetime) -> Iterator[Any]:
    """The picture of the signature. pyHanko reads its file while it signs."""
    from pyhanko.pdf_utils.content import ImportedPdfPage
    from pyhanko.stamp import StaticStampStyle

    picture = rendering.render(
        "stamp",
        {
            "signer": signer.name,
            "authority": signer.authority,
            "agency": agency_name,
            "at": _shown(at),
        },
        at,
    )
    with tempfile.NamedTemporaryFile(suffix=".pdf") as held:
        held.write(picture)
        held.flush()
        yield StaticStampStyle(
            background=ImportedPdfPage(held.name), background_opacity=1, border_width=0
        )


def _shown(at: datetime) -> str:
    """`22/11/2026 16:00:00 +07:00`."""
    local = clock.local(at).replace(microsecond=0)
    return f"{local:%d/%m/%Y %H:%M:%S} {local.isoformat()[-6:]}"


@lru_cache(maxsize=256)
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


def _list(encoded: bytes) -> Any:
    from asn1crypto.crl import CertificateList

    return CertificateList.load(encoded)


def _box(reader: Any, place: rendering.Place | None) -> tuple[int, tuple[int, int, int, int]]:
    """Page and rectangle of the stamp, in the PDF's own measure (from the lower left)."""
    page = place.page if place else 0
    box = reader.find_page_for_modification(page)[0].get_object()["/MediaBox"]
    left, bottom, right, top = (float(number) for number in box)
    x = place.x if place else right - left - STAMP_WIDTH - MARGIN
    y = place.y if place else (top - bottom) * 0.8
    return page, (
        round(left + x),
        round(top - y - STAMP_HEIGHT),
        round(left + x + STAMP_WIDTH),
        round(top - y),
    )
