"""Where an answer may already be known, so that a person is not asked twice (NĐ 224/2026 Đ15.1d).

A source is a dotted name that a field carries as `source`; whoever composes a filing asks the
registers and lays the facts into the fields. Facts are plain answers: a date `2026-11-22`, an
address `{"province", "commune", "detail"}`, sex `male` or `female`, marital status `single`,
`married`, `divorced` or `widowed`. `as_father` and `as_mother` are the applicant and the spouse by
sex, for a parent who files for a child.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

_POPULATION = "CSDL quốc gia về dân cư"
_ACCOUNT = "tài khoản định danh điện tử"
_BIRTH_NOTICE = "Giấy chứng sinh điện tử"

_PERSON = (
    "id_number",
    "full_name",
    "birth_date",
    "birth_year",
    "birth_place",
    "sex",
    "ethnicity",
    "nationality",
    "marital_status",
    "residence",
    "residence_text",
    "card_issued_on",
    "phone",
    "email",
)
_NOTICE = (
    "number",
    "issued_on",
    "hospital",
    "birth_place",
    "birth_order",
    "weight_grams",
    "child_birth_date",
    "child_birth_time",
    "child_sex",
    "mother_name",
    "mother_id",
)


def _table() -> dict[str, str]:
    table = {f"account.{name}": _ACCOUNT for name in ("full_name", "phone", "email")}
    for who in ("", "father.", "mother.", "spouse.", "as_father.", "as_mother."):
        table |= {f"population.{who}{name}": _POPULATION for name in _PERSON}
    return table | {f"birth_notice.{name}": _BIRTH_NOTICE for name in _NOTICE}


SOURCES: Mapping[str, str] = MappingProxyType(_table())
"""Every source there is, with the register's name as people read it."""


def register_of(source: str) -> str:
    """The register behind `source`, in words; "" for none."""
    return SOURCES.get(source, "")
