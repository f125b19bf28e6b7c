"""What a decision may do to a dossier that has ended, as the desk offers it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from motcua.documents.models import Document
from motcua.dossiers import rules
from motcua.dossiers.actions import correcting, reopening
from motcua.dossiers.errors import NotFound
from motcua.dossiers.models import Dossier
from motcua.dossiers.queries.scope import duties
from motcua.foundation.viewer import Viewer
from motcua.people.models import Role


@dataclass(frozen=True, slots=True)
class Offer:
    """The result in force, if any, whether the dossier may be settled anew, and the answers that
    may be put right (label and answer by key)."""

    result: Document | None
    may_reopen: bool
    answers: Mapping[str, tuple[str, str]]


def may_decide(viewer: Viewer, dossier: Dossier) -> bool:
    """Whether the page of the dossier leads the viewer to the decisions: it has ended, or has a
    result, and they approve for its agency."""
    ended = rules.reopening(dossier.status, taken_in=dossier.accepted_at is not None)
    return ended is not None and (dossier.agency_id, Role.APPROVER) in duties(viewer)


def offer(viewer: Viewer, dossier: Dossier) -> Offer:
    """What may be decided. Raises `NotFound` for who may not decide it."""
    if not may_decide(viewer, dossier):
        raise NotFound
    linked = "linked" in dossier.facts
    return Offer(
        result=reopening.result_in_force(dossier),
        may_reopen=not linked,
        answers={} if linked else correcting.answers_of(dossier),
    )
