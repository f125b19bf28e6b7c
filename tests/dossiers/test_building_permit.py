"""1.013225 Cấp giấy phép xây dựng, the whole way, under the older and the newer law."""

from __future__ import annotations

from datetime import date

import pytest

from motcua.catalogue import queries as catalogue
from motcua.dossiers import errors, jobs
from motcua.dossiers.models import (
    FieldCheck,
    Opinion,
    Status,
)
from motcua.foundation import clock

from ..world import settle
from . import answers as a
from . import people as p

pytestmark = [pytest.mark.usefixtures("world"), pytest.mark.django_db]


def to_field_check(**changes):
    _, dossier = p.filed("1.013225", **changes)
    p.accepted(dossier)
    p.finish(dossier, "appraise", "continue")
    return dossier


CHECKED = {"people": "Chủ nhà, cán bộ địa chính", "minutes": "Đúng hiện trạng."}


def test_a_building_permit_is_checked_on_site_asked_about_and_signed():
    dossier = to_field_check()
    assert p.fresh(dossier).due_at == p.local("2026-12-03T17:00"), "seven working days"
    for data in ({}, {**CHECKED, "on": date(2026, 11, 24)}, {"on": date(2026, 11, 23)}):
        with pytest.raises(errors.Refused):
            p.finish(dossier, "field_check", "conforms", **data)
    p.finish(dossier, "field_check", "conforms", on=date(2026, 11, 23), **CHECKED)
    assert FieldCheck.objects.get().conforms
    asked = Opinion.objects.get()
    assert asked.agency.office_key == "phong-kinh-te"
    assert asked.due_at == p.local("2026-11-26T17:00"), "two working days; 24 November is a holiday"
    with pytest.raises(errors.NotYours):
        p.finish(dossier, "opinion", "agree", by="clerk")
    p.finish(dossier, "opinion", "agree", by="handler-kinh-te", note="Phù hợp quy hoạch.")
    asked.refresh_from_db()
    assert (asked.answer, asked.text) == ("agree", "Phù hợp quy hoạch.")
    p.finish(dossier, "work", "propose")
    p.signed(dossier)
    settle()
    assert p.status(dossier) == Status.RETURNED
    assert p.states(dossier) == [1, 2, 4, 9, 10]
    p.assert_valid(dossier)


def test_an_office_that_is_silent_for_two_working_days_consents():
    dossier = to_field_check()
    p.finish(dossier, "field_check", "conforms", on=date(2026, 11, 23), **CHECKED)
    with clock.frozen(p.local("2026-11-26T16:59")):
        jobs.fire_due_timers()
    assert Opinion.objects.get().answer == ""
    with clock.frozen(p.local("2026-11-26T17:00")):
        jobs.fire_due_timers()
        settle()
    opinion = Opinion.objects.get()
    assert (opinion.answer, opinion.answered_by) == ("silent", "Hết thời hạn")
    assert p.step(dossier, "work")


def test_the_site_may_be_looked_at_early_in_the_morning_of_the_same_day():
    """At 06:30 in Vietnam it is still yesterday in UTC."""
    dossier = to_field_check()
    with clock.frozen(p.local("2026-11-25T06:30")):
        p.finish(dossier, "field_check", "conforms", on=date(2026, 11, 25), **CHECKED)


@pytest.mark.parametrize(
    ("filed_on", "kind", "due"),
    [
        ("2026-06-30T09:00", "house", "2026-07-15T17:00"),  # 15 days
        ("2026-06-30T09:00", "linear", "2026-07-20T17:00"),  # 20 days
        ("2026-07-01T09:00", "house", "2026-07-10T17:00"),  # 7 working days
        ("2026-07-01T09:00", "linear", "2026-07-15T17:00"),  # 10 working days
    ],
)
def test_the_law_in_force_at_filing_stays_with_the_dossier(filed_on, kind, due):
    """NĐ 217/2026 from 1 July; what was filed under the older rule keeps it."""
    linear = {
        "work_kind": "linear", "work_class": "IV", "work_name": "Đường thôn", "staged": False,
        "length": 300, "clearance": "Trên mặt đất", "designed_by": "firm",
        "designer_name": "Công ty Thiết kế", "designer_certificate": "HAN-1",
        "needs_environment": False,
    }  # fmt: skip
    extra = linear if kind == "linear" else {}
    with clock.frozen(p.local(filed_on)) as then:
        version = p.version_id("1.013225", clock.local(then).date())
        dossier = p.filed_at("1.013225", version, then, start_date=a.day(30), **extra)
        intake_at = then
        p.accepted(dossier)
    row = p.fresh(dossier)
    assert (row.accepted_at, row.due_at) == (intake_at, p.local(due))


def test_a_dossier_filed_on_the_last_day_of_the_old_law_is_worked_on_by_the_old_process():
    with clock.frozen(p.local("2026-06-30T16:00")) as then:
        old = p.version_id("1.013225", date(2026, 6, 30))
        dossier = p.filed_at("1.013225", old, then, start_date=a.day(30))
    with clock.frozen(p.local("2026-07-02T09:00")):
        p.accepted(dossier)
        assert p.fresh(dossier).due_at == p.local("2026-07-17T17:00")
        assert p.version_id("1.013225") != dossier.version_id
    version = catalogue.version(dossier.version_id)
    assert version.parameters["opinion"]["amount"] == 12


def test_a_permit_may_be_refused_with_the_reason_in_the_result():
    dossier = to_field_check()
    p.finish(dossier, "field_check", "ineligible", on=date(2026, 11, 23), **CHECKED)
    p.finish(dossier, "opinion", "disagree", by="handler-kinh-te", note="Không phù hợp quy hoạch.")
    p.finish(dossier, "work", "refuse", note="Không phù hợp quy hoạch.")
    p.signed(dossier)
    settle()
    result = p.draft_of(dossier)
    assert result.template == "result_refusal"
    assert "quy hoạch" in result.data["reason"]
    assert p.status(dossier) == Status.RETURNED
    p.assert_valid(dossier)
