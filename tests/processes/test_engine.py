"""The engine against a second opinion: random well-formed processes, each also played by a few
lines of plain Python, must have the same steps open after every step, through saving and loading.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from motcua.processes.definition import Definition, Flow, Node, Outcome, Step
from motcua.processes.engine import Compiled, Context, Run
from motcua.processes.tokens import run_every_way

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
Chances = Mapping[str, bool]


@dataclass(frozen=True)
class Task:
    name: str


@dataclass(frozen=True)
class Sequence:
    parts: tuple[Block, ...]


@dataclass(frozen=True)
class Either:
    chance: str
    yes: Block
    no: Block | None


@dataclass(frozen=True)
class Both:
    parts: tuple[Block, ...]


@dataclass(frozen=True)
class Again:
    """Do `body`, and again while the chance says so. Begins with a task: no idle circles."""

    chance: str
    body: Sequence


@dataclass(frozen=True)
class Some:
    """Those of the parts whose chance says so, side by side; the last one when none does."""

    chances: tuple[str, ...]
    parts: tuple[Block, ...]


Block = Task | Sequence | Either | Both | Again | Some


def blocks() -> st.SearchStrategy[Block]:
    def larger(inner: st.SearchStrategy[Block]) -> st.SearchStrategy[Block]:
        few = st.lists(inner, min_size=2, max_size=3).map(tuple)
        return st.one_of(
            few.map(Sequence),
            few.map(Both),
            few.map(lambda parts: Some(("",) * (len(parts) - 1), parts)),
            st.builds(Either, st.just(""), inner, st.none() | inner),
            st.builds(
                lambda block: Again("", Sequence((Task(""), block))),
                inner,
            ),
        )

    return st.recursive(st.just(Task("")), larger, max_leaves=6).map(_named)


def _named(block: Block) -> Block:
    """The same with names: tasks t1, t2, ..., chances c1, c2, ..."""
    number = itertools.count(1)

    def name(part: Block) -> Block:
        match part:
            case Task():
                return Task(f"t{next(number)}")
            case Sequence(parts):
                return Sequence(tuple(name(p) for p in parts))
            case Both(parts):
                return Both(tuple(name(p) for p in parts))
            case Some(chances, parts):
                named_chances = tuple(f"c{next(number)}" for _ in chances)
                return Some(named_chances, tuple(name(p) for p in parts))
            case Either(_, yes, no):
                chance = f"c{next(number)}"
                return Either(chance, name(yes), None if no is None else name(no))
            case Again(_, body):
                named = name(body)
                assert isinstance(named, Sequence)
                return Again(f"c{next(number)}", named)

    return name(block)


class _Drawing:
    """Turns a block into nodes and flows; a gateway without work is an exclusive one."""

    def __init__(self) -> None:
        self.nodes: list[Node] = []
        self.flows: list[Flow] = []
        self.numbers = itertools.count(1)

    def node(self, **values: Any) -> str:
        values.setdefault("id", f"n{next(self.numbers)}")
        self.nodes.append(Node(**values))
        return str(values["id"])

    def flow(self, source: str, target: str, condition: str = "") -> str:
        flow_id = f"f{next(self.numbers)}"
        self.flows.append(Flow(flow_id, source, target, condition))
        return flow_id

    def draw(self, block: Block) -> tuple[str, str]:
        """The first and the last node of a block."""
        match block:
            case Task(name):
                step = Step("work", "handler", outcomes=(Outcome("done", "Xong"),))
                node = self.node(id=name, type="step", name=name, step=step)
                return node, node
            case Sequence(parts):
                ends = [self.draw(part) for part in parts]
                for before, after in itertools.pairwise(ends):
                    self.flow(before[1], after[0])
                return ends[0][0], ends[-1][1]
            case Both(parts):
                split, join = self.node(type="parallel"), self.node(type="parallel")
                for first, last in [self.draw(part) for part in parts]:
                    self.flow(split, first)
                    self.flow(last, join)
                return split, join
            case Some(chances, parts):
                split, join = self.node(type="inclusive"), self.node(type="inclusive")
                for part, condition in zip(parts, (*chances, ""), strict=True):
                    first, last = self.draw(part)
                    latest = self.flow(split, first, condition)
                    self.flow(last, join)
                index = next(i for i, node in enumerate(self.nodes) if node.id == split)
                self.nodes[index] = replace(self.nodes[index], default=latest)
                return split, join
            case Either(chance, yes, no):
                split, merge = self.node(type="exclusive"), self.node(type="exclusive")
                for part, condition in ((yes, chance), (no, "")):
                    if part is None:
                        self.flow(split, merge, condition)
                        continue
                    first, last = self.draw(part)
                    self.flow(split, first, condition)
                    self.flow(last, merge)
                return split, merge
            case Again(chance, body):
                merge, choice = self.node(type="exclusive"), self.node(type="exclusive")
                first, last = self.draw(body)
                self.flow(merge, first)
                self.flow(last, choice)
                self.flow(choice, merge, chance)
                return merge, choice


def definition_of(block: Block) -> Definition:
    drawing = _Drawing()
    start, end = drawing.node(type="start"), drawing.node(type="end")
    first, last = drawing.draw(block)
    drawing.flow(start, first)
    drawing.flow(last, end)
    return Definition("random", "Ngẫu nhiên", tuple(drawing.nodes), tuple(drawing.flows))


# The second opinion. A state is None when finished, else what is going on inside the block.


def enter(block: Block, chances: Chances) -> Any:
    match block:
        case Task():
            return block
        case Sequence(parts):
            return _onwards(parts, 0, chances)
        case Both(parts):
            inner = [enter(part, chances) for part in parts]
            return (block, inner) if any(inner) else None
        case Some(conditions, parts):
            taken = [chances[condition] for condition in conditions]
            taken.append(not any(taken))
            inner = [enter(p, chances) if t else None for p, t in zip(parts, taken, strict=True)]
            return (block, inner) if any(inner) else None
        case Either(chance, yes, no):
            chosen = yes if chances[chance] else no
            return None if chosen is None else enter(chosen, chances)
        case Again(_, body):
            return (block, enter(body, chances))


def _onwards(parts: tuple[Block, ...], index: int, chances: Chances) -> Any:
    for position in range(index, len(parts)):
        if inner := enter(parts[position], chances):
            return (Sequence(parts), (position, inner))
    return None


def finish(state: Any, name: str, chances: Chances) -> Any:
    if isinstance(state, Task):
        return None
    block, inner = state
    match block:
        case Sequence(parts):
            position, within = inner
            after = finish(within, name, chances)
            if after:
                return (block, (position, after))
            return _onwards(parts, position + 1, chances)
        case Both() | Some():
            now = [finish(s, name, chances) if s and name in waiting(s) else s for s in inner]
            return (block, now) if any(now) else None
        case Again(chance, body):
            after = finish(inner, name, chances)
            if after:
                return (block, after)
            return (block, enter(body, chances)) if chances[chance] else None


def waiting(state: Any) -> set[str]:
    def walk(part: Any) -> Iterator[str]:
        if isinstance(part, Task):
            yield part.name
        elif part:
            block, inner = part
            if isinstance(block, Sequence):
                yield from walk(inner[1])
            elif isinstance(block, Both | Some):
                for one in inner:
                    yield from walk(one)
            else:
                yield from walk(inner)

    return set(walk(state))


def _no_timers(node: Node) -> datetime:
    raise AssertionError(node)


@settings(max_examples=150, deadline=None)
@given(blocks(), st.randoms(use_true_random=False))
def test_the_engine_opens_what_plain_reasoning_opens(block: Block, chance: Any) -> None:
    definition = definition_of(block)
    assert run_every_way(definition) == []
    compiled = Compiled(definition)
    names = [f"c{number}" for number in range(1, 60)]

    def toss() -> dict[str, bool]:
        return {name: chance.random() < 0.5 for name in names}

    chances = toss()
    expected = enter(block, chances)
    run = Run(compiled, Context(NOW, chances, _no_timers), None)
    state = run.save()
    for _ in range(40):
        steps = {step.node.id: serial for serial, step in run.open_steps().items()}
        assert set(steps) == waiting(expected)
        assert run.ended() == (expected is None)
        if expected is None:
            return
        chances = toss()
        stored = json.loads(json.dumps(state))
        assert len(json.dumps(state)) < 12_000
        run = Run(compiled, Context(NOW, chances, _no_timers), stored)
        again = {step.node.id: serial for serial, step in run.open_steps().items()}
        assert again == steps, "loading changes which steps are open, or their serials"
        name = chance.choice(sorted(steps))
        expected = finish(expected, name, chances)
        assert run.complete(steps[name], "done")
        state = run.save()
        assert not run.complete(steps[name], "done")
