"""Where machines get their access tokens (RFC 6749 4.4 with RFC 7523), and our public keys."""

from __future__ import annotations

from typing import Any

import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from ninja import Form, Router

from motcua.doors.api import machines
from motcua.doors.api.problems import Problem
from motcua.doors.api.schemas import KeysOut, TokenOut, problem_answers
from motcua.foundation import clock
from motcua.machines import actions, queries
from motcua.machines.errors import NotProven, ScopeRefused

log = structlog.get_logger()
router = Router()


@router.post("/token", response={200: TokenOut, **problem_answers(400, 401, 413, 422)})
def token(
    request: HttpRequest,
    response: HttpResponse,
    grant_type: str = Form(..., max_length=60),
    client_assertion_type: str = Form("", max_length=100),
    client_assertion: str = Form("", max_length=8000),
    scope: str = Form("", max_length=400),
    client_id: str = Form("", max_length=100),
) -> Any:
    """An access token for a registered machine that proves itself by `private_key_jwt`. Problems
    carry `error` as RFC 6749 names it."""
    if grant_type != "client_credentials":
        raise _refused(
            400, "unsupported_grant_type", "Chỉ nhận grant_type client_credentials cho máy khách."
        )
    if client_assertion_type != actions.ASSERTION or not client_assertion:
        raise _refused(
            401, "invalid_client", "Máy khách phải chứng minh mình bằng private_key_jwt (RFC 7523)."
        )
    wish = actions.Wish(
        assertion=client_assertion,
        scope=scope,
        endpoint=f"{settings.ENV.public_url}/api/token",
        issuer=machines.issuer(),
        client_id=client_id,
        certificate=machines.certificate_of(request),
    )
    try:
        given = actions.grant(wish, clock.now())
    except NotProven as error:
        log.warning("machine_not_proven", reason=error.reason)
        raise _refused(401, "invalid_client", error.message) from None
    except ScopeRefused as error:
        raise _refused(400, "invalid_scope", error.message) from None
    response["Cache-Control"] = "no-store"
    return {
        "access_token": given.token,
        "token_type": "Bearer",
        "expires_in": given.seconds,
        "scope": " ".join(sorted(given.scopes)),
    }


def _refused(status: int, error: str, title: str) -> Problem:
    return Problem(status, error, title, error=error)


@router.get("/jwks.json", response={200: KeysOut, **problem_answers()})
def keys(request: HttpRequest, response: HttpResponse) -> Any:
    """The public keys that our access tokens are signed with (JWKS)."""
    response["Cache-Control"] = "public, max-age=60"
    return {"keys": queries.published(clock.now())}
