"""Questions that many forms ask, ready to be added, each with the register that may answer it.

A question from here carries its source, so it is filled in before anybody is asked and counts for
the once-only rule (NĐ 224/2026 Đ15 k1 d) without further work.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any


def _one(kind: str, label: str, source: str = "", **more: Any) -> Mapping[str, Any]:
    one: dict[str, Any] = {"type": kind, "label": label, "required": True, **more}
    if source:
        one["source"] = source
    return MappingProxyType(one)


_LOCKED = {"locked_when_sourced": True}

SHARED: Mapping[str, Mapping[str, Any]] = MappingProxyType(
    {
        "applicant_full_name": _one(
            "text",
            "Họ, chữ đệm, tên",
            "population.full_name",
            autocomplete="name",
            **_LOCKED,
        ),
        "applicant_id": _one(
            "person_id",
            "Số định danh cá nhân",
            "population.id_number",
            help="12 chữ số trên thẻ căn cước.",
            sensitive=True,
            **_LOCKED,
        ),
        "applicant_birth_date": _one(
            "date",
            "Ngày, tháng, năm sinh",
            "population.birth_date",
            max="today",
            autocomplete="bday",
            **_LOCKED,
        ),
        "applicant_sex": _one("choice", "Giới tính", "population.sex", options="sexes", **_LOCKED),
        "applicant_ethnicity": _one(
            "choice", "Dân tộc", "population.ethnicity", options="ethnic_groups", **_LOCKED
        ),
        "applicant_nationality": _one("text", "Quốc tịch", "population.nationality"),
        "applicant_residence": _one("address", "Nơi cư trú", "population.residence"),
        "applicant_phone": _one("phone", "Số điện thoại", "account.phone", autocomplete="tel"),
        "applicant_email": _one(
            "email", "Thư điện tử", "account.email", required=False, autocomplete="email"
        ),
        "spouse_full_name": _one(
            "text", "Họ, chữ đệm, tên vợ hoặc chồng", "population.spouse.full_name"
        ),
        "father_full_name": _one("text", "Họ, chữ đệm, tên cha", "population.father.full_name"),
        "mother_full_name": _one("text", "Họ, chữ đệm, tên mẹ", "population.mother.full_name"),
        "organisation_tax_code": _one("tax_code", "Mã số doanh nghiệp, mã số thuế"),
        "result_way": _one("choice", "Hình thức nhận kết quả", options="result_ways"),
        "declaration": _one("consent", "Tôi cam đoan những điều khai trên đây là đúng sự thật."),
    }
)
"""Key of the question to its definition, as `definition.parse` reads it."""


def shared(key: str) -> dict[str, Any]:
    """A copy of the question of that key. Raises `KeyError`."""
    return copy.deepcopy(dict(SHARED[key]))
