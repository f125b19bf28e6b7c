"""Home, search, and the page of one procedure."""

from __future__ import annotations

from functools import lru_cache

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from motcua.catalogue import bundles
from motcua.catalogue import queries as catalogue
from motcua.catalogue import rules as law
from motcua.catalogue.models import ProcedureVersion
from motcua.doors import addresses
from motcua.doors.access import Request, missing
from motcua.doors.portal import structured
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


TOGETHER = {
    "birth": gettext_lazy(
        "Khai sinh, đăng ký thường trú và cấp thẻ bảo hiểm y tế cho trẻ dưới 6 tuổi làm được cùng"
        " lúc bằng một tờ khai: không quá 3 ngày làm việc, 5 ngày nếu phải xác minh (Nghị định"
        " 63/2024/NĐ-CP)."
    ),
    "death": gettext_lazy(
        "Khai tử, xóa đăng ký thường trú và trợ cấp mai táng làm được cùng lúc bằng một tờ khai:"
        " không quá 3 ngày làm việc, 5 ngày nếu phải xác minh (Nghị định 63/2024/NĐ-CP)."
    ),
}
EVENT_NAMES = {key: name for key, name, _hint in LIFE_EVENTS}
LEVELS = (
    ("commune", gettext_lazy("Cấp xã")),
    ("province", gettext_lazy("Cấp tỉnh")),
    ("ministry", gettext_lazy("Cấp bộ")),
)
SUBJECTS = (
    ("Công dân Việt Nam", gettext_lazy("Công dân")),
    ("Doanh nghiệp", gettext_lazy("Doanh nghiệp")),
    ("Hợp tác xã", gettext_lazy("Hợp tác xã")),
    ("nước ngoài", gettext_lazy("Người, tổ chức nước ngoài")),
)
ONLINE = (
    (ProcedureVersion.Online.FULL.value, gettext_lazy("Toàn trình")),
    (ProcedureVersion.Online.PARTIAL.value, gettext_lazy("Một phần")),
    (ProcedureVersion.Online.COUNTER.value, gettext_lazy("Tại Bộ phận Một cửa")),
)
FILTERS = {"cap": "level", "linh-vuc": "sector", "doi-tuong": "subject", "truc-tuyen": "online"}


@require_safe
def procedures(request: HttpRequest) -> HttpResponse:
    query = request.GET.get("q", "").replace("\x00", " ").strip()[:200]
    event = bundles.bundle(request.GET.get("viec", ""))
    chosen = {
        name: request.GET.get(field, "").replace("\x00", "")[:250]
        for field, name in FILTERS.items()
    }
    context: dict[str, object] = {
        "section": "procedures",
        "query": query,
        "event": EVENT_NAMES[event.key] if event else "",
        "law": TOGETHER.get(event.key, "") if event and event.one_form else "",
    }
    if query:
        hits = catalogue.search(
            query,
            chosen["level"],
            limit=20,
            sector=chosen["sector"],
            subject=chosen["subject"],
            online=chosen["online"],
        )
        context |= {
            "hits": hits,
            "sure": bool(hits) and hits[0].sure,
            "narrowed": any(chosen.values()),
            "chosen": chosen,
            "levels": LEVELS,
            "subjects": SUBJECTS,
            "onlines": ONLINE,
            "sectors": catalogue.sectors(),
        }
    else:
        rows = catalogue.browse(clock.today(), life_event=event.key if event else "")[:LISTED]
        found = [(r.procedure.code, r.procedure.short_name, r.procedure.sector) for r in rows]
        found.sort(key=lambda row: text.sort_key(row[2]))  # what can be filed stays first in each
        context["found"] = found
        context["together"] = catalogue.named(event.codes) if event else []
    return render(request, "portal/procedures.html", context)


@require_safe
@cache_control(public=True, max_age=60)
def suggestions(request: HttpRequest) -> JsonResponse:
    """What somebody may be about to type: words to search for, or procedures with their code."""
    typed = request.GET.get("q", "")[:200]
    return JsonResponse(
        {"suggestions": [[one.words, one.code] for one in catalogue.suggest(typed)]}
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
    commune = request.GET.get("xa", "")[:10]
    decides = (
        catalogue.competent_agency(code, commune, clock.today())
        if commune.isascii() and commune.isdigit()
        else None
    )
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
            "commune": commune,
            "communes": addresses.communes_to_choose(""),
            "decides": decides,
            "related": catalogue.related(version),
            "together": [
                (
                    EVENT_NAMES[one.key],
                    TOGETHER.get(one.key, "") if one.one_form else "",
                    catalogue.named([c for c in one.codes if c != code]),
                )
                for one in bundles.bundles_with(code)
            ],
            "structured": structured.government_service(
                version, request.build_absolute_uri(request.path)
            ),
        },
    )
