"""Who acts, and the two things every action does: lock and check, then record."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from motcua.dossiers import rules
from motcua.dossiers.errors import (
    ChangedSinceSeen,
    Decided,
    NotAllowedNow,
    NotFound,
    NotYours,
)
from motcua.dossiers.models import Dossier, Status, TimelineEntry
from motcua.foundation import ledger
from motcua.foundation.viewer import Post, Viewer
from motcua.people.models import Role
from motcua.people.roles import who_may


@dataclass(frozen=True, slots=True)
class Actor:
    """Who did it, as the timeline names them. `role` is a `people.Role`, `applicant`,
    `representative` or `system`; `account_id` is None for the system."""

    name: str
    role: str
    agency_name: str = ""
    account_id: int | None = None

    @property
    def ledger_name(self) -> str:
        return f"{self.role}:{self.account_id or 'system'}"


SYSTEM = Actor("Hệ thống", "system")


def person_of(viewer: Viewer) -> int:
    """The person the viewer is. Raises `NotFound` for whoever is nobody."""
    if viewer.person_id is None:
        raise NotFound
    return viewer.person_id


def account_of(viewer: Viewer) -> int:
    """The account the viewer acts with. Raises `NotFound` for whoever has none."""
    if viewer.account_id is None:
        raise NotFound
    return viewer.account_id


def applicant(viewer: Viewer) -> Actor:
    """The viewer acting for themselves, or for whom they have chosen to act for."""
    if viewer.acting is None:
        return Actor(viewer.name, "applicant", account_id=viewer.account_id)
    if viewer.acting.name == viewer.name:  # an organisation's own eID account
        return Actor(viewer.name, "representative", account_id=viewer.account_id)
    name = f"{viewer.name} (làm thay {viewer.acting.name})"
    return Actor(name[:120], "representative", account_id=viewer.account_id)


def officer(viewer: Viewer, agency_id: int, agency_name: str, roles: Sequence[str]) -> Actor:
    """The viewer acting in one of `roles` for the agency, by a post of their own or a lent one.
    Which posts fit says `people.roles`.

    Raises `NotYours` when no post of theirs fits.
    """
    fitting = who_may(roles)
    for post in viewer.posts:
        if post.role in fitting and agency_id in post.serves:
            return Actor(_in_office(viewer, post), post.role, agency_name, viewer.account_id)
    raise NotYours(" hoặc ".join(_role_name(role) for role in roles), agency_name)


_LENT = {"delegation": "theo ủy quyền của", "leave": "thay"}


def _in_office(viewer: Viewer, post: Post) -> str:
    """The viewer's name; with whose post it is when it was lent."""
    if not post.lent_as:
        return viewer.name
    return f"{viewer.name} ({_LENT[post.lent_as]} {post.lent_by})"[:120]


def _role_name(role: str) -> str:
    """A role in words; the steps of a process may also wait for the applicant or a job."""
    if role in Role.values:
        return str(Role(role).label).lower()
    return "người nộp hồ sơ" if role == "applicant" else "hệ thống"


def settles(post: Post) -> bool:
    """Whether the post has to do with dossiers. An administrator sets an agency up, an inspector
    examines looks, a data officer answers what people ask about their data: what people told the
    agency in a dossier is not for them (Luật 91/2025/QH15: for a purpose only)."""
    return post.role not in (Role.ADMINISTRATOR, Role.INSPECTOR, Role.DATA_OFFICER)


def serves(viewer: Viewer) -> frozenset[int]:
    """The agencies whose dossiers the viewer settles."""
    return frozenset().union(*(post.serves for post in viewer.posts if settles(post)))


def works_for(viewer: Viewer, agency_id: int) -> bool:
    """Whether the viewer settles dossiers of the agency."""
    return agency_id in serves(viewer)


def concerned(viewer: Viewer, *agency_ids: int) -> None:
    """Raise `NotFound` unless the viewer works for one of the agencies that have to do with a
    dossier: to all others it does not exist."""
    if not any(works_for(viewer, agency_id) for agency_id in agency_ids):
        raise NotFound


def locked(dossier_id: int) -> Dossier:
    """The dossier, locked to the end of the transaction. Raises `NotFound`."""
    dossier = (
        Dossier.objects.select_for_update(of=("self",))
        .select_related("agency", "procedure")
        .filter(pk=dossier_id)
        .first()
    )
    if dossier is None:
        raise NotFound
    return dossier


def unchanged(dossier: Dossier, seen: int) -> None:
    """Raise `ChangedSinceSeen`, naming who acted last, when `seen` is not the revision of the
    locked dossier any more. Comes after the question who asks: only they may be told."""
    if seen != dossier.revision:
        last = dossier.timeline.order_by("-id").first()
        raise ChangedSinceSeen(
            last.actor_name if last else "", last.at if last else dossier.submitted_at
        )


def undecided(dossier: Dossier, action: str) -> None:
    """Raise `Decided` once the approver has signed: the result is on its way."""
    if rules.is_decided(dossier.facts):
        raise Decided(action)


def require(dossier: Dossier, allowed: Sequence[int] | frozenset[Status], action: str) -> None:
    """Raise `NotAllowedNow` unless the dossier is in one of the `allowed` states."""
    if dossier.status not in allowed:
        raise NotAllowedNow(action, Status(dossier.status).label)


def record(
    dossier: Dossier,
    kind: str,
    text: str,
    actor: Actor,
    now: datetime,
    *,
    to: Status | None = None,
    note: str = "",
    data: dict[str, Any] | None = None,
) -> TimelineEntry:
    """Move the dossier to state `to` (or leave it), append to its timeline and to the ledger, and
    save it with the next revision. Raises `NotAllowedNow` for a move that no row of the transition
    table allows."""
    reason = ""
    if to is not None and to != dossier.status:
        row = rules.transition(dossier.status, to)
        if row is None:
            raise NotAllowedNow(f"chuyển sang “{to.label}”", Status(dossier.status).label)
        reason = row.reason
        dossier.status = to
    dossier.revision += 1
    dossier.save()
    return append(
        dossier, kind, text, actor, now, note=note, data={**_by_reference(reason), **(data or {})}
    )


def _by_reference(reason: str) -> dict[str, str]:
    """A reason as the ledger keeps it: the words themselves stand in the timeline only."""
    return {"reason_sha256": sha256(reason.encode()).hexdigest()} if reason else {}


def append(
    dossier: Dossier,
    kind: str,
    text: str,
    actor: Actor,
    now: datetime,
    *,
    note: str = "",
    data: dict[str, Any] | None = None,
) -> TimelineEntry:
    """One timeline entry and its ledger entry; the dossier row is not touched."""
    entry = TimelineEntry.objects.create(
        dossier=dossier,
        at=now,
        kind=kind,
        status=dossier.status,
        text=text,
        note=note,
        actor_name=actor.name,
        actor_role=actor.role,
        agency_name=actor.agency_name,
    )
    ledger.append(
        f"dossier.{kind}",
        dossier.number,
        actor.ledger_name,
        {"status": int(dossier.status), "revision": dossier.revision, **(data or {})},
    )
    return entry
