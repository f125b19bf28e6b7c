"""One HTTP call to another agency's data service, recorded with its purpose."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from motcua.foundation import clock
from motcua.sharing import records
from motcua.sharing.errors import ServiceRefused, ServiceUnavailable, SharingFailed

if TYPE_CHECKING:
    import httpx

CONNECT, ANSWER = 2.0, 5.0  # seconds: a person is waiting at the other end
TRIES = 3  # of a call that changes nothing, or that carries an idempotency key
PAUSE = 0.2  # seconds before the second try, doubled before the third


@dataclass(frozen=True, slots=True)
class Asking:
    """Who asks what of whom, and why. `service` is its name in the record, `subject` the personal
    id number the question is about, `caller` the agency or person on whose behalf."""

    service: str
    purpose: str
    caller: str
    subject: str | None = None


@cache
def _client() -> httpx.Client:
    import httpx  # here: a process that asks nobody does not load it

    from motcua.foundation.outgoing import web

    return web.client(httpx.Timeout(ANSWER, connect=CONNECT))


def call(
    asking: Asking,
    method: str,
    url: str,
    *,
    secret: str,
    params: Mapping[str, str] | None = None,
    body: Any = None,
    key: str = "",
) -> Any:
    """The JSON that `url` answers; None when it says 404. A GET, or a call with an idempotency
    `key`, is tried three times when no answer comes.

    Every call leaves one record that a rollback of the caller does not undo. Raises
    `ServiceUnavailable` and `ServiceRefused`.
    """
    started = time.monotonic()
    try:
        answer = _tried(asking, method, url, secret, params, body, key)
    except SharingFailed as failed:
        _record(asking, started, ok=False, outcome=f"{type(failed).__name__}: {failed.reason}")
        raise
    _record(asking, started, ok=True, outcome="không có" if answer is None else "có dữ liệu")
    return answer


def _record(asking: Asking, started: float, *, ok: bool, outcome: str) -> None:
    milliseconds = int((time.monotonic() - started) * 1000)
    records.record(
        service=asking.service,
        purpose=asking.purpose,
        subject=asking.subject,
        caller=asking.caller,
        ok=ok,
        outcome=outcome,
        milliseconds=milliseconds,
        at=clock.now(),
    )


def _tried(
    asking: Asking,
    method: str,
    url: str,
    secret: str,
    params: Mapping[str, str] | None,
    body: Any,
    key: str,
) -> Any:
    tries = TRIES if method == "GET" or key else 1
    for left in range(tries - 1, -1, -1):
        try:
            return _once(asking, method, url, secret, params, body, key)
        except ServiceUnavailable:
            if left == 0:
                raise
            time.sleep(PAUSE * 2 ** (tries - 1 - left))
    raise AssertionError("the last try returns or raises")


def _once(
    asking: Asking,
    method: str,
    url: str,
    secret: str,
    params: Mapping[str, str] | None,
    body: Any,
    key: str,
) -> Any:
    import httpx

    headers = {
        "Authorization": f"Bearer {secret}",
        "X-Purpose": quote(asking.purpose),  # a header holds no Vietnamese letters as they are
        "X-Caller": quote(asking.caller),
    }
    if key:
        headers["Idempotency-Key"] = key
    try:
        response = _client().request(method, url, params=params, json=body, headers=headers)
    except httpx.HTTPError as error:
        reason = type(error).__name__  # never the text: it may hold the address with the number
        raise ServiceUnavailable(asking.service, reason) from error
    if response.status_code == 404:
        return None
    if response.status_code >= 500 or response.status_code == 429:
        raise ServiceUnavailable(asking.service, f"HTTP {response.status_code}")
    if response.status_code >= 400:
        raise ServiceRefused(asking.service, f"HTTP {response.status_code}")
    try:
        return response.json()
    except ValueError as error:
        raise ServiceRefused(asking.service, "câu trả lời không phải JSON") from error
