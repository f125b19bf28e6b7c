"""A process version ready to run, kept in memory by its id: versions never change."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property, lru_cache
from typing import Any

from motcua.processes.definition import Definition, Node, from_json
from motcua.processes.engine import state as states
from motcua.processes.engine.run import Context, OpenStep, Run
from motcua.processes.engine.spiff import build


class _Depends(Exception):
    """The way to the first step depends on this very instance."""


class _NoVariables(Mapping[str, Any]):
    def __getitem__(self, name: str) -> Any:
        raise _Depends

    def __iter__(self) -> Iterator[str]:
        raise _Depends

    def __len__(self) -> int:
        raise _Depends


@dataclass(frozen=True, slots=True)
class Initial:
    """Where every instance of a version begins: its state but for `base`, and the open steps by
    serial."""

    state: states.State
    open_steps: Mapping[int, OpenStep]


class Compiled:
    """A definition and the engine's specification made from it. Shared by threads."""

    def __init__(self, definition: Definition) -> None:
        self.definition = definition
        self.spec = build(definition)
        self.names = states.numbering(definition, self.spec)
        self.numbers = {name: number for number, name in enumerate(self.names)}
        self.nodes = {node.id: node for node in definition.nodes}
        self.offices = definition.offices()

    @cached_property
    def initial(self) -> Initial | None:
        """The common beginning, or None when a condition or a timer stands before the first
        step: then each start asks the engine."""

        def timer_due(node: Node) -> datetime:
            raise _Depends

        context = Context(datetime(2000, 1, 1, tzinfo=UTC), _NoVariables(), timer_due)
        try:
            run = Run(self, context, None)
            state = run.save()
        except _Depends:
            return None
        return None if run.ended() else Initial(state, run.open_steps())


@lru_cache(maxsize=1024)
def compiled(version_id: int) -> Compiled:
    """The version of that id. Raises `ProcessVersion.DoesNotExist`."""
    # Here and not above: a process that is only simulated needs neither tables nor Django.
    from motcua.processes.models import ProcessVersion

    version = ProcessVersion.objects.only("specification").get(pk=version_id)
    return Compiled(from_json(version.specification))
