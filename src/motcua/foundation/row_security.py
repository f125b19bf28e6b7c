"""The second wall: row-level security, and the role the house works as.

The role of `DATABASE_URL` owns and migrates; the house works as `motcua_app`, which owns nothing
and may do only what it is granted here. Each room declares its tables in a module `guarded`:

- `POLICIES`: who sees a table's rows, and so who writes them, a condition in SQL (`any_of`);
- `INSERTS`: who else may add rows, which they then need not see;
- `FUNCTIONS`: SQL that makes what the house may call in the owner's name;
- `OPEN`: why a table with personal data has no policy, in words.

`raise_wall` puts it all in place after every migration: it is safe to run twice, and does nothing
when it stands.
"""

from __future__ import annotations

from hashlib import sha256
from importlib import import_module
from typing import Any

from django.apps import apps
from django.db import connection, transaction
from django.utils.module_loading import module_has_submodule

ROLE = "motcua_app"

EVERYTHING = "(SELECT motcua_sees_all())"
REALM = "{column} = ANY ((SELECT motcua_realms())::text[])"
PERSON = "{column} = ANY ((SELECT motcua_persons())::bigint[])"
ORGANISATION = "{column} = ANY ((SELECT motcua_organisations())::bigint[])"

_TOLD = "string_to_array(coalesce(current_setting('{setting}', true), ''), ',')::{type}"
_FUNCTION = """
CREATE OR REPLACE FUNCTION {name}() RETURNS {type} LANGUAGE sql STABLE PARALLEL SAFE
    SET search_path = pg_catalog AS $$ SELECT {body} $$;
"""


def _function(name: str, type_: str, setting: str) -> str:
    body = _TOLD.format(setting=setting, type=type_)
    return _FUNCTION.format(name=name, type=type_, body=body)


_FUNCTIONS = (
    _FUNCTION.format(
        name="motcua_sees_all",
        type="boolean",
        body="coalesce(current_setting('motcua.realms', true) = '*', false)",
    )
    + _function("motcua_realms", "text[]", "motcua.realms")
    + _function("motcua_persons", "bigint[]", "motcua.person")
    + _function("motcua_organisations", "bigint[]", "motcua.organisations")
)

_NO_POLICIES = (
    "DO $$ DECLARE found record; BEGIN FOR found IN SELECT policyname, tablename FROM pg_policies"
    " WHERE schemaname = 'public' AND policyname LIKE 'motcua\\_%' LOOP"
    " EXECUTE format('DROP POLICY %I ON %I', found.policyname, found.tablename);"
    " EXECUTE format('ALTER TABLE %I NO FORCE ROW LEVEL SECURITY', found.tablename);"
    " EXECUTE format('ALTER TABLE %I DISABLE ROW LEVEL SECURITY', found.tablename);"
    " END LOOP; END $$;\n"
)
_POLICY = """
ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
ALTER TABLE {table} FORCE ROW LEVEL SECURITY;
CREATE POLICY motcua_sight ON {table} USING ({condition});
CREATE POLICY motcua_owner ON {table} TO CURRENT_USER USING (true);
"""
_INSERT = """
CREATE POLICY motcua_insert ON {table} FOR INSERT WITH CHECK ({condition});
"""

_GRANTS = f"""
GRANT USAGE ON SCHEMA public TO {ROLE};
REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {ROLE};
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {ROLE};
GRANT USAGE, SELECT, UPDATE ON ALL SEQUENCES IN SCHEMA public TO {ROLE};
REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM {ROLE};
"""


class RoleMissing(Exception):
    """The role of `DATABASE_URL` may not make `motcua_app`, and nobody has made it."""

    def __init__(self, owner: str) -> None:
        super().__init__(
            f"The role {ROLE} is missing and {owner} may not make it. As an administrator of"
            f' PostgreSQL run: CREATE ROLE {ROLE} NOLOGIN; GRANT {ROLE} TO "{owner}";'
        )


def any_of(*conditions: str) -> str:
    """A policy's condition: the system, or one of these."""
    return " OR ".join([EVERYTHING, *conditions])


def policies() -> dict[str, str]:
    """The condition of each guarded table, of all rooms."""
    return _declared("POLICIES")


def open_tables() -> dict[str, str]:
    """Why each table that is left open is, of all rooms."""
    return _declared("OPEN")


def _declared(name: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for module in _guarded():
        found |= getattr(module, name, {})
    return found


def functions() -> str:
    """What rooms let the house call in the owner's name."""
    return "".join(getattr(module, "FUNCTIONS", "") for module in _guarded())


def _guarded() -> list[Any]:
    return [
        import_module(f"{config.name}.guarded")
        for config in apps.get_app_configs()
        if config.name.startswith("motcua.")
        and config.module is not None
        and module_has_submodule(config.module, "guarded")
    ]


def raise_wall() -> None:
    """Put the role, its grants, the functions and the policies in place. As the owner, in one
    transaction; one query when all of it stands. Raises `RoleMissing`."""
    script = _script()
    with transaction.atomic(), connection.cursor() as cursor:
        _make_role(cursor)
        mark = _mark(cursor, script)
        if _standing(cursor) == mark:
            return
        for statement in (_GRANTS + script).split(";\n"):
            if statement.strip():
                cursor.execute(statement)
        for table in _append_only(cursor):
            cursor.execute(f"REVOKE UPDATE, DELETE ON {table} FROM {ROLE}")
        cursor.execute(f"COMMENT ON FUNCTION motcua_realms() IS '{mark}'")


def stands() -> bool:
    """Whether the wall is in place, as this version has it. Three queries."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = %s)", [ROLE])
        there = bool(cursor.fetchone()[0])
        return there and _standing(cursor) == _mark(cursor, _script())


def _script() -> str:
    return "".join(
        [
            _NO_POLICIES,
            _FUNCTIONS,
            functions(),  # policies may call them
            *(_POLICY.format(table=t, condition=c) for t, c in policies().items()),
            *(_INSERT.format(table=t, condition=c) for t, c in _declared("INSERTS").items()),
        ]
    )


def _standing(cursor: Any) -> str | None:
    cursor.execute("SELECT obj_description(to_regprocedure('motcua_realms()'), 'pg_proc')")
    found: str | None = cursor.fetchone()[0]
    return found


def _make_role(cursor: Any) -> None:
    """Roles are the server's, not the database's: another database may be making it just now."""
    cursor.execute(
        "SELECT current_user, EXISTS (SELECT FROM pg_roles WHERE rolname = %s),"
        " (SELECT rolsuper OR rolcreaterole FROM pg_roles WHERE rolname = current_user)",
        [ROLE],
    )
    owner, there, may_make = cursor.fetchone()
    if not there:
        if not may_make:
            raise RoleMissing(owner)
        cursor.execute(
            f"DO $$ BEGIN CREATE ROLE {ROLE} NOLOGIN NOINHERIT;"
            " EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$"
        )
        cursor.execute(f'GRANT {ROLE} TO "{owner}"')
    cursor.execute("SELECT pg_has_role(current_user, %s, 'MEMBER')", [ROLE])
    if not cursor.fetchone()[0]:
        raise RoleMissing(owner)


def _append_only(cursor: Any) -> list[str]:
    """The tables that `foundation.append_only` has made so."""
    cursor.execute(
        "SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname LIKE %s",
        ["%\\_append\\_only"],
    )
    return [row[0] for row in cursor.fetchall()]


def _mark(cursor: Any, script: str) -> str:
    """Differs when the wall, the tables or which of them only grow differ."""
    cursor.execute(
        "SELECT string_agg(tablename, ',' ORDER BY tablename) FROM pg_tables"
        " WHERE schemaname = 'public'"
    )
    tables = cursor.fetchone()[0] or ""
    whole = "\0".join([script, _GRANTS, tables, *sorted(_append_only(cursor))])
    return sha256(whole.encode()).hexdigest()
