"""Arithmetic of fees and the judgement of money that arrives. Amounts are whole đồng."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from motcua.payments.errors import BadItems

LARGEST = 999_999_999_999  # what a VietQR amount field (13 characters) and VNPAY x 100 both carry
DAYS_TO_PAY = 15  # then the charge expires and the room above withdraws its subject with a notice
ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # 32 signs that nobody confuses on paper: no 0 O 1 I
TOKEN_LENGTH = 10  # 50 random bits: a reference cannot be guessed
REFERENCE = re.compile(rf"MC\d{{6}}[{ALPHABET}]{{{TOKEN_LENGTH}}}")


def total(items: Sequence[Mapping[str, Any]]) -> int:
    """The sum of the items' amounts. Raises `BadItems` when one has no name or its amount is not a
    whole number from 0, or the sum is more than can be transferred."""
    result = 0
    for item in items:
        amount = item.get("amount")
        if not isinstance(amount, int) or isinstance(amount, bool) or amount < 0:
            raise BadItems(f"Số tiền không hợp lệ: {amount!r}.")
        if not str(item.get("name") or "").strip():
            raise BadItems("Khoản thu phải có tên.")
        result += amount
    if result > LARGEST:
        raise BadItems("Tổng số tiền quá lớn.")
    return result


def copy_certification_fee(copies: int, pages: int) -> int:
    """The fee for `copies` certified copies of a paper of `pages` pages: 2,000 đ for each of the
    first two pages, 1,000 đ from the third, at most 200,000 đ a copy (TT 226/2016/TT-BTC Đ4)."""
    if copies < 0 or pages < 0:
        raise ValueError("copies and pages are not negative")
    return copies * min(200_000, 2_000 * min(pages, 2) + 1_000 * max(pages - 2, 0))


def reference(day: date, token: str) -> str:
    """The reference of a charge: `MC261122K7M2Q9RTWX`, 18 capital letters and digits, which every
    bank carries unchanged in the content of a transfer (25 signs at most)."""
    return f"MC{day:%y%m%d}{token}"


def find_reference(content: str) -> str | None:
    """The reference in the content of a bank transfer, or None. Banks add words around it, break
    it with spaces, or write it small."""
    found = REFERENCE.search(re.sub(r"[\s.\-_]", "", content).upper())
    return found.group() if found else None


class Outcome(StrEnum):
    """What the bank says of one order."""

    PAID = "paid"
    FAILED = "failed"
    UNSETTLED = "unsettled"  # still running, or held back by the bank for a check
    UNKNOWN = "unknown"  # the bank has never heard of it


@dataclass(frozen=True, slots=True)
class Owed:
    """A charge as the judgement sees it: its state and amount."""

    state: str
    amount: int


@dataclass(frozen=True, slots=True)
class Tried:
    """An attempt as the judgement sees it: its state and the amount it asked for."""

    state: str
    amount: int


@dataclass(frozen=True, slots=True)
class Judgement:
    """What to do with a message. `answer` goes back to the bank (00 taken, 01 unknown order, 02
    already confirmed, 04 wrong amount); `attempt` is its new state or None for no change; `money`
    says that money arrived; `refund_reason` is empty when it pays the charge."""

    answer: str
    attempt: str | None = None
    money: bool = False
    refund_reason: str = ""


def refund_reason(owed: Owed | None, amount: int) -> str:
    """Why `amount` cannot pay what is owed; empty when it does."""
    if owed is None:
        return "unknown_order"
    if owed.state == "pending":
        return "" if amount == owed.amount else "wrong_amount"
    return {"paid": "paid_twice", "expired": "late"}.get(owed.state, "cancelled")


def judge_callback(
    owed: Owed | None, tried: Tried | None, outcome: Outcome, amount: int
) -> Judgement:
    """What a correctly signed gateway callback means.

    An amount other than the one asked for changes nothing here: the bank is asked itself, and its
    answer (`judge_answer`) decides.
    """
    if owed is None or tried is None:
        return Judgement("01", money=outcome is Outcome.PAID, refund_reason="unknown_order")
    if amount != tried.amount:
        return Judgement("04")
    if tried.state == "paid" or (tried.state == "failed" and outcome is Outcome.FAILED):
        return Judgement("02")
    if outcome is Outcome.PAID:
        return Judgement("00", "paid", money=True, refund_reason=refund_reason(owed, amount))
    return Judgement("00", "failed" if outcome is Outcome.FAILED else None)


def judge_answer(
    owed: Owed, tried: Tried, outcome: Outcome, amount: int, *, given_up: bool
) -> Judgement:
    """What the bank's answer to our own question means. `given_up`: so much time has passed that
    an order the bank does not know, or knows as not finished, can no longer be paid."""
    if tried.state != "started":
        return Judgement("02")
    if outcome is Outcome.PAID:
        reason = refund_reason(owed, amount)
        return Judgement("00", "paid", money=True, refund_reason=reason)
    if outcome is Outcome.FAILED or (outcome is Outcome.UNKNOWN and given_up):
        return Judgement("00", "failed")
    return Judgement("00")


ASK_FIRST_AFTER = timedelta(minutes=5)
ASK_AT_MOST_EVERY = timedelta(minutes=2)
ASK_AT_LEAST_EVERY = timedelta(hours=6)
GATEWAY_PAGE_OPEN = timedelta(minutes=15)
GIVE_UP_AFTER = timedelta(hours=1)
STATEMENT_OVERLAP = timedelta(days=1)  # banks book some transfers late
FIRST_STATEMENT = timedelta(days=30)


def next_check(started_at: datetime, now: datetime) -> datetime:
    """When to ask the bank about an unsettled attempt next: often at first, then ever more rarely,
    at least every six hours."""
    return now + min(max((now - started_at) / 4, ASK_AT_MOST_EVERY), ASK_AT_LEAST_EVERY)


def given_up(started_at: datetime, now: datetime) -> bool:
    """An order the bank still does not know by now will not be paid: its page closed after a
    quarter of an hour."""
    return now - started_at > GIVE_UP_AFTER


def statement_from(taken_to: datetime | None, now: datetime) -> datetime:
    """From when to read the bank's statement, which was last read at `taken_to`."""
    return taken_to - STATEMENT_OVERLAP if taken_to else now - FIRST_STATEMENT
