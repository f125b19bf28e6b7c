"""Whose dossiers a viewer sees, as conditions on rows: the one place where it is said.

A person sees the dossiers filed in their own name. Who has chosen to act for somebody sees, for
that time, that person's or organisation's dossiers instead, as far as the mandate's procedures go.
The mandate is joined, not remembered: one that was revoked a moment ago matches nothing. A second
wall in the database can say the same by `applicant_id` in `viewer.person_ids`, or `organisation_id`
in `viewer.organisation_ids`. What an officer may do, and how a name stands in a list, is here too.
"""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q

from motcua.foundation import clock
from motcua.foundation.viewer import Viewer
from motcua.people import roles
from motcua.people.models import Mandate


def visible(viewer: Viewer) -> Q:
    """The dossiers this viewer sees as a citizen."""
    acting = viewer.acting
    if viewer.person_id is None:
        return Q(pk__in=())
    if acting is None:
        return Q(applicant_id=viewer.person_id, organisation__isnull=True)
    mandate = Mandate.objects.filter(
        Q(procedures__len=0) | Q(procedures__contains=[OuterRef("procedure__code")]),
        pk=acting.mandate_id,
        representative_id=viewer.person_id,
        valid__contains=clock.now(),
    )
    if acting.organisation_id is not None:
        held = mandate.filter(organisation_id=OuterRef("organisation_id"))
        return Q(Exists(held), organisation_id=acting.organisation_id)
    held = mandate.filter(person_id=OuterRef("applicant_id"))
    return Q(Exists(held), applicant_id=acting.person_id, organisation__isnull=True)


def drafts(viewer: Viewer) -> Q:
    """The drafts this viewer sees: those they write for whom they act for now."""
    if viewer.person_id is None:
        return Q(pk__in=())
    acting = viewer.acting
    if acting is None:
        return Q(person_id=viewer.person_id, mandate__isnull=True)
    return Q(
        person_id=viewer.person_id,
        mandate_id=acting.mandate_id,
        mandate__representative_id=viewer.person_id,
        mandate__valid__contains=clock.now(),
    )


def duties(viewer: Viewer) -> list[tuple[int, str]]:
    """The (agency, role) pairs whose steps the viewer may do."""
    pairs = {
        (agency, role)
        for post in viewer.posts
        for agency in post.serves
        for role in roles.does(post.role)
    }
    return sorted(pairs)


def mask_name(name: str) -> str:
    """`Nông Thị Lan` becomes `Nông T. L.`: enough to recognise one's own case in a list."""
    parts = name.split()
    return " ".join(parts[:1] + [f"{part[0]}." for part in parts[1:]])
