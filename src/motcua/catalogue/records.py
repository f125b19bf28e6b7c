"""A record of the national catalogue as the specification of a version that is described here and
not filed. Pure: says what is wrong with a record, and flags what is doubtful without refusing it.

The fields are explained in docs/administrator/catalogue.md.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from motcua.foundation import text
from motcua.foundation.plain import markup

CODE = re.compile(r"[1-9]\.\d{6}")
LEVELS = {
    "Cấp bộ": "ministry",
    "Cấp tỉnh": "province",
    "Cấp xã": "commune",
    "Cơ quan khác": "other",
}
NEAREST_FIRST = ("commune", "province", "ministry", "other")
WAYS = {"Trực tuyến": "online", "Trực tiếp": "counter", "Dịch vụ bưu chính": "post"}
UNITS = {
    "Ngày làm việc": "working_day",
    "Ngày": "day",
    "Giờ": "working_hour",
    "Tháng": "month",
}
HOURS_A_DAY = 8
LOWEST_PLAUSIBLE_FEE = 1000
MOST_COPIES = 100
NOT_FILED_HERE = (
    "Thủ tục được công khai theo danh mục quốc gia để tra cứu, chưa nhận hồ sơ trên hệ thống này."
)
_SPACES = re.compile(r"\s+")
_UNSTORABLE = re.compile(r"[\x00\ud800-\udfff]")


class BadRecord(ValueError):
    """A record that cannot be taken over; `str()` says what is wrong and where, in Vietnamese."""


@dataclass(frozen=True, slots=True)
class DescribedProcedure:
    """A procedure as the national catalogue describes it: the parts of a specification."""

    code: str
    procedure: Mapping[str, Any]
    version: Mapping[str, Any]


def read(record: Any) -> DescribedProcedure:
    """`record` understood. Raises `BadRecord`."""
    if not isinstance(record, dict):
        raise BadRecord("Bản ghi không phải là một đối tượng JSON.")
    code = record.get("ma")
    if not isinstance(code, str) or not CODE.fullmatch(code):
        raise BadRecord(f"Mã thủ tục (ma) thiếu hoặc sai dạng: {_shown(code)}.")
    _check_plain("", record)
    notes: list[str] = []
    name = _line(record, "ten", 1200)
    levels = _levels(record)
    return DescribedProcedure(
        code=code,
        procedure={
            "name": name,
            "short_name": short_name(name),
            "sector": _line(record, "linh_vuc", 250),
            "ministry": _line(record, "bo", 60, required=False),
        },
        version={
            "decision": _line(record, "quyet_dinh", 200, required=False),
            "online": "partial" if _has_online(record) else "counter",
            "online_reason": NOT_FILED_HERE,
            "level": levels[0],
            "levels": levels,
            "subjects": _line(record, "doi_tuong", 600, required=False),
            "steps": _text(record, "trinh_tu"),
            "conditions": _text(record, "dieu_kien"),
            "authority": "; ".join(
                part for key in ("co_quan", "co_quan_tham_quyen") if (part := _text(record, key))
            ),
            "legal_basis": _legal_basis(record),
            "cases": _cases(record, notes),
            "components": _components(record, notes),
            "results": _results(record),
            "source_url": _url(record, notes),
            "notes": notes,
        },
    )


def short_name(name: str) -> str:
    """The name less "Thủ tục" and what stands in brackets, at most 200 letters."""
    short = re.sub(r"\s*\([^()]*\)", "", name)
    short = re.sub(r"^thủ tục:?\s+", "", short, flags=re.IGNORECASE).strip() or name
    if len(short) > 200:
        short = short[:199].rsplit(" ", 1)[0] + "…"
    return short[0].upper() + short[1:]


def _levels(record: Mapping[str, Any]) -> list[str]:
    """The levels, the one nearest to people first."""
    named = _list(record, "cap", str)
    unknown = [level for level in named if text.nfc(level) not in LEVELS]
    if unknown or not named:
        raise BadRecord(f"Cấp thực hiện (cap) thiếu hoặc không rõ: {_shown(unknown)}.")
    found = {LEVELS[text.nfc(level)] for level in named}
    return [level for level in NEAREST_FIRST if level in found]


def _has_online(record: Mapping[str, Any]) -> bool:
    return any(
        text.nfc(str(channel.get("kenh"))) == "Trực tuyến"
        for channel in _list(record, "kenh", dict)
    )


def _cases(record: Mapping[str, Any], notes: list[str]) -> list[dict[str, Any]]:
    """The channels by case: the catalogue has no cases, but lists a way once for each of them."""
    channels: dict[str, list[dict[str, Any]]] = {}
    for position, said in enumerate(_list(record, "kenh", dict)):
        place = f"kenh[{position}]"
        way = WAYS.get(text.nfc(str(said.get("kenh"))))
        if way is None:
            raise BadRecord(f"{place}.kenh: không rõ cách nộp {_shown(said.get('kenh'))}.")
        channels.setdefault(way, []).append(_channel(place, way, said, notes))
    count = max((len(listed) for listed in channels.values()), default=1)
    return [
        {
            "key": f"case_{n + 1}",
            "name": "Mọi trường hợp" if count == 1 else f"Trường hợp {n + 1}",
            "channels": [listed[n] for listed in channels.values() if n < len(listed)],
        }
        for n in range(count)
    ]


def _channel(place: str, way: str, said: Mapping[str, Any], notes: list[str]) -> dict[str, Any]:
    channel: dict[str, Any] = {"way": way, "fee_text": _text(said, "mo_ta", place)}
    limit = _limit(place, said, notes)
    if limit is not None:
        channel["limit"] = limit
    free = said.get("mien_phi")
    if not isinstance(free, bool):
        raise BadRecord(f"{place}.mien_phi: phải là true hoặc false.")
    amounts = sorted(set(_amounts(place, said)))
    low = [amount for amount in amounts if amount < LOWEST_PLAUSIBLE_FEE]
    if low:
        notes.append(f"{place}: mức thu {', '.join(map(str, low))} đồng thấp bất thường.")
    if free and amounts:
        notes.append(f"{place}: ghi miễn phí nhưng có mức thu.")
    elif len(amounts) == 1 and not low:
        channel |= {"fee": str(amounts[0]), "fee_name": "Phí, lệ phí"}
    elif amounts:
        notes.append(f"{place}: nhiều mức thu, cách tính ghi bằng lời.")
    return channel


def _limit(place: str, said: Mapping[str, Any], notes: list[str]) -> dict[str, Any] | None:
    amount, unit = said.get("thoi_han"), said.get("don_vi")
    if amount is not None and (
        isinstance(amount, bool) or not isinstance(amount, int | float) or not 0 <= amount < 99999
    ):
        raise BadRecord(f"{place}.thoi_han: không phải là số hợp lệ: {_shown(amount)}.")
    if unit is not None and (not isinstance(unit, str) or text.nfc(unit) not in UNITS):
        raise BadRecord(f"{place}.don_vi: không rõ đơn vị thời hạn {_shown(unit)}.")
    if amount is None:
        return None
    if unit is None or amount == 0:
        notes.append(f"{place}: thời hạn {amount:g} không có đơn vị hoặc bằng không.")
        return None
    key = UNITS[text.nfc(unit)]
    if key == "working_hour" or float(amount).is_integer():
        return {"amount": round(amount, 2), "unit": key}
    if key == "working_day":
        notes.append(f"{place}: {amount:g} ngày làm việc được tính theo giờ làm việc.")
        return {"amount": round(amount * HOURS_A_DAY, 2), "unit": "working_hour"}
    raise BadRecord(f"{place}.thoi_han: {amount:g} {unit} không phải là số nguyên.")


def _amounts(place: str, said: Mapping[str, Any]) -> list[int]:
    amounts = said.get("phi_le_phi")
    if not isinstance(amounts, list):
        raise BadRecord(f"{place}.phi_le_phi: phải là một danh sách.")
    for amount in amounts:
        if isinstance(amount, bool) or not isinstance(amount, int) or not 0 <= amount < 10**12:
            raise BadRecord(f"{place}.phi_le_phi: không phải là số đồng: {_shown(amount)}.")
    return amounts


def _components(record: Mapping[str, Any], notes: list[str]) -> list[dict[str, Any]]:
    found = []
    for position, said in enumerate(_list(record, "ho_so", dict)):
        place = f"ho_so[{position}]"
        numbers = {}
        for field, key in (("ban_chinh", "originals"), ("ban_sao", "copies")):
            number = said.get(field)
            if isinstance(number, bool) or not isinstance(number, int) or number < 0:
                raise BadRecord(f"{place}.{field}: không phải là số bản: {_shown(number)}.")
            if number > MOST_COPIES:
                notes.append(f"{place}.{field}: {number} bản là bất thường, không tính.")
                number = 0
            numbers[key] = number
        if said.get("loai") not in ("nop", "xuat_trinh"):
            raise BadRecord(f"{place}.loai: không rõ {_shown(said.get('loai'))}.")
        found.append(
            {
                "key": f"paper_{position + 1}",
                "name": _text(said, "ten", place) or "Giấy tờ không ghi tên",
                "required": any(numbers.values()),
                "upload": said["loai"] == "nop",
                "form_code": _text(said, "bieu_mau", place)[:300],
                **numbers,
            }
        )
    return found


def _results(record: Mapping[str, Any]) -> list[dict[str, str]]:
    return [
        {
            "code": _text(said, "ma", f"ket_qua[{n}]")[:30],
            "name": _text(said, "ten", f"ket_qua[{n}]") or "Kết quả không ghi tên",
        }
        for n, said in enumerate(_list(record, "ket_qua", dict))
    ]


def _legal_basis(record: Mapping[str, Any]) -> list[dict[str, str]]:
    return [{"number": _squeezed(number)} for number in _list(record, "can_cu", str)]


def _url(record: Mapping[str, Any], notes: list[str]) -> str:
    url = _text(record, "url")
    if url and (len(url) > 300 or not re.fullmatch(r"https?://\S+", url)):
        notes.append("url: địa chỉ nguồn không hợp lệ, không giữ.")
        return ""
    return url


def _list(record: Mapping[str, Any], key: str, kind: type) -> list[Any]:
    value = record.get(key)
    if not isinstance(value, list) or not all(isinstance(item, kind) for item in value):
        raise BadRecord(f"{key}: phải là một danh sách {'đối tượng' if kind is dict else 'chữ'}.")
    return value


def _text(record: Mapping[str, Any], key: str, place: str = "") -> str:
    value = record.get(key)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise BadRecord(f"{f'{place}.' if place else ''}{key}: phải là chữ.")
    return text.nfc(value).strip()


def _line(record: Mapping[str, Any], key: str, longest: int, *, required: bool = True) -> str:
    value = _squeezed(_text(record, key))
    if required and not value:
        raise BadRecord(f"{key}: thiếu.")
    if len(value) > longest:
        raise BadRecord(f"{key}: dài quá {longest} chữ.")
    return value


def _squeezed(value: str) -> str:
    return _SPACES.sub(" ", text.nfc(value)).strip()


def _check_plain(place: str, value: Any) -> None:
    """Nothing that the database cannot hold (NUL, half a surrogate pair) and no HTML in any text,
    however deep."""
    if isinstance(value, str):
        if _UNSTORABLE.search(value):
            raise BadRecord(f"{place}: có ký tự không hợp lệ.")
        if tag := markup(value):
            raise BadRecord(f"{place}: có thẻ HTML {tag}.")
    elif isinstance(value, dict):
        for key, inner in value.items():
            _check_plain(key, key)
            _check_plain(f"{place}.{key}" if place else key, inner)
    elif isinstance(value, list):
        for position, inner in enumerate(value):
            _check_plain(f"{place}[{position}]", inner)


def _shown(value: Any) -> str:
    """A value for a message: short, whatever it is."""
    shown = repr(value)
    return shown if len(shown) <= 60 else shown[:57] + "…"
