"""Cases, ways of filing, results, legal basis and who decides: the parts of a draft that are added
and taken away on its page. Pure.

Inputs whose name begins with `STEP` add or take away; the others are values, as in `editing`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from .difference import WAYS
from .field_of_page import Field

STEP = "step."
DECIDES = {
    "": "chưa nêu",
    "commune": "Ủy ban nhân dân cấp xã",
    "department": "Sở, ngành",
    "province": "Ủy ban nhân dân cấp tỉnh",
    "ministry": "Bộ, ngành",
    "office": "Cơ quan khác",
}
_EMPTY = "để trống là bỏ"


def fields(specification: Mapping[str, Any]) -> Iterator[Field]:
    """The inputs of these parts, in the order of the page."""
    version = specification["version"]
    yield from _cases(version)
    yield from _results(version)
    yield from _basis(version)
    competence = specification.get("competence", {})
    group = "Cơ quan giải quyết"
    kind = competence.get("agency_kind", "")
    yield Field(
        "competence.agency_kind", group, "Cấp cơ quan", kind, "choice", tuple(DECIDES.items())
    )
    hint = "Để trống nếu mọi cơ quan cấp này đều giải quyết; nếu không, ghi mã định danh."
    agency = competence.get("agency", "")
    yield Field("competence.agency", group, "Mã cơ quan", agency, hint=hint)
    source = competence.get("source", "")
    yield Field("competence.source", group, "Văn bản giao thẩm quyền", source)


def _cases(version: Mapping[str, Any]) -> Iterator[Field]:
    group = "Các trường hợp"
    question = version.get("case_question", "")
    hint = "Biểu thức CEL cho mã trường hợp, ví dụ: lost == true ? 'case_2' : 'all'."
    yield Field("version.case_question", group, "Câu hỏi phân trường hợp", question, hint=hint)
    for n, case in enumerate(version["cases"]):
        here = f"version.cases.{n}"
        label = f"Trường hợp có mã {case['key']}"
        only = len(version["cases"]) == 1
        yield Field(f"{here}.name", group, label if only else f"{label} ({_EMPTY})", case["name"])
        taken = {channel["way"] for channel in case["channels"]}
        free = {way: words for way, words in WAYS.items() if way not in taken}
        if free:
            options = (("", "không thêm"), *free.items())
            label = f"Thêm cách nộp cho {case['key']}"
            yield Field(f"{STEP}way.{n}", group, label, "", "choice", options)
        if taken:
            options = (("", "không bỏ"), *((way, WAYS[way]) for way in WAYS if way in taken))
            label = f"Bỏ cách nộp của {case['key']}"
            yield Field(f"{STEP}no_way.{n}", group, label, "", "choice", options)
    yield Field(f"{STEP}case", group, "Tên trường hợp mới", "")


def _results(version: Mapping[str, Any]) -> Iterator[Field]:
    group = "Kết quả"
    for n, one in enumerate(version.get("results", [])):
        here = f"version.results.{n}"
        yield Field(f"{here}.name", group, f"Kết quả {n + 1} ({_EMPTY})", one["name"])
        yield Field(f"{here}.code", group, f"Mã kết quả {n + 1} (KQ)", one.get("code", ""))
    yield Field(f"{STEP}result", group, "Tên kết quả mới", "")


def _basis(version: Mapping[str, Any]) -> Iterator[Field]:
    group = "Căn cứ pháp lý"
    for n, one in enumerate(version.get("legal_basis", [])):
        here = f"version.legal_basis.{n}"
        label = f"Số, ký hiệu văn bản {n + 1} ({_EMPTY})"
        yield Field(f"{here}.number", group, label, one["number"])
        yield Field(f"{here}.name", group, f"Tên văn bản {n + 1}", one.get("name", ""))
        yield Field(f"{here}.articles", group, f"Điều, khoản {n + 1}", one.get("articles", ""))
        yield Field(f"{here}.date", group, f"Ngày văn bản {n + 1}", one.get("date", ""), "date")
    yield Field(f"{STEP}basis", group, "Số, ký hiệu văn bản mới", "")


def apply(specification: dict[str, Any], posted: Mapping[str, str]) -> None:
    """Tidy what was emptied and take the steps that were asked for, in place."""
    version = specification["version"]
    _steps_of_cases(version, posted)
    for name, key, step in (("results", "name", "result"), ("legal_basis", "number", "basis")):
        kept = [_filled(one) for one in version.get(name, []) if one.get(key)]
        if new := posted.get(STEP + step, "").strip():
            kept.append({key: new})
        if kept or name in version:
            version[name] = kept
    if not version.get("case_question"):
        version.pop("case_question", None)
    competence = _filled(specification.pop("competence", {}))
    if competence:
        specification["competence"] = competence


def _steps_of_cases(version: dict[str, Any], posted: Mapping[str, str]) -> None:
    for n, case in enumerate(version["cases"]):
        gone = posted.get(f"{STEP}no_way.{n}", "")
        case["channels"] = [one for one in case["channels"] if one["way"] != gone]
        added = posted.get(f"{STEP}way.{n}", "")
        if added in WAYS and all(one["way"] != added for one in case["channels"]):
            case["channels"].append({"way": added})
    if len(version["cases"]) > 1:
        version["cases"] = [one for one in version["cases"] if one["name"]] or version["cases"]
    if new := posted.get(f"{STEP}case", "").strip():
        taken = {one["key"] for one in version["cases"]}
        n = len(taken) + 1
        while f"case_{n}" in taken:
            n += 1
        channels = [dict(one) for one in version["cases"][0]["channels"]]
        version["cases"].append({"key": f"case_{n}", "name": new, "channels": channels})


def _filled(one: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in one.items() if value != ""}
