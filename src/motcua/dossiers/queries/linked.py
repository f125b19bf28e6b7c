"""A linked set as its applicant follows it, and as the officers of one member see the others."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from motcua.catalogue import linked as definitions
from motcua.dossiers import rules
from motcua.dossiers.errors import NotFound
from motcua.dossiers.linked_rules import OPEN, State
from motcua.dossiers.models import Dossier, LinkedMember, LinkedSet, Status, TimelineEntry
from motcua.dossiers.queries import citizen, scope
from motcua.foundation.viewer import Viewer
from motcua.people.access import AccessNote
from motcua.processes.models import WorkItem

WORDS = {
    State.WAITING: "Chưa bắt đầu",
    State.RUNNING: "Đang giải quyết",
    State.DONE: "Đã có kết quả",
    State.FAILED: "Đã kết thúc, không có kết quả",
    State.UNWANTED: "Không yêu cầu",
    State.DROPPED: "Không thực hiện",
    State.STUCK: "Đang được xem xét",
}
"""Where a member stands, in words that tell nothing of what its dossier says."""


@dataclass(frozen=True, slots=True)
class MemberLine:
    """One member in words. `waits_for` names the members whose results it needs; `dossier` is None
    for whoever may not see it."""

    key: str
    name: str
    agency: str
    state: str
    words: str
    why: str
    waits_for: tuple[str, ...]
    started_at: datetime | None
    ended_at: datetime | None
    dossier: Dossier | None = None
    status_name: str = ""
    waits_for_me: bool = False

    @property
    def may_leave_out(self) -> bool:
        return self.state in (State.WAITING, State.STUCK)


@dataclass(frozen=True, slots=True)
class Set:
    """A filed set and its members in order."""

    number: str
    name: str
    filed_at: datetime
    ended: bool
    members: tuple[MemberLine, ...]

    @property
    def done(self) -> int:
        return sum(one.state == State.DONE for one in self.members)

    @property
    def wanted(self) -> int:
        return sum(one.state != State.UNWANTED for one in self.members)


@dataclass(frozen=True, slots=True)
class Event:
    """One line of the set's timeline: what happened to which member."""

    member: str
    entry: TimelineEntry


@dataclass(frozen=True, slots=True)
class SetPage:
    """What its applicant sees; `looked` is the access to be recorded before it is shown."""

    set: Set
    timeline: tuple[Event, ...]
    looked: AccessNote | None


def sets(viewer: Viewer, limit: int = 20) -> list[Set]:
    """The sets the viewer filed, newest first."""
    mine = Dossier.objects.filter(scope.visible(viewer)).values("pk")
    rows = LinkedSet.objects.filter(first__in=mine).prefetch_related("members__agency")
    return [
        _set(row, list(row.members.all()), {}, frozenset())
        for row in rows.order_by("-filed_at")[:limit]
    ]


def page(viewer: Viewer, number: str, now: datetime) -> SetPage:
    """One set of the viewer's. Raises `NotFound`."""
    row = LinkedSet.objects.select_related("first").filter(number=number).first()
    if row is None:
        raise NotFound
    first = citizen.dossier(viewer, row.first.number, now)
    members = list(row.members.select_related("agency").order_by("position"))
    ids = [one.dossier_id for one in members if one.dossier_id is not None]
    dossiers = {one.pk: one for one in Dossier.objects.filter(scope.visible(viewer), pk__in=ids)}
    asked = frozenset(
        WorkItem.objects.filter(
            subject__in=dossiers, role="applicant", state=WorkItem.State.OPEN
        ).values_list("subject", flat=True)
    )
    whose = {one.dossier_id: one.name for one in members}
    entries = TimelineEntry.objects.filter(dossier__in=dossiers).order_by("at", "id")
    return SetPage(
        set=_set(row, members, dossiers, asked),
        timeline=tuple(Event(whose[entry.dossier_id], entry) for entry in entries),
        looked=first.looked,
    )


def around(dossier: Dossier) -> Set | None:
    """The set a dossier belongs to, for the officers who have the dossier: where the others stand,
    in words, and nothing of what they say. None, and no statement, for a dossier of no set."""
    if "linked" not in dossier.facts:
        return None
    row = LinkedSet.objects.filter(pk=dossier.facts["linked"]["set"]).first()
    if row is None:
        return None
    members = list(row.members.select_related("agency").order_by("position"))
    return _set(row, members, {dossier.pk: dossier}, frozenset())


def number_of(dossier: Dossier) -> str:
    """The number of the set a dossier belongs to, empty for none."""
    if "linked" not in dossier.facts:
        return ""
    found = LinkedSet.objects.filter(pk=dossier.facts["linked"]["set"])
    return found.values_list("number", flat=True).first() or ""


def _set(
    row: LinkedSet,
    members: list[LinkedMember],
    dossiers: dict[int, Dossier],
    asked: frozenset[int],
) -> Set:
    definition = definitions.as_filed(row.key, row.since)
    state = {one.key: one for one in members}
    return Set(
        number=row.number,
        name=definition.name,
        filed_at=row.filed_at,
        ended=row.ended_at is not None,
        members=tuple(
            _line(
                one,
                tuple(
                    state[need].name
                    for need in definition.member(one.key).after
                    if state[need].state in OPEN
                ),
                dossiers.get(one.dossier_id or 0),
                asked,
            )
            for one in sorted(members, key=lambda one: one.position)
        ),
    )


def _line(
    one: LinkedMember, needs: tuple[str, ...], dossier: Dossier | None, asked: frozenset[int]
) -> MemberLine:
    mine = dossier is not None and (dossier.status == Status.SUPPLEMENT or dossier.pk in asked)
    return MemberLine(
        key=one.key,
        name=one.name,
        agency=one.agency.name if one.agency else "",
        state=one.state,
        words=WORDS[State(one.state)],
        why=one.why,
        waits_for=needs if one.state == State.WAITING else (),
        started_at=one.started_at,
        ended_at=one.ended_at,
        dossier=dossier,
        status_name=Status(dossier.status).label if dossier is not None else "",
        waits_for_me=mine and dossier is not None and dossier.status not in rules.ENDED,
    )
