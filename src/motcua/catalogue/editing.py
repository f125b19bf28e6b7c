"""A specification as fields of a page, and back: what an administrator changes without a file.
Pure. Whatever cannot be read as a number stays as typed, and `specification.parse` names it."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from motcua.documents.queries import result_templates

from . import burden, editing_parts
from .difference import LEVELS, ONLINE, PAY_AT, SERVICE, UNITS, WAYS
from .field_of_page import Field

TEXTS = {
    "steps": "Trình tự thực hiện",
    "conditions": "Yêu cầu, điều kiện",
    "subjects": "Đối tượng thực hiện",
    "authority": "Cơ quan thực hiện",
}
CHOICES = {
    "online": ("Mức cung cấp trực tuyến", ONLINE),
    "level": ("Cấp giải quyết", LEVELS),
    "service_class": ("Loại thủ tục", SERVICE),
}
FEE_KINDS = {"": "chưa nêu", "phi": "phí", "le_phi": "lệ phí", "khac": "khoản khác"}
CHANNEL = {
    "fee": "Cách tính phí (CEL)",
    "fee_name": "Tên khoản thu",
    "fee_text": "Phí bằng lời",
    "source": "Văn bản quy định mức thu",
}
NEW_PAPER = "new_paper"


def fields(specification: Mapping[str, Any], asked_anyway: Mapping[str, str]) -> list[Field]:
    """The fields of a draft in the order of the page. `asked_anyway` are the places that need a
    legal reason, with what is asked there."""
    found = list(_fields(specification["procedure"], specification["version"], asked_anyway))
    return found + list(editing_parts.fields(specification))


def _fields(
    procedure: Mapping[str, Any], version: Mapping[str, Any], asked: Mapping[str, str]
) -> Iterator[Field]:
    group = "Thủ tục"
    yield Field("procedure.name", group, "Tên đầy đủ", procedure["name"], "text")
    yield Field("procedure.short_name", group, "Tên ngắn", procedure["short_name"])
    yield Field("procedure.sector", group, "Lĩnh vực", procedure["sector"])
    yield Field("version.from", group, "Có hiệu lực từ", version["from"], "date")
    for key, (label, words) in CHOICES.items():
        value = version.get(key, "public")
        yield Field(f"version.{key}", group, label, value, "choice", tuple(words.items()))
    reason = version.get("online_reason", "")
    yield Field("version.online_reason", group, "Lý do công khai khi chưa toàn trình", reason)
    for key, label in TEXTS.items():
        yield Field(f"version.{key}", group, label, version.get(key, ""), "text")
    yield from _outcome(version)
    for n, case in enumerate(version["cases"]):
        for m, channel in enumerate(case["channels"]):
            yield from _channel(f"version.cases.{n}.channels.{m}", case["name"], channel)
    for n, paper in enumerate(version.get("components", [])):
        yield from _paper(f"version.components.{n}", paper)
    yield Field(NEW_PAPER, "Thêm giấy tờ", "Tên giấy tờ mới", "", "text")
    yield from _burden(version.get("parameters", {}).get("burden", {}))
    reasons = version.get("parameters", {}).get("asked_anyway", {})
    for place, what in asked.items():
        name = f"version.parameters.asked_anyway.{place.replace('.', '/')}"
        label = f"Căn cứ pháp lý để vẫn yêu cầu: {what}"
        yield Field(name, "Chỉ yêu cầu một lần", label, reasons.get(place, ""))


def _outcome(version: Mapping[str, Any]) -> Iterator[Field]:
    """When the fee is due, and what the result is made with and entered in."""
    group = "Phí và kết quả"
    due, dues = version.get("pay_at", "filing"), tuple(PAY_AT.items())
    yield Field("version.pay_at", group, "Thời điểm thu phí", due, "choice", dues)
    template = version.get("result_template", "")
    kinds = [("", "chưa chọn"), *((one, one) for one in result_templates())]
    if template not in dict(kinds):
        kinds.append((template, template))
    yield Field("version.result_template", group, "Mẫu kết quả", template, "choice", tuple(kinds))
    hint = "Mã của sổ, ví dụ khai_sinh; để trống nếu kết quả không ghi sổ."
    register = version.get("register", "")
    yield Field("version.register", group, "Sổ ghi kết quả", register, hint=hint)


def _channel(here: str, case: str, channel: Mapping[str, Any]) -> Iterator[Field]:
    group = f"{case}, nộp {WAYS[channel['way']]}"
    limit = channel.get("limit") or {}
    units = (("", "không nêu"), *UNITS.items(), ("within_day", "trong ngày"))
    yield Field(f"{here}.limit.amount", group, "Thời hạn", limit.get("amount", ""), "number")
    yield Field(
        f"{here}.limit.unit", group, "Đơn vị thời hạn", limit.get("unit", ""), "choice", units
    )
    for key, label in CHANNEL.items():
        yield Field(f"{here}.{key}", group, label, channel.get(key, ""))
    kind, kinds = channel.get("fee_kind", ""), tuple(FEE_KINDS.items())
    yield Field(f"{here}.fee_kind", group, "Loại khoản thu", kind, "choice", kinds)
    shown = channel.get("illustrative", False)
    yield Field(f"{here}.illustrative", group, "Mức thu chỉ để minh họa", shown, "yes_no")


def _paper(here: str, paper: Mapping[str, Any]) -> Iterator[Field]:
    group = f"Giấy tờ: {paper['name'][:80]}"
    yield Field(f"{here}.name", group, "Tên giấy tờ (để trống là bỏ)", paper["name"], "text")
    yield Field(f"{here}.originals", group, "Số bản chính", paper.get("originals", 0), "number")
    yield Field(f"{here}.copies", group, "Số bản sao", paper.get("copies", 0), "number")
    yield Field(f"{here}.required", group, "Bắt buộc", paper.get("required", True), "yes_no")
    replaced = paper.get("replaced_by", "")
    yield Field(f"{here}.replaced_by", group, "Dữ liệu thay thế giấy tờ", replaced)
    yield Field(f"{here}.form_code", group, "Mẫu số", paper.get("form_code", ""))
    needed = paper.get("needed", "")
    hint = "Để trống là luôn cần; nếu không, điều kiện CEL, ví dụ: lost == true."
    yield Field(f"{here}.needed", group, "Chỉ cần khi", needed, hint=hint)


def _burden(said: Mapping[str, Any]) -> Iterator[Field]:
    group = "Chi phí tuân thủ"
    here = "version.parameters.burden"
    for key, label in burden.ACTIVITIES.items():
        value = said.get("hours", {}).get(key, "")
        yield Field(f"{here}.hours.{key}", group, f"{label} (giờ)", value, "number")
    for key, label in (burden.MONEY | burden.COUNTS).items():
        unit = " (đồng)" if key in burden.MONEY else ""
        yield Field(f"{here}.{key}", group, f"{label}{unit}", said.get(key, ""), "number")


def as_typed(fields: list[Field], posted: Mapping[str, str]) -> list[Field]:
    """The same fields with what was typed in them: what could not be kept is shown again, in the
    places where the next saving looks for it."""
    return [
        replace(
            field,
            value=field.name in posted
            if field.kind == "yes_no"
            else posted.get(field.name, field.value),
        )
        for field in fields
    ]


def apply(
    specification: Mapping[str, Any], posted: Mapping[str, str], asked: Mapping[str, str]
) -> dict[str, Any]:
    """The specification with what was typed in place of what stood there. Fields that were not
    sent stay; names that are no field of this draft are not looked at."""
    changed: dict[str, Any] = copy.deepcopy(dict(specification))
    for field in fields(specification, asked):
        if field.name == NEW_PAPER or field.name.startswith(editing_parts.STEP):
            continue
        if field.name not in posted and field.kind != "yes_no":
            continue
        if field.kind == "yes_no":
            _put(changed, field.name, field.name in posted)
        else:
            typed = posted[field.name].replace("\r\n", "\n").strip()
            _put(changed, field.name, _number(typed) if field.kind == "number" else typed)
    version = changed["version"]
    for case in version["cases"]:
        for channel in case["channels"]:
            _tidy_limit(channel)
    version["components"] = [p for p in version.get("components", []) if p["name"]]
    if new := posted.get(NEW_PAPER, "").strip():
        version["components"].append({"key": _free_key(version), "name": new, "originals": 1})
    _drop_empty(version)
    editing_parts.apply(changed, posted)
    return changed


def _put(where: Any, name: str, value: Any) -> None:
    *path, last = name.split(".")
    for step in path:
        where = where[int(step)] if isinstance(where, list) else where.setdefault(step, {})
    last = last.replace("/", ".")
    where[last] = value


def _number(typed: str) -> Any:
    """A number where it is one; empty stays empty, the rest as typed."""
    plain = typed.replace(",", ".")
    try:
        number = float(plain)
    except ValueError:
        return typed
    if number != number or number in (float("inf"), float("-inf")):
        return typed
    return int(number) if number.is_integer() else number


def _tidy_limit(channel: dict[str, Any]) -> None:
    limit = channel.get("limit")
    if limit is None:
        return
    if limit.get("amount") == "":
        del limit["amount"]
    if not limit.get("unit"):
        if limit.get("amount") is None:
            del channel["limit"]
        else:
            limit.pop("unit", None)  # a limit without its unit: refused with its place


def _free_key(version: Mapping[str, Any]) -> str:
    taken = {paper["key"] for paper in version["components"]}
    n = len(taken) + 1
    while f"paper_{n}" in taken:
        n += 1
    return f"paper_{n}"


def _drop_empty(version: dict[str, Any]) -> None:
    """Texts and figures that were left empty are left out."""
    parameters = version.setdefault("parameters", {})
    figures = parameters.get("burden", {})
    hours = {k: v for k, v in figures.get("hours", {}).items() if v != ""}
    figures = {k: v for k, v in figures.items() if k != "hours" and v != ""}
    if hours:
        figures["hours"] = hours
    reasons = {k: v for k, v in parameters.get("asked_anyway", {}).items() if v}
    for key, value in (("burden", figures), ("asked_anyway", reasons)):
        parameters.pop(key, None)
        if value:
            parameters[key] = value
    for key in (*TEXTS, "online_reason", "result_template", "register"):
        if version.get(key) == "":
            del version[key]
    for case in version["cases"]:
        for channel in case["channels"]:
            for key in (*CHANNEL, "fee_kind"):
                if channel.get(key) == "":
                    del channel[key]
            if channel.get("illustrative") is False:
                del channel["illustrative"]
    for paper in version["components"]:
        for key in ("replaced_by", "form_code", "needed"):
            if paper.get(key) == "":
                del paper[key]
