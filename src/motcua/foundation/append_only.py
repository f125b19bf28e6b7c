"""Tables that only grow: the database itself refuses to change, remove or empty their rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
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


SEALED_ANEW = "motcua.sealed_anew"
"""A setting of the database, `on` while words are written anew in the owner's name. Anybody may set
it: the house's own role has no right to update such a table, whatever it is."""


def append_only(table: str, judge: str = "motcua_append_only") -> RunSQL:
    """A migration operation that makes `table` append-only. The migration must depend on
    `("foundation", "0002_append_only")`. `judge` is the trigger's function, of one made by
    `only_words_change` for a table whose words may be sealed anew."""
    return RunSQL(
        f"""
        CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table}
            FOR EACH ROW EXECUTE FUNCTION {judge}();
        CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table}
            FOR EACH STATEMENT EXECUTE FUNCTION motcua_append_only();
        """,
        f"""
        DROP TRIGGER {table}_append_only ON {table};
        DROP TRIGGER {table}_no_truncate ON {table};
        """,
    )


def only_words_change(name: str, words: Sequence[str]) -> RunSQL:
    """A migration operation that makes a trigger's function `name`: it refuses every change but
    that of the columns `words` while `SEALED_ANEW` is on. The house's own role may not update such
    a table at all; in the owner's name it calls functions that say what they let pass."""
    columns = ", ".join(f"'{one}'" for one in words)
    return RunSQL(
        f"""
        CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF TG_OP = 'UPDATE' AND current_setting('{SEALED_ANEW}', true) = 'on'
               AND to_jsonb(NEW) - ARRAY[{columns}] = to_jsonb(OLD) - ARRAY[{columns}] THEN
                RETURN NEW;
            END IF;
            RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP
                USING ERRCODE = 'restrict_violation';
        END $$;
        """,
        f"DROP FUNCTION {name}();",
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
    cursor.execute("SELECT set_config(%s, 'on', true)", [SEALED_ANEW])
    for guard in guards:
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER {guard}")
    yield
    cursor.execute("SELECT set_config(%s, '', true)", [SEALED_ANEW])
    for guard in guards:
        cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER {guard}")
