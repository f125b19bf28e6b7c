"""Tables that only grow: the database itself refuses to change, remove or empty their rows."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db.migrations import RunSQL

FUNCTION = RunSQL(
    """
    CREATE FUNCTION motcua_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP
            USING ERRCODE = 'restrict_violation';
    END $$;
    """,
    "DROP FUNCTION motcua_append_only();",
)


def append_only(table: str) -> RunSQL:
    """A migration operation that makes `table` append-only. The migration must depend on
    `("foundation", "0002_append_only")`."""
    return RunSQL(
        f"""
        CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table}
            FOR EACH ROW EXECUTE FUNCTION motcua_append_only();
        CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table}
            FOR EACH STATEMENT EXECUTE FUNCTION motcua_append_only();
        """,
        f"""
        DROP TRIGGER {table}_append_only ON {table};
        DROP TRIGGER {table}_no_truncate ON {table};
        """,
    )


@contextmanager
def sealed_anew(cursor: Any, table: str) -> Iterator[None]:
    """While open, the owner of `table` (quoted) may write what it holds under another key, though
    it only grows: what it says stays the same. Needs the caller's transaction, whose lock keeps
    everybody else from writing meanwhile; whoever is not the owner is refused."""
    cursor.execute(
        "SELECT quote_ident(tgname) FROM pg_trigger WHERE tgrelid = %s::regclass"
        " AND tgfoid = to_regproc('motcua_append_only') AND tgtype & 1 = 1",
        [table],
    )
    guards = [row[0] for row in cursor.fetchall()]
    for guard in guards:
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER {guard}")
    yield
    for guard in guards:
        cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER {guard}")
