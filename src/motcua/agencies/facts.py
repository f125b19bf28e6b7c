"""An agency as plain values, safe to keep in memory and to hand to other rooms."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AgencyFacts:
    """What filing and pages need of an agency. `works_for` is the body in whose name it acts: the
    commune for its centre and offices, itself for others. `territory_code` is empty for a body
    without a territory of its own."""

    id: int
    code: str
    name: str
    kind: str
    parent_id: int | None
    parent_name: str
    works_for: int
    realm: str
    office_key: str
    territory_code: str
    address: str
    bank_bin: str
    bank_account: str
