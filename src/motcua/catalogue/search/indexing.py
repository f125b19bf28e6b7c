"""Keeping what search reads up to date: called by the actions that change the catalogue, in their
transaction."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import connection

from .words import plain_words

LONGEST_ABOUT = 600


@dataclass(frozen=True, slots=True)
class SearchText:
    """What of one procedure is looked up, in falling weight: names, everyday words, and the sector
    with the results. Papers are left out: they name everything, and make every look-up slow."""

    procedure_id: int
    names: str
    keywords: str
    about: str


def index(entries: Iterable[SearchText]) -> None:
    """Store the words of these procedures, and count that search has changed."""
    rows = list(entries)
    if not rows:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE catalogue_procedure p
            SET search = setweight(to_tsvector('simple', t.names), 'A')
                || setweight(to_tsvector('simple', t.keywords), 'B')
                || setweight(to_tsvector('simple', t.about), 'C')
            FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::text[])
                AS t (id, names, keywords, about)
            WHERE p.id = t.id
            """,
            [
                [row.procedure_id for row in rows],
                [_plain(row.names) for row in rows],
                [_plain(row.keywords) for row in rows],
                [_plain(row.about[:LONGEST_ABOUT]) for row in rows],
            ],
        )
    changed()


def changed() -> None:
    """Tell every process that search has changed: each reads its lexicon again when it is next
    asked, and answers from the old one until this transaction is committed."""
    with connection.cursor() as cursor:
        cursor.execute(
            # The moment in microseconds: unlike a count, never the same again after a rollback.
            "INSERT INTO catalogue_searchrevision (id, revision) "
            "VALUES (1, (extract(epoch FROM clock_timestamp()) * 1000000)::bigint) "
            "ON CONFLICT (id) DO UPDATE SET revision = excluded.revision"
        )


def _plain(words: str) -> str:
    return " ".join(plain_words(words))


def folded_names(short_name: str, name: str) -> str:
    """What `Procedure.folded` holds: the short and the full name in plain words, a line each."""
    return f"{_plain(short_name)}\n{_plain(name)}"
