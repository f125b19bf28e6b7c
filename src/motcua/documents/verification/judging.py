"""The judgement: structure first, then each signature, then what came after."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from io import BytesIO
from itertools import pairwise
from typing import Any

from cryptography import x509
from pyhanko.pdf_utils.decode_limits import (
    DecodeLimits,
    DocumentDecodeBudget,
    StreamDecodeLimits,
)
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.general import find_cms_attribute_iter
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko.sign.validation.status import SignatureCoverageLevel

from motcua.documents.verification import changes, stores, structure, trust
from motcua.documents.verification.report import Broken, NotAPdf, Report, SignatureReport

# What pyHanko finds suspicious is in the answer already; its log would repeat the file's content.
logging.getLogger("pyhanko").setLevel(logging.CRITICAL + 1)
logging.getLogger("pyhanko_certvalidator").setLevel(logging.CRITICAL + 1)

LIMITS = DecodeLimits(
    per_stream=StreamDecodeLimits(max_output_size=64_000_000),
    document_budget=DocumentDecodeBudget(base_allowance=128_000_000, max_ratio=10),
)
"""Of what streams may unpack to; the pictures and pages of a paper need not be unpacked here."""

MOST_SIGNATURES = 20
"""Each costs a walk over the whole file; no paper of ours has so many."""


def verify_pdf(
    content: bytes,
    roots: list[x509.Certificate],
    lists: Sequence[bytes] = (),
    now: datetime | None = None,
) -> Report:
    """Judge `content` with `roots` as the only trust anchors; `lists` are revocation lists (DER)
    at hand beside those in the file. `now` matters only where no timestamp proves a time.

    Any file has an answer: one that cannot be read is not valid. Raises only `NotAPdf`, and
    `MemoryError` or what a caller's alarm raises when it bounds the work.
    """
    if b"%PDF-" not in content[:1024]:
        raise NotAPdf
    try:
        return _verify(content, roots, lists, now or datetime.now(UTC))
    except Broken as broken:
        return Report(False, False, problem=broken.problem)
    except RecursionError:
        return Report(False, False, problem="Tệp PDF lồng quá nhiều lớp.")
    except MemoryError:
        raise
    except Exception:  # the parser's ways to fail on a hostile file are not all of its own kind
        return Report(False, False, problem="Tệp PDF hỏng hoặc đã bị cắt.")


def _verify(
    content: bytes, roots: list[x509.Certificate], lists: Sequence[bytes], now: datetime
) -> Report:
    structure.whole(content)
    reader = PdfFileReader(BytesIO(content), strict=True, decode_limits=LIMITS)
    if reader.encrypted:
        raise Broken("Tệp đặt mật khẩu nên không kiểm tra được.")
    signatures = list(reader.embedded_regular_signatures)
    number = _number(reader, signatures)
    if not signatures:
        return Report(False, False, number=number, problem="Tệp không có chữ ký số nào.")
    if reader.embedded_timestamp_signatures:
        raise Broken("Ngoài chữ ký, tệp còn có dấu thời gian riêng; loại này không được nhận.")
    if len(signatures) > MOST_SIGNATURES or not _each_once(signatures):
        raise Broken("Cấu trúc chữ ký trong tệp bất thường.")
    store = DocumentSecurityStore.read_dss(reader) if "/DSS" in reader.root else None
    at_hand = [*trust.stored_lists(store), *lists]
    ordered = sorted(signatures, key=lambda one: sum(list(one.byte_range)[2:]))
    judged = [
        _Judge(reader, content, roots, store, at_hand, now).judge(one, last=one is ordered[-1])
        for one in ordered
    ]
    proven, damage = _store(reader, ordered, roots)
    intact = all(one.intact for one in judged) and not damage
    valid = intact and proven and all(one.good for one in judged)
    problem = next((one.problem for one in judged if one.problem), damage)
    if not (valid or problem):
        problem = "Phần xác thực kèm theo chữ ký không thuộc gốc tin cậy."
    return Report(valid, intact, [one.report for one in judged], number, problem)


def _store(
    reader: PdfFileReader, signatures: list[Any], roots: list[x509.Certificate]
) -> tuple[bool, str]:
    """Whether the store goes back to the roots, and what is damaged in it."""
    try:
        return stores.proven(reader, signatures, roots), ""
    except Broken as broken:
        return False, broken.problem
    except (MemoryError, RecursionError):
        raise
    except Exception:  # as with a signature
        return False, stores.DAMAGED


@dataclass(frozen=True, slots=True)
class _Judged:
    report: SignatureReport
    intact: bool
    good: bool
    problem: str


@dataclass(frozen=True, slots=True)
class _Judge:
    reader: PdfFileReader
    content: bytes
    roots: list[x509.Certificate]
    store: Any
    lists: list[bytes]
    now: datetime

    def judge(self, signature: Any, last: bool) -> _Judged:
        """One signature, at the time its timestamp proves, from what is at hand."""
        name, agency = _subject(signature)
        said = _iso(signature.self_reported_timestamp)
        report = SignatureReport(
            str(signature.field_name), name, agency, said, None, False, "unknown"
        )
        try:
            end = structure.covered(self.content, signature)
            stamped_at = _timestamp(signature)
            status = self._status(signature, stamped_at or self.now)
            whole = bool(status.intact and status.valid) and status.coverage in (
                SignatureCoverageLevel.ENTIRE_FILE,
                SignatureCoverageLevel.ENTIRE_REVISION,
            )
            if not whole:
                raise Broken("Nội dung đã bị sửa sau khi ký.")
        except Broken as broken:
            return _Judged(report, False, False, broken.problem)
        except (MemoryError, RecursionError):
            raise
        except Exception:  # a hostile signature may fail anywhere inside the parser
            return _Judged(report, False, False, "Không đọc được chữ ký trong tệp.")
        report, problem = self._trusted(signature, status, stamped_at, report)
        change = self._change_after(signature, end, last)
        good = report.trusted and report.revocation == "good"
        return _Judged(report, not change, good, change or problem)

    def _status(self, signature: Any, moment: datetime) -> Any:
        return validate_pdf_signature(
            signature,
            signer_validation_context=trust.context(self.roots, self.store, moment),
            ts_validation_context=trust.context(self.roots, self.store, moment),
            key_usage_settings=trust.MAY_SIGN,
            skip_diff=True,  # we ask more strictly below
        )

    def _trusted(
        self, signature: Any, status: Any, stamped_at: datetime | None, report: SignatureReport
    ) -> tuple[SignatureReport, str]:
        """The report with what the chains say, and the problem with them if there is one."""
        stamp = status.timestamp_validity
        proven = (
            stamped_at is not None
            and stamp is not None
            and bool(stamp.valid and stamp.intact and stamp.trusted)
            and trust.made_for_timestamps(stamp.signing_cert)
        )
        moment = stamped_at if proven and stamped_at else self.now
        revoked = bool(status.revocation_details) or self._listed(status, moment)
        chained = bool(status.trusted) and trust.made_for_documents(status.signing_cert)
        revocation = "revoked" if revoked else "good" if status.trusted else "unknown"
        report = replace(
            report,
            timestamped_at=_iso(stamped_at) if proven else None,
            trusted=chained and proven and not revoked,
            revocation=revocation,
        )
        if revoked:
            return report, "Chứng thư của người ký đã bị thu hồi."
        if not chained:
            return (
                report,
                "Chữ ký không thuộc gốc tin cậy, hoặc chứng thư không dùng để ký văn bản.",
            )
        if stamp is None:
            return report, "Chữ ký không có dấu thời gian."
        if not proven:
            return report, "Dấu thời gian không thuộc gốc tin cậy."
        return report, ""

    def _listed(self, status: Any, moment: datetime) -> bool:
        """Whether any list at hand names a certificate of the signer's chain."""
        if status.validation_path is None:
            return False
        chain = [x509.load_der_x509_certificate(one.dump()) for one in status.validation_path]
        return any(trust.revoked_by(one, by, moment, self.lists) for by, one in pairwise(chain))

    def _change_after(self, signature: Any, end: int, last: bool) -> str:
        """What is wrong with what came after the signature, or an empty text."""
        try:
            if not changes.allowed(self.reader, signature.signed_revision, last):
                return "Nội dung đã bị sửa sau khi ký."
            if last:
                following = signature.signed_revision + 1
                structure.nothing_unlisted(self.reader, self.content, end, following)
        except Broken as broken:
            return broken.problem
        except (MemoryError, RecursionError):
            raise
        except Exception:  # as above
            return "Phần thêm vào sau khi ký không đọc được."
        return ""


def _timestamp(signature: Any) -> datetime | None:
    """The moment in the signature's own timestamp token, not yet judged."""
    attributes = signature.signer_info["unsigned_attrs"]
    tokens = list(find_cms_attribute_iter(attributes, "signature_time_stamp_token"))
    if len(tokens) != 1 or len(tokens[0]["content"]["signer_infos"]) != 1:
        return None
    moment = tokens[0]["content"]["encap_content_info"]["content"].parsed["gen_time"].native
    return moment if isinstance(moment, datetime) else None


def _each_once(signatures: list[Any]) -> bool:
    """No two fields share one signature object."""
    references = [signature.sig_object.container_ref for signature in signatures]
    seen = [(r.idnum, r.generation) for r in references if r is not None]
    return len(seen) == len(signatures) == len(set(seen))


def _subject(signature: Any) -> tuple[str, str]:
    """The signer's name and agency from the certificate."""
    try:
        native = signature.signer_cert.subject.native
        return str(native.get("common_name", "")), str(native.get("organization_name", ""))
    except Exception:  # a signature that is no CMS at all, in a hostile file
        return "", ""


def _number(reader: PdfFileReader, signatures: list[Any]) -> str | None:
    """The document's number, which our papers carry as the keyword of their metadata: as it stood
    when the first signer signed, whatever was appended later."""
    first = min((one.signed_revision for one in signatures), default=0)
    then = reader.get_historical_resolver(first)
    ref = then.trailer_view.get_value_as_reference("/Info", optional=True)
    info = then(ref) if ref is not None else {}
    return str(info.get("/Keywords", "")).strip()[:80] or None


def _iso(moment: datetime | None) -> str | None:
    if moment is None:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).isoformat()
