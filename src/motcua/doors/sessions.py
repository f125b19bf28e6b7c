"""What a session holds is encrypted in the database: words an officer typed wait there."""

from __future__ import annotations

import json
from typing import Any

from motcua.foundation import crypto

_CONTEXT = "doors.sessions"


class Sealed:
    """Django's serializer of sessions, as JSON under the newest data key."""

    def dumps(self, value: Any) -> bytes:
        return crypto.encrypt(json.dumps(value, separators=(",", ":")), _CONTEXT)

    def loads(self, sealed: bytes) -> Any:
        """Raises `CannotDecrypt`, which Django takes for an empty session."""
        return json.loads(crypto.decrypt(sealed, _CONTEXT))
