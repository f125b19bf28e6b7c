"""The backend: every BEGIN carries the sight (`foundation.sight`) in the same message.

`SET LOCAL` is `set_config(…, true)` without taking a snapshot, so that a transaction may still
choose its isolation level. Between transactions the sight is set for the session, when and only
when it differs from what the connection was told last; a connection goes back to the pool blind.
"""

from __future__ import annotations

from typing import Any

from django.db.backends.base.base import NO_DB_ALIAS
from django.db.backends.postgresql import base
from psycopg.pq import TransactionStatus

from motcua.foundation import sight
from motcua.foundation.sight import NOTHING, Sight

_UNKNOWN = object()


class DatabaseWrapper(base.DatabaseWrapper):
    """psycopg stays in autocommit; the transactions are begun here."""

    _told: Any = None
    """What the open transaction was told, `_UNKNOWN` after a rollback to a savepoint."""

    def get_connection_params(self) -> dict[str, Any]:
        """Those of Django; outside every database (CREATE DATABASE) as who signed in."""
        parameters: dict[str, Any] = super().get_connection_params()
        if self.alias == NO_DB_ALIAS:
            parameters.pop("options", None)
        return parameters

    def _set_autocommit(self, autocommit: bool) -> None:
        self._told = None
        with self.wrap_database_errors:
            if not self.connection.autocommit:
                self.connection.autocommit = True
            if not autocommit:
                wanted = sight.current()
                begin = "BEGIN"
                if wanted != self._of_session():
                    begin += "; " + _statements(wanted, "SET LOCAL")
                self.connection.execute(begin, prepare=False)
                self._told = wanted

    def create_cursor(self, name: str | None = None) -> Any:
        self._tell()
        return super().create_cursor(name)

    def _savepoint_rollback(self, sid: str) -> None:
        super()._savepoint_rollback(sid)  # type: ignore[misc] # Django has it, its stubs do not
        self._told = _UNKNOWN

    def _close(self) -> Any:
        told = self.connection is not None and self._of_session() != NOTHING
        if told and not self.connection.closed and self._is(TransactionStatus.IDLE):
            self._tell_session(NOTHING)
        self._told = None
        return super()._close()  # type: ignore[misc] # as above

    def _tell(self) -> None:
        wanted = sight.current()
        if self.autocommit:
            if wanted != self._of_session() and self._is(TransactionStatus.IDLE):
                self._tell_session(wanted)
            return
        changed = self._told is not None and wanted != self._told
        if changed and self._is(TransactionStatus.INTRANS):
            with self.wrap_database_errors:
                self.connection.execute(_statements(wanted, "SET LOCAL"), prepare=False)
            self._told = wanted

    def _of_session(self) -> Sight:
        return getattr(self.connection, "motcua_sight", NOTHING)

    def _tell_session(self, wanted: Sight) -> None:
        with self.wrap_database_errors:
            self.connection.execute(_statements(wanted, "SET"), prepare=False)
        self.connection.motcua_sight = wanted

    def _is(self, status: TransactionStatus) -> bool:
        return bool(self.connection.info.transaction_status == status)


def _statements(wanted: Sight, verb: str) -> str:
    """Values hold digits, codes and commas only (`sight.of`)."""
    return "; ".join(f"{verb} {name} = '{value}'" for name, value in wanted.settings)
