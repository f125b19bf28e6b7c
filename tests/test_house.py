"""The house stands: rooms keep to their floors in their tables too, and every room says what it is
for. What a module may import is checked by `lint-imports`."""

from __future__ import annotations

import tomllib
from importlib import import_module
from pathlib import Path

import pytest
from django.apps import apps
from django.db.models import Field, ForeignObject, ManyToManyField

PYPROJECT = Path(__file__).resolve().parents[1] / "pyproject.toml"
CONTRACT = "Floors: a room imports only from floors below it"


def floors() -> dict[str, int]:
    """Each room with its floor, from the contract of the import checker: the lowest is 0."""
    contracts = tomllib.loads(PYPROJECT.read_text(encoding="utf-8"))["tool"]["importlinter"]
    layers = next(c["layers"] for c in contracts["contracts"] if c["name"] == CONTRACT)
    return {
        room.strip().removeprefix("motcua.").split(".")[-1]: floor
        for floor, layer in enumerate(reversed(layers))
        for room in layer.split("|")
    }


def relations() -> list[tuple[str, str, str]]:
    """Every foreign key of the house: the room, the field, and the room it points to."""
    found = []
    for model in apps.get_models(include_auto_created=True):
        if not model.__module__.startswith("motcua."):
            continue
        for field in model._meta.get_fields():
            if isinstance(field, Field) and isinstance(field, ForeignObject | ManyToManyField):
                other = field.related_model
                if not isinstance(other, str) and other.__module__.startswith("motcua."):
                    name = f"{model.__name__}.{field.name}"
                    found.append((model._meta.app_label, name, other._meta.app_label))
    return found


def test_no_table_points_to_its_own_floor_or_a_higher_one() -> None:
    by_room = floors()
    wrong = [
        f"{room}.{name} -> {other}"
        for room, name, other in relations()
        if room != other and by_room[other] >= by_room[room]
    ]
    assert wrong == []


def test_the_walk_sees_the_foreign_keys() -> None:
    assert ("catalogue", "ProcedureVersion.form", "forms") in relations()
    assert floors()["foundation"] < floors()["agencies"] < floors()["forms"]
    assert floors()["forms"] == floors()["documents"] < floors()["catalogue"]


@pytest.mark.parametrize("room", sorted(floors()))
def test_every_room_says_what_it_is_for(room: str) -> None:
    for name in (f"motcua.{room}", f"motcua.doors.{room}"):
        try:
            module = import_module(name)
        except ModuleNotFoundError as missing:
            if missing.name != name:
                raise
            continue
        said = (module.__doc__ or "").strip()
        assert len(said.split()) >= 5, f"{name} has no docstring that says what it is for"
        return
    raise AssertionError(f"there is no room {room}")
