"""What each room holds about a person: the small protocol by which it says so.

A room that holds something about people has a module `personal` with `HELD`, a tuple of `Held`, one
for each table: which rows are about a person, what of them the person is shown and given, why they
are kept and which law obliges us to. What touches people and is not handed out stands in `OUTSIDE`
of the same module with its reason. `tests/privacy/test_everything_is_said.py` walks the tables and
fails when one stands in neither.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from importlib import import_module
from typing import Any

from django.apps import apps
from django.db.backends.postgresql.psycopg_any import Range
from django.db.models import Model, Q, QuerySet
from django.utils.module_loading import module_has_submodule


@dataclass(frozen=True, slots=True)
class Whose:
    """The person data is looked for: row id, blind index of the id number, row ids of accounts, and
    of the dossiers they applied for (which lower rooms know as `subject`)."""

    person_id: int
    index: bytes
    accounts: tuple[int, ...] = ()
    subjects: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Held:
    """One kind of data. `rows` says which rows are about whom; `fields` are what is handed out, as
    look-ups with what they are called in words, `omit` what is not, with the reason. `why` is what
    the data is for, `duty` the rule by which it must be kept ("" when none does: then it may be
    erased when the person asks), `kept` for how long, in words. `with_person` marks what does not
    stand in the way of erasing the person as a whole (`forgetting`): it goes with them, or stays
    and names nobody any more."""

    key: str
    title: str
    model: str
    rows: Callable[[Whose], Q]
    fields: Mapping[str, str]
    why: str
    duty: str
    kept: str
    omit: Mapping[str, str] = field(default_factory=dict)
    with_person: bool = False
    as_json: tuple[str, ...] = ()

    def of(self, whose: Whose) -> QuerySet[Any]:
        """The rows about the person, oldest first."""
        model: type[Model] = apps.get_model(self.model)
        return model._default_manager.filter(self.rows(whose)).order_by("pk")

    def records(self, whose: Whose) -> Iterator[dict[str, Any]]:
        """What is handed out, row by row, as plain JSON values. Reads in batches."""
        for row in self.of(whose).values(*self.fields).iterator(chunk_size=500):
            yield {self.name(one): self._plain(one, value) for one, value in row.items()}

    @staticmethod
    def name(look_up: str) -> str:
        """What a field is called in the machine-readable copy: `agency__name` is `agency`."""
        return look_up.removesuffix("__name").removesuffix("__number").replace("__", "_")

    def labels(self) -> dict[str, str]:
        """The words for each field of a record."""
        return {self.name(look_up): words for look_up, words in self.fields.items()}

    def _plain(self, look_up: str, value: Any) -> Any:
        if look_up in self.as_json and isinstance(value, str):
            return json.loads(value) if value else {}
        return plain(value)


def plain(value: Any) -> Any:
    """`value` as JSON can say it: moments and days by ISO 8601, a range as its two ends."""
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Range):
        return [plain(value.lower), plain(value.upper)]
    if isinstance(value, dict):
        return {str(key): plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    if value is None or isinstance(value, bool | int | float | str):
        return value
    return str(value)


@cache
def everything() -> tuple[Held, ...]:
    """What all rooms hold, from the ground up."""
    return tuple(held for module in _modules() for held in module.HELD)


@cache
def outside() -> dict[str, str]:
    """Tables that touch people and are not handed out, with the reason for each."""
    return {label: why for module in _modules() for label, why in module.OUTSIDE.items()}


def _modules() -> list[Any]:
    found = []
    for config in apps.get_app_configs():
        if (
            config.name.startswith("motcua.")
            and config.module is not None
            and module_has_submodule(config.module, "personal")
        ):
            found.append(import_module(f"{config.name}.personal"))
    return found
