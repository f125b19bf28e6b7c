"""JSON bodies, read with suspicion: a program may send what no person would."""

from __future__ import annotations

import json
from typing import Any, cast

from django.http import HttpRequest
from ninja.parser import Parser

from motcua.doors.api.problems import Problem

DEEPEST = 20
"""Lists and objects within one another; our deepest form needs four."""
LARGEST_WHOLE = 2**63 - 1


class StrictParser(Parser):
    """UTF-8 JSON with finite numbers, text that can be stored, and not too deep."""

    def parse_body(self, request: HttpRequest) -> dict[str, Any]:
        try:
            data = json.loads(request.body, parse_constant=_no_constant)
        except RecursionError:
            raise _too_deep() from None
        except ValueError:
            raise Problem(
                400, "malformed_json", "Nội dung gửi lên không phải JSON đúng khuôn dạng (UTF-8)."
            ) from None
        _check(data, 0)
        return cast("dict[str, Any]", data)


def _no_constant(name: str) -> Any:
    raise ValueError(name)


def _too_deep() -> Problem:
    return Problem(400, "too_deep", f"Nội dung lồng nhau quá {DEEPEST} tầng.")


def _check(value: Any, depth: int) -> None:
    """Raise `Problem` for what could be read but neither stored nor reckoned with."""
    if isinstance(value, str):
        if "\0" in value or any("\ud800" <= letter <= "\udfff" for letter in value):
            raise Problem(400, "bad_text", "Nội dung có ký tự không lưu được (U+0000, nửa ký tự).")
    elif isinstance(value, float):
        if value in (float("inf"), float("-inf")):
            raise Problem(400, "bad_number", "Nội dung có số quá lớn.")
    elif isinstance(value, int):
        if abs(value) > LARGEST_WHOLE:
            raise Problem(400, "bad_number", "Nội dung có số quá lớn.")
    elif isinstance(value, dict | list):
        if depth >= DEEPEST:
            raise _too_deep()
        if isinstance(value, dict):
            for key in value:
                _check(key, depth)
        for part in value.values() if isinstance(value, dict) else value:
            _check(part, depth + 1)
