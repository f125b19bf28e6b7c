"""What no door takes, turned away before anything reads it."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from motcua.doors.api import problems

Answer = Callable[[HttpRequest], HttpResponse]

API = "/api/"
CATALOGUE_FILE = "/api/v1/catalogue/import"
LARGEST_JSON = 1_000_000
LARGEST_UPLOAD = 21_000_000
"""One file of 20 MB and what surrounds it."""
LARGEST_FORM = 100_000_000
"""Several photographs at once."""
FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


def sane_requests(get_response: Answer) -> Answer:
    """Middleware: bodies that are too large are refused unread (413), and so is the character
    U+0000, which no database keeps as text, wherever it stands (400). Below `/api/` a wrong method
    is a problem document too."""

    def answer(request: HttpRequest) -> HttpResponse:
        if _length(request) > _limit(request):
            return _too_large(request)
        if "\0" in request.path or "%00" in request.META.get("QUERY_STRING", ""):
            return _unreadable(request)
        if request.content_type in FORMS and _holds_nul(request):
            return _unreadable(request)
        response = get_response(request)
        if response.status_code == 405 and request.path.startswith(API):
            told = problems.plain(405)
            told["Allow"] = response.headers.get("Allow", "")
            return told
        return response

    return answer


def refuse(request: HttpRequest, status: int, title: str, message: str) -> HttpResponse:
    """A page in plain words."""
    page = {"title": title, "message": message}
    return render(request, "portal/missing.html", page, status=status)


def _too_large(request: HttpRequest) -> HttpResponse:
    if request.path.startswith(API):
        return problems.plain(413)
    message = _("Mỗi tệp tối đa 20 MB, cả lần gửi tối đa 100 MB. Hãy quay lại và gửi ít tệp hơn.")
    return refuse(request, 413, _("Tệp quá lớn"), message)


def _unreadable(request: HttpRequest) -> HttpResponse:
    if request.path.startswith(API):
        return problems.plain(400)
    message = _("Địa chỉ hoặc nội dung gửi lên có ký tự không dùng được. Hãy nhập lại.")
    return refuse(request, 400, _("Yêu cầu không đọc được"), message)


def _length(request: HttpRequest) -> int:
    try:
        return int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return 0


def _limit(request: HttpRequest) -> int:
    if not request.path.startswith(API):
        return LARGEST_FORM
    if request.path == CATALOGUE_FILE:
        return LARGEST_UPLOAD
    return LARGEST_UPLOAD if request.content_type == "multipart/form-data" else LARGEST_JSON


def _holds_nul(request: HttpRequest) -> bool:
    return any(
        "\0" in text
        for name, values in request.POST.lists()
        for text in (name, *values)
        if isinstance(text, str)
    )
