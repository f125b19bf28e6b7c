"""The house stands: rooms keep to their floors in their tables too, and every room says what it is
for. What a module may import is checked by `lint-imports`."""

from __future__ import annotations

import ast
import tomllib
from importlib import import_module
from pathlib import Path

import pytest
from django.apps import apps
from django.db.models import Field, ForeignObject, ManyToManyField

import motcua

DOORS = Path(motcua.__file__).parent / "doors"
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


MANAGERS = frozenset({"objects", "_default_manager", "_base_manager"})


def orm(source: str) -> list[str]:
    """Where a module asks a model's manager, or words a look by itself: the names, in order."""
    names = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Attribute) and node.attr in MANAGERS:
            names.append(f"{node.lineno}: {node.attr}")
        elif isinstance(node, ast.Name) and node.id == "AccessNote":
            names.append(f"{node.lineno}: {node.id}")
    return names


def test_doors_read_by_queries_and_write_by_actions() -> None:
    """Who may see what is decided in `queries`, and what a look is too: a door that asks a table
    itself would be the place where the scope is forgotten."""
    modules = sorted(DOORS.rglob("*.py"))
    assert len(modules) > 100
    found = {
        str(module.relative_to(DOORS)): asked
        for module in modules
        if (asked := orm(module.read_text(encoding="utf-8")))
    }
    assert found == {}


@pytest.mark.parametrize(
    "line",
    [
        "Dossier.objects.get(pk=1)",
        "model._default_manager.all()",
        "note = AccessNote(viewer=viewer)",
    ],
)
def test_a_door_that_asks_a_table_is_seen(line: str) -> None:
    assert orm(line)
    assert not orm("queries.dossier(viewer, number)")
