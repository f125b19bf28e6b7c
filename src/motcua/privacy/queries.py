"""Reading requests and what is kept: one's own, and for the officer in charge of personal data the
open ones of the agencies they answer for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from motcua.agencies import queries as agencies
from motcua.agencies.models import Agency
from motcua.dossiers.models import Dossier
from motcua.foundation import clock
from motcua.foundation.calendar import WorkingCalendar
from motcua.foundation.holdings import Held, Whose, everything
from motcua.foundation.viewer import Viewer
from motcua.people.access import AccessNote
from motcua.people.models import Account, Appointment, Person, Role
from motcua.privacy import rules
from motcua.privacy.duties import Duty, duty
from motcua.privacy.errors import NoSuchExport, NoSuchRequest
from motcua.privacy.models import Erasure, Export, PrivacyRequest, RequestEntry
from motcua.privacy.rights import RIGHTS, Right
from motcua.privacy.rules import Standing, Terms


def answering_agencies(now: datetime) -> list[Agency]:
    """The agencies with an officer in charge of personal data today."""
    held = Appointment.objects.filter(
        role=Role.DATA_OFFICER,
        valid__contains=clock.local(now).date(),
        account__is_active=True,
    )
    return list(Agency.objects.filter(pk__in=held.values("agency_id")).order_by("pk"))


def _calendar(request: PrivacyRequest) -> WorkingCalendar:
    on = clock.local(request.received_at).date()
    return agencies.calendar_of(request.agency_id, on)


def terms_of(request: PrivacyRequest) -> Terms:
    """Until when the request must be answered and done."""
    return rules.terms(
        RIGHTS[request.right],
        request.received_at,
        _calendar(request),
        others_involved=request.others_involved,
        extension_days=request.extension_days,
    )


@dataclass(frozen=True, slots=True)
class Line:
    """A request with its terms and how it stands; `standing` is None once it is decided."""

    row: PrivacyRequest
    right: Right
    terms: Terms
    standing: Standing | None

    @property
    def state_words(self) -> str:
        return str(PrivacyRequest.State(self.row.state).label)

    @property
    def corrected_dossier(self) -> str:
        """The number of the dossier with the answer that is to be corrected; "" for none."""
        return str(self.row.wanted.get("answer", "")).split("/")[0]


def line(request: PrivacyRequest, now: datetime) -> Line:
    """The request as a page shows it."""
    terms = terms_of(request)
    standing = None
    if request.state in rules.OPEN:
        standing = rules.standing(terms, request.answered_at, now, _calendar(request))
    return Line(request, RIGHTS[request.right], terms, standing)


def mine(viewer: Viewer, now: datetime, limit: int = 50) -> list[Line]:
    """The viewer's own requests, newest first."""
    if viewer.person_id is None:
        return []
    rows = PrivacyRequest.objects.filter(person_id=viewer.person_id).select_related("agency")
    return [line(row, now) for row in rows.order_by("-received_at", "-pk")[:limit]]


def own(viewer: Viewer, number: str, *, lock: bool = False) -> PrivacyRequest:
    """One request of the viewer's. Raises `NoSuchRequest`."""
    if viewer.person_id is None:
        raise NoSuchRequest
    rows = PrivacyRequest.objects.select_related("agency").filter(
        person_id=viewer.person_id, number=number
    )
    found = (rows.select_for_update(of=("self",)) if lock else rows).first()
    if found is None:
        raise NoSuchRequest
    return found


def story(request: PrivacyRequest) -> list[RequestEntry]:
    """What has happened to a request that `own` or `for_officer` gave, the oldest first."""
    return list(RequestEntry.objects.filter(request=request).order_by("pk"))


def being_erased(request: PrivacyRequest) -> bool:
    """Whether the request was granted, takes the person as a whole, and waits for the rooms."""
    return Erasure.objects.filter(request=request, whole=True, done_at__isnull=True).exists()


def own_export(viewer: Viewer, export_id: str, now: datetime) -> Export:
    """One copy of the viewer's that is still kept. Raises `NoSuchExport`."""
    if viewer.person_id is None:
        raise NoSuchExport
    found = Export.objects.filter(
        pk=export_id, person_id=viewer.person_id, expires_at__gt=now
    ).exclude(state=Export.State.EXPIRED)
    copy = found.first()
    if copy is None:
        raise NoSuchExport
    return copy


def exports(viewer: Viewer, now: datetime) -> list[Export]:
    """The viewer's copies that are still kept, newest first."""
    if viewer.person_id is None:
        return []
    rows = Export.objects.filter(person_id=viewer.person_id, expires_at__gt=now)
    return list(rows.exclude(state=Export.State.EXPIRED).order_by("-asked_at")[:10])


def answers_for(viewer: Viewer) -> bool:
    """Whether the viewer is in charge of personal data somewhere today."""
    return any(post.role == Role.DATA_OFFICER for post in viewer.posts)


def _theirs(viewer: Viewer) -> QuerySet[PrivacyRequest]:
    """Requests the viewer may answer: of their agencies, and never their own."""
    served = {
        agency for post in viewer.posts if post.role == Role.DATA_OFFICER for agency in post.serves
    }
    rows = PrivacyRequest.objects.select_related("agency", "person").filter(agency_id__in=served)
    return rows.exclude(person_id=viewer.person_id) if viewer.person_id else rows


def for_officer(viewer: Viewer, number: str, *, lock: bool = False) -> PrivacyRequest:
    """One request before the officer in charge of personal data. Raises `NoSuchRequest`. What is
    shown of it is a look at somebody's data: `look_at` records it."""
    rows = _theirs(viewer).filter(number=number)
    found = (rows.select_for_update(of=("self",)) if lock else rows).first()
    if found is None:
        raise NoSuchRequest
    return found


def look_at(viewer: Viewer, request: PrivacyRequest) -> AccessNote:
    """The look that opening a request is, for the door to record before it shows anything."""
    return AccessNote(
        viewer=viewer,
        subject_ids=(request.person_id,),
        role=Role.DATA_OFFICER,
        agency_id=request.agency_id,
        purpose=f"Giải quyết yêu cầu {request.number} của chính người này",
        fields=("privacy_request", "full_name"),
    )


def queue(viewer: Viewer, now: datetime, *, closed: bool = False, limit: int = 200) -> list[Line]:
    """Requests before the officer, the one due first first; the closed ones newest first."""
    rows = _theirs(viewer)
    if closed:
        done = rows.exclude(state__in=rules.OPEN).order_by("-decided_at", "-pk")
        return [line(row, now) for row in done[:limit]]
    waiting = rows.filter(state__in=rules.OPEN).order_by("received_at", "pk")[:limit]
    lines = [line(row, now) for row in waiting]
    return sorted(lines, key=lambda one: one.standing.due if one.standing else now)


def whose(person_id: int) -> Whose:
    """The person as rooms look for their data. Three statements."""
    person = Person.objects.only("id_index").get(pk=person_id)
    accounts = Account.objects.filter(person_id=person_id).values_list("pk", flat=True)
    subjects = Dossier.objects.filter(applicant_id=person_id).values_list("pk", flat=True)
    return Whose(person_id, bytes(person.id_index), tuple(accounts), tuple(subjects))


@dataclass(frozen=True, slots=True)
class Kept:
    """One kind of data kept of a person, how many rows, and the rule that keeps it, if any."""

    held: Held
    count: int
    duty: Duty | None


def kept_of(viewer: Viewer) -> list[Kept]:
    """What is kept of the viewer, kind by kind; kinds with nothing in them are left out."""
    if viewer.person_id is None:
        return []
    subject = whose(viewer.person_id)
    found: Sequence[Kept] = [
        Kept(held, held.of(subject).count(), duty(held.key)) for held in everything()
    ]
    return [one for one in found if one.count]
