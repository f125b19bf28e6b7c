"""Home, search, and the page of one procedure."""

from __future__ import annotations

from functools import lru_cache

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from motcua.catalogue import queries as catalogue
from motcua.catalogue import rules as law
from motcua.doors.access import Request, missing
from motcua.dossiers.queries import citizen, public
from motcua.foundation import clock, text
from motcua.processes import picture

LISTED = 100

LIFE_EVENTS = (
    (
        "birth",
        gettext_lazy("Có con"),
        gettext_lazy("Khai sinh, thường trú, bảo hiểm y tế cho trẻ"),
    ),
    (
        "marriage",
        gettext_lazy("Kết hôn"),
        gettext_lazy("Giấy xác nhận tình trạng hôn nhân, đăng ký kết hôn"),
    ),
    (
        "business",
        gettext_lazy("Mở quán, kinh doanh"),
        gettext_lazy("Đăng ký, thay đổi, tạm ngừng hộ kinh doanh"),
    ),
    (
        "house",
        gettext_lazy("Xây nhà, sửa nhà"),
        gettext_lazy("Giấy phép xây dựng và điều chỉnh"),
    ),
    (
        "papers",
        gettext_lazy("Sao, chứng thực giấy tờ"),
        gettext_lazy("Bản sao, chữ ký, trích lục"),
    ),
    (
        "death",
        gettext_lazy("Người thân qua đời"),
        gettext_lazy("Khai tử và hỗ trợ mai táng"),
    ),
)


@require_safe
def home(request: Request) -> HttpResponse:
    recent = citizen.my_dossiers(request.viewer, limit=5)
    return render(
        request,
        "portal/home.html",
        {"life_events": LIFE_EVENTS, "dossiers": recent},
    )


@require_safe
def procedures(request: HttpRequest) -> HttpResponse:
    query = request.GET.get("q", "").strip()[:200]
    event = request.GET.get("viec", "")
    if query:
        found = [
            (hit.code, hit.short_name, hit.sector) for hit in catalogue.search(query, limit=20)
        ]
    else:
        rows = catalogue.browse(clock.today(), life_event=event)[:LISTED]
        found = [(r.procedure.code, r.procedure.short_name, r.procedure.sector) for r in rows]
        found.sort(key=lambda row: text.sort_key(row[2]))  # what can be filed stays first in each
    return render(
        request,
        "portal/procedures.html",
        {
            "section": "procedures",
            "query": query,
            "found": found,
            "event": next((name for key, name, hint in LIFE_EVENTS if key == event), ""),
        },
    )


@lru_cache(maxsize=256)
def _picture(process_id: int) -> str:
    """The picture of a published process, which never changes."""
    return picture.svg(process_id)


@require_safe
def procedure(request: Request, code: str) -> HttpResponse:
    version = catalogue.facts_in_force(code, clock.today())
    if version is None:
        return missing(request, _("Không có thủ tục nào mang mã %s đang có hiệu lực.") % code)
    return render(
        request,
        "portal/procedure.html",
        {
            "section": "procedures",
            "version": version,
            "online": law.can_file_online(version),
            "served": public.served_so_far(version.procedure_id),
            "steps": picture.outline(version.process_id) if version.process_id else [],
            "picture": _picture(version.process_id) if version.process_id else "",
        },
    )
