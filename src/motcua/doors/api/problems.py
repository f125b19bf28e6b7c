"""Errors as `application/problem+json` (RFC 9457), in Vietnamese, each saying what to do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from motcua.catalogue.errors import CatalogueError
from motcua.documents.errors import FileWithheld, UploadRefused
from motcua.dossiers.errors import (
    ChangedSinceSeen,
    IncompleteAnswers,
    MissingPapers,
    NotFound,
    Refused,
)
from motcua.foundation.idempotency import KeyUsedOtherwise
from motcua.payments.errors import PaymentRefused
from motcua.people.errors import PeopleError
from motcua.processes.errors import OfficeMissing

MEDIA_TYPE = "application/problem+json"

WORDS: Mapping[int, tuple[str, str]] = {
    400: ("bad_request", "Yêu cầu không đúng khuôn dạng."),
    403: ("forbidden", "Yêu cầu này không được phép."),
    404: ("not_found", "Không có địa chỉ này."),
    405: ("method_not_allowed", "Địa chỉ này không nhận phương thức đó."),
    413: ("too_large", "Nội dung gửi lên quá lớn: JSON tối đa 1 MB, tệp tối đa 20 MB."),
    500: ("internal", "Hệ thống gặp lỗi. Hãy gửi lại sau ít phút với cùng Idempotency-Key."),
}
"""Code and title of what goes wrong before or outside an operation."""

_SAID: Mapping[str, str] = {
    "missing": "Thiếu trường này.",
    "extra_forbidden": "Không có trường này.",
    "string_type": "Phải là chuỗi ký tự.",
    "string_too_long": "Dài quá {max_length} ký tự.",
    "too_long": "Nhiều quá {max_length} mục.",
    "dict_type": "Phải là một đối tượng.",
    "list_type": "Phải là một danh sách.",
    "int_parsing": "Phải là số nguyên.",
    "int_type": "Phải là số nguyên.",
    "greater_than_equal": "Phải từ {ge} trở lên.",
    "less_than_equal": "Phải không quá {le}.",
    "model_attributes_type": "Phải là một đối tượng.",
}
"""What each kind of format error says; `{…}` are the limits it carries."""


class Problem(Exception):
    """An answer that is not a success."""

    def __init__(self, status: int, code: str, title: str, **more: Any) -> None:
        super().__init__(title)
        self.status, self.code, self.title, self.more = status, code, title, more


def answer(status: int, code: str, title: str, **more: Any) -> HttpResponse:
    """One problem document. `type` is a URN that names the kind of problem for machines."""
    body = {"type": f"urn:motcua:problem:{code}", "title": title, "status": status, **more}
    return JsonResponse(
        body,
        status=status,
        content_type=MEDIA_TYPE,
        json_dumps_params={"ensure_ascii": False},
    )


def plain(status: int) -> HttpResponse:
    """The problem for a bare HTTP status."""
    code, title = WORDS.get(status, ("http", "Yêu cầu không thực hiện được."))
    return answer(status, code, title)


def _status_of(error: Refused) -> int:
    if isinstance(error, NotFound):
        return 404
    if isinstance(error, ChangedSinceSeen):
        return 409
    return 422


def _of_refusal(error: Refused) -> HttpResponse:
    more: dict[str, Any] = {}
    if isinstance(error, IncompleteAnswers):
        more["errors"] = [
            {"field": e.field, "label": e.label, "message": e.message}  # type: ignore[attr-defined] # forms.FieldError
            for e in error.errors
        ]
    if isinstance(error, MissingPapers):
        more["missing"] = list(error.keys)
    return answer(_status_of(error), error.code, error.message, **more)


def _of_format(error: ValidationError) -> HttpResponse:
    found = []
    for one in error.errors:
        said = _SAID.get(one["type"], "Giá trị không hợp lệ.")
        place = [str(part) for part in one["loc"][1:] if part != "body"]
        found.append({"field": ".".join(place), "message": said.format(**one.get("ctx", {}))})
    return answer(422, "invalid_request", "Yêu cầu chưa đúng định dạng.", errors=found)


def _of_http(error: HttpError) -> HttpResponse:
    cause = error.__cause__
    if isinstance(cause, Problem):
        return answer(cause.status, cause.code, cause.title, **cause.more)
    if isinstance(cause, RequestDataTooBig):
        return plain(413)
    return plain(error.status_code)


def install(api: NinjaAPI) -> None:
    """Turn the named exceptions of the rooms, and what the framework raises, into problems."""

    @api.exception_handler(Problem)
    def _problem(request: HttpRequest, error: Problem) -> HttpResponse:
        response = answer(error.status, error.code, error.title, **error.more)
        if error.status == 429:
            response["Retry-After"] = str(error.more["wait"])
        return response

    @api.exception_handler(Refused)
    def _refused(request: HttpRequest, error: Refused) -> HttpResponse:
        return _of_refusal(error)

    @api.exception_handler(UploadRefused)
    def _upload(request: HttpRequest, error: UploadRefused) -> HttpResponse:
        return answer(422, "upload_refused", error.message)

    @api.exception_handler(FileWithheld)
    def _withheld(request: HttpRequest, error: FileWithheld) -> HttpResponse:
        return answer(409, "file_withheld", error.message)

    @api.exception_handler(CatalogueError)
    def _catalogue(request: HttpRequest, error: CatalogueError) -> HttpResponse:
        return answer(422, "catalogue", str(error))

    @api.exception_handler(OfficeMissing)
    def _office(request: HttpRequest, error: OfficeMissing) -> HttpResponse:
        return answer(422, "office_missing", str(error))

    @api.exception_handler(PaymentRefused)
    def _payment(request: HttpRequest, error: PaymentRefused) -> HttpResponse:
        return answer(422, "payment_refused", error.message)

    @api.exception_handler(PeopleError)
    def _people(request: HttpRequest, error: PeopleError) -> HttpResponse:
        return answer(403, "identity", str(error))

    @api.exception_handler(KeyUsedOtherwise)
    def _key(request: HttpRequest, error: KeyUsedOtherwise) -> HttpResponse:
        return answer(422, "idempotency_key_reused", str(error))

    @api.exception_handler(AuthenticationError)
    def _unauthenticated(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
        response = answer(
            401,
            "unauthenticated",
            "Cần thẻ truy cập còn hạn: của định danh điện tử, hoặc của máy khách.",
        )
        response["WWW-Authenticate"] = 'Bearer realm="motcua"'
        return response

    @api.exception_handler(ValidationError)
    def _invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
        return _of_format(error)

    @api.exception_handler(HttpError)
    def _http(request: HttpRequest, error: HttpError) -> HttpResponse:
        return _of_http(error)

    @api.exception_handler(Http404)
    def _missing(request: HttpRequest, error: Http404) -> HttpResponse:
        return plain(404)

    @api.exception_handler(SuspiciousOperation)
    def _suspicious(request: HttpRequest, error: SuspiciousOperation) -> HttpResponse:
        return plain(413 if isinstance(error, RequestDataTooBig) else 400)
