"""Errors as `application/problem+json` (RFC 9457), in Vietnamese, each saying what to do."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from motcua.catalogue.errors import CatalogueError
from motcua.documents.errors import UploadRefused
from motcua.dossiers.errors import (
    ChangedSinceSeen,
    IncompleteAnswers,
    MissingPapers,
    NotFound,
    Refused,
)
from motcua.foundation.idempotency import KeyUsedOtherwise


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
        content_type="application/problem+json",
        json_dumps_params={"ensure_ascii": False},
    )


def _status_of(error: Refused) -> int:
    if isinstance(error, NotFound):
        return 404
    if isinstance(error, ChangedSinceSeen):
        return 409
    return 422


def install(api: NinjaAPI) -> None:
    """Turn the named exceptions of the rooms into problems."""

    @api.exception_handler(Problem)
    def _problem(request: HttpRequest, error: Problem) -> HttpResponse:
        return answer(error.status, error.code, error.title, **error.more)

    @api.exception_handler(Refused)
    def _refused(request: HttpRequest, error: Refused) -> HttpResponse:
        more: dict[str, Any] = {}
        if isinstance(error, IncompleteAnswers):
            more["errors"] = [
                {"field": e.field, "label": e.label, "message": e.message}  # type: ignore[attr-defined] # forms.FieldError
                for e in error.errors
            ]
        if isinstance(error, MissingPapers):
            more["missing"] = list(error.keys)
        return answer(_status_of(error), error.code, error.message, **more)

    @api.exception_handler(UploadRefused)
    def _upload(request: HttpRequest, error: UploadRefused) -> HttpResponse:
        return answer(422, "upload_refused", error.message)

    @api.exception_handler(CatalogueError)
    def _catalogue(request: HttpRequest, error: CatalogueError) -> HttpResponse:
        return answer(422, "catalogue", str(error))

    @api.exception_handler(KeyUsedOtherwise)
    def _key(request: HttpRequest, error: KeyUsedOtherwise) -> HttpResponse:
        return answer(422, "idempotency_key_reused", str(error))

    @api.exception_handler(AuthenticationError)
    def _unauthenticated(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
        response = answer(401, "unauthenticated", "Cần thẻ truy cập còn hạn của định danh điện tử.")
        response["WWW-Authenticate"] = 'Bearer realm="motcua"'
        return response

    @api.exception_handler(ValidationError)
    def _invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
        errors = [
            {"field": ".".join(str(p) for p in e["loc"][1:]), "message": e["msg"]}
            for e in error.errors
        ]
        return answer(422, "invalid_request", "Yêu cầu chưa đúng định dạng.", errors=errors)

    @api.exception_handler(HttpError)
    def _http(request: HttpRequest, error: HttpError) -> HttpResponse:
        return answer(error.status_code, "http", str(error))
