"""Suggestions while somebody types: names that hold what is there so far, the last word begun."""

from __future__ import annotations

from dataclasses import dataclass

from .lexicon import fetch, lexicon
from .words import LONGEST_QUERY, plain_words

FEWEST_LETTERS = 2
_BEGUN = """
    SELECT p.code, p.short_name FROM catalogue_procedure p
    WHERE p.search @@ to_tsquery('simple', %(begun)s)
    ORDER BY position(%(typed)s IN p.folded) = 0,
        'commune' = ANY(p.levels) DESC, length(p.short_name), p.code
    LIMIT %(limit)s
"""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A procedure to go to (`code`), or words to search for (no code)."""

    words: str
    code: str = ""


def suggest(typed: str, limit: int = 8) -> list[Suggestion]:
    """What somebody may be about to type, at most `limit`: phrases of everyday speech that begin
    so, then procedures whose names hold these words. At most two statements."""
    cut = plain_words(typed[:LONGEST_QUERY].replace("\x00", " "))
    so_far = " ".join(cut)
    if len(so_far) < FEWEST_LETTERS:
        return []
    said = lexicon().book.beginning(so_far)[: limit // 2]
    found = [Suggestion(phrase) for phrase in said]
    begun = " & ".join([*cut[:-1], f"{cut[-1]}:*"])
    rows = fetch(_BEGUN, begun=begun, typed=so_far, limit=limit - len(found))
    return [*found, *(Suggestion(name, code) for code, name in rows)]
