"""The slips of TT 03/2025 and the receipt, composed from a dossier and issued by the worker."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from motcua.documents import actions as documents
from motcua.documents import issuing
from motcua.documents.models import Document
from motcua.dossiers import rules
from motcua.dossiers.models import Dossier, Slip

TITLES = {
    "01": "Giấy tiếp nhận hồ sơ và hẹn trả kết quả",
    "02": "Phiếu yêu cầu bổ sung, hoàn thiện hồ sơ",
    "03": "Phiếu từ chối tiếp nhận giải quyết hồ sơ",
    "04": "Văn bản xin lỗi và đề nghị gia hạn thời gian giải quyết",
    "05": "Thông báo dừng giải quyết hồ sơ",
    "06": "Phiếu kiểm soát quá trình giải quyết hồ sơ",
    "receipt": "Biên lai thu phí, lệ phí",
}


def issue(
    dossier: Dossier, form: str, data: dict[str, Any], now: datetime, suffix: str = ""
) -> Document:
    """Issue one slip; asking twice gives the same document. `suffix` tells a second one apart."""
    short = "BL" if form == "receipt" else f"M{form}"
    number = f"{dossier.number}/{short}{suffix}"
    document = Document.objects.filter(number=number).first()
    if document is None:
        document = documents.draft(
            kind="receipt" if form == "receipt" else "slip",
            template="receipt" if form == "receipt" else f"slip_{form}",
            data={**data, "number": number, "title": TITLES[form]},
            number=number,
            title=f"{TITLES[form]} {dossier.number}",
            agency_id=dossier.agency_id,
            owner_id=None if form in rules.OFFICE_SLIPS else dossier.applicant_id,
            organisation_id=None,
            subject=dossier.pk,
            now=now,
        )
    Slip.objects.get_or_create(dossier=dossier, form=form, document=document)
    if document.file_id is None:
        issuing.issue_unsigned(document.pk, now)
    return document
