"""Guardians as an agency has recorded them, by the decision that names them (BLDS 2015 Đ46-54; Luật
Hộ tịch 2014 Đ19-21: the commune registers them)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet

from motcua.agencies import queries as agencies
from motcua.foundation.viewer import Viewer
from motcua.people import posts, roles
from motcua.people.access import AccessNote
from motcua.people.models import Appointment, Mandate


def bodies(viewer: Viewer, now: datetime) -> list[int]:
    """The bodies for which the viewer records guardians: those whose posts they keep by a post of
    their own, read anew."""
    keeping = [role for role in roles.POWERS if roles.may(role, roles.Act.STAFF)]
    held = posts.own(viewer.account_id, now).filter(role__in=keeping)
    return sorted({agencies.facts(one.agency_id).works_for for one in held})


def recorded(viewer: Viewer, now: datetime) -> QuerySet[Mandate]:
    """The guardians in force that officers of the viewer's bodies have recorded, newest first."""
    theirs = Appointment.objects.filter(
        account_id=OuterRef("granted_by_id"), agency_id__in=bodies(viewer, now)
    )
    rows = Mandate.objects.filter(
        Exists(theirs), ground=Mandate.Ground.GUARDIAN, valid__contains=now
    )
    return rows.select_related("representative", "person").order_by("-granted_at", "-pk")


def look_at(viewer: Viewer, found: Sequence[Mandate], purpose: str, body_id: int) -> AccessNote:
    """The look that seeing these guardians and their wards is, for the door to record before it
    shows them: a person's name in a list is a look at them."""
    subjects = {one.representative_id for one in found} | {one.person_id for one in found}
    return AccessNote(
        viewer=viewer,
        subject_ids=tuple(sorted(one for one in subjects if one is not None)),
        role=next(post.role for post in viewer.posts),
        agency_id=body_id,
        purpose=purpose,
        fields=("họ và tên", "giám hộ"),
    )
