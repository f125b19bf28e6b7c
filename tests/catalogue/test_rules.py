"""What a published version says about answers: case, fee, limit, papers, and where it is filed."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal
from importlib.resources import files
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua.catalogue import rules
from motcua.catalogue.errors import CaseUnclear, NoSuchWay
from motcua.catalogue.facts import (
    CaseFacts,
    ChannelFacts,
    ComponentFacts,
    Limit,
    VersionFacts,
)
from motcua.foundation.expressions import ExpressionFailed

THREE_DAYS = Limit(Decimal(3), "working_day")


def channel(way: str = "online", fee: str = "", **parts: Any) -> ChannelFacts:
    made = ChannelFacts(way, THREE_DAYS, fee, "Phí", "phi", "", False, "")
    return replace(made, **parts)


def component(key: str, needed: str = "") -> ComponentFacts:
    return ComponentFacts(key, key, 1, 0, True, True, needed, "", "")


def version(*cases: CaseFacts, **parts: Any) -> VersionFacts:
    made = VersionFacts(
        id=1, procedure_id=1, code="9.000001", name="A", short_name="A", sector="", sector_code="",
        valid_from=date(2025, 7, 1), decision="", imported=False, online="full", online_reason="",
        bookable=False, assurance=1, level="commune", levels=("commune",), form_id=1, process_id=1,
        result_template="", register="", pay_at="filing", case_question="", subjects="", steps="",
        conditions="", authority="", legal_basis=(), parameters={}, source_url="", notes=(),
        cases=cases or (CaseFacts("all", "A", (channel(),)),), components=(), results=(),
    )  # fmt: skip
    return replace(made, **parts)


def published_fee() -> str:
    """The fee of certified copies as the demonstration publishes it."""
    source = files("motcua.demo").joinpath("data/procedures/2.000815.json")
    said = json.loads(source.read_text(encoding="utf-8"))
    fee: str = said["versions"][0]["cases"][0]["channels"][0]["fee"]
    return fee


def certified_copies(pages: int, copies: int) -> int:
    """TT 226/2016/TT-BTC page by page: the first two 2,000 đ, the others 1,000 đ, at most 200,000 đ
    a copy."""
    one = sum(2000 if page <= 2 else 1000 for page in range(1, pages + 1))
    return copies * min(one, 200_000)


@given(st.integers(1, 1000), st.integers(1, 200))
def test_certified_copies_cost_what_the_circular_says(pages: int, copies: int) -> None:
    law = version(CaseFacts("all", "A", (channel("counter", published_fee()),)), bookable=True)
    quote = rules.fee(law, law.cases[0], "counter", {"pages": pages, "copies": copies})
    assert quote.amount == certified_copies(pages, copies)
    assert sum(item["amount"] for item in quote.items) == quote.amount
    assert rules.fee(law, law.cases[0], "online", {"pages": pages, "copies": copies}) == quote


def test_a_fee_that_needs_an_answer_is_not_guessed() -> None:
    law = version(CaseFacts("all", "A", (channel("counter", published_fee()),)))
    with pytest.raises(ExpressionFailed):
        rules.fee(law, law.cases[0], "counter", {"pages": 2})


@pytest.mark.parametrize("fee", ["-1", "'10000'", "1.5", "true"])
def test_a_fee_is_a_whole_amount_of_money_and_not_below_nothing(fee: str) -> None:
    law = version(CaseFacts("all", "A", (channel(fee=fee),)))
    with pytest.raises(ExpressionFailed):
        rules.fee(law, law.cases[0], "online", {})


def test_free_is_free_and_says_whether_the_council_must_still_decide() -> None:
    law = version(CaseFacts("all", "A", (channel(illustrative=True),)))
    quote = rules.fee(law, law.cases[0], "online", {})
    assert (quote.items, quote.amount, quote.illustrative) == ((), 0, True)


def test_the_answers_choose_the_case_and_silence_chooses_none() -> None:
    house, other = CaseFacts("house", "Nhà", ()), CaseFacts("other", "Khác", ())
    law = version(house, other, case_question="kind == null ? null : kind")
    assert rules.case_of(law, {"kind": "other"}) == other
    for answers in ({}, {"kind": "tent"}, {"kind": 3}):
        with pytest.raises(CaseUnclear):
            rules.case_of(law, answers)


def test_one_case_asks_nothing() -> None:
    assert rules.case_of(version(), {}).key == "all"


def test_a_way_that_is_not_offered_has_neither_limit_nor_fee() -> None:
    law = version()
    for ask in (rules.limit, lambda *a: rules.fee(*a, {})):
        with pytest.raises(NoSuchWay):
            ask(law, law.cases[0], "post")


def test_a_procedure_without_a_stated_limit_promises_none() -> None:
    law = version(CaseFacts("all", "A", (channel(limit=None),)))
    with pytest.raises(NoSuchWay):
        rules.limit(law, law.cases[0], "online")


def test_only_the_papers_that_the_answers_call_for_are_asked() -> None:
    law = version(
        components=(
            component("always"),
            component("family", "founder == 'family'"),
            component("many", "members > 1"),
        )
    )

    def asked(answers: dict[str, Any]) -> list[str]:
        return [c.key for c in rules.needed_components(law, answers)]

    assert asked({"founder": "individual", "members": 1}) == ["always"]
    assert asked({"founder": "family", "members": 2}) == ["always", "family", "many"]
    # "members > 1" cannot be decided without the number: the paper is shown.
    assert asked({}) == ["always", "many"]


def test_what_cannot_be_filed_here_says_why() -> None:
    assert rules.can_file_online(version()).allowed
    described = rules.can_file_online(version(form_id=None, online_reason="Nộp tại Công an."))
    assert (described.allowed, described.reason) == (False, "Nộp tại Công an.")
    assert rules.can_file_online(version(process_id=None)).reason
    counter = version(online="counter")
    assert not rules.can_file_online(counter).allowed
    assert rules.can_file_online(counter).reason
    assert rules.can_file_online(version(online="counter", bookable=True)).allowed


def test_the_counter_takes_what_has_a_counter_channel() -> None:
    assert rules.can_file_at_counter(
        version(CaseFacts("all", "A", (channel("counter"),)), online="counter")
    ).allowed
    assert not rules.can_file_at_counter(version()).allowed
