"""The notice of a breach to the authority (Luật 91/2025/QH15 Đ23), as data and as a paper."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from motcua.documents.rendering import render
from motcua.foundation import clock
from motcua.privacy import breach_clock
from motcua.privacy.breach_kinds import KINDS
from motcua.privacy.models import Breach


def as_data(breach: Breach, now: datetime) -> dict[str, Any]:
    """What the notice says: what happened, which data, how many, what was done; nobody's name."""
    stands = breach_clock.standing(breach.learnt_at, breach.told_authority_at, now)
    measures = breach.entries.filter(kind="measure").order_by("pk")
    known = breach.affected.count()
    return {
        "agency": breach.agency.name,
        "agency_code": breach.agency.code,
        "case": breach.pk,
        "began_at": breach.began_at.isoformat() if breach.began_at else None,
        "learnt_at": breach.learnt_at.isoformat(),
        "due_at": stands.due.isoformat(),
        "what": breach.what,
        "how": breach.how,
        "kinds": [KINDS[one] for one in breach.kinds],
        "people_estimated": breach.people,
        "people_found": known,
        "people_told": breach.affected.filter(told_at__isnull=False).count(),
        "measures": [{"at": one.at.isoformat(), "text": one.text} for one in measures],
        "written_at": now.isoformat(),
    }


def as_pdf(breach: Breach, now: datetime) -> bytes:
    """The same as a paper to sign and send."""
    data = as_data(breach, now)
    for key in ("began_at", "learnt_at", "due_at", "written_at"):
        data[key] = _said(data[key])
    data |= {"agency_name": data["agency"], "title": "Thông báo vi phạm dữ liệu cá nhân"}
    data["measures"] = [f"{_said(one['at'])}: {one['text']}" for one in data["measures"]]
    return render("breach_notice", data, now)


def _said(moment: str | None) -> str:
    if moment is None:
        return "chưa rõ"
    return clock.local(datetime.fromisoformat(moment)).strftime("%H:%M %d/%m/%Y")
