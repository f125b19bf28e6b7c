"""Authorisation codes: short-lived, for one client, taken once."""

from __future__ import annotations

import hashlib
import secrets
import threading
import time
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field

LIFETIME = 60  # seconds


class BadGrant(Exception):
    """The code is unknown, used, expired, of another client, or its proof does not fit."""


@dataclass(frozen=True, slots=True)
class Grant:
    """What a code stands for. `challenge` is the S256 code challenge."""

    client_id: str
    redirect_uri: str
    challenge: str
    nonce: str
    holder: str
    level: int
    scopes: frozenset[str]
    auth_time: int
    expires: float = field(default_factory=lambda: time.time() + LIFETIME)


class Codes:
    """The codes that wait to be redeemed. In memory: who is signing in while the provider restarts
    starts over."""

    def __init__(self) -> None:
        self._waiting: dict[str, Grant] = {}
        self._lock = threading.Lock()

    def issue(self, grant: Grant) -> str:
        code = secrets.token_urlsafe(32)
        with self._lock:
            now = time.time()
            for old in [key for key, kept in self._waiting.items() if kept.expires < now]:
                del self._waiting[old]
            self._waiting[code] = grant
        return code

    def redeem(self, code: str, client_id: str, redirect_uri: str, verifier: str) -> Grant:
        """The grant behind `code`, which is gone afterwards whatever the outcome. Raises
        `BadGrant`."""
        with self._lock:
            grant = self._waiting.pop(code, None)
        if grant is None or grant.expires < time.time():
            raise BadGrant("the code is unknown, used or expired")
        if grant.client_id != client_id or grant.redirect_uri != redirect_uri:
            raise BadGrant("the code was given to another client or address")
        digest = hashlib.sha256(verifier.encode()).digest()
        challenge = urlsafe_b64encode(digest).rstrip(b"=").decode()
        if not secrets.compare_digest(challenge.encode(), grant.challenge.encode()):
            raise BadGrant("the code verifier does not fit the challenge")
        return grant
