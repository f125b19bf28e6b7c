"""Generated forms with conditions that reach backwards, and answers of every kind to them."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

OPTIONS = [["a", "A"], ["b", "B"], ["c", "C"]]
KINDS = ("text", "number", "yes_no", "choice", "several", "date", "money", "consent", "address")

CONDITIONS = {
    "text": ("{0} == 'x'", "{0} != null"),
    "number": ("{0} > 3", "{0} == null || {0} < 2"),
    "money": ("{0} > 3",),
    "yes_no": ("{0} == true", "{0} == false", "{0} != true"),
    "choice": ("{0} == 'a'", "{0} in ['a', 'b']", "{0} != 'c'"),
    "several": ("'a' in {0}", "size({0}) > 1"),
    "date": ("{0} < today", "{0} >= '2020-01-01'"),
    "consent": ("{0} == true",),
    "address": ("{0}.province == '20'", "{0} != null"),
    "computed": ("{0} == true",),
}

scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=12),
    st.sampled_from(["x", "a", "b", "2026-11-22", "2010-01-01", " Nguye\u0302\u0303n ", "a\x00b"]),
)
anything = st.recursive(
    scalars,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.dictionaries(st.text(max_size=8), inner, max_size=4)
    ),
    max_leaves=8,
)
addresses = st.fixed_dictionaries(
    {"province": st.sampled_from(["20", "01", "2"])},
    optional={
        "commune": st.sampled_from(["06040", "x", ""]),
        "detail": st.text(max_size=5),
        "commune_text": st.just("Thất Khê"),
    },
)
FITTING = {
    "text": st.sampled_from(["x", "y", " x ", "Thị"]),
    "number": st.integers(-5, 9),
    "money": st.integers(0, 9),
    "yes_no": st.booleans(),
    "choice": st.sampled_from("abc"),
    "several": st.lists(st.sampled_from("abc"), max_size=3),
    "date": st.sampled_from(["2026-11-22", "2010-01-01", "2030-05-05"]),
    "consent": st.booleans(),
    "address": addresses,
    "computed": st.integers(),
}


@st.composite
def definitions(draw: st.DrawFn) -> dict[str, Any]:
    """A form of one to four pages; each condition names fields written before."""
    fields: dict[str, dict[str, Any]] = {}
    pages: list[dict[str, Any]] = []
    rules = []
    for _ in range(draw(st.integers(1, 4))):
        page = {"key": f"page{len(pages)}", "title": "Trang", "fields": []}
        if fields and draw(st.booleans()):
            page["visible"] = _condition(draw, fields)
        for _ in range(draw(st.integers(1, 5))):
            key = f"q{len(fields)}"
            fields[key] = _question(draw, fields, key)
            page["fields"].append(key)
        pages.append(page)
    for _ in range(draw(st.integers(0, 3))):
        key = draw(st.sampled_from(sorted(fields)))
        rules.append({"when": _condition(draw, fields), "field": key, "message": "Chưa khớp."})
    return {"title": "Biểu", "topics": pages, "fields": fields, "rules": rules}


def _condition(draw: st.DrawFn, fields: dict[str, dict[str, Any]]) -> str:
    parts = []
    for _ in range(draw(st.integers(1, 2))):
        key = draw(st.sampled_from([k for k in fields if fields[k]["type"] in CONDITIONS] or [""]))
        if not key:
            return "today > '2000-01-01'"
        parts.append("(" + draw(st.sampled_from(CONDITIONS[fields[key]["type"]])).format(key) + ")")
    return draw(st.sampled_from([" && ", " || "])).join(parts)


def _question(draw: st.DrawFn, fields: dict[str, Any], key: str) -> dict[str, Any]:
    kinds = KINDS + (("computed", "group") if fields else ())
    kind = draw(st.sampled_from(kinds))
    question: dict[str, Any] = {"type": kind, "label": f"Câu {key}"}
    if fields and draw(st.booleans()):
        question["visible"] = _condition(draw, fields)
    if kind == "computed":
        question |= {"computed": _condition(draw, fields), "computed_as": "yes_no"}
        return question
    if draw(st.booleans()):
        question["required"] = _condition(draw, fields) if fields and draw(st.booleans()) else True
    if kind in ("choice", "several"):
        question["options"] = OPTIONS
    if kind == "group":
        inner = {f"{key}_a": {"type": "number", "label": "Số"}}
        inner[f"{key}_b"] = {
            "type": "text",
            "label": "Chữ",
            "visible": f"{key}_a > 3",
            "required": draw(st.booleans()),
        }
        question["fields"] = inner
    return question


@st.composite
def answers(draw: st.DrawFn, definition: dict[str, Any], fitting: bool = False) -> dict[str, Any]:
    """Answers to `definition`: mostly of the right kind, or, unless `fitting`, of any."""
    given: dict[str, Any] = {}
    for key, one in definition["fields"].items():
        if draw(st.integers(0, 4)) == 0:
            continue
        if one["type"] == "group":
            line = st.fixed_dictionaries(
                {}, optional={f"{key}_a": st.integers(0, 6), f"{key}_b": FITTING["text"]}
            )
            right: st.SearchStrategy[Any] = st.lists(line, max_size=3)
        else:
            right = FITTING[one["type"]]
        given[key] = draw(right if fitting or draw(st.integers(0, 3)) else anything)
    if not fitting and draw(st.integers(0, 9)) == 0:
        given[draw(st.text(max_size=5))] = draw(scalars)
    return given


@st.composite
def forms_and_answers(draw: st.DrawFn, fitting: bool = False) -> tuple[dict[str, Any], Any]:
    definition = draw(definitions())
    return definition, draw(answers(definition, fitting))
