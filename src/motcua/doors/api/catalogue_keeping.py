"""The national catalogue in and out, for the programs and people in charge of it."""

from __future__ import annotations

import dataclasses
from tempfile import SpooledTemporaryFile
from typing import IO, Any

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router

from motcua.catalogue import actions, keepers
from motcua.catalogue.errors import FileTooLarge
from motcua.catalogue.keepers import Reach
from motcua.doors.api.problems import Problem
from motcua.doors.api.schemas import ImportOut, problem_answers
from motcua.doors.api.tokens import AccessToken, Caller
from motcua.doors.catalogue_file import LARGEST, exported
from motcua.doors.guard import FORMS
from motcua.foundation import clock
from motcua.people import queries as people

IMPORT_SCOPE = "catalogue:import"
EXPORT_SCOPE = "catalogue:export"
HIGH = 2
"""The level of the national eID that a person needs here."""
IN_MEMORY = 1_000_000
_AT_ONCE = 65_536

FILE_IN: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "description": (
            "Một bản ghi JSON mỗi dòng (UTF-8), nén gzip hay không: hệ thống nhận ra theo nội dung."
            " Tối đa 20 MB, sau khi giải nén tối đa 100 MB. Cần Content-Length."
        ),
        "content": {
            "application/octet-stream": {
                "schema": {"type": "string", "format": "binary", "minLength": 1}
            }
        },
    }
}
FILE_OUT: dict[str, Any] = {
    "responses": {
        200: {
            "description": "Mọi bản ghi đã nhập, nguyên văn, một bản ghi JSON mỗi dòng, gzip.",
            "content": {"application/gzip": {"schema": {"type": "string", "format": "binary"}}},
        }
    }
}

router = Router(auth=AccessToken())


@router.post(
    "/import",
    response={200: ImportOut, **problem_answers(400, 401, 403, 413, 415, 422, 503)},
    openapi_extra=FILE_IN,
)
def take_over(request: HttpRequest, dry_run: bool = Query(False)) -> Any:
    """Take over records of the national catalogue, as `motcua catalogue import` does: a record that
    is rejected stops no other, accepted ones commit together, a file that cannot be read to its end
    commits nothing. Repeatable: sent again, everything is unchanged. `dry_run` says what would
    happen."""
    reach = _reach(request, IMPORT_SCOPE)
    if request.content_type in FORMS:
        raise Problem(
            415,
            "not_a_form",
            "Gửi thẳng nội dung tệp, kiểu application/octet-stream, không gửi mẫu.",
        )
    with SpooledTemporaryFile(max_size=IN_MEMORY) as file:
        if not _received(request, file):
            raise Problem(
                400,
                "empty",
                "Chưa có nội dung nào. Gửi tệp JSON Lines hoặc gzip, kèm Content-Length.",
            )
        try:
            report = actions.import_records(file, clock.now(), dry_run=dry_run, by=reach.by)
        except FileTooLarge as error:
            raise Problem(413, "too_large", str(error)) from None
    return dataclasses.asdict(report)


@router.get("/export", response=problem_answers(401, 403, 503), openapi_extra=FILE_OUT)
def give_out(request: HttpRequest) -> HttpResponse:
    """The imported records word for word: taken over again, all are unchanged."""
    _reach(request, EXPORT_SCOPE)
    return exported()  # type: ignore[return-value] # streams; ninja passes it on


def _received(request: HttpRequest, file: IO[bytes]) -> int:
    """Put the body aside, at most as much as is taken; how many bytes it has. Raises `Problem`."""
    size = 0
    while part := request.read(_AT_ONCE):
        size += len(part)
        if size > LARGEST:
            raise Problem(413, "too_large", str(FileTooLarge(LARGEST)))
        file.write(part)
    file.seek(0)
    return size


def _reach(request: HttpRequest, scope: str) -> Reach:
    """In whose name the whole catalogue is kept by this caller. Raises `Problem`: for the whole
    country only, so not for the keeper of one province; and for no machine but one that a decision
    gave the scope (`machines.rules.SCOPE_KINDS`)."""
    caller: Caller = request.auth  # type: ignore[attr-defined] # ninja puts it there
    if scope not in caller.scopes:
        raise Problem(403, "scope_missing", f"Thẻ truy cập không có phạm vi {scope}.")
    if caller.machine is not None:
        return Reach("", f"machine:{caller.machine.client_id}")
    if caller.viewer.assurance < HIGH:
        raise Problem(403, "assurance", "Việc này cần tài khoản định danh mức độ 2.")
    account = people.account(caller.viewer.account_id or 0)
    posted = people.viewer_of(account, HIGH, clock.now()) if account is not None else None
    reach = keepers.reach(posted) if posted is not None else None
    if reach is None or reach.province:
        raise Problem(403, "no_keeper", "Danh mục quốc gia do quản trị toàn hệ thống cập nhật.")
    return reach
