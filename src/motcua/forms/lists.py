"""Lists of options that many forms share. A field takes one by name: `"options": "ethnic_groups"`.

A list is part of the program: a change of it reaches every form, which is what a list fixed by the
State wants. What may differ from form to form is written into the form.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

_ETHNIC_GROUPS = (
    "Kinh, Tày, Nùng, Dao, Mông, Hoa, Sán Chay, Sán Dìu, Thái, Mường, Khmer, Ngái, Gia Rai, Ê Đê, "
    "Ba Na, Xơ Đăng, Cơ Ho, Chăm, Hrê, Mnông, Raglay, Xtiêng, Bru Vân Kiều, Thổ, Giáy, Cơ Tu, "
    "Giẻ Triêng, Mạ, Khơ Mú, Co, Tà Ôi, Chơ Ro, Kháng, Xinh Mun, Hà Nhì, Chu Ru, Lào, La Chí, "
    "La Ha, Phù Lá, La Hủ, Lự, Lô Lô, Chứt, Mảng, Pà Thẻn, Cơ Lao, Cống, Bố Y, Si La, Pu Péo, "
    "Brâu, Ơ Đu, Rơ Măm"
)
"""The 54 peoples of Vietnam; those of the north-east first, where this runs."""


def _same(names: str) -> tuple[tuple[str, str], ...]:
    return tuple((name, name) for name in names.split(", "))


LISTS: Mapping[str, tuple[tuple[str, str], ...]] = MappingProxyType(
    {
        "ethnic_groups": _same(_ETHNIC_GROUPS),
        "sexes": (("male", "Nam"), ("female", "Nữ")),
        "result_ways": (
            ("electronic", "Bản điện tử, lưu trong Kho dữ liệu điện tử của tôi"),
            ("counter", "Đến nhận tại Trung tâm Phục vụ hành chính công"),
            ("post", "Nhận qua bưu chính công ích"),
        ),
    }
)
