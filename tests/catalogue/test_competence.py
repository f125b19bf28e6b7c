"""Who decides: one answer or a reason, the narrower rule first, and no day left to two rules."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua.catalogue.competence import Place, Rule, Silence, StandsInTheWay, overlay, resolve

DAY = date(2026, 11, 22)
HERE = Place("06187", "20")
EVERYWHERE = Rule("", "", "commune", None, date(2025, 7, 1))

days = st.dates(date(2025, 1, 1), date(2028, 1, 1))


@st.composite
def rule(draw: st.DrawFn) -> Rule:
    since = draw(days)
    return Rule(
        draw(st.sampled_from(("", "new", "again"))),
        draw(st.sampled_from(("", "20", "06187", "01", "00004"))),
        *draw(st.sampled_from((("commune", None), ("province", None), ("department", 7)))),
        since,
        draw(st.none() | st.integers(1, 400).map(lambda n: since + timedelta(n))),
    )


@st.composite
def lawbook(draw: st.DrawFn) -> list[Rule]:
    """Rules as the database keeps them: one scope, one rule a day."""
    kept: list[Rule] = []
    for one in draw(st.lists(rule(), max_size=8)):
        try:
            change = overlay(kept, one)
        except StandsInTheWay:
            continue
        kept = apply(kept, change)
    return kept


def apply(kept, change):
    rest = [one for one in kept if one is not change.cut]
    if change.cut is not None:
        rest.append(replace(change.cut, until=change.made[0].since))
    return [*rest, *change.made]


@given(lawbook(), st.sampled_from(("", "new", "again", "other")), days)
def test_the_answer_is_a_rule_that_holds_here_or_a_reason(book, case, on):
    found = resolve(book, case, HERE, on)
    if isinstance(found, Silence):
        return
    assert found.holds(on)
    assert found.territory in ("", "20", "06187")
    assert found.case in ("", case)


@given(lawbook(), st.sampled_from(("new", "again")), days)
def test_no_narrower_rule_is_passed_over(book, case, on):
    found = resolve(book, case, HERE, on)
    if isinstance(found, Silence):
        return
    for other in book:
        if other.holds(on) and other.case in ("", case) and HERE.within(other.territory):
            narrower = bool(other.case) >= bool(found.case) and len(other.territory) >= len(
                found.territory
            )
            assert not narrower or other.decider == found.decider


@given(lawbook(), st.sampled_from(("", "new")), days)
def test_the_order_in_which_rules_were_written_does_not_matter(book, case, on):
    one, other = resolve(book, case, HERE, on), resolve(book[::-1], case, HERE, on)
    assert getattr(one, "decider", one) == getattr(other, "decider", other)


@given(lawbook(), days)
def test_without_a_case_the_answer_holds_in_every_case(book, on):
    found = resolve(book, "", HERE, on)
    if isinstance(found, Silence):
        return
    for case in ("new", "again", "other"):
        inner = resolve(book, case, HERE, on)
        assert isinstance(inner, Rule)
        assert inner.decider == found.decider


@given(lawbook(), days)
def test_without_a_commune_the_answer_holds_in_every_commune(book, on):
    book = [EVERYWHERE, *(one for one in book if len(one.territory) == 2)]
    found = resolve(book, "new", Place("", "20"), on)
    if isinstance(found, Silence):
        return
    inner = resolve(book, "new", HERE, on)
    assert isinstance(inner, Rule)
    assert inner.decider == found.decider


@given(lawbook(), rule(), days)
def test_a_handover_changes_its_own_days_and_no_others(book, new, on):
    try:
        change = overlay(book, new)
    except StandsInTheWay:
        return
    after = apply(book, change)
    of_scope = [one for one in after if one.scope == new.scope and one.holds(on)]
    assert len(of_scope) <= 1, "two rules of one scope on one day"
    before = next((one for one in book if one.scope == new.scope and one.holds(on)), None)
    if new.holds(on):
        assert of_scope[0].decider == new.decider
    elif before is not None:
        assert of_scope[0].decider == before.decider
    else:
        assert not of_scope


def test_two_rules_neither_of_which_is_narrower_leave_it_open():
    by_case = Rule("new", "", "department", 7, date(2025, 7, 1))
    by_place = Rule("", "20", "province", None, date(2025, 7, 1))
    book = [EVERYWHERE, by_case, by_place]
    assert resolve(book, "new", HERE, DAY) is Silence.CLASH
    assert resolve(book, "again", HERE, DAY) == by_place
    assert resolve(book, "", HERE, DAY) is Silence.CASE
    assert resolve(book, "new", Place("00004", "01"), DAY) == by_case


def test_what_is_decided_for_later_is_not_overruled_unseen():
    later = Rule("", "", "province", None, date(2027, 1, 1), source="NĐ 9/2026/NĐ-CP")
    with pytest.raises(StandsInTheWay, match="01/01/2027"):
        overlay([later], Rule("", "", "commune", None, date(2026, 12, 1)))
    until = Rule("", "", "commune", None, date(2026, 12, 1), date(2027, 1, 1))
    assert overlay([later], until).made == (until,)
