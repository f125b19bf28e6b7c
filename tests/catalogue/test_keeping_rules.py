"""What is lacking, what differs, until when, and what it costs: pure rules of the catalogue."""

from __future__ import annotations

import copy
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua.catalogue import burden, editing
from motcua.catalogue.completeness import complete, parts
from motcua.catalogue.difference import differences
from motcua.catalogue.once_only import held, refused
from motcua.catalogue.specification import parse
from motcua.catalogue.terms import Publication, counts, terms
from motcua.foundation import calendar
from tests.catalogue.specs import case, specification

STANDARD = calendar.standard()
FULL = {
    "steps": "Bước 1: nộp hồ sơ.",
    "subjects": "Công dân",
    "authority": "Ủy ban nhân dân xã",
    "components": [{"key": "don", "name": "Đơn", "originals": 1, "form_code": "Mẫu 1"}],
    "results": [{"code": "KQ.G10.000001", "name": "Giấy phép"}],
    "legal_basis": [{"number": "1/2025/NĐ-CP"}],
}


def full(**more):
    return specification(**copy.deepcopy(FULL) | more)


# -- parts ------------------------------------------------------------------------------------


def test_a_whole_procedure_lacks_nothing():
    assert complete(parts("Tên", full()["version"]))


@pytest.mark.parametrize("key", [*FULL, "limit"])
def test_each_part_that_is_left_out_is_named(key):
    said = full()["version"]
    if key == "limit":
        del said["cases"][0]["channels"][0]["limit"]
    else:
        del said[key]
    assert [part for part in parts("Tên", said) if part.missing], key
    assert not complete(parts("Tên", said))


# -- differences ------------------------------------------------------------------------------

words = st.text("abc đ", min_size=1, max_size=6)
versions = st.builds(
    lambda steps, names, limit, fee, online: specification(
        steps=steps,
        online=online,
        online_reason="vì",
        components=[{"key": f"p{n}", "name": name} for n, name in enumerate(names)],
        cases=[case(limit={"amount": limit, "unit": "day"}, fee=str(fee), fee_name="Phí")],
    )["version"],
    words,
    st.lists(words, max_size=3),
    st.integers(1, 40),
    st.integers(0, 9),
    st.sampled_from(("full", "partial")),
)


@given(versions, versions)
def test_nothing_differs_exactly_when_both_say_the_same(one, other):
    assert differences(one, one) == []
    assert bool(differences(one, other)) == (one != other)
    forth, back = differences(one, other), differences(other, one)
    assert {(d.what, d.before, d.after) for d in forth} == {
        (d.what, d.after, d.before) for d in back
    }


def test_a_shorter_limit_is_said_in_words():
    before = full()["version"]
    after = full(cases=[case(limit={"amount": 2, "unit": "working_day"})])["version"]
    (only,) = differences(before, after)
    assert (only.before, only.after) == ("3 ngày làm việc", "2 ngày làm việc")
    assert only.kind == "changed"


# -- terms ------------------------------------------------------------------------------------


def test_the_law_counts_calendar_days_and_the_index_working_days():
    one = Publication("ministry", date(2026, 12, 1), decided=date(2026, 11, 9))
    found = terms(one, STANDARD)
    assert found.decide_by == date(2026, 11, 11)
    assert found.index_decide_by == date(2026, 11, 2), "24/11 is a holiday"
    assert found.enter_by == date(2026, 11, 23)
    province = terms(Publication("province", date(2026, 12, 1)), STANDARD)
    assert province.decide_by == date(2026, 11, 26)
    assert province.index_decide_by == date(2026, 11, 23)
    assert province.enter_by is None


def test_the_shortened_procedure_has_three_days_after_and_two_to_enter():
    one = Publication(
        "ministry", date(2026, 11, 20), date(2026, 11, 20), decided=date(2026, 11, 20)
    )
    found = terms(one, STANDARD)
    assert (found.decide_by, found.enter_by) == (date(2026, 11, 23), date(2026, 11, 25))


days = st.dates(date(2025, 1, 1), date(2026, 12, 31))
publications = st.lists(
    st.builds(
        lambda who, effective, before, entered: Publication(
            who,
            effective,
            decided=(decided := effective - timedelta(before)),
            entered=None if entered is None else decided + timedelta(entered),
        ),
        st.sampled_from(("ministry", "province")),
        days,
        st.integers(0, 60),
        st.none() | st.integers(0, 40),
    ),
    max_size=6,
)


@given(publications, days)
def test_the_part_is_never_above_the_whole(found, today):
    got = counts(found, STANDARD, today)
    for part, whole in (got.decisions_on_time, got.publicised_on_time):
        assert 0 <= part <= whole <= len(found)


@given(publications, days, st.integers(1, 30))
def test_deciding_earlier_never_lowers_the_count(found, today, earlier):
    assert all(one.decided for one in found)
    sooner = [replace(one, decided=one.decided - timedelta(earlier)) for one in found]
    assert (
        counts(sooner, STANDARD, today).decisions_on_time[0]
        >= counts(found, STANDARD, today).decisions_on_time[0]
    )


# -- cost -------------------------------------------------------------------------------------

figures = st.fixed_dictionaries(
    {},
    optional={
        "hours": st.dictionaries(
            st.sampled_from(sorted(burden.ACTIVITIES)), st.integers(0, 1000), max_size=5
        ),
        **{name: st.integers(0, 10**6) for name in (*burden.MONEY, *burden.COUNTS)},
    },
)


def test_the_example_of_the_circular():
    said = {
        "hours": {"prepare": 2, "file": 1.5, "result": 0.5},
        "income_per_hour": 30_000,
        "travel": 20_000,
        "printing": 5_000,
        "fee": 75_000,
        "subjects": 1_000,
        "times_per_year": 1,
    }
    now = burden.read(said)
    assert burden.cost(now) == burden.Cost(220_000, 220_000_000)
    online = burden.read(said | {"hours": {"prepare": 1}, "travel": 0})
    assert burden.saving(now, online) == burden.Saving(110_000_000, Decimal("50.0"))


@given(figures, st.sampled_from((*burden.MONEY, *burden.COUNTS)), st.integers(1, 1000))
def test_more_of_anything_never_costs_less(said, name, more):
    now = burden.cost(burden.read(said))
    then = burden.cost(burden.read(said | {name: said.get(name, 0) + more}))
    assert then.once >= now.once
    assert then.year >= now.year


@pytest.mark.parametrize(
    "said",
    [{"fee": -1}, {"fee": "nhiều"}, {"fee": True}, {"fee": float("nan")}, {"x": 1},
     {"hours": {"ngủ": 1}}, {"hours": 3}, {"subjects": 10**13}],
)  # fmt: skip
def test_what_is_no_figure_is_named(said):
    with pytest.raises(burden.BadBurden):
        burden.read(said)


# -- once only --------------------------------------------------------------------------------


def test_a_paper_that_a_register_holds_needs_a_legal_reason():
    said = full(
        components=[
            {"key": "cccd", "name": "Bản sao thẻ Căn cước công dân", "copies": 1},
            {"key": "don", "name": "Đơn có nêu số căn cước", "originals": 1},
            {"key": "ks", "name": "Giấy khai sinh", "copies": 1, "required": False},
        ]
    )["version"]
    assert [one.place for one in refused(held(said))] == ["components.cccd"]
    said["parameters"] = {"asked_anyway": {"components.cccd": "vì"}}
    assert refused(held(said)), "two letters are no legal reason"
    said["parameters"]["asked_anyway"]["components.cccd"] = "Điều 5 Nghị định 1/2025/NĐ-CP"
    assert not refused(held(said))


def test_a_question_without_its_source_is_flagged_and_one_with_it_is_not():
    asked = [("a", "Nơi thường trú", ""), ("b", "Giới tính", "population.sex"), ("c", "Lý do", "")]
    assert [one.place for one in held(full()["version"], asked)] == ["form.a"]


# -- fields -----------------------------------------------------------------------------------


@given(versions)
def test_saving_a_page_without_a_change_changes_nothing(said):
    spec = {**specification(), "version": said}
    sent = {
        field.name: str(field.value)
        for field in editing.fields(spec, {})
        if field.kind != "yes_no" or field.value
    }
    saved = editing.apply(spec, sent, {})
    assert differences(said, saved["version"]) in ([], differences(said, _stripped(said)))
    parse(saved)


def _stripped(said):
    """The same with texts as a page sends them: without spaces at their ends."""
    plain = copy.deepcopy(said)
    plain["steps"] = plain["steps"].strip()
    for paper in plain["components"]:
        paper["name"] = paper["name"].strip()
    plain["components"] = [paper for paper in plain["components"] if paper["name"]]
    return plain


def test_fields_become_a_specification():
    spec = full()
    here = "version.cases.0.channels.0"
    sent = {
        f"{here}.limit.amount": "2,5",
        f"{here}.limit.unit": "working_hour",
        f"{here}.fee": "150000",
        f"{here}.fee_name": "Lệ phí",
        "new_paper": "Ảnh",
        "version.components.0.name": "",
        "version.parameters.burden.hours.file": "1,5",
        "unknown.place": "x",
    }
    saved = editing.apply(spec, sent, {})
    channel = saved["version"]["cases"][0]["channels"][0]
    assert channel["limit"] == {"amount": 2.5, "unit": "working_hour"}
    assert channel["fee"] == "150000"
    assert [paper["name"] for paper in saved["version"]["components"]] == ["Ảnh"]
    assert saved["version"]["parameters"]["burden"] == {"hours": {"file": 1.5}}
    parse(saved)
    assert spec == full(), "the draft itself is not touched"
