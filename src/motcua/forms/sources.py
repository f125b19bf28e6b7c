"""Where an answer may already be known, so that a person is not asked twice (NĐ 224/2026 Đ15.1d).

A source is a dotted name that a field carries as `source`. `dossiers` gathers the facts from the
registers, with purpose and consent, as one flat dict from source to value, and
`CompiledForm.prefill` lays them into the fields. Facts are plain answers: a date `2026-11-22`, an
address `{"province", "commune", "detail"}`, sex `male` or `female`, marital status `single`,
`married`, `divorced` or `widowed`.

`couple` is the applicant and the spouse ordered by sex, for forms that ask about a wife or mother
and a husband or father; it is derived here (`with_couple`) and never supplied.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

_PERSON = (
    "full_name",
    "birth_date",
    "sex",
    "id_number",
    "ethnicity",
    "nationality",
    "home_address",
    "native_place",
)
_POPULATION = "CSDL quốc gia về dân cư"
_ACCOUNT = "tài khoản định danh điện tử"
_BIRTH_NOTICE = "Giấy chứng sinh điện tử"
_ORGANISATION = "CSDL quốc gia về đăng ký doanh nghiệp"


def _table() -> dict[str, str]:
    table = {f"population.{name}": _POPULATION for name in (*_PERSON, "marital_status")}
    for relative in ("father", "mother", "spouse"):
        table |= {f"population.{relative}.{name}": _POPULATION for name in _PERSON}
    for partner in ("wife", "husband"):
        table |= {f"couple.{partner}.{name}": _POPULATION for name in _PERSON}
    for name in ("full_name", "birth_date", "sex", "id_number", "phone", "email"):
        table[f"account.{name}"] = _ACCOUNT
    for name in ("number", "issued_on", "hospital", "place"):
        table[f"birth_notice.{name}"] = _BIRTH_NOTICE
    for name in ("birth_date", "sex", "order", "weight"):
        table[f"birth_notice.child_{name}"] = _BIRTH_NOTICE
    for name in ("name", "tax_code", "address", "representative"):
        table[f"organisation.{name}"] = _ORGANISATION
    return table


SOURCES: Mapping[str, str] = MappingProxyType(_table())
"""Every source there is, with the register's name as people read it."""


def register_of(source: str) -> str:
    """The register behind `source`, in words; "" for none."""
    return SOURCES.get(source, "")


def registers(wanted: Iterable[str]) -> frozenset[str]:
    """The first parts of the facts that have to be gathered for these sources; a couple comes from
    the population register."""
    roots = {source.partition(".")[0] for source in wanted}
    return frozenset("population" if root == "couple" else root for root in roots)


def with_couple(facts: Mapping[str, Any]) -> dict[str, Any]:
    """`facts` with the applicant and the spouse once more as `couple.wife` and `couple.husband`.

    Where the register knows no sex, or the same for both, nothing is filled: asking is better than
    guessing.
    """
    found = dict(facts)
    if facts.get("population.sex") == facts.get("population.spouse.sex"):
        return found
    for prefix in ("population.", "population.spouse."):
        role = {"female": "wife", "male": "husband"}.get(facts.get(f"{prefix}sex") or "")
        if role:
            for name in _PERSON:
                if facts.get(prefix + name) not in (None, ""):
                    found[f"couple.{role}.{name}"] = facts[prefix + name]
    return found
