"""What a person settled about the use of their data is obeyed where the data would be used."""

from __future__ import annotations

import json

import pytest

from motcua.dossiers import messages
from motcua.dossiers.actions import drafting
from motcua.dossiers.events import DossierReturned
from motcua.dossiers.models import TimelineEntry
from motcua.dossiers.reactions import tell_applicant
from motcua.foundation import clock
from motcua.notices.models import Delivery, Notice
from motcua.people import own_data, purposes

from ..dossiers import people as p
from ..world import settle

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("world")]
CODE = "1.004873"


def mailed(person_id: int) -> set[str]:
    rows = Delivery.objects.filter(notice__person_id=person_id).select_related("notice")
    return {row.notice.title.partition(" hồ sơ")[0] for row in rows}


def told(person_id: int) -> int:
    return Notice.objects.filter(person_id=person_id).count()


def test_mails_beyond_duty_go_only_to_who_agreed_and_notices_to_all() -> None:
    viewer, dossier = p.filed(CODE)
    settle()
    assert told(viewer.person_id) == 1
    assert mailed(viewer.person_id) == set()
    p.accepted(dossier)
    settle()
    assert Delivery.objects.filter(notice__title__contains="đã được tiếp nhận").count() == 1
    own_data.agree(viewer.person_id, purposes.PURPOSES[purposes.EMAIL_EXTRA], clock.now())
    p.filed(CODE)
    settle()
    assert "Đã nhận" in mailed(viewer.person_id)


def test_who_objects_to_mail_gets_none_and_still_every_notice() -> None:
    viewer = p.citizen("doc-than")
    own_data.agree(viewer.person_id, purposes.PURPOSES[purposes.EMAIL_EXTRA], clock.now())
    own_data.stop_uses(viewer.person_id, [purposes.EMAIL], clock.now(), by="x")
    _, dossier = p.filed(CODE)
    p.accepted(dossier)
    settle()
    assert told(viewer.person_id) == 2
    assert mailed(viewer.person_id) == set()


def test_who_objects_to_being_prefilled_starts_with_an_empty_form() -> None:
    viewer = p.citizen("doc-than")

    def started() -> dict:
        version, now = p.version_id(CODE), clock.now()
        draft = drafting.start_draft(viewer, version, p.agency_id(), now)
        return json.loads(draft.answers)

    assert started() != {}
    own_data.stop_uses(viewer.person_id, [purposes.PREFILL], clock.now(), by="x")
    assert started() == {}
    own_data.resume_use(viewer.person_id, purposes.PREFILL, clock.now())
    assert started() != {}


@pytest.mark.parametrize("agreed", [True, False])
def test_only_who_agreed_is_invited_to_rate(agreed: bool) -> None:
    viewer, dossier = p.filed(CODE)
    if agreed:
        own_data.agree(viewer.person_id, purposes.PURPOSES[purposes.SURVEY], clock.now())
    entry = TimelineEntry.objects.create(
        dossier=dossier, at=clock.now(), kind="returned", status=10, text="Xong.", actor_name="x"
    )
    tell_applicant(DossierReturned(dossier.pk, entry.pk))
    body = Notice.objects.get(key=f"timeline:{entry.pk}").body
    assert ("hài lòng" in body) is agreed
    assert messages.BEYOND_DUTY.isdisjoint({"refused", "supplement_asked", "completed"})
