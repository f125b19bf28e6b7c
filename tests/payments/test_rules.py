"""What the arithmetic and the judgement of money promise."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua.payments import rules
from motcua.payments.errors import BadItems
from motcua.payments.rules import Outcome, Owed, Tried

AMOUNTS = st.integers(0, 10_000_000)
CHARGES = st.builds(Owed, st.sampled_from(["pending", "paid", "expired", "cancelled"]), AMOUNTS)
ATTEMPTS = st.builds(Tried, st.sampled_from(["started", "paid", "failed"]), AMOUNTS)


@given(st.lists(AMOUNTS, min_size=1, max_size=10))
def test_a_charge_is_the_sum_of_what_it_lists(amounts):
    items = [{"name": "Phí", "kind": "phi", "amount": amount} for amount in amounts]
    assert rules.total(items) == sum(amounts)


@pytest.mark.parametrize("amount", [-1, 1.5, "1000", True, None, 10**13])
def test_an_amount_that_is_no_whole_number_of_dong_is_refused(amount):
    with pytest.raises(BadItems):
        rules.total([{"name": "Phí", "kind": "phi", "amount": amount}])


@given(st.integers(0, 50), st.integers(0, 1_000))
def test_copies_cost_what_the_circular_says(copies, pages):
    by_page = sum(2_000 if page <= 2 else 1_000 for page in range(1, pages + 1))
    assert rules.copy_certification_fee(copies, pages) == copies * min(by_page, 200_000)


@given(st.integers(1, 20), st.integers(0, 500))
def test_another_page_or_copy_never_costs_less_and_a_copy_never_above_the_cap(copies, pages):
    fee = rules.copy_certification_fee(copies, pages)
    assert fee <= rules.copy_certification_fee(copies, pages + 1) <= copies * 200_000
    assert fee <= rules.copy_certification_fee(copies + 1, pages)


@given(
    st.text("23456789ABCDEFGHJKLMNPQRSTUVWXYZ", min_size=10, max_size=10),
    st.sampled_from(["{}", "NGUYEN VAN A chuyen tien {} cam on", "MBVCB.123.{}.CT tu 0011"]),
    st.booleans(),
)
def test_a_reference_is_found_in_whatever_the_bank_made_of_it(token, wording, small):
    reference = rules.reference(date(2026, 11, 20), token)
    assert len(reference) <= 25
    assert reference.isalnum()
    content = wording.format(f"{reference[:7]} {reference[7:]}")
    assert rules.find_reference(content.lower() if small else content) == reference


@given(st.none() | CHARGES, st.none() | ATTEMPTS, st.sampled_from(Outcome), AMOUNTS)
def test_money_pays_a_charge_only_once_and_only_in_full(owed, tried, outcome, amount):
    judged = rules.judge_callback(owed, tried, outcome, amount)
    if judged.money and judged.refund_reason == "":
        assert owed is not None
        assert tried is not None
        assert outcome is Outcome.PAID
        assert owed.state == "pending"
        assert owed.amount == amount == tried.amount


@given(st.none() | CHARGES, st.none() | ATTEMPTS, st.sampled_from(Outcome), AMOUNTS)
def test_paid_money_is_booked_or_already_known_or_asked_about(owed, tried, outcome, amount):
    judged = rules.judge_callback(owed, tried, outcome, amount)
    if outcome is Outcome.PAID:
        assert judged.money or judged.answer in ("02", "04")
    else:
        assert not judged.money


@given(CHARGES, AMOUNTS, st.booleans())
def test_the_banks_own_answer_never_loses_money(owed, amount, given_up):
    tried = Tried("started", owed.amount)
    judged = rules.judge_answer(owed, tried, Outcome.PAID, amount, given_up=given_up)
    assert judged.money
    pays = owed.state == "pending" and amount == owed.amount
    assert (judged.refund_reason == "") is pays


@given(st.integers(0, 40 * 24 * 60))
def test_an_unsettled_attempt_is_asked_again_within_six_hours(minutes):
    started = datetime(2026, 11, 1, tzinfo=UTC)
    now = started + timedelta(minutes=minutes)
    wait = rules.next_check(started, now) - now
    assert timedelta(minutes=2) <= wait <= timedelta(hours=6)
