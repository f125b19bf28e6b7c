"""What differs between two versions, in words that are read out in a meeting. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

WAYS = {"online": "trực tuyến", "counter": "trực tiếp", "post": "bưu chính"}
UNITS = {
    "working_day": "ngày làm việc",
    "day": "ngày",
    "working_hour": "giờ làm việc",
    "month": "tháng",
}
ONLINE = {"full": "toàn trình", "partial": "một phần", "counter": "tại Bộ phận Một cửa"}
LEVELS = {
    "ministry": "cấp bộ",
    "province": "cấp tỉnh",
    "commune": "cấp xã",
    "other": "cơ quan khác",
}
PAY_AT = {"filing": "khi nộp hồ sơ", "result": "trước khi nhận kết quả"}
SERVICE = {
    "public": "dịch vụ hành chính công",
    "internal": "nội bộ trong một cơ quan",
    "internal_between": "nội bộ giữa các cơ quan",
    "non_business": "dịch vụ sự nghiệp công",
    "utility": "dịch vụ công ích",
}
DEFAULTS = {"service_class": "public", "pay_at": "filing"}
"""What a part says when it is left out."""
_SIMPLE = {
    "decision": "Quyết định công bố",
    "from": "Có hiệu lực từ",
    "to": "Hết hiệu lực từ",
    "subjects": "Đối tượng thực hiện",
    "authority": "Cơ quan thực hiện",
    "steps": "Trình tự thực hiện",
    "conditions": "Yêu cầu, điều kiện",
    "online_reason": "Lý do chưa toàn trình",
    "form": "Biểu mẫu điện tử",
    "process": "Quy trình điện tử",
    "register": "Sổ ghi kết quả",
    "result_template": "Mẫu kết quả",
    "case_question": "Cách xác định trường hợp",
    "source_url": "Địa chỉ nguồn",
    "assurance": "Mức định danh khi nộp",
}
_WORDED = {
    "online": ("Mức cung cấp trực tuyến", ONLINE),
    "level": ("Cấp giải quyết", LEVELS),
    "pay_at": ("Thời điểm thu phí", PAY_AT),
    "service_class": ("Loại thủ tục", SERVICE),
}


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that differs; `before` is empty for what is new, `after` for what is gone."""

    what: str
    before: str
    after: str

    @property
    def kind(self) -> str:
        """`added`, `removed` or `changed`."""
        return "added" if not self.before else "removed" if not self.after else "changed"


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Difference]:
    """What differs between two versions (the `version` part of their specifications), in the order
    of the procedure's parts. Nothing differs exactly when both say the same."""
    old, new = dict(_said(before)), dict(_said(after))
    what = list(dict.fromkeys([*new, *old]))
    return [
        Difference(one, old.get(one, ""), new.get(one, ""))
        for one in what
        if old.get(one, "") != new.get(one, "")
    ]


def _said(version: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Every part in words, each under a name of its own."""
    for key, name in _SIMPLE.items():
        if version.get(key) not in (None, ""):
            yield name, str(version[key])
    for key, (name, words) in _WORDED.items():
        said = version.get(key, DEFAULTS.get(key))
        if said:
            yield name, words.get(said, said)
    if "levels" in version:
        yield "Các cấp thực hiện", ", ".join(LEVELS.get(x, x) for x in version["levels"])
    if version.get("bookable"):
        yield "Đặt lịch trên mạng", "có"
    for case in version["cases"]:
        yield from _case(case)
    for position, paper in enumerate(version.get("components", []), 1):
        yield f"Giấy tờ {paper['key']}", _paper(paper, position)
    for position, result in enumerate(version.get("results", []), 1):
        yield f"Kết quả {position}", " ".join(filter(None, (result.get("code"), result["name"])))
    for basis in version.get("legal_basis", []):
        yield f"Căn cứ {basis['number']}", _basis(basis)
    for position, note in enumerate(version.get("notes", []), 1):
        yield f"Ghi chú {position}", note
    for key, value in sorted(version.get("parameters", {}).items()):
        yield f"Tham số {key}", str(value)


def _case(case: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    here = f"trường hợp {case['key']}"
    yield f"Tên {here}", case["name"]
    for channel in case["channels"]:
        way = f"{here}, nộp {WAYS.get(channel['way'], channel['way'])}"
        yield f"Thời hạn, {way}", limit_words(channel.get("limit"))
        yield f"Phí, {way}", _fee(channel)


def limit_words(limit: Mapping[str, Any] | None) -> str:
    """A limit of a specification in words."""
    if not limit:
        return "không nêu"
    if limit["unit"] == "within_day":
        return "trong ngày"
    return f"{limit['amount']:g} {UNITS[limit['unit']]}".replace(".", ",")


def _fee(channel: Mapping[str, Any]) -> str:
    parts = [
        channel.get("fee_name", ""),
        channel.get("fee", "") or "không thu",
        channel.get("fee_text", ""),
        channel.get("source", ""),
        "mức minh họa" if channel.get("illustrative") else "",
    ]
    return "; ".join(filter(None, parts))


def _paper(paper: Mapping[str, Any], position: int) -> str:
    parts = [
        paper["name"],
        f"{paper.get('originals', 0)} bản chính, {paper.get('copies', 0)} bản sao",
        "bắt buộc" if paper.get("required", True) else "không bắt buộc",
        "" if paper.get("upload", True) else "chỉ xuất trình",
        f"khi {paper['needed']}" if paper.get("needed") else "",
        f"thay bằng {paper['replaced_by']}" if paper.get("replaced_by") else "",
        f"mẫu {paper['form_code']}" if paper.get("form_code") else "",
        f"thứ {position}",
    ]
    return "; ".join(filter(None, parts))


def _basis(basis: Mapping[str, Any]) -> str:
    return ", ".join(
        filter(None, (basis.get(k, "") for k in ("number", "name", "articles", "date")))
    )
