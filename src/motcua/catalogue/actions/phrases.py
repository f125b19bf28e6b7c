"""Changing the table of what people say: added, changed or taken away at this place, at once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from motcua.foundation import ledger

from ..errors import BadPhrase
from ..models import SearchPhrase
from ..search import vectors
from ..search.indexing import changed
from ..search.lexicon import lexicon
from ..search.phrasebook import TOGETHER, said_key, shipped_meanings
from ..search.words import words

LONGEST_SAID = 120
LONGEST_MEANING = 300
MOST_MEANINGS = 6


@transaction.atomic
def put_phrase(said: str, means: Sequence[str], by: str, now: datetime) -> SearchPhrase:
    """Let `said` mean the names `means`, whatever it meant before. Raises `BadPhrase`."""
    key, meanings = read_phrase(said, means)
    if not meanings:
        raise BadPhrase("Hãy ghi ít nhất một tên gọi theo thủ tục.")
    row, _created = SearchPhrase.objects.update_or_create(
        said=key, defaults={"means": meanings, "changed_at": now}
    )
    _told("catalogue.phrase_put", key, by, meanings)
    return row


@transaction.atomic
def remove_phrase(said: str, by: str, now: datetime) -> None:
    """Let `said` mean nothing. A phrase of the platform is kept as taken away; one of this place
    goes. Raises `BadPhrase` when there is no such phrase."""
    key = said_key(said)
    own = SearchPhrase.objects.filter(said=key)
    if key in shipped_meanings():
        SearchPhrase.objects.update_or_create(said=key, defaults={"means": [], "changed_at": now})
    elif not own.delete()[0]:
        raise BadPhrase("Không có cụm từ này trong bảng.")
    _told("catalogue.phrase_removed", key, by, [])


@transaction.atomic
def restore_phrase(said: str, by: str, now: datetime) -> None:
    """Let `said` mean again what it means as the platform comes. Raises `BadPhrase`."""
    key = said_key(said)
    if key not in shipped_meanings() or not SearchPhrase.objects.filter(said=key).delete()[0]:
        raise BadPhrase("Không có cụm từ này trong bảng.")
    _told("catalogue.phrase_restored", key, by, shipped_meanings()[key])


def read_phrase(said: str, means: Sequence[str]) -> tuple[str, list[str]]:
    """A phrase as it is kept, with its meanings. Raises `BadPhrase`."""
    key = said_key(said)
    if not words(key) or any(not words(part) for part in key.split(TOGETHER)):
        raise BadPhrase("Hãy ghi điều người dân nói.")
    if len(key) > LONGEST_SAID:
        raise BadPhrase("Cụm từ dài quá 120 chữ.")
    meanings = list(dict.fromkeys(" ".join(words(meaning)) for meaning in means))
    meanings = [meaning for meaning in meanings if meaning]
    if len(meanings) > MOST_MEANINGS or any(len(one) > LONGEST_MEANING for one in meanings):
        raise BadPhrase("Tối đa 6 tên gọi, mỗi tên không quá 300 chữ.")
    return key, meanings


def _told(kind: str, key: str, by: str, means: Sequence[str]) -> None:
    ledger.append(kind, f"cụm từ {key}", by, {"means": list(means)})
    changed()


def make_search_vectors() -> int | None:
    """Make the vectors of the phrases that have none and tell every process; how many were made,
    None where there is no model. Takes minutes the first time, and no transaction meanwhile."""
    if not vectors.installed():
        return None
    made = vectors.make(lexicon().book.meanings)
    if made:
        changed()
    return made
