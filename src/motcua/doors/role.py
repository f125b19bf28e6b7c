"""Which doors stand open here: one code base runs as the national portal, as a province's
processing system, or as both (NĐ 224/2026 Đ15: citizens file at one national door)."""

from __future__ import annotations

import re
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from motcua.doors import guard
from motcua.doors.api import problems
from motcua.doors.portal.views import errors

Answer = Callable[[HttpRequest], HttpResponse]

_FILING_PAGES = re.compile(r"/thu-tuc/[^/]+/nop/|/nop/")
_FILING_CALLS = re.compile(r"/api/v1/(dossiers|files)/?")
_PROCESSING = re.compile(r"/mot-cua/|/api/national/")


def files_here() -> bool:
    """Whether citizens file here: not at a province's own system."""
    return settings.ENV.role != "province"


def processes_here() -> bool:
    """Whether officers work here: not at the national portal."""
    return settings.ENV.role != "national"


def open_doors(get_response: Answer) -> Answer:
    """Middleware: what this installation's role does not offer is refused, in words. Comes after
    the viewer, whom the page that says so greets."""

    def answer(request: HttpRequest) -> HttpResponse:
        if not files_here():
            if request.method == "POST" and _FILING_CALLS.fullmatch(request.path):
                return problems.answer(403, "file_nationally", where_to_file())
            if _FILING_PAGES.match(request.path):
                title = _("Nộp hồ sơ tại Cổng Dịch vụ công quốc gia")
                return guard.refuse(request, 403, title, where_to_file())
        if not processes_here() and _PROCESSING.match(request.path):
            api = request.path.startswith(guard.API)
            return problems.plain(404) if api else errors.not_found(request)
        return get_response(request)

    return answer


def where_to_file() -> str:
    """What a province says instead of offering a start button."""
    return _(
        "Hồ sơ được nộp tại một cửa duy nhất: Cổng Dịch vụ công quốc gia (%(url)s). Tại đây bạn"
        " theo dõi, bổ sung và nhận kết quả."
    ) % {"url": settings.ENV.national_url}


def doors(request: HttpRequest) -> dict[str, object]:
    """For every template: which doors the page may show."""
    return {
        "files_here": files_here(),
        "processes_here": processes_here(),
        "where_to_file": where_to_file,
    }
