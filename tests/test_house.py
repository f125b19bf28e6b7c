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


WRITES = frozenset(
    [
        "save",
        "create",
        "update",
        "delete",
        "bulk_create",
        "bulk_update",
        "get_or_create",
        "update_or_create",
    ]
)
WRITERS = frozenset({"actions", "jobs", "migrations", "forgetting", "disposal"})
"""Furniture that may write: `forgetting` and `disposal` are a room's own answer when a person is
erased and when data has been kept long enough, called by nothing but those acts."""

WRITE_BESIDE = {
    "people/factors.py": "a proof is spent in the very statement that checks it",
    "people/inspecting.py": "the odd looks found are kept by who finds them",
    "people/kinship.py": "remembers what the population register just answered",
    "people/nobody.py": "the one row that stands for a person who was erased",
    "people/own_data.py": "consents and objections beside the question whether data may be used",
    "people/sessions.py": "the session engine: Django itself calls it to write",
    "privacy/archiving.py": "the archive's receipt, beside the list of what waits for it",
    "privacy/breaches.py": "the workbench of one case, reads and acts of the same people",
    "privacy/terms.py": "a decided term, beside the terms in force",
}
"""Modules of these rooms that write outside `actions`, with the reason. None comes to it: a new one
belongs into `actions`, and one that has moved there is taken out."""


def written(source: str) -> list[str]:
    """Where a module changes rows: calls that only a table, a row or a query answers."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
            continue
        name = node.func.attr
        if name not in WRITES:
            continue
        managed = any(
            isinstance(part, ast.Attribute) and part.attr in MANAGERS
            for part in ast.walk(node.func)
        )
        words = {one.arg for one in node.keywords}
        row = name in ("save", "delete") and not node.args and words <= {"update_fields",
              "force_insert", "using"}  # fmt: skip
        rows = name == "update" and not node.args and bool(node.keywords)
        if managed or row or rows:
            found.append(f"{node.lineno}: {name}")
    return found


@pytest.mark.parametrize("room", ["people", "privacy"])
def test_a_room_writes_in_its_actions_only(room: str) -> None:
    house = DOORS.parent
    found = {
        str(module.relative_to(house))
        for module in (house / room).rglob("*.py")
        if not WRITERS & set(module.relative_to(house).with_suffix("").parts)
        and written(module.read_text(encoding="utf-8"))
    }
    assert found == {module for module in WRITE_BESIDE if module.startswith(f"{room}/")}


@pytest.mark.parametrize(
    "line",
    [
        "Hold.objects.create(reason='x')",
        "row.save()",
        "row.save(update_fields=['x'])",
        "rows.filter(pk=1).update(done=True)",
        "Hold.objects.filter(pk=1).delete()",
        "rows.delete()",
    ],
)
def test_a_write_is_seen(line: str) -> None:
    assert written(line)


@pytest.mark.parametrize(
    "line", ["digest.update(piece)", "known.update({})", "picture.save(path)", "os.path.join(a)"]
)
def test_what_changes_no_row_is_no_write(line: str) -> None:
    assert not written(line)
