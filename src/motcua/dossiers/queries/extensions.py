"""Later dates: what the page of a dossier offers, and which proposals wait for an approver."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from motcua.catalogue import queries as catalogue
from motcua.dossiers import rules
from motcua.dossiers.models import Dossier, Extension
from motcua.dossiers.queries.scope import duties, mask_name
from motcua.foundation.viewer import Viewer
from motcua.people.models import Role


def may_extend(viewer: Viewer, dossier: Dossier, now: datetime) -> rules.ExtensionVerdict:
    """Whether the page offers the viewer a later date, and if not, why not. The empty message means
    that there is nothing to say: it is not theirs, or the dossier is not being worked on."""
    scope = duties(viewer)
    theirs = any((dossier.agency_id, role) in scope for role in (Role.HANDLER, Role.APPROVER))
    if not theirs or dossier.status not in rules.WITH_OFFICERS or dossier.due_at is None:
        return rules.ExtensionVerdict(False)
    if rules.is_decided(dossier.facts):
        return rules.ExtensionVerdict(False)
    extended = rules.is_extended(dossier.extended_to, dossier.facts)
    return rules.may_extend(dossier.limit_unit, extended, dossier.due_at, now)


@dataclass(frozen=True, slots=True)
class ProposalRow:
    """A later date that waits for an approver; the name is masked."""

    number: str
    procedure: str
    applicant: str
    due_at: datetime
    proposed_by: str


def _approved_by(viewer: Viewer) -> list[int]:
    return [agency for agency, role in duties(viewer) if role == Role.APPROVER]


def proposals_waiting(viewer: Viewer) -> int:
    """How many later dates wait for the viewer's decision; no statement for who decides none."""
    mine = _approved_by(viewer)
    if not mine:
        return 0
    return Extension.objects.filter(decided_at__isnull=True, dossier__agency_id__in=mine).count()


def proposals(viewer: Viewer, limit: int = 200) -> list[ProposalRow]:
    """Later dates proposed at agencies whose results the viewer approves, what is due first."""
    waiting = (
        Extension.objects.filter(
            decided_at__isnull=True, dossier__agency_id__in=_approved_by(viewer)
        )
        .select_related("dossier")
        .order_by("due_before", "pk")[:limit]
    )
    return [
        ProposalRow(
            number=one.dossier.number,
            procedure=catalogue.version(one.dossier.version_id).short_name,
            applicant=mask_name(one.dossier.applicant_name),
            due_at=one.due_before,
            proposed_by=one.proposed_by,
        )
        for one in waiting
    ]
