"""Procedures, readable by everybody."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Query, Router

from motcua.catalogue import queries as catalogue
from motcua.catalogue import rules as law
from motcua.catalogue.facts import VersionFacts
from motcua.doors.api import cursors
from motcua.doors.api.problems import Problem
from motcua.doors.api.schemas import ProcedureOut, ProcedurePage, problem_answers
from motcua.forms import engine as forms
from motcua.foundation import clock

router = Router()


@router.get("", response={200: ProcedurePage, **problem_answers(400, 422)})
def procedures(
    request: HttpRequest,
    q: str = Query("", max_length=200),
    after: str = Query("", max_length=200),
    limit: int = Query(50, ge=1, le=200),
) -> Any:
    """Procedures in force, by code; with `q`, the best fits first (no paging then)."""
    if q.strip():
        hits = catalogue.search(q.strip(), limit=min(limit, 50))
        items = [
            {"code": h.code, "name": h.short_name, "sector": h.sector, "online": h.online or ""}
            for h in hits
        ]
        return {"items": items, "next": None}
    rows = catalogue.browse(clock.today()).order_by("procedure__code")
    if after:
        cursor = cursors.unpack(after, 1)
        if cursor is None or not isinstance(cursor[0], str):
            raise Problem(400, "bad_cursor", "Con trỏ trang không đúng; lấy lại từ trang đầu.")
        rows = rows.filter(procedure__code__gt=cursor[0])
    found = list(rows[: limit + 1])
    items = [
        {
            "code": row.procedure.code,
            "name": row.procedure.short_name,
            "sector": row.procedure.sector,
            "online": row.online,
        }
        for row in found[:limit]
    ]
    more = cursors.pack(items[-1]["code"]) if len(found) > limit else None
    return {"items": items, "next": more}


@router.get("/{code}", response={200: ProcedureOut, **problem_answers(400, 404)})
def procedure(request: HttpRequest, code: str) -> Any:
    """One procedure as it is in force today, with the schema of its form."""
    version = catalogue.facts_in_force(code, clock.today())
    if version is None:
        raise Problem(404, "not_found", "Không có thủ tục nào mang mã này đang có hiệu lực.")
    return _out(version)


def _out(version: VersionFacts) -> dict[str, Any]:
    return {
        "code": version.code,
        "name": version.name,
        "short_name": version.short_name,
        "sector": version.sector,
        "decision": version.decision,
        "online": version.online,
        "online_reason": version.online_reason,
        "fileable": law.can_file_online(version).allowed,
        "cases": [
            {
                "key": case.key,
                "name": case.name,
                "channels": [
                    {
                        "way": channel.way,
                        "limit_amount": channel.limit.amount if channel.limit else None,
                        "limit_unit": channel.limit.unit if channel.limit else None,
                        "fee": channel.fee,
                        "fee_text": channel.fee_text,
                        "illustrative": channel.illustrative,
                    }
                    for channel in case.channels
                ],
            }
            for case in version.cases
        ],
        "components": [
            {
                "key": component.key,
                "name": component.name,
                "required": component.required,
                "upload": component.upload,
                "replaced_by": component.replaced_by,
            }
            for component in version.components
        ],
        "results": [{"code": result.code, "name": result.name} for result in version.results],
        "form": forms.compiled(version.form_id).json_schema() if version.form_id else None,
    }
