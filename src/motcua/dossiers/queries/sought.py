"""Dossiers by how their number begins or by a part of the applicant's folded name."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

from django.db.models.expressions import RawSQL

from motcua.foundation import text

SHORT = 3
"""Letters from which trigrams can tell what a name holds."""


def sought(
    needle: str,
    duty: tuple[int, str],
    tab: str,
    whose: Sequence[int],
    procedure: str,
    cursor: tuple[datetime, int] | None,
    most: int,
) -> RawSQL:
    """Ids of the first `most` open steps of one agency and role after `cursor` whose dossier fits
    the needle, in the order of the inbox (`dossiers.searching`)."""
    due, pk = cursor or (None, 0)
    return RawSQL(
        "SELECT dossiers_sought(%s, %s, %s, %s, %s, %s, %s::bigint[], %s, %s, %s, %s)",
        [*_patterns(needle), *duty, tab, list(whose), procedure, due, pk, most],
    )


def found(needle: str, agency_id: int, most: int) -> RawSQL:
    """Ids of the newest `most` dossiers of one agency that fit the needle."""
    return RawSQL(
        "SELECT dossiers_found(%s, %s, %s, %s, %s)", [*_patterns(needle), agency_id, most]
    )


def _patterns(needle: str) -> tuple[str, str, str | None]:
    """What LIKE is given: for the number, for the name, and for a name's first word. One or two
    letters begin a word: inside words they would find nearly everybody."""
    number, name = (_literal(part) for part in (needle.strip().upper(), text.fold(needle)))
    if len(name) < SHORT:
        return f"{number}%", f"% {name}%", f"{name}%"
    return f"{number}%", f"%{name}%", None


def _literal(typed: str) -> str:
    """With nothing in it that LIKE would read as more than itself."""
    return re.sub(r"([\\%_])", r"\\\1", typed)
