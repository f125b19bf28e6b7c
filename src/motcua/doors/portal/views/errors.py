"""What is said when a page is not there, a request is not understood, or the house has failed."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _say(request, 404, _("Không tìm thấy trang"), _not_here())


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _say(request, 400, _("Yêu cầu không đọc được"), _too_much())


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _say(request, 403, _("Không mở được trang này"), _not_yours())


def stale_form(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form has no valid token: it was open for too long, or comes from another place."""
    return _say(request, 403, _("Trang đã mở quá lâu"), _stale())


def failed(request: HttpRequest) -> HttpResponse:
    """Asks nothing of the database, which may be what has failed."""
    if _is_api(request):
        return _problem(500, _("Hệ thống gặp lỗi"), _broken())
    page = {"title": _("Hệ thống gặp lỗi"), "message": _broken()}
    return HttpResponse(render_to_string("portal/broken.html", page), status=500)


def _say(request: HttpRequest, status: int, title: str, message: str) -> HttpResponse:
    if _is_api(request):
        return _problem(status, title, message)
    page: dict[str, Any] = {"title": title, "message": message}
    return render(request, "portal/missing.html", page, status=status)


def _problem(status: int, title: str, detail: str) -> HttpResponse:
    body = {"type": "about:blank", "title": title, "status": status, "detail": detail}
    return JsonResponse(body, status=status, content_type="application/problem+json")


def _is_api(request: HttpRequest) -> bool:
    return request.path.startswith("/api/")


def _not_here() -> str:
    return _("Địa chỉ này không có, hoặc đã đổi. Hãy tìm thủ tục hoặc hồ sơ từ trang chủ.")


def _too_much() -> str:
    return _(
        "Trang gửi lên có phần không đúng hoặc quá lớn. Hãy quay lại và gửi lại; những phần đã lưu "
        "vẫn còn."
    )


def _not_yours() -> str:
    return _("Bạn không có quyền mở trang này, hoặc phiên đăng nhập đã hết.")


def _stale() -> str:
    return _(
        "Vì an toàn, trang để lâu không gửi được nữa. Hãy quay lại trang trước, tải lại rồi gửi "
        "lại; những phần đã lưu vẫn còn."
    )


def _broken() -> str:
    return _(
        "Lỗi đã được ghi lại. Những gì bạn đã lưu vẫn còn. Xin thử lại sau ít phút, hoặc gọi Bộ "
        "phận Một cửa xã, phường."
    )
