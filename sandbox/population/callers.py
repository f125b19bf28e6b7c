"""Who may call, and a log of who did: a register of people never answers without a purpose."""

from __future__ import annotations

import hmac
import json
import threading
import time
import urllib.request
from collections import deque
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import unquote

from sandbox.common.server import agreed_secret

AUDIENCE = "population"
KEYS_KEPT = 300  # seconds
LOG_LENGTH = 500


class Refused(Exception):
    """The call is not answered; `status` is 400, 401 or 403."""

    def __init__(self, status: int, detail: str) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Call:
    """One call, as the log page shows it."""

    at: datetime
    client: str
    caller: str
    purpose: str
    case: str
    what: str
    status: int


class Gate:
    """Checks callers and remembers the last calls."""

    def __init__(self, eid_url: str) -> None:
        self._eid_url = eid_url.rstrip("/")
        self._secret = agreed_secret("MOTCUA_POPULATION_SECRET")
        self._jwks: dict[str, Any] = {}
        self._jwks_at = 0.0
        self._lock = threading.Lock()
        self.log: deque[Call] = deque(maxlen=LOG_LENGTH)

    def check(self, headers: Any, scope: str) -> str:
        """The client behind a call that may use `scope`. Raises `Refused`."""
        scheme, _, token = headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise Refused(401, "Thiếu mã truy cập (Authorization: Bearer).")
        if hmac.compare_digest(token.encode(), self._secret.encode()):
            client = "motcua"
        else:
            client = self._client_of(token, scope)
        for name in ("X-Purpose", "X-Caller"):
            if not headers.get(name, "").strip():
                raise Refused(400, f"Thiếu {name}: phải nói rõ mục đích và người tra cứu.")
        return client

    def note(self, client: str, headers: Any, what: str, status: int) -> None:
        """Remember a call."""
        purpose, caller, case = (
            unquote(headers.get(name, ""))[:200] for name in ("X-Purpose", "X-Caller", "X-Case")
        )
        self.log.appendleft(Call(datetime.now(UTC), client, caller, purpose, case, what, status))

    def _client_of(self, token: str, scope: str) -> str:
        from joserfc import jwt
        from joserfc.errors import JoseError
        from joserfc.jwk import KeySet

        try:
            keys = KeySet.import_key_set(self._keys())  # type: ignore[arg-type] # as parsed
            claims = jwt.decode(token, keys, algorithms=["ES256"]).claims
        except (JoseError, ValueError, OSError) as error:
            raise Refused(401, "Mã truy cập không hợp lệ.") from error
        audience = claims.get("aud")
        audiences = audience if isinstance(audience, list) else [audience]
        if claims.get("iss") != self._eid_url or AUDIENCE not in audiences:
            raise Refused(401, "Mã truy cập không cấp cho dịch vụ này.")
        if not isinstance(claims.get("exp"), int) or claims["exp"] <= time.time():
            raise Refused(401, "Mã truy cập đã hết hạn.")
        if scope not in str(claims.get("scope", "")).split():
            raise Refused(403, f"Mã truy cập không có quyền {scope}.")
        return str(claims.get("client_id", ""))

    def _keys(self) -> dict[str, Any]:
        with self._lock:
            if time.monotonic() - self._jwks_at > KEYS_KEPT or not self._jwks:
                with urllib.request.urlopen(f"{self._eid_url}/jwks", timeout=5) as answer:
                    self._jwks = json.load(answer)
                self._jwks_at = time.monotonic()
            return self._jwks
