"""Who may act for whom today, and who looked at whose data."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from motcua.people import actions, queries
from motcua.people.access import AccessNote
from motcua.people.errors import NobodySigns, NoSuchConsent
from motcua.people.models import Access, Appointment
from motcua.people.viewers import ANONYMOUS

from .conftest import NOW
from .test_sign_in import in_threads

pytestmark = pytest.mark.django_db
NUMBER = "H37.105-261123-0001"


def appoint(
    account, agency, role="handler", since=date(2026, 1, 1), until=None, title="Chuyên viên"
):
    return actions.appoint(
        account, agency, role, title=title, since=since, until=until, source="QĐ 01/QĐ-UBND"
    )


def note(account, mother, fields=("answers",), number=NUMBER) -> AccessNote:
    return AccessNote(
        viewer=queries.viewer_of(account, 2, NOW),
        subject_ids=(mother.pk,),
        role="handler",
        agency_id=None,
        purpose="Giải quyết thủ tục 1.001193",
        dossier_number=number,
        fields=fields,
    )


def test_a_post_in_a_centre_works_for_the_commune_too(officer_account, centre, commune):
    appoint(officer_account, centre, "receptionist")
    (post,) = queries.viewer_of(officer_account, 2, NOW).posts
    assert post.serves == {centre.pk, commune.pk}


def test_a_post_in_the_commune_does_not_work_for_its_offices_nor_for_the_province(
    officer_account, centre, commune
):
    appoint(officer_account, commune)
    (post,) = queries.viewer_of(officer_account, 2, NOW).posts
    assert post.serves == {commune.pk}


def test_a_post_that_has_ended_or_not_begun_gives_nothing(officer_account, commune):
    appoint(officer_account, commune, until=date(2026, 11, 23))
    appoint(officer_account, commune, "approver", since=date(2026, 11, 24))
    assert queries.viewer_of(officer_account, 2, NOW).posts == ()


def test_the_day_of_a_post_is_the_day_in_vietnam(officer_account, commune):
    appoint(officer_account, commune, since=date(2026, 11, 24))
    evening_in_utc = datetime(2026, 11, 23, 17, 30, tzinfo=UTC)  # 00:30 on the 24th
    assert queries.viewer_of(officer_account, 2, evening_in_utc).is_officer


def test_leaving_the_agency_ends_access_at_once(officer_account, commune):
    post = appoint(officer_account, commune)
    assert queries.viewer_of(officer_account, 2, NOW).is_officer
    actions.end_appointment(post.pk, NOW.date())
    assert not queries.viewer_of(officer_account, 2, NOW).is_officer


def test_appointing_twice_is_one_post(officer_account, commune):
    assert appoint(officer_account, commune) == appoint(officer_account, commune)
    assert Appointment.objects.count() == 1


def test_a_viewer_takes_one_statement(officer_account, commune, django_assert_num_queries):
    appoint(officer_account, commune)
    with django_assert_num_queries(1):
        queries.viewer_of(officer_account, 2, NOW)


def test_who_signs_is_the_appointed_one_and_nobody_else(officer_account, centre, commune):
    appoint(officer_account, commune, "approver", title="Phó Chủ tịch")
    found = queries.signer(commune.pk, "approver", None, NOW)
    assert (found.name, found.title) == ("Bế Thanh Ánh", "Phó Chủ tịch")
    with pytest.raises(NobodySigns):
        queries.signer(commune.pk, "approver", officer_account.pk + 1, NOW)


def test_work_goes_to_colleagues_of_the_same_role_only(officer_account, centre, commune):
    appoint(officer_account, centre, "receptionist")
    assert queries.colleague(officer_account.pk, commune.pk, "receptionist", NOW)
    assert queries.colleague(officer_account.pk, commune.pk, "approver", NOW) is None
    assert queries.colleagues(commune.pk, "receptionist", NOW) == [officer_account]


def test_looks_at_one_dossier_within_a_quarter_hour_are_one_record(officer_account, mother):
    actions.record_access(note(officer_account, mother), NOW)
    actions.record_access(
        note(officer_account, mother, ("phone", "answers")), NOW + timedelta(minutes=14)
    )
    (record,) = Access.objects.all()
    assert record.fields == ["answers", "phone"]
    actions.record_access(note(officer_account, mother), NOW + timedelta(minutes=15))
    actions.record_access(note(officer_account, mother, number="khác"), NOW)
    assert Access.objects.count() == 3


@pytest.mark.django_db(transaction=True)
def test_two_tabs_at_once_make_one_record(officer_account, mother):
    results = in_threads(lambda: actions.record_access(note(officer_account, mother), NOW), 4)
    assert not [r for r in results if isinstance(r, Exception)]
    assert Access.objects.count() == 1


def test_looking_at_ones_own_data_is_no_record(officer_account):
    own = note(officer_account, officer_account.person)
    assert actions.record_access(own, NOW) == []


def test_the_person_sees_who_looked_and_nobody_else_does(officer_account, mother):
    actions.record_access(note(officer_account, mother), NOW)
    account = actions.expect_account(mother)
    assert [a.viewer_name for a in queries.who_looked(queries.viewer_of(account, 1, NOW))] == [
        "Bế Thanh Ánh"
    ]
    assert queries.who_looked(queries.viewer_of(officer_account, 1, NOW)) == []
    assert queries.who_looked(ANONYMOUS) == []


def test_consent_is_never_assumed_and_can_be_taken_back(mother, officer_account):
    assert not queries.has_consented(mother.pk, "prefill")
    consent = actions.give_consent(mother.pk, "prefill", "Tôi đồng ý…", NOW)
    assert actions.give_consent(mother.pk, "prefill", "Tôi đồng ý…", NOW) == consent
    with pytest.raises(NoSuchConsent):
        actions.withdraw_consent(officer_account.person_id, consent.pk, NOW)
    actions.withdraw_consent(mother.pk, consent.pk, NOW)
    assert not queries.has_consented(mother.pk, "prefill")
    with pytest.raises(NoSuchConsent):
        actions.withdraw_consent(mother.pk, consent.pk, NOW)
