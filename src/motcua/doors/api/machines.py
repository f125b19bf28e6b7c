"""The access tokens we give to machines: whose they are, when one comes back with a call.

A token is signed by one of our published keys and short-lived. Who holds it is read anew with every
call, so that a machine that was stopped, whose days are over or whose scopes were taken is out at
once, not when its token ends.
"""

from __future__ import annotations

import base64
import json
import threading
import time
from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from motcua.machines import queries, rules
from motcua.machines.viewers import MachineViewer

KEPT_SECONDS = 60.0
"""How long published keys are kept: a retired one counts no longer than this beyond its end."""
AGAIN_SECONDS = 1.0
"""How soon an unknown key id may have them read again."""


class _OurKeys:
    """Our published keys, from memory."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._keys: list[dict[str, Any]] = []
        self._read_at = float("-inf")

    def decode(self, token: str, now: datetime) -> dict[str, Any]:
        """The claims of a token that we signed. Raises `JoseError` or `ValueError`."""
        try:
            return self._decoded(token, self._current(now, KEPT_SECONDS))
        except ValueError:  # no key with this id: perhaps it is newer than what we remember
            return self._decoded(token, self._current(now, AGAIN_SECONDS))

    def forget(self) -> None:
        with self._lock:
            self._read_at = float("-inf")

    @staticmethod
    def _decoded(token: str, keys: list[dict[str, Any]]) -> dict[str, Any]:
        known = KeySet.import_key_set({"keys": keys})
        read = jwt.decode(token, known, algorithms=["ES256"])
        if read.header.get("typ") != "at+jwt":
            raise JoseError("no access token")
        return read.claims

    def _current(self, now: datetime, kept: float) -> list[dict[str, Any]]:
        with self._lock:
            if time.monotonic() - self._read_at > kept:
                self._keys = queries.published(now)
                self._read_at = time.monotonic()
            return self._keys


our_keys = _OurKeys()


def issuer() -> str:
    """The name we sign tokens with: our public address."""
    return str(settings.ENV.public_url)


def is_ours(token: str) -> bool:
    """Whether a token says that we gave it: only to know whose keys must have signed it."""
    try:
        payload = token.split(".")[1]
        claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
        return bool(claims["iss"] == issuer())
    except (IndexError, ValueError, KeyError, TypeError, RecursionError):
        return False


def certificate_of(request: HttpRequest) -> str:
    """The SHA-256 thumbprint (base64url) of the client certificate, as the proxy passes it on in
    the header that `MOTCUA_CERT_HEADER` names; empty without one, or where none is configured."""
    name = settings.ENV.certificate_header
    return str(request.headers.get(name, "")).strip()[:100] if name else ""


def holder(
    token: str, certificate: str, now: datetime
) -> tuple[MachineViewer, frozenset[str]] | None:
    """The machine behind a token of ours, and what it may do: what the token says, as far as the
    machine still holds it. None for a token that is not good now. One statement."""
    try:
        claims = our_keys.decode(token, now)
    except (JoseError, ValueError, KeyError, TypeError, AttributeError):
        return None
    if claims.get("iss") != issuer() or claims.get("aud") != rules.AUDIENCE:
        return None
    if not isinstance(claims.get("exp"), int) or claims["exp"] <= now.timestamp():
        return None
    bound = (claims.get("cnf") or {}).get("x5t#S256")
    if bound is not None and bound != certificate:
        return None
    machine = queries.working(str(claims.get("sub", "")), now)
    if machine is None:
        return None
    named = frozenset(str(claims.get("scope", "")).split())
    return queries.viewer_of(machine), named & frozenset(machine.scopes)
