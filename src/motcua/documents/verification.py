"""Is this PDF what an agency signed? The strict answer behind `motcua verify` and the public page.

A file is valid when it has at least one signature and every signature is intact, covers its whole
revision, is trusted up to one of the given roots at the time of its timestamp, was not revoked by
then, and after the last one only a document security store (DSS) was added. Revocation is judged
from the lists inside the file; nothing is fetched. Needs no database.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

from cryptography import x509

# What pyHanko finds suspicious is in the answer already; its log would repeat the file's content.
logging.getLogger("pyhanko").setLevel(logging.CRITICAL)
logging.getLogger("pyhanko_certvalidator").setLevel(logging.CRITICAL)


class NotAPdf(Exception):
    """The bytes are no PDF at all."""


@dataclass(frozen=True, slots=True)
class SignatureReport:
    """One signature. Moments are ISO with offset, or None when the file does not say (or does not
    prove) them; `revocation` is good, revoked or unknown."""

    field: str
    signer: str
    agency: str
    signed_at: str | None
    timestamped_at: str | None
    trusted: bool
    revocation: str


@dataclass(frozen=True, slots=True)
class Report:
    """What was found. `number` is the document's own number as its metadata gives it; `problem`
    says in Vietnamese why a file is not valid."""

    valid: bool
    intact: bool
    signatures: list[SignatureReport] = field(default_factory=list)
    number: str | None = None
    problem: str = ""


def verify_pdf(content: bytes, roots: list[x509.Certificate]) -> Report:
    """Judge `content` with `roots` as the only trust anchors. Raises `NotAPdf`."""
    from pyhanko.pdf_utils.misc import PdfError
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.validation.dss import DocumentSecurityStore

    if b"%PDF-" not in content[:1024]:
        raise NotAPdf
    if not content.rstrip(b"\r\n").endswith(b"%%EOF"):
        return Report(False, False, problem="Sau phần kết thúc của tệp còn có dữ liệu khác.")
    try:
        reader = PdfFileReader(BytesIO(content), strict=False)
        signatures = list(reader.embedded_regular_signatures)
        stamps = list(reader.embedded_timestamp_signatures)
        number = _number(reader)
        store = DocumentSecurityStore.read_dss(reader) if "/DSS" in reader.root else None
    except (PdfError, ValueError, KeyError, TypeError, IndexError, AttributeError, RecursionError):
        return Report(False, False, problem="Tệp PDF hỏng hoặc đã bị cắt.")
    if not signatures:
        return Report(False, False, number=number, problem="Tệp không có chữ ký số nào.")
    if stamps or not _each_once(signatures):
        return Report(False, False, number=number, problem="Cấu trúc chữ ký trong tệp bất thường.")
    judged = [_judge(signature, roots, store) for signature in signatures]
    intact = all(one.intact for one in judged) and judged[-1].last_is_clean
    valid = intact and all(one.good for one in judged)
    problem = ""
    if not intact:
        problem = "Nội dung đã bị sửa sau khi ký."
    elif not valid:
        problem = next((one.problem for one in judged if one.problem), "Chữ ký không hợp lệ.")
    return Report(valid, intact, [one.report for one in judged], number, problem)


@dataclass(frozen=True, slots=True)
class _Judged:
    report: SignatureReport
    intact: bool
    good: bool
    last_is_clean: bool
    problem: str


def _judge(signature: Any, roots: list[x509.Certificate], store: Any) -> _Judged:
    """One signature, judged at the time its timestamp proves, from what the file carries."""
    from pyhanko.sign.validation import validate_pdf_signature
    from pyhanko.sign.validation.settings import KeyUsageConstraints

    name, agency = _subject(signature)
    said = signature.self_reported_timestamp
    report = SignatureReport(signature.field_name, name, agency, _iso(said), None, False, "unknown")
    try:
        proven = _timestamp(signature)
        status = validate_pdf_signature(
            signature,
            signer_validation_context=_context(roots, store, proven or said),
            ts_validation_context=_context(roots, store, proven),
            key_usage_settings=KeyUsageConstraints(key_usage={"non_repudiation"}),
        )
    except Exception as error:  # a hostile file may fail anywhere inside the parser
        return _Judged(
            report, False, False, False, f"Không đọc được chữ ký ({type(error).__name__})."
        )
    stamped = status.timestamp_validity
    proof = stamped is not None and stamped.valid and stamped.intact and stamped.trusted
    intact = bool(status.intact and status.valid and _covers(status))
    trusted = bool(status.trusted and proof)
    report = replace(
        report,
        timestamped_at=_iso(stamped.timestamp) if proof and stamped is not None else None,
        trusted=trusted,
        revocation="revoked" if status.revoked else "good" if status.trusted else "unknown",
    )
    problem = ""
    if status.revoked:
        problem = "Chứng thư của người ký đã bị thu hồi."
    elif not trusted:
        problem = "Chữ ký hoặc dấu thời gian không thuộc gốc tin cậy."
    return _Judged(report, intact, trusted and not status.revoked, _only_dss_after(status), problem)


def _covers(status: Any) -> bool:
    """The signature covers everything of its own revision."""
    from pyhanko.sign.validation.status import SignatureCoverageLevel

    return status.coverage in (
        SignatureCoverageLevel.ENTIRE_FILE,
        SignatureCoverageLevel.ENTIRE_REVISION,
    )


def _only_dss_after(status: Any) -> bool:
    """Nothing but validation material was added after the signature."""
    from pyhanko.sign.diff_analysis import ModificationLevel

    return status.modification_level in (ModificationLevel.NONE, ModificationLevel.LTA_UPDATES)


def _timestamp(signature: Any) -> datetime | None:
    """The moment in the signature's own timestamp token, not yet judged."""
    from pyhanko.sign.general import find_cms_attribute_iter

    attributes = signature.signer_info["unsigned_attrs"]
    tokens = list(find_cms_attribute_iter(attributes, "signature_time_stamp_token"))
    if len(tokens) != 1:
        return None
    token = tokens[0]["content"]
    moment = token["encap_content_info"]["content"].parsed["gen_time"].native
    assert isinstance(moment, datetime)
    return moment


def _context(roots: list[x509.Certificate], store: Any, moment: datetime | None) -> Any:
    """Trust `roots` alone, as of `moment`, with the certificates and lists in the file's store."""
    from pyhanko_certvalidator import ValidationContext

    options = {
        "trust_roots": [_asn1(root) for root in roots],
        "allow_fetching": False,
        "revocation_mode": "require",
        "moment": moment,
        "best_signature_time": moment,
    }
    if store is None:
        return ValidationContext(**options)
    return store.as_validation_context(options)


def _each_once(signatures: list[Any]) -> bool:
    """No two fields share one signature object."""
    references = [signature.sig_object.container_ref for signature in signatures]
    seen = [(r.idnum, r.generation) for r in references if r is not None]
    return len(seen) == len(set(seen))


def _subject(signature: Any) -> tuple[str, str]:
    """The signer's name and agency from the certificate."""
    try:
        native = signature.signer_cert.subject.native
    except Exception:
        return "", ""
    return str(native.get("common_name", "")), str(native.get("organization_name", ""))


def _number(reader: Any) -> str | None:
    """The document's number, which our papers carry as the keyword of their metadata."""
    info = reader.trailer_view.get("/Info")
    if info is None:
        return None
    return str(info.get_object().get("/Keywords", "")).strip() or None


def _asn1(certificate: x509.Certificate) -> Any:
    from asn1crypto.x509 import Certificate
    from cryptography.hazmat.primitives.serialization import Encoding

    return Certificate.load(certificate.public_bytes(Encoding.DER))


def _iso(moment: datetime | None) -> str | None:
    if moment is None:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).isoformat()
