"""What it is worth that somebody was not asked for what the State holds: minutes and đồng, for
people and for the State, by the way of reckoning of TT 03/2022/TT-VPCP (time times the income of an
hour, and the costs of copies and ways). Pure.

A procedure may set its own figures in `parameters.spared`; those here stand in until it does, and
pages say that they are assumed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from .burden import BadBurden, number


@dataclass(frozen=True, slots=True)
class Rates:
    """Minutes of people and of officers for a paper and for an answer, what a paper costs to copy
    and fetch, and what an hour of either is worth, in đồng."""

    paper_minutes: Decimal = Decimal(30)
    answer_minutes: Decimal = Decimal("0.5")
    paper_cost: Decimal = Decimal(5_000)
    income_per_hour: Decimal = Decimal(50_000)
    state_paper_minutes: Decimal = Decimal(5)
    state_answer_minutes: Decimal = Decimal("0.5")
    state_per_hour: Decimal = Decimal(60_000)


ASSUMED = Rates()


@dataclass(frozen=True, slots=True)
class Worth:
    """Minutes and đồng, rounded to whole ones at the very end."""

    minutes: int
    money: int


@dataclass(frozen=True, slots=True)
class Savings:
    """For people and for the State."""

    people: Worth
    state: Worth


def rates(parameters: Mapping[str, Any]) -> tuple[Rates, bool]:
    """The figures of a version's parameters, and whether any of them is assumed here. The income of
    an hour is that of its compliance cost where it says one. Raises `BadBurden`."""
    said = parameters.get("spared", {})
    if not isinstance(said, Mapping):
        raise BadBurden("spared", "phải là các con số theo tên.")
    names = [one.name for one in fields(Rates)]
    if unknown := [name for name in said if name not in names]:
        raise BadBurden(f"spared.{unknown[0]}", "không có mục này.")
    known = {name: number(f"spared.{name}", said[name]) for name in names if name in said}
    burden = parameters.get("burden", {})
    if "income_per_hour" not in known and "income_per_hour" in burden:
        known["income_per_hour"] = number("burden.income_per_hour", burden["income_per_hour"])
    return Rates(**known), len(known) < len(names)


def worth(counts: Iterable[tuple[Rates, int, int]]) -> Savings:
    """What papers and answers that were not asked for are worth together: each with its rates, the
    number of papers, the number of answers."""
    minutes = money = state_minutes = state_money = Decimal(0)
    for rate, papers, answers in counts:
        here = papers * rate.paper_minutes + answers * rate.answer_minutes
        there = papers * rate.state_paper_minutes + answers * rate.state_answer_minutes
        minutes, state_minutes = minutes + here, state_minutes + there
        money += here * rate.income_per_hour / 60 + papers * rate.paper_cost
        state_money += there * rate.state_per_hour / 60
    return Savings(
        Worth(_whole(minutes), _whole(money)), Worth(_whole(state_minutes), _whole(state_money))
    )


def _whole(amount: Decimal) -> int:
    return int(amount.quantize(Decimal(1), ROUND_HALF_UP))
