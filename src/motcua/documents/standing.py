"""The state of a document by its number, asked without Django: `motcua verify` answers in a second
or not at all, and needs no more of the database than this."""

from __future__ import annotations

SECONDS = 3


def state_of(database_url: str, number: str) -> str:
    """`current`, `replaced`, `revoked`; `unknown` for a number that was never issued, and where
    the database does not answer."""
    import psycopg

    try:
        with psycopg.connect(
            database_url,
            connect_timeout=SECONDS,
            options=f"-c statement_timeout={SECONDS * 1000}",
        ) as connection:
            row = connection.execute(
                "SELECT state FROM documents_document WHERE number = %s AND signed_at IS NOT NULL",
                [number],
            ).fetchone()
    except psycopg.Error:
        return "unknown"
    return str(row[0]) if row else "unknown"
