"""Which rule keeps a kind of data. The one place where requests ask that question."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from motcua.foundation import holdings
from motcua.privacy import holds

_HELD = "Đang phải giữ theo quyết định của cơ quan có thẩm quyền"


@dataclass(frozen=True, slots=True)
class Duty:
    """The rule by which data is kept, and for how long, in words."""

    rule: str
    kept: str


KINDS = {"drafts": "draft", "attachments": "dossier", "notices": "notice", "mails": "notice"}
"""Kinds of data by their names in the retention rules, where a hold may name them."""


def duty(key: str, person_id: int | None = None, now: datetime | None = None) -> Duty | None:
    """The rule that keeps the kind of data `key` (of `holdings`), or None when none does and it may
    be erased on request. With `person_id` and `now`, a legal hold keeps it too. Raises KeyError for
    a kind nobody holds."""
    held = {one.key: one for one in holdings.everything()}[key]
    if held.duty:
        return Duty(held.duty, held.kept)
    if person_id is None or now is None:
        return None
    names = Q(person_id=person_id) | Q(kind=KINDS.get(key, key))
    if holds.in_force(now).filter(names).exists():
        return Duty(_HELD, "Đến khi quyết định giữ hết hiệu lực")
    return None
