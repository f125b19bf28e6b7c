"""What the papers of a dossier say: plain values for the templates of `documents`.

Every text is composed here, in Vietnamese, so that a template only places it.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from motcua.agencies import queries as agencies
from motcua.catalogue import queries as catalogue
from motcua.catalogue import rules as law
from motcua.catalogue.facts import VersionFacts
from motcua.dossiers import places, rules
from motcua.dossiers.models import Dossier, Extension, FilingWay, SupplementRequest
from motcua.forms import engine as forms
from motcua.foundation import clock, money
from motcua.payments.models import Charge
from motcua.people.queries import Signer
from motcua.processes.bpmn import ROLES
from motcua.processes.models import WorkItem
from motcua.processes.queries import history


def moment(at: datetime | None) -> str:
    """`16:30 ngày 22/11/2026`."""
    return clock.local(at).strftime("%H:%M ngày %d/%m/%Y") if at else ""


def long_date(at: datetime) -> str:
    """`ngày 22 tháng 11 năm 2026` (NĐ 30/2020: day and month under 10, 3 take a leading nought)."""
    day = clock.local(at)
    month = f"{day.month:02d}" if day.month < 3 else str(day.month)
    return f"ngày {day.day:02d} tháng {month} năm {day.year}"


KEPT = {
    "": "",
    "early": "trước hạn",
    "on_time": "đúng hạn",
    "late": "quá hạn",
    "running": "chưa xong, còn hạn",
    "overdue": "chưa xong, đã quá hạn",
}
"""How `rules.kept` reads on paper."""


def limit_words(amount: Any, unit: str) -> str:
    """A limit in words."""
    if unit == "within_day":
        return "Trong ngày (nhận sau 15 giờ: ngày làm việc tiếp theo)"
    number = f"{amount:.2f}".rstrip("0").rstrip(".").replace(".", ",")
    names = {
        "working_day": "ngày làm việc",
        "working_hour": "giờ làm việc",
        "day": "ngày",
        "month": "tháng",
    }
    return f"{number} {names[unit]}"


def _common(dossier: Dossier, at: datetime) -> dict[str, Any]:
    agency = agencies.agency(dossier.agency_id)
    place = agency.territory.short_name if agency.territory else ""
    return {
        "agency_name": agency.name,
        "agency_parent": agency.parent.name if agency.parent else "",
        "centre_name": _centre(dossier.agency_id),
        "place": place,
        "date": f"{place}, {long_date(at)}",
        "dossier_number": dossier.number,
        "lookup_code": dossier.lookup_code,
    }


def _centre(agency_id: int) -> str:
    centre = agencies.centre(agency_id)
    return centre.name if centre else ""


def _applicant(dossier: Dossier) -> dict[str, str]:
    person = dossier.applicant
    return {
        "name": dossier.applicant_name,
        "id_number": person.id_number or "",
        "address": person.residence or "",
        "phone": person.phone or "",
        "email": person.email or "",
        "beneficiary": dossier.beneficiary_name,
        "representative": dossier.representative_name,
    }


def result(
    dossier: Dossier, version: VersionFacts, number: str, signer: Signer, now: datetime
) -> dict[str, Any]:
    """The result as `signer` would sign it on the day of `now`."""
    assert version.form_id is not None
    answers = json.loads(dossier.answers or "{}")
    readable = forms.compiled(version.form_id).readable(
        answers, places.name_of, today=clock.local(dossier.submitted_at).date()
    )
    texts = {path: text for _, rows in readable for _, text, path in rows}
    title = version.results[0].name if version.results else version.short_name
    refusal = dossier.facts.get("refusal", {})
    if dossier.facts.get("decision") == "refuse":
        title = f"Văn bản từ chối giải quyết: {version.short_name}"
    rows = [[label, text] for _, group in readable for label, text, _ in group]
    if personal_id := dossier.facts.get("personal_id"):
        rows.append(["Số định danh cá nhân", personal_id])
    return {
        **_common(dossier, now),
        "number": number,
        "title": title,
        "procedure": version.short_name,
        "procedure_code": version.code,
        "signer_name": signer.name,
        "signer_title": signer.title,
        "signer_authority": signer.authority,
        "signer_account": signer.account_id,
        "applicant": _applicant(dossier),
        "rows": rows,
        "texts": texts,
        "reason": refusal.get("reason", ""),
        "append_files": _scans(dossier, version),
        "facts": {
            key: dossier.facts[key]
            for key in ("personal_id", "register_number", "register_year", "compared")
            if key in dossier.facts
        },
        "legal_basis": [str(basis.get("number", "")) for basis in version.legal_basis][:6],
    }


def _scans(dossier: Dossier, version: VersionFacts) -> list[str]:
    """The counter's scans of the original, whose pages follow a certified copy's first page."""
    if version.result_template != "result_certified_copy":
        return []
    scans = dossier.attachments.filter(digitised=1).order_by("id")
    return [str(file_id) for file_id in scans.values_list("file_id", flat=True)]


def slip_01(dossier: Dossier) -> dict[str, Any]:
    """Giấy tiếp nhận hồ sơ và hẹn trả kết quả (TT 03/2025, Mẫu 01)."""
    version = catalogue.version(dossier.version_id)
    answers = json.loads(dossier.answers or "{}")
    given = {paper.component_key for paper in dossier.attachments.all()}
    charge = Charge.objects.filter(subject=dossier.pk).order_by("-id").first()
    accepted = dossier.timeline.filter(kind="accepted").order_by("-id").first()
    return {
        **_common(dossier, dossier.accepted_at or dossier.submitted_at),
        "applicant": _applicant(dossier),
        "procedure": version.short_name,
        "procedure_code": version.code,
        "papers": [
            {
                "name": component.name,
                "form": "Bản điện tử" if component.key in given else "Xuất trình tại quầy",
            }
            for component in law.needed_components(version, answers)
            if component.required or component.key in given
        ],
        "sets": 1,
        "limit": limit_words(dossier.limit_amount, dossier.limit_unit),
        "received_at": moment(dossier.accepted_at),
        "due_at": moment(dossier.due_at),
        "return_place": _return_place(dossier),
        "fee": money.vnd(charge.amount) if charge else "Không thu",
        "fee_state": charge.get_state_display() if charge else "",
        "officer": accepted.actor_name if accepted else "",
        "submitter": dossier.representative_name or dossier.applicant_name,
    }


def _return_place(dossier: Dossier) -> str:
    """Where the applicant gets the result: as they chose where it was taken in for the agency."""
    taken = dossier.facts.get("taken_in")
    wanted = taken["return"] if taken is not None else ""
    if dossier.way == FilingWay.ONLINE or wanted == "vault":
        return "Kho dữ liệu điện tử của người nộp"
    if wanted == "post":
        return "Qua bưu chính công ích"
    return _centre(taken["centre"] if wanted == "centre" else dossier.agency_id)


def slip_02(dossier: Dossier, request: SupplementRequest) -> dict[str, Any]:
    """Phiếu yêu cầu bổ sung, hoàn thiện hồ sơ (Mẫu 02)."""
    version = catalogue.version(dossier.version_id)
    return {
        **_common(dossier, request.asked_at),
        "applicant": _applicant(dossier),
        "procedure": version.short_name,
        "procedure_code": version.code,
        "items": [item["text"] for item in request.items],
        "reason": request.reason,
        "answer_by": moment(request.answer_by),
        "officer": request.asked_by,
    }


def slip_03(dossier: Dossier) -> dict[str, Any]:
    """Phiếu từ chối tiếp nhận giải quyết hồ sơ (Mẫu 03)."""
    version = catalogue.version(dossier.version_id)
    refusal = dossier.facts.get("refusal", {})
    entry = dossier.timeline.filter(kind="refused").order_by("-id").first()
    return {
        **_common(dossier, dossier.finished_at or dossier.submitted_at),
        "applicant": _applicant(dossier),
        "procedure": version.short_name,
        "procedure_code": version.code,
        "reason": refusal.get("reason", ""),
        "legal": refusal.get("legal", ""),
        "officer": entry.actor_name if entry else "",
    }


def slip_04(dossier: Dossier, extension: Extension) -> dict[str, Any]:
    """Văn bản xin lỗi và đề nghị gia hạn thời gian giải quyết (Mẫu 04)."""
    version = catalogue.version(dossier.version_id)
    return {
        **_common(dossier, extension.decided_at or extension.proposed_at),
        "applicant": _applicant(dossier),
        "procedure": version.short_name,
        "procedure_code": version.code,
        "received_at": moment(dossier.accepted_at),
        "limit": limit_words(dossier.limit_amount, dossier.limit_unit),
        "reason": extension.reason,
        "due_before": moment(extension.due_before),
        "due_after": moment(extension.due_after),
        "officer": extension.decided_by,
    }


def slip_05(dossier: Dossier) -> dict[str, Any]:
    """Thông báo dừng giải quyết hồ sơ (Mẫu 05)."""
    version = catalogue.version(dossier.version_id)
    return {
        **_common(dossier, dossier.finished_at or dossier.submitted_at),
        "applicant": _applicant(dossier),
        "procedure": version.short_name,
        "procedure_code": version.code,
        "reason": dossier.facts.get("stop_reason", ""),
    }


def slip_06(dossier: Dossier, now: datetime) -> dict[str, Any]:
    """Phiếu kiểm soát quá trình giải quyết hồ sơ (Mẫu 06): who had the dossier from when to when,
    and whether each kept to the time of the step. Names no applicant: it is about the office."""
    version = catalogue.version(dossier.version_id)
    pauses = [
        f"{row.get_kind_display()}: {moment(row.started_at)} – {moment(row.ended_at) or 'nay'}"
        for row in dossier.pauses.order_by("started_at")
    ]
    due = dossier.due_at if dossier.accepted_at else None
    return {
        **_common(dossier, now),
        "procedure": version.short_name,
        "procedure_code": version.code,
        "received_at": moment(dossier.accepted_at),
        "limit": limit_words(dossier.limit_amount, dossier.limit_unit),
        "due_at": moment(due),
        "extended_to": moment(due) if dossier.extended_to is not None else "",
        "pauses": "; ".join(pauses),
        "standing": _kept(due, dossier.finished_at, now),
        "steps": [_step(item, dossier, now) for item in history(dossier.pk)],
        "made_at": moment(now),
    }


def _step(item: WorkItem, dossier: Dossier, now: datetime) -> dict[str, str]:
    holder = item.done_by or item.assignee
    who = holder.display_name if holder else ROLES.get(item.role, item.role)
    done = item.done_at if item.state != WorkItem.State.OPEN else None
    said = next((one["label"] for one in item.outcomes if one["key"] == item.outcome), "")
    return {
        "name": item.name,
        "who": who if item.agency_id == dossier.agency_id else f"{who}, {item.agency.name}",
        "opened": _short(item.opened_at),
        "due": _short(item.due_at),
        "done": _short(done),
        "outcome": "; ".join(word for word in (said, _kept(item.due_at, done, now)) if word),
    }


def _short(at: datetime | None) -> str:
    """A moment in a narrow column."""
    return clock.local(at).strftime("%H:%M %d/%m/%Y") if at else ""


def _kept(due: datetime | None, done: datetime | None, now: datetime) -> str:
    return KEPT[rules.kept(due, done, now)]


def receipt(dossier: Dossier, charge_id: int) -> dict[str, Any]:
    """Biên lai thu phí, lệ phí."""
    charge = Charge.objects.get(pk=charge_id)
    at = charge.paid_at or charge.created_at
    return {
        **_common(dossier, at),
        "applicant": _applicant(dossier),
        "procedure": catalogue.version(dossier.version_id).short_name,
        "payer": charge.payer_name,
        "items": [[item["name"], money.vnd(item["amount"])] for item in charge.items],
        "total": money.vnd(charge.amount),
        "total_words": money.in_words(charge.amount),
        "method": {"cash": "Tiền mặt", "vnpay": "Cổng thanh toán", "vietqr": "VietQR"}.get(
            charge.method, charge.method
        ),
        "reference": charge.reference,
        "paid_at": moment(at),
    }
