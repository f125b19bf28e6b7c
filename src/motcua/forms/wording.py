"""What is said next to a field, in plain Vietnamese: what to do, not what a program expected."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from motcua.forms.definition import Field
from motcua.foundation import money


@dataclass(frozen=True, slots=True)
class FieldError:
    """One thing to put right. `field` is the path of the answer (`birth_date`,
    `members.0.full_name`, `home.commune`), `topic` the page it is on."""

    field: str
    label: str
    message: str
    topic: str


FAULTS = {
    "type": "{label} chưa đúng dạng. Hãy nhập lại.",
    "control": "{label} có ký tự không dùng được. Hãy xóa và gõ lại.",
    "number": "{label} phải là một số, ví dụ {example}.",
    "decimals": "{label} {decimals}",
    "date": "{label} phải là ngày có thật, ví dụ 22/11/2026.",
    "choice": "{label}: hãy chọn trong các câu trả lời đã cho.",
    "commune": "Không tìm thấy xã, phường, đặc khu này trong tỉnh đã chọn. "
    "Hãy kiểm tra lại tên hoặc chọn trong danh sách.",
}

PATTERNS = {
    "person_id": "{label} gồm 12 chữ số, ví dụ 020190000123.",
    "tax_code": "{label} gồm 10, 12 hoặc 13 chữ số.",
    "phone": "{label} phải là số điện thoại, ví dụ 0912 345 678.",
    "email": "{label} phải có dạng ten@noigui.vn.",
}


def missing(field: Field) -> str:
    """The field waits for an answer."""
    if field.ask:
        return field.ask
    if field.label.endswith("?"):
        return f"Trả lời câu hỏi “{field.label}”"
    if field.type in ("choice", "several"):
        return f"Chọn {inner(field.label)}"
    if field.type == "yes_no":
        return f"Chọn có hoặc không cho mục “{field.label}”"
    if field.type == "consent":
        return f"Hãy đánh dấu nếu đồng ý: “{field.label}”"
    if field.type == "group":
        return f"Thêm ít nhất một mục vào “{field.label}”"
    return f"Nhập {inner(field.label)}"


def unreadable(field: Field, reason: str) -> str:
    """The answer is a `Fault`."""
    if reason == "decimals":
        how = f"có nhiều nhất {field.decimals} chữ số thập phân."
        decimals = how if field.decimals else "phải là số nguyên."
        return f"{field.label} {decimals}"
    example = "150000" if field.type == "money" else "12,5" if field.decimals else "12"
    return FAULTS[reason].format(label=field.label, example=example)


def violation(field: Field, keyword: str, value: Any, part: str = "") -> str:
    """The answer breaks the schema. `keyword` is the schema's; `part` that of an address."""
    label = field.label
    if part in ("province", "commune"):
        return address_part(field, part)
    if keyword == "MaxLength":
        room = field.max_length
        length = len(value) if isinstance(value, str) else 0
        return f"{label} dài quá {room} ký tự (đang có {length}). Hãy viết ngắn lại."
    if keyword == "Pattern":
        fallback = f"{label} chưa đúng dạng." + (f" {field.help}" if field.help else "")
        return PATTERNS.get(field.type, "").format(label=label) or fallback
    if keyword == "Minimum":
        least = 0 if field.min is None else field.min
        return f"{label} phải từ {_amount(field, least)} trở lên."
    if keyword == "Maximum":
        most = "mức hệ thống nhận" if field.max is None else _amount(field, field.max)
        return f"{label} không được quá {most}."
    if keyword == "MinItems":
        return f"“{label}” cần ít nhất {field.min_items} mục."
    if keyword == "MaxItems":
        return f"“{label}” có nhiều nhất {field.max_items} mục."
    if field.type in ("choice", "several", "yes_no", "consent"):
        return FAULTS["choice"].format(label=label)
    return FAULTS["type"].format(label=label)


def address_part(field: Field, part: str) -> str:
    """A part of an address is missing or not known."""
    where = f"ở mục “{field.label}”"
    if part == "province":
        return f"Chọn tỉnh, thành phố {where}"
    if part == "commune":
        return f"Chọn xã, phường, đặc khu {where}"
    return f"Nhập số nhà, đường, thôn, tổ dân phố {where}"


def unknown_place(field: Field, part: str) -> str:
    """The code of a place is not one of today's."""
    what = "tỉnh, thành phố" if part == "province" else "xã, phường, đặc khu"
    return f"Không có {what} này ở mục “{field.label}”. Hãy chọn lại trong danh sách."


def too_early(field: Field, least: date) -> str:
    """A date before the first that is allowed."""
    return f"{field.label} phải từ ngày {least:%d/%m/%Y} trở đi."


def too_late(field: Field, most: date, today: date) -> str:
    """A date after the last that is allowed."""
    if most == today:
        return f"{field.label} không được sau hôm nay ({most:%d/%m/%Y})."
    return f"{field.label} không được sau ngày {most:%d/%m/%Y}."


def empty_item(field: Field) -> str:
    """A line of a group without any answer."""
    return f"Điền thông tin hoặc xóa mục này khỏi “{field.label}”"


def unknown(name: str) -> str:
    """An answer to a question that the form does not ask."""
    return f"Biểu mẫu không có mục “{name[:60]}”."


def not_an_object() -> str:
    """The answers as a whole are not an object."""
    return "Nội dung biểu mẫu phải là một đối tượng gồm các mục và câu trả lời."


def inner(label: str) -> str:
    """A label inside a sentence: small first letter, unless it is an abbreviation or a name of
    letters (CCCD, UBND)."""
    if len(label) > 1 and (label[1].isupper() or label[1].isdigit()):
        return label
    return label[:1].lower() + label[1:]


def _amount(field: Field, amount: Any) -> str:
    if field.type == "money":
        return money.vnd(int(amount))
    words = number(amount, field.decimals)
    return f"{words} {field.unit}".strip()


def number(amount: float | int, decimals: int) -> str:
    """`12.5` as `12,5`, `1500` as `1.500`."""
    if isinstance(amount, int) or amount.is_integer():
        return f"{int(amount):,}".replace(",", ".")
    whole, _, rest = f"{amount:,.{max(decimals, 1)}f}".partition(".")
    return whole.replace(",", ".") + "," + (rest.rstrip("0") or "0")
