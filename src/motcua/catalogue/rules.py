"""What the law of a procedure says about one set of answers: case, fee, limit, papers, and whether
it can be filed online. Pure functions over a published version."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from motcua.foundation import expressions

from .errors import CaseUnclear, NoSuchWay
from .facts import (
    CaseFacts,
    ChannelFacts,
    ComponentFacts,
    FeeItem,
    FeeQuote,
    Limit,
    VersionFacts,
)

Answers = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Verdict:
    """Yes or no, and in the latter case why, in words for the person asking."""

    allowed: bool
    reason: str = ""


def case_of(version: VersionFacts, answers: Answers) -> CaseFacts:
    """The case that the answers describe. Raises `CaseUnclear` when they do not say.

    A version with one case asks nothing. An answer that was not given counts as null.
    """
    if not version.case_question:
        return version.cases[0]
    try:
        key = _evaluate(version.case_question, answers)
    except expressions.ExpressionFailed as error:
        raise CaseUnclear(version.code, error.reason) from error
    found = version.case(key) if isinstance(key, str) else None
    if found is None:
        raise CaseUnclear(version.code, key)
    return found


def channel(version: VersionFacts, case: CaseFacts, way: str) -> ChannelFacts | None:
    """How `case` is filed by `way` (`online`, `counter`, `post`), None when it is not."""
    return next((channel for channel in case.channels if channel.way == way), None)


def rate(version: VersionFacts, case: CaseFacts, way: str) -> ChannelFacts:
    """The channel whose limit and fee count for `way`: its own, or that of the counter when the
    procedure is only booked online. Raises `NoSuchWay`."""
    found = channel(version, case, way)
    if found is None and way == "online" and version.bookable:
        found = channel(version, case, "counter")
    if found is None:
        raise NoSuchWay(version.code, way)
    return found


def fee(version: VersionFacts, case: CaseFacts, way: str, answers: Answers) -> FeeQuote:
    """What filing costs with these answers; empty when it is free. An answer that was not given
    counts as null.

    Raises `NoSuchWay`, and `expressions.ExpressionFailed` when the answers the fee depends on are
    missing or the result is not a whole, non-negative number of đồng.
    """
    rated = rate(version, case, way)
    if not rated.fee:
        return FeeQuote((), 0, rated.illustrative)
    expression = expressions.compile(rated.fee)
    amount = expression.whole({name: answers.get(name) for name in expression.names})
    if amount < 0:
        raise expressions.ExpressionFailed(rated.fee, f"gives {amount}, less than nothing")
    if amount == 0:
        return FeeQuote((), 0, rated.illustrative)
    item = FeeItem(name=rated.fee_name, kind=rated.fee_kind, amount=amount)
    return FeeQuote((item,), amount, rated.illustrative)


def limit(version: VersionFacts, case: CaseFacts, way: str) -> Limit:
    """The time limit of `case` filed by `way`. Raises `NoSuchWay` also when there is none."""
    found = rate(version, case, way).limit
    if found is None:
        raise NoSuchWay(version.code, way)
    return found


def needed_components(version: VersionFacts, answers: Answers) -> tuple[ComponentFacts, ...]:
    """The papers that these answers ask for, in order. A condition that cannot be decided from the
    answers asks for the paper: better shown than forgotten."""
    return tuple(c for c in version.components if _is_needed(c, answers))


def can_file_online(version: VersionFacts) -> Verdict:
    """Whether a dossier, or a booking for the counter, can be started here on the web, and if not
    why, in words."""
    if version.form_id is None or version.process_id is None:
        return Verdict(
            False,
            version.online_reason
            or "Thủ tục này được công khai để tra cứu và chưa nhận hồ sơ trên hệ thống này.",
        )
    if version.parameters.get("only_linked"):
        return Verdict(
            False, version.online_reason or "Thủ tục này chỉ nhận cùng thủ tục liên thông."
        )
    if version.online == "counter" and not version.bookable:
        return Verdict(
            False,
            version.online_reason or "Thủ tục này chỉ nhận hồ sơ trực tiếp tại Bộ phận Một cửa.",
        )
    return Verdict(True)


def can_file_at_counter(version: VersionFacts) -> Verdict:
    """Whether the counter can take a dossier of this version into the system."""
    if version.form_id is None or version.process_id is None:
        return Verdict(False, can_file_online(version).reason)
    if version.parameters.get("only_linked"):
        return can_file_online(version)
    if not any(channel(version, case, "counter") for case in version.cases):
        return Verdict(False, "Thủ tục này chỉ nhận hồ sơ trực tuyến.")
    return Verdict(True)


def _is_needed(component: ComponentFacts, answers: Answers) -> bool:
    if not component.needed:
        return True
    try:
        return _evaluate(component.needed, answers) is not False
    except expressions.ExpressionFailed:
        return True


def _evaluate(source: str, answers: Answers) -> Any:
    expression = expressions.compile(source)
    return expression.value({name: answers.get(name) for name in expression.names})
