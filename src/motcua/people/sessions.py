"""Where somebody is signed in: Django's sessions as rows that know their account.

This is the `SESSION_ENGINE`. Ending a session removes its row, so the next request with its cookie
is a stranger's. What a page calls a session is `handle`, a digest: the key itself would open it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.contrib.sessions.backends import db
from django.db import transaction

from motcua.foundation import ledger
from motcua.people.errors import NoSuchSession
from motcua.people.models import Session

SIGNED_IN = "eid"
"""In the session's data: how, when (`at`) and with what (`device`) somebody signed in."""
_ACCOUNT = "_auth_user_id"  # where Django's own sign-in keeps it


class SessionStore(db.SessionStore):
    """A session that writes account, moment and device beside its data."""

    @classmethod
    def get_model_class(cls) -> type[Session]:
        return Session

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        made = super().create_model_instance(data)
        assert isinstance(made, Session), "a row of get_model_class"
        signed_in = data.get(SIGNED_IN) or {}
        made.account_id = int(data[_ACCOUNT]) if data.get(_ACCOUNT) else None
        made.begun_at = datetime.fromisoformat(signed_in["at"]) if signed_in.get("at") else None
        made.device = signed_in.get("device", "")[:80]
        return made


@dataclass(frozen=True, slots=True)
class OpenSession:
    """One place where the account is signed in."""

    handle: str
    begun_at: datetime | None
    ends_at: datetime
    device: str
    is_this: bool


def _handle(key: str) -> str:
    return sha256(f"session handle {key}".encode()).hexdigest()[:32]


def of(account_id: int, this_key: str | None, now: datetime) -> list[OpenSession]:
    """Where the account is signed in at `now`, the newest first; `this_key` is the asker's own."""
    rows = Session.objects.filter(account_id=account_id, expire_date__gt=now)
    return [
        OpenSession(
            handle=_handle(row.session_key),
            begun_at=row.begun_at,
            ends_at=row.expire_date,
            device=row.device,
            is_this=row.session_key == this_key,
        )
        for row in rows.order_by("-begun_at", "session_key")
    ]


@transaction.atomic
def end(account_id: int, handle: str, by: str) -> None:
    """End one session of the account. Raises `NoSuchSession`."""
    rows = Session.objects.select_for_update().filter(account_id=account_id)
    key = next((row.session_key for row in rows if _handle(row.session_key) == handle), None)
    if key is None:
        raise NoSuchSession
    _end(account_id, [key], by)


@transaction.atomic
def end_all(account_id: int, by: str, but: str | None = None) -> int:
    """End every session of the account, but for the one with the key `but`; how many."""
    rows = Session.objects.select_for_update().filter(account_id=account_id)
    keys = [row.session_key for row in rows if row.session_key != but]
    if keys:
        _end(account_id, keys, by)
    return len(keys)


def _end(account_id: int, keys: list[str], by: str) -> None:
    Session.objects.filter(session_key__in=keys).delete()
    ledger.append("people.sessions_ended", f"account:{account_id}", by, {"count": len(keys)})
