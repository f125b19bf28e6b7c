"""Access tokens of the national eID, checked on every call: signature, issuer, audience, time.
Those that we gave to machines ourselves are judged by `machines.py` beside this.

Keys are fetched from the provider's discovery document and kept; an unknown key id fetches them
again, at most once in ten seconds. A verified token is remembered by its digest until it expires,
so that a busy client costs one signature check, not one a call.
"""

from __future__ import annotations

import math
import threading
import time
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import httpx
from django.conf import settings
from django.http import HttpRequest
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from ninja.security import HttpBearer

from motcua.doors import sighting
from motcua.doors.api import machines
from motcua.doors.api.problems import Problem
from motcua.doors.limits.table import API_CLIENT
from motcua.foundation import clock, rates, sight
from motcua.foundation.outgoing import web
from motcua.foundation.viewer import Viewer
from motcua.machines.viewers import MachineViewer
from motcua.people import actions as people_actions
from motcua.people import queries as people
from motcua.people.errors import PeopleError
from motcua.people.models import Person

REFETCH_AFTER = 10.0
REMEMBERED = 4096


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls: the viewer they are, and what the token lets them do."""

    viewer: Viewer
    person: Person | None
    subject: str
    client: str
    scopes: frozenset[str]
    machine: MachineViewer | None = None


class _Keys:
    """The provider's signing keys."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._keys: KeySet | None = None
        self._fetched = 0.0

    def decode(self, token: str) -> dict[str, Any]:
        """The claims of a token with a good signature. Raises `JoseError` or `httpx.HTTPError`."""
        try:
            return jwt.decode(token, self._current(), algorithms=["ES256", "RS256"]).claims
        except ValueError:  # no key with this id: perhaps they were changed
            return jwt.decode(token, self._current(anew=True), algorithms=["ES256", "RS256"]).claims

    def _current(self, anew: bool = False) -> KeySet:
        with self._lock:
            old = time.monotonic() - self._fetched > REFETCH_AFTER
            if self._keys is None or (anew and old):
                base = settings.ENV.eid_url
                with web.client(5) as client:
                    document = client.get(f"{base}/.well-known/openid-configuration").json()
                    self._keys = KeySet.import_key_set(client.get(document["jwks_uri"]).json())
                self._fetched = time.monotonic()
            return self._keys


_keys = _Keys()
_verified: dict[bytes, dict[str, Any]] = {}


def claims_of(token: str) -> dict[str, Any] | None:
    """The claims of a token that is good for this API now, or None. Raises `Problem` when the
    provider's keys cannot be had."""
    digest = sha256(token.encode()).digest()
    now = clock.now().timestamp()
    known = _verified.get(digest)
    if known is None:
        try:
            known = _keys.decode(token)
        except httpx.HTTPError as error:
            raise Problem(
                503, "eid_unavailable", "Hệ thống định danh điện tử chưa trả lời. Hãy thử lại."
            ) from error
        except (JoseError, ValueError, KeyError, TypeError, AttributeError):
            return None  # no token of the provider's, however odd
        audience = known.get("aud")
        audiences = audience if isinstance(audience, list) else [audience]
        if known.get("iss") != settings.ENV.eid_url or AUDIENCE not in audiences:
            return None
        times = (known.get("exp"), known.get("nbf", 0))
        if not all(isinstance(moment, int | float) for moment in times):
            return None
        if not isinstance(known.get("sub"), str):
            return None
        if len(_verified) >= REMEMBERED:
            _verified.clear()
        _verified[digest] = known
    if known["exp"] <= now or known.get("nbf", 0) > now:
        _verified.pop(digest, None)
        return None
    return known


AUDIENCE = "motcua-api"  # not the client id: an ID token must not pass for an access token


class AccessToken(HttpBearer):
    """`Authorization: Bearer` with an access token of the national eID, or with one of ours."""

    def authenticate(self, request: HttpRequest, token: str) -> Caller | None:
        caller = _machine(request, token) if machines.is_ours(token) else _person(token)
        if caller is not None and settings.ENV.limits:
            wait = calls.take(rates.key_of("api", caller.client, caller.subject), API_CLIENT)
            if wait:
                seconds = max(math.ceil(wait), 1)
                title = f"Bạn gọi quá nhanh. Hãy gửi lại sau {seconds} giây."
                raise Problem(429, "too_many", title, wait=seconds)
        if caller is not None:
            realms = [caller.machine.realm] if caller.machine is not None else []
            viewer = caller.viewer
            sighting.of(request).see(
                sight.of(realms, filter(None, [viewer.person_id]), viewer.organisation_ids)
            )
        return caller


calls = rates.InMemory()
"""How often each client has called, in this process."""


def _person(token: str) -> Caller | None:
    claims = claims_of(token)
    if claims is None:
        return None
    account = people.account_by_subject(claims["sub"])
    if account is None and claims.get("id_number"):
        try:
            account = people_actions.account_from_claims(claims, clock.now())
        except PeopleError:  # closed, or described too poorly to be anybody
            return None
    if account is None or not account.is_active:
        return None
    level = 2 if str(claims.get("acr")) == "2" else 1
    return Caller(
        viewer=people.in_own_right(account, level),
        person=account.person,
        subject=claims["sub"],
        client=str(claims.get("client_id", "")),
        scopes=frozenset(str(claims.get("scope", "")).split()),
    )


def _machine(request: HttpRequest, token: str) -> Caller | None:
    known = machines.holder(token, machines.certificate_of(request), clock.now())
    if known is None:
        return None
    viewer, scopes = known
    return Caller(
        viewer=viewer,
        person=None,
        subject=viewer.client_id,
        client=viewer.client_id,
        scopes=scopes,
        machine=viewer,
    )
