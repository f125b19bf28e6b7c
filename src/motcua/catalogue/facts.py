"""A published version as plain frozen values.

A version never changes once published, so a process reads it once and keeps it: filing a dossier
and showing a page cost no query. Only the end of the range of validity can move, and is therefore
asked of the database and not kept here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, TypedDict


class FeeItem(TypedDict):
    """One thing to pay for, in đồng, as `payments.actions.charge` takes it."""

    name: str
    kind: str
    amount: int


@dataclass(frozen=True, slots=True)
class FeeQuote:
    """What filing costs: the items, their sum in đồng, and whether a figure is illustrative."""

    items: tuple[FeeItem, ...]
    amount: int
    illustrative: bool


@dataclass(frozen=True, slots=True)
class Limit:
    """A time limit in the units of the deadline rule; `amount` is None for `within_day`."""

    amount: Decimal | None
    unit: str


@dataclass(frozen=True, slots=True)
class ChannelFacts:
    """A way to file one case: `online`, `counter` or `post`. `limit` is None when the text gives
    none; `fee` is CEL over the answers, empty when free."""

    way: str
    limit: Limit | None
    fee: str
    fee_name: str
    fee_kind: str
    fee_text: str
    illustrative: bool
    source: str


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """A variant of a procedure with its own limits and fees."""

    key: str
    name: str
    channels: tuple[ChannelFacts, ...]


@dataclass(frozen=True, slots=True)
class ComponentFacts:
    """A paper to hand in. `needed` is CEL over the answers, empty when always; `upload` is False
    for what is only shown at the counter; `replaced_by` names the State's own data source."""

    key: str
    name: str
    originals: int
    copies: int
    required: bool
    upload: bool
    needed: str
    replaced_by: str
    form_code: str


@dataclass(frozen=True, slots=True)
class ResultFacts:
    """What the applicant gets, with its national code (`KQ.G15.000031`), empty when it has none."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class VersionFacts:
    """Everything a published version says."""

    id: int
    procedure_id: int
    code: str
    name: str
    short_name: str
    sector: str
    sector_code: str
    valid_from: date
    decision: str
    imported: bool
    online: str
    online_reason: str
    bookable: bool
    assurance: int
    level: str
    levels: tuple[str, ...]
    form_id: int | None
    process_id: int | None
    result_template: str
    register: str
    pay_at: str
    case_question: str
    subjects: str
    steps: str
    conditions: str
    authority: str
    legal_basis: tuple[Mapping[str, str], ...]
    parameters: Mapping[str, Any]
    source_url: str
    notes: tuple[str, ...]
    cases: tuple[CaseFacts, ...]
    components: tuple[ComponentFacts, ...]
    results: tuple[ResultFacts, ...]
    service_class: str = "public"

    def case(self, key: str) -> CaseFacts | None:
        """The case with this key, or None."""
        return next((case for case in self.cases if case.key == key), None)
