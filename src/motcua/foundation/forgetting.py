"""Erasing a person as a whole: the small protocol by which every room answers.

Every room that says what it holds (`holdings`) is asked. One that has something to remove has a
module `forgetting` with `forget(whose, by, now)`, which removes it or takes the name out of it and
answers with counts by kind; a room without one has nothing to remove, which its answer says. Either
may be asked twice. A room that knows people in other ways than its `HELD` says with `keeps(whose)`
how many such rows stand in the way, by the key of the kind they belong to.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from importlib import import_module
from types import ModuleType

from django.apps import apps
from django.utils.module_loading import module_has_submodule

from motcua.foundation.holdings import Whose, everything


def rooms() -> list[str]:
    """The rooms that are asked, from the highest floor down: those above may need the person whom
    `people` knows, so it answers after them."""
    holding = {held.model.split(".")[0] for held in everything()}
    known = [config.label for config in apps.get_app_configs() if config.label in holding]
    return known[::-1]


def _module(room: str) -> ModuleType | None:
    config = apps.get_app_config(room)
    if config.module is None or not module_has_submodule(config.module, "forgetting"):
        return None
    return import_module(f"{config.name}.forgetting")


def forget(room: str, whose: Whose, by: str, now: datetime) -> dict[str, int]:
    """The room's answer, in the caller's transaction: what it removed, by kind."""
    module = _module(room)
    found: dict[str, int] = module.forget(whose, by, now) if module is not None else {}
    return found


def standing_in_the_way(whose: Whose) -> Iterator[tuple[str, int]]:
    """Kinds of data that must be kept and name the person, each with how many rows."""
    for held in everything():
        if held.duty and not held.with_person and (count := held.of(whose).count()):
            yield held.key, count
    for room in rooms():
        keeps = getattr(_module(room), "keeps", None)
        if keeps is not None:
            yield from keeps(whose).items()
