"""Slip 06: who had the dossier from when to when, for the office and nobody else."""

from __future__ import annotations

from datetime import timedelta

import pikepdf
import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua.documents import actions as documents
from motcua.dossiers import errors, rules
from motcua.dossiers.actions import controlling
from motcua.dossiers.models import Slip
from motcua.dossiers.queries import citizen as mine
from motcua.foundation import clock
from motcua.foundation.models import LedgerEntry

from ..world import settle
from . import people as p

pytestmark = pytest.mark.usefixtures("world")
rolled_back = pytest.mark.django_db


def handled():
    """Accepted on Monday, appraised two days after its step was due."""
    with clock.frozen(p.local("2026-11-23T09:00")):
        viewer, dossier = p.filed("1.004873")
        p.accepted(dossier)
    with clock.frozen(p.local("2026-11-27T09:00")):
        p.finish(dossier, "appraise", "propose")
    return viewer, dossier


@rolled_back
def test_it_says_who_had_the_dossier_and_who_was_late():
    _, dossier = handled()
    with clock.frozen(p.local("2026-11-27T10:00")):
        controlling.ask_control_slip(p.officer("handler"), dossier.pk, clock.now())
        settle()
    slip = Slip.objects.get(dossier=dossier, form="06")
    steps = {step["name"]: step for step in slip.document.data["steps"]}
    appraised = steps["Thẩm tra hồ sơ, lập bản thảo"]
    assert p.officer("handler").name in appraised["who"]
    assert (appraised["opened"], appraised["done"]) == ("09:00 23/11/2026", "09:00 27/11/2026")
    assert appraised["outcome"].endswith("quá hạn")
    assert next(iter(steps.values()))["outcome"].endswith("hạn")
    assert slip.document.data["standing"] == "chưa xong, còn hạn"
    assert dossier.applicant_name not in str(slip.document.data)
    with pikepdf.open(documents.open_file(slip.document.file)) as pdf:
        assert len(pdf.pages) == 1
    assert (
        LedgerEntry.objects.filter(kind="dossier.control_slip", subject=dossier.number).count() == 1
    )


@rolled_back
def test_the_applicant_neither_owns_nor_sees_it():
    viewer, dossier = handled()
    controlling.ask_control_slip(p.officer("handler"), dossier.pk, clock.now())
    settle()
    slip = Slip.objects.get(dossier=dossier, form="06")
    assert slip.document.owner_id is None
    shown = mine.dossier(viewer, dossier.number, p.local("2026-11-27T10:00")).slips
    assert "06" not in {one.form for one in shown}
    assert {one.form for one in shown} == {"01"}


@rolled_back
def test_asked_twice_it_is_one_slip_until_something_happens():
    _, dossier = handled()
    for _ in range(2):
        controlling.ask_control_slip(p.officer("handler"), dossier.pk, clock.now())
    settle()
    assert Slip.objects.filter(dossier=dossier, form="06").count() == 1
    p.ask(dossier, "handler")
    controlling.ask_control_slip(p.officer("handler"), dossier.pk, clock.now())
    settle()
    assert Slip.objects.filter(dossier=dossier, form="06").count() == 2


@rolled_back
def test_another_agency_and_an_administrator_find_nothing():
    _, dossier = handled()
    elsewhere = p.accounts.staffed_communes()[1].agency_code
    with pytest.raises(errors.NotFound):
        controlling.ask_control_slip(p.officer(f"{elsewhere}/handler"), dossier.pk, clock.now())
    assert not Slip.objects.filter(dossier=dossier, form="06").exists()


MOMENTS = st.datetimes(
    min_value=p.local("2026-01-05T00:00").replace(tzinfo=None),
    max_value=p.local("2026-12-20T00:00").replace(tzinfo=None),
).map(lambda at: at.replace(tzinfo=clock.TZ))


@given(MOMENTS, MOMENTS, MOMENTS)
def test_done_after_due_is_late_and_a_day_before_it_early(due, done, at):
    word = rules.kept(due, done, at)
    assert (word == "late") == (done > due)
    assert rules.kept(due, due, at) == "on_time"
    assert rules.kept(due, due - timedelta(days=1), at) == "early"
    assert rules.kept(due, None, at) == ("overdue" if at > due else "running")
    assert rules.kept(None, done, at) == ""
