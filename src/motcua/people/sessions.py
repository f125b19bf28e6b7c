"""Where somebody is signed in: Django's sessions as rows that know their account.

This is the `SESSION_ENGINE`. Ending a session removes its row, so the next request with its cookie
is a stranger's. When it ends by itself lies in its row too, and moves on with what is done. What a
page calls a session is `handle`, a digest: the key itself would open it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.contrib.sessions.backends import db
from django.db import transaction

from motcua.foundation import clock, ledger
from motcua.people import rules
from motcua.people.errors import NoSuchSession
from motcua.people.models import Session

SIGNED_IN = "eid"
"""In the session's data: how, when (`at`) and with what (`device`) somebody signed in."""
_ACCOUNT = "_auth_user_id"  # where Django's own sign-in keeps it


LAG = timedelta(minutes=1)
"""So long a session's end may lag behind what is done in it: one statement a minute at most."""
FORGOTTEN_AFTER = timedelta(days=1)
"""So long an ended session is known as somebody's, for what they had typed."""


class SessionStore(db.SessionStore):
    """A session that writes account, moment, device and end beside its data. Whoever sees that
    something is done in it says so with `touch`."""

    ends_at: datetime | None = None
    _limits: rules.SessionLimits | None = None

    @classmethod
    def get_model_class(cls) -> type[Session]:
        return Session

    def _get_session_from_db(self) -> Session | None:
        """The row, unless its end has come by our own clock."""
        row = Session.objects.filter(
            session_key=self.session_key, expire_date__gt=clock.now()
        ).first()
        if row is None:
            self._session_key = None
        else:
            self.ends_at = row.expire_date
        return row

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        made = super().create_model_instance(data)
        assert isinstance(made, Session), "a row of get_model_class"
        signed_in = data.get(SIGNED_IN) or {}
        made.account_id = int(data[_ACCOUNT]) if data.get(_ACCOUNT) else None
        made.begun_at = datetime.fromisoformat(signed_in["at"]) if signed_in.get("at") else None
        made.device = signed_in.get("device", "")[:80]
        now = clock.now()
        limits = self._limits or limits_of(officer=False)
        if made.account_id is None:
            limits = rules.SessionLimits(idle=limits.longest, longest=limits.longest)
        made.expire_date = rules.session_end(limits, made.begun_at or now, now)
        return made

    def touch(self, *, officer: bool, now: datetime) -> None:
        """Something is done in this session by an officer (or an administrator), or by anybody
        else: its end moves on, within a minute."""
        self._limits = limits_of(officer=officer)
        signed_in = self.get(SIGNED_IN) or {}
        begun = datetime.fromisoformat(signed_in["at"]) if signed_in.get("at") else now
        end = rules.session_end(self._limits, begun, now)
        if self.ends_at is None or abs(end - self.ends_at) < lag(self._limits):
            return
        Session.objects.filter(session_key=self.session_key).update(expire_date=end)
        self.ends_at = end


def limits_of(*, officer: bool) -> rules.SessionLimits:
    """The limits in the settings."""
    env = settings.ENV
    minutes = env.officer_idle_minutes if officer else env.citizen_idle_minutes
    return rules.SessionLimits(timedelta(minutes=minutes), timedelta(hours=env.session_hours))


def lag(limits: rules.SessionLimits) -> timedelta:
    """How far the end of a session with these limits may lag."""
    return min(LAG, limits.idle / 10)


def ended(key: str, now: datetime) -> Session | None:
    """A session of somebody that ended by itself not long ago; None for one that was ended."""
    return Session.objects.filter(
        session_key=key,
        account__isnull=False,
        expire_date__lte=now,
        expire_date__gt=now - FORGOTTEN_AFTER,
    ).first()


def forget_ended(now: datetime) -> int:
    """Remove sessions that ended a day ago; how many."""
    rows = Session.objects.filter(expire_date__lte=now - FORGOTTEN_AFTER)
    count, _ = rows.delete()
    return count


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
