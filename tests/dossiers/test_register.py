"""Slip 07: the register says what the timelines say, to whoever settles the agency's dossiers."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import date

import pikepdf
import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua.demo import accounts
from motcua.dossiers import errors, register_paper
from motcua.dossiers.actions import applicant
from motcua.dossiers.models import FilingWay
from motcua.dossiers.queries import register
from motcua.dossiers.queries.scope import mask_name
from motcua.foundation import clock

from ..world import settle
from . import people as p

pytestmark = pytest.mark.usefixtures("world")
rolled_back = pytest.mark.django_db

MONTH = register.Asked(date(2026, 11, 1), date(2026, 11, 30))


def returned():
    """Filed on Monday, taken in, and signed before it was due: online, so given out at once."""
    with clock.frozen(p.local("2026-11-23T09:00")):
        viewer, dossier = p.filed("1.004873")
        p.accepted(dossier)
        p.finish(dossier, "appraise", "propose")
        settle()
        applicant.confirm_draft(viewer, dossier.number, True, "", clock.now())
        p.signed(dossier)
        settle()
    return p.fresh(dossier)


def shown(asked=MONTH, at="2026-11-26T09:00", viewer="receptionist"):
    return register.page(p.officer(viewer), p.agency_id(), asked, p.local(at))


@rolled_back
def test_each_line_says_what_the_timeline_says():
    dossier = returned()
    row = next(one for one in shown().rows if one.number == dossier.number)
    told = {entry.kind: entry for entry in dossier.timeline.all()}
    assert row.taken_in_at == told["accepted"].at
    assert row.taken_in_by == p.officer("receptionist").name
    assert row.ended_at == told["completed"].at
    assert row.returned_at == told["returned"].at
    assert row.kept == "early"
    assert row.applicant == mask_name(dossier.applicant_name) != dossier.applicant_name


@rolled_back
def test_it_is_narrowed_by_day_state_and_way():
    dossier = returned()
    with clock.frozen(p.local("2026-11-23T09:30")):
        _, waiting = p.filed("1.001193")
        p.accepted(waiting)

    def numbers(**changes):
        return {one.number for one in shown(replace(MONTH, **changes)).rows}

    assert {dossier.number, waiting.number} <= numbers()
    assert waiting.number in numbers(state="open")
    assert dossier.number not in numbers(state="open")
    assert dossier.number in numbers(state="done")
    assert waiting.number not in numbers(state="done")
    assert waiting.number in numbers(state="late")
    assert dossier.number not in numbers(state="late")
    assert numbers(way=FilingWay.POST) == set()
    assert numbers(since=date(2026, 11, 24)) == set()
    assert dossier.number not in numbers(until=date(2026, 11, 22))
    assert dossier.number in numbers(since=date(2026, 11, 23), until=date(2026, 11, 23))


@rolled_back
def test_a_pause_is_not_late():
    with clock.frozen(p.local("2026-11-23T09:00")):
        _, dossier = p.filed("1.004873")
        p.accepted(dossier)
        p.ask(dossier, "handler")
    late = shown(replace(MONTH, state="late"), at="2026-12-02T09:00").rows
    assert dossier.number not in {one.number for one in late}
    (row,) = [one for one in shown(at="2026-12-02T09:00").rows if one.number == dossier.number]
    assert row.kept == ""


@rolled_back
def test_it_exists_only_for_who_settles_dossiers_of_the_agency():
    returned()
    elsewhere = p.officer(f"{accounts.staffed_communes()[1].agency_code}/handler")
    with pytest.raises(errors.NotFound):
        register.page(p.citizen("me"), p.agency_id(), MONTH, p.local("2026-11-26T09:00"))
    nobody = p.officer(f"{accounts.PROVINCE}/administrator")
    with pytest.raises(errors.NotFound):
        register.page(nobody, p.agency_id(), MONTH, clock.now())
    with pytest.raises(errors.NotFound):
        register.whole(elsewhere, p.agency_id(), MONTH, clock.now())


@rolled_back
@pytest.mark.parametrize(
    "wrong",
    [
        register.Asked(date(2026, 11, 30), date(2026, 11, 1)),
        register.Asked(date(2024, 1, 1), date(2026, 1, 1)),
    ],
)
def test_days_that_make_no_stretch_are_refused(wrong):
    with pytest.raises(errors.Refused, match="nhiều nhất một năm"):
        shown(wrong)


@rolled_back
def test_what_is_taken_away_names_people_and_says_whose_data_it_is():
    dossier = returned()
    viewer = p.officer("approver")
    page, note = register.whole(viewer, p.agency_id(), MONTH, clock.now())
    assert dossier.applicant_id in note.subject_ids
    assert "01/11/2026" in note.purpose
    assert note.agency_id == p.agency_id()
    table = list(csv.reader(io.StringIO(register_paper.as_csv(page).decode("utf-8-sig"))))
    assert tuple(table[0]) == register_paper.COLUMNS
    line = next(one for one in table if one[1] == dossier.number)
    assert dossier.applicant_name in line
    with pikepdf.open(io.BytesIO(register_paper.as_pdf(page, viewer.name, clock.now()))) as pdf:
        wide, high = (float(x) for x in pdf.pages[0].mediabox[2:])
        assert wide > high


@rolled_back
def test_a_register_too_long_to_take_away_says_so(monkeypatch):
    returned()
    monkeypatch.setattr(register, "MOST_ROWS", 0)
    with pytest.raises(errors.Refused, match="khoảng ngắn hơn"):
        register.whole(p.officer("head"), p.agency_id(), MONTH, clock.now())


@given(st.text(max_size=20))
def test_no_cell_is_computed(text):
    assert register_paper.harmless(text)[:1] not in ("=", "+", "-", "@", "\t", "\r")
    assert register_paper.harmless(text).endswith(text)
