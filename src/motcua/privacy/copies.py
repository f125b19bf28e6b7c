"""The machine-readable copy of one person's data: its shape, written piece by piece.

    {"format": "motcua.person-data", "version": 1, "made_at": …, "kinds": [
      {"key": "contact", "title": …, "why": …, "duty": …, "kept": …,
       "labels": {"phone": "Điện thoại", …}, "records": [{"phone": …}, …]}, …]}

`duty` is empty where no rule keeps the data. A new version only when something is taken away or
means something else; kinds and fields may be added at any time.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from motcua.foundation import sight
from motcua.foundation.holdings import Held, everything
from motcua.privacy.copied_words import Pairs, choices_of, pairs
from motcua.privacy.models import Export, ExportPart

FORMAT = "motcua.person-data"
VERSION = 1


def stream(copy: Export) -> Iterator[str]:
    """The copy as JSON text, kind by kind, never the whole of it at once."""
    assert copy.ready_at is not None, "a copy is read when it is ready"
    known = {one.key: one for one in everything()}
    head = {"format": FORMAT, "version": VERSION, "made_at": copy.ready_at.isoformat()}
    yield json.dumps(head)[:-1] + ', "kinds": ['
    before = ""
    for part in _parts(copy):
        held = known.get(part.key)
        if held is None:
            continue
        inner = part.records.strip()[1:-1]
        if part.key == before:
            yield f", {inner}"  # a kind of many rows is kept in several parts
            continue
        kind = json.dumps(_said(held), ensure_ascii=False)[:-1]
        end = "]}," if before else ""
        yield f'{end}\n{kind}, "records": [{inner}'
        before = part.key
    yield ("]}" if before else "") + "\n]}\n"


def _parts(copy: Export) -> Iterator[ExportPart]:
    """One part after another, each read in its person's sight: what is streamed is read after the
    request's own transaction and sight have ended."""
    position = -1
    while True:
        with sight.seeing(sight.of(persons=[copy.person_id])):
            rows = ExportPart.objects.filter(export=copy, position__gt=position)
            part = rows.order_by("position").first()
        if part is None:
            return
        position = part.position
        yield part


def _said(held: Held) -> dict[str, Any]:
    return {
        "key": held.key,
        "title": held.title,
        "why": held.why,
        "duty": held.duty,
        "kept": held.kept,
        "labels": held.labels(),
    }


@dataclass(frozen=True, slots=True)
class Section:
    """One kind of data as people read it, or a stretch of it: every record as pairs of words and
    value."""

    held: Held
    records: list[Pairs]


def sections(copy: Export) -> Iterator[Section]:
    """The copy to be read, kind by kind; kinds with nothing in them are left out."""
    known = {one.key: one for one in everything()}
    for part in _parts(copy):
        held = known.get(part.key)
        if held is None or not part.count:
            continue
        with sight.seeing(sight.of(persons=[copy.person_id])):
            choices = choices_of(held)
            records = [pairs(held, record, choices) for record in json.loads(part.records)]
        yield Section(held, records)
