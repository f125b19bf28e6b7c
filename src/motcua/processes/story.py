"""How far a subject has come in its process, step by step: what the picture marks and the outline
says in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from motcua.processes import queries
from motcua.processes.bpmn import ROLES
from motcua.processes.definition import APPLICANT, SYSTEM, Definition
from motcua.processes.engine import compiled
from motcua.processes.models import WorkItem

Standing = Literal["done", "now", "lapsed", "stopped", "ahead"]

WORDS: dict[Standing, str] = {
    "done": "đã xong",
    "now": "đang ở đây",
    "lapsed": "hết thời hạn",
    "stopped": "đã dừng",
    "ahead": "chưa tới",
}


@dataclass(frozen=True, slots=True)
class Passage:
    """One step as somebody met it. `who` is the person who did it (or holds it), or the role when
    it is the applicant's or the system's; `at` when it was finished, or opened while it is open;
    `outcome` the words of its outcome; `times` counts passages of the same step so far."""

    step: str
    name: str
    role: str
    standing: Standing
    who: str = ""
    agency: str = ""
    at: datetime | None = None
    due_at: datetime | None = None
    outcome: str = ""
    times: int = 1

    @property
    def words(self) -> str:
        return WORDS[self.standing]


def outline(version_id: int, subject: int | None = None) -> list[Passage]:
    """The steps in order, as the text alternative of the picture: those passed, those open now,
    and those still ahead on some way from here (all, when there is no subject)."""
    definition = compiled(version_id).definition
    items = [] if subject is None else queries.history(subject)
    passages = passed(items)
    open_now = [passage.step for passage in passages if passage.standing == "now"]
    if subject is not None and not open_now and items:
        ahead: list[str] = []
    else:
        ahead = _ahead(definition, open_now)
    met = set(open_now)
    nodes = {node.id: node for node in definition.nodes}
    for node_id in ahead:
        step = nodes[node_id].step
        if step is not None and node_id not in met:
            role = ROLES.get(step.role, step.role)
            passages.append(Passage(node_id, nodes[node_id].name, role, "ahead"))
    return passages


def passed(items: list[WorkItem]) -> list[Passage]:
    """What happened to each work item, in the order they were opened."""
    counts: dict[str, int] = {}
    found = []
    for item in items:
        part = f"{item.step} {item.settings.get('part', '')}"  # of several each does it once
        counts[part] = counts.get(part, 0) + 1
        labels = {entry["key"]: entry["label"] for entry in item.outcomes}
        role = ROLES.get(item.role, item.role)
        found.append(
            Passage(
                step=item.step,
                name=item.name,
                role=role,
                standing=_standing(item),
                who=role if item.role in (APPLICANT, SYSTEM) else _who(item),
                agency=item.agency.name,
                at=item.done_at or item.opened_at,
                due_at=item.due_at,
                outcome=labels.get(item.outcome, ""),
                times=counts[part],
            )
        )
    return found


def _standing(item: WorkItem) -> Standing:
    if item.state == WorkItem.State.OPEN:
        return "now"
    if item.state == WorkItem.State.DONE:
        return "done"
    return "lapsed" if item.outcome else "stopped"


def _who(item: WorkItem) -> str:
    account = item.done_by if item.state == WorkItem.State.DONE else item.assignee
    return account.display_name if account is not None else ""


def _ahead(definition: Definition, open_now: list[str]) -> list[str]:
    """Nodes that may still come, nearest first; from the start when nothing is open."""
    start = open_now or [node.id for node in definition.nodes if node.type == "start"]
    seen = dict.fromkeys(start)
    waiting = list(start)
    while waiting:
        here = waiting.pop(0)
        for source in [here, *(timer.id for timer in definition.timers_on(here))]:
            for flow in definition.outgoing(source):
                if flow.target not in seen:
                    seen[flow.target] = None
                    waiting.append(flow.target)
    return list(seen)
