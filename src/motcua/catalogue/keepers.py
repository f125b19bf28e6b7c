"""Whose hands the catalogue is in: the installation's administrator and those of a ministry for the
whole country, those of a provincial People's Committee for their province (NĐ 63/2010 Đ13 as
amended by NĐ 92/2017: the minister and the chair of the province publish procedures)."""

from __future__ import annotations

from dataclasses import dataclass

from motcua.agencies import queries as agencies
from motcua.agencies.models import Kind
from motcua.people.viewers import SignedInViewer


@dataclass(frozen=True, slots=True)
class Reach:
    """How far somebody may change who decides: `province` is a code, empty for everywhere. `by`
    is how the ledger calls them."""

    province: str
    by: str


def reach(viewer: SignedInViewer) -> Reach | None:
    """How far this viewer keeps the catalogue, None when not at all. An administrator of a commune
    or a department looks after its officers, not the law."""
    by = f"account:{viewer.account_id}"
    if viewer.is_administrator:
        return Reach("", by)
    bodies = [agencies.facts(agency_id) for agency_id in sorted(viewer.administers)]
    if any(body.kind == Kind.MINISTRY for body in bodies):
        return Reach("", by)
    provinces = [b.territory_code for b in bodies if b.kind == Kind.PROVINCE and b.territory_code]
    return Reach(provinces[0], by) if provinces else None
