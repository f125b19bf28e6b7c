"""Looks at personal data in words, for the person they concern and for inspectors."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _


def field_name(field: str) -> str:
    """What was seen, in words; a question of a form is named by its own label."""
    return {
        "answers": _("nội dung khai (phần riêng tư được che)"),
        "papers": _("danh mục giấy tờ"),
        "paper": _("tệp giấy tờ"),
        "slip": _("phiếu của hồ sơ"),
        "result": _("kết quả"),
        "id_number": _("số định danh cá nhân"),
        "full_name": _("họ và tên"),
        "birth_date": _("ngày sinh"),
        "phone": _("số điện thoại"),
        "population": _("thông tin trong CSDL quốc gia về dân cư"),
        "dossiers": _("danh sách hồ sơ"),
        "vault": _("danh mục giấy tờ trong kho"),
        "privacy_request": _("yêu cầu về dữ liệu cá nhân"),
    }.get(field, field)


def field_names(fields: Iterable[str]) -> str:
    """All of them, one after another."""
    return "; ".join(field_name(field) for field in fields)


def reason(key: str) -> str:
    """Why a look is odd, as a sentence an inspector reads."""
    return {
        "no_dossier": _("Xem khi không có hồ sơ nào của người này."),
        "colleague": _("Xem dữ liệu của người cùng cơ quan."),
        "relative": _("Xem dữ liệu của người thân (theo đăng ký khai sinh tại đây)."),
        "same_home": _("Xem dữ liệu của người cùng nơi cư trú."),
        "outside_hours": _("Xem ngoài giờ làm việc của cơ quan."),
        "bulk": _("Xem dữ liệu của rất nhiều người trong một giờ."),
    }.get(key, key)
