"""What a form is: topics, fields and rules, read from JSON into frozen dataclasses.

`parse` is the only way in. It refuses whatever it does not understand and says where, so that a
typing slip in a definition is found when it is loaded and not when a citizen meets it. Conditions
are CEL; that their names exist and that they do not run in circles is checked in `logic.py`. The
format is described for administrators in docs/administrator/forms.md.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from motcua.forms.lists import LISTS
from motcua.forms.sources import SOURCES
from motcua.foundation import text
from motcua.foundation.plain import markup

TEXTUAL = frozenset({"text", "long_text", "person_id", "tax_code", "phone", "email"})
CHOSEN = frozenset({"choice", "several", "yes_no", "consent"})
MEASURED = frozenset({"number", "money", "date"})
COMPOSED = frozenset({"address", "group", "computed", "heading"})
TYPES = TEXTUAL | CHOSEN | MEASURED | COMPOSED
UNANSWERED = frozenset({"heading"})
IN_GROUPS = TYPES - {"group", "heading", "consent"}
COMPUTED_AS = frozenset({"text", "number", "money", "date", "yes_no"})

MOST_FIELDS = 500
MOST_ITEMS = 50
LARGEST = 10**15
RESERVED = frozenset({"today", "true", "false", "null", "in"})

_KEY = re.compile(r"[a-z][a-z0-9_]{0,59}")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}|today([+-]\d{1,5}[dmy])?")


class BadDefinition(ValueError):
    """The definition cannot be used. `place` is where, such as `fields.birth_date.min`."""

    def __init__(self, place: str, reason: str) -> None:
        super().__init__(f"Biểu mẫu có lỗi ở {place}: {reason}")
        self.place = place
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Field:
    """One question. `min` and `max` are numbers, or for dates `2026-01-31`, `today`,
    `today-30d`, `today+6m`, `today-100y`. `required` is True, False or CEL. `detail` says whether
    an address asks for the part below the commune: required, optional, none."""

    key: str
    type: str
    label: str
    help: str = ""
    ask: str = ""
    required: bool | str = False
    visible: str = ""
    computed: str = ""
    computed_as: str = "text"
    options: tuple[tuple[str, str], ...] = ()
    min: float | int | str | None = None
    max: float | int | str | None = None
    decimals: int = 0
    unit: str = ""
    max_length: int = 0
    pattern: str = ""
    detail: str = "required"
    source: str = ""
    locked_when_sourced: bool = False
    sensitive: bool = False
    autocomplete: str = ""
    fields: tuple[Field, ...] = ()
    min_items: int = 0
    max_items: int = 20
    item: str = ""

    @property
    def answerable(self) -> bool:
        """Whether a person answers it (headings and computed values are only shown)."""
        return self.type not in UNANSWERED and self.type != "computed"


@dataclass(frozen=True, slots=True)
class Topic:
    """One page of questions, named by their keys."""

    key: str
    title: str
    intro: str = ""
    visible: str = ""
    fields: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rule:
    """`when` must hold; where it does not, `message` is shown at `field`."""

    when: str
    message: str
    field: str


@dataclass(frozen=True, slots=True)
class Definition:
    """A whole form, as `parse` found it good."""

    title: str
    topics: tuple[Topic, ...]
    fields: Mapping[str, Field] = field(default_factory=dict)
    rules: tuple[Rule, ...] = ()

    def every_field(self) -> Iterator[Field]:
        """All fields, those inside groups after their group."""
        for one in self.fields.values():
            yield one
            yield from one.fields

    def topic_of(self) -> dict[str, str]:
        """Field key to topic key; a computed field outside every topic is not in it."""
        return {key: topic.key for topic in self.topics for key in topic.fields}


class _Reader:
    """Takes known keys out of one JSON object and complains about the rest, naming the place."""

    def __init__(self, data: Any, place: str) -> None:
        if not isinstance(data, dict):
            raise BadDefinition(place, "phải là một đối tượng JSON")
        self.data = data
        self.place = place
        self.seen: set[str] = set()

    def at(self, name: str) -> str:
        return f"{self.place}.{name}" if self.place else name

    def take(self, name: str, kind: type | tuple[type, ...], default: Any = None) -> Any:
        """The value of `name`, of one of `kind`; `default` when it is not there."""
        self.seen.add(name)
        value = self.data.get(name)
        if value is None:
            return default
        kinds = kind if isinstance(kind, tuple) else (kind,)
        if type(value) not in kinds:
            wanted = ", ".join(k.__name__ for k in kinds)
            raise BadDefinition(self.at(name), f"phải có kiểu {wanted}")
        return value

    def words(
        self, name: str, *, required: bool = False, longest: int = 2_000, formula: bool = False
    ) -> str:
        """A text for people, plain; or a `formula`, in which `<` may stand."""
        value = text.nfc(self.take(name, str, "")).strip()
        if required and not value:
            raise BadDefinition(self.at(name), "không được để trống")
        if len(value) > longest:
            raise BadDefinition(self.at(name), f"dài quá {longest} ký tự")
        if not formula:
            _plain(value, self.at(name))
        return value

    def whole(self, name: str, default: int, least: int, most: int) -> int:
        value: int = self.take(name, int, default)
        if not least <= value <= most:
            raise BadDefinition(self.at(name), f"phải từ {least} đến {most}")
        return value

    def finish(self) -> None:
        unknown = sorted(set(self.data) - self.seen, key=str)
        if unknown:
            raise BadDefinition(self.at(str(unknown[0])), "không có thuộc tính này")


def _plain(said: str, place: str) -> None:
    """Raise `BadDefinition` for a text with a tag in it."""
    if tag := markup(said):
        raise BadDefinition(place, f"không được có thẻ HTML ({tag})")


def parse(data: Any) -> Definition:
    """The definition in `data` (JSON already read). Raises `BadDefinition`."""
    reader = _Reader(data, "")
    title = reader.words("title", required=True, longest=300)
    raw_fields = reader.take("fields", dict, {})
    raw_topics = reader.take("topics", list, [])
    raw_rules = reader.take("rules", list, [])
    reader.take("about", str, "")
    reader.finish()
    if not raw_topics:
        raise BadDefinition("topics", "cần ít nhất một mục")
    if len(raw_fields) > MOST_FIELDS:
        raise BadDefinition("fields", f"nhiều quá {MOST_FIELDS} câu hỏi")
    fields = {key: _field(key, one, f"fields.{key}") for key, one in raw_fields.items()}
    topics = tuple(_topic(one, f"topics[{i}]") for i, one in enumerate(raw_topics))
    rules = tuple(_rule(one, f"rules[{i}]") for i, one in enumerate(raw_rules))
    definition = Definition(title, topics, fields, rules)
    _check_names(definition)
    return definition


def _field(key: str, data: Any, place: str, inside_group: bool = False) -> Field:
    if not _KEY.fullmatch(key) or key in RESERVED:
        raise BadDefinition(place, "tên phải là chữ thường không dấu, số và dấu gạch dưới")
    reader = _Reader(data, place)
    kind = reader.take("type", str, "")
    if kind not in (IN_GROUPS if inside_group else TYPES):
        raise BadDefinition(reader.at("type"), f"không dùng được kiểu “{kind}” ở đây")
    one = Field(
        key=key,
        type=kind,
        label=reader.words("label", required=True, longest=300),
        help=reader.words("help"),
        ask=reader.words("ask", longest=300),
        required=reader.take("required", (bool, str), False),
        visible=reader.take("visible", str, ""),
        computed=reader.take("computed", str, ""),
        computed_as=reader.take("computed_as", str, "text"),
        options=_options(reader, kind),
        min=_bound(reader, "min", kind),
        max=_bound(reader, "max", kind),
        decimals=reader.whole("decimals", 0, 0, 6),
        unit=reader.words("unit", longest=30),
        max_length=reader.whole("max_length", 4_000 if kind == "long_text" else 300, 1, 20_000),
        pattern=reader.take("pattern", str, ""),
        detail=reader.take("detail", str, "required"),
        source=reader.take("source", str, ""),
        locked_when_sourced=reader.take("locked_when_sourced", bool, False),
        sensitive=reader.take("sensitive", bool, False),
        autocomplete=reader.words("autocomplete", longest=60),
        fields=_group_fields(reader, kind),
        min_items=reader.whole("min_items", 0, 0, MOST_ITEMS),
        max_items=reader.whole("max_items", 20, 1, MOST_ITEMS),
        item=reader.words("item", longest=60),
    )
    reader.finish()
    _check_field(one, reader)
    return one


def _check_field(one: Field, reader: _Reader) -> None:
    if (one.type == "computed") != bool(one.computed):
        raise BadDefinition(reader.at("computed"), "trường tính được, và chỉ nó, có công thức")
    if one.computed_as not in COMPUTED_AS:
        raise BadDefinition(reader.at("computed_as"), "phải là " + ", ".join(sorted(COMPUTED_AS)))
    if one.detail not in ("required", "optional", "none"):
        raise BadDefinition(reader.at("detail"), "phải là required, optional hoặc none")
    if one.required and not one.answerable:
        raise BadDefinition(reader.at("required"), "trường này không do người dân trả lời")
    if isinstance(one.min, int | float) and isinstance(one.max, int | float) and one.min > one.max:
        raise BadDefinition(reader.at("min"), "lớn hơn max")
    if one.min_items > one.max_items:
        raise BadDefinition(reader.at("min_items"), "lớn hơn max_items")
    if one.pattern and one.type not in ("text", "long_text"):
        raise BadDefinition(reader.at("pattern"), "chỉ dùng cho kiểu text và long_text")
    if one.source and one.source not in SOURCES:
        raise BadDefinition(reader.at("source"), f"không có nguồn “{one.source}”")
    if one.locked_when_sourced and not one.source:
        raise BadDefinition(reader.at("locked_when_sourced"), "chưa nêu nguồn")


def _options(reader: _Reader, kind: str) -> tuple[tuple[str, str], ...]:
    raw = reader.take("options", (list, str), [])
    if type(raw) is str:
        if raw not in LISTS:
            raise BadDefinition(reader.at("options"), f"không có danh mục “{raw}”")
        raw = [list(pair) for pair in LISTS[raw]]
    if bool(raw) != (kind in ("choice", "several")):
        raise BadDefinition(reader.at("options"), "kiểu choice và several, và chỉ chúng, cần có")
    for i, pair in enumerate(raw):
        good = isinstance(pair, list) and len(pair) == 2 and all(type(p) is str for p in pair)
        if not good or not pair[0] or not pair[1] or len(pair[0]) > 60:
            raise BadDefinition(f"{reader.at('options')}[{i}]", "phải là [giá trị, nhãn]")
        _plain(pair[1], f"{reader.at('options')}[{i}]")
    options = tuple((text.nfc(value), text.nfc(label)) for value, label in raw)
    if len({value for value, _ in options}) != len(options):
        raise BadDefinition(reader.at("options"), "có giá trị lặp lại")
    return options


def _bound(reader: _Reader, name: str, kind: str) -> float | int | str | None:
    value = reader.take(name, (int, float, str))
    if value is None:
        return None
    if kind == "date":
        if type(value) is not str or not _DAY.fullmatch(value):
            raise BadDefinition(reader.at(name), "phải là ngày như 2026-01-31 hoặc today-30d")
    elif kind in ("number", "money"):
        if type(value) is str or not -LARGEST <= value <= LARGEST:
            raise BadDefinition(reader.at(name), "phải là số")
    else:
        raise BadDefinition(reader.at(name), "chỉ dùng cho số, tiền và ngày")
    result: float | int | str = value
    return result


def _group_fields(reader: _Reader, kind: str) -> tuple[Field, ...]:
    raw = reader.take("fields", dict, {})
    if bool(raw) != (kind == "group"):
        raise BadDefinition(reader.at("fields"), "kiểu group, và chỉ nó, có câu hỏi bên trong")
    order = reader.take("order", list, list(raw))
    if sorted(map(str, order)) != sorted(raw):
        raise BadDefinition(reader.at("order"), "phải kể mỗi câu hỏi của nhóm đúng một lần")
    return tuple(
        _field(key, raw[key], f"{reader.at('fields')}.{key}", inside_group=True) for key in order
    )


def _topic(data: Any, place: str) -> Topic:
    reader = _Reader(data, place)
    key = reader.take("key", str, "")
    if not _KEY.fullmatch(key):
        raise BadDefinition(reader.at("key"), "phải là chữ thường không dấu, số và gạch dưới")
    keys = reader.take("fields", list, [])
    if not keys or not all(type(one) is str for one in keys):
        raise BadDefinition(reader.at("fields"), "phải là danh sách tên câu hỏi, không rỗng")
    topic = Topic(
        key=key,
        title=reader.words("title", required=True, longest=300),
        intro=reader.words("intro"),
        visible=reader.take("visible", str, ""),
        fields=tuple(keys),
    )
    reader.finish()
    return topic


def _rule(data: Any, place: str) -> Rule:
    reader = _Reader(data, place)
    rule = Rule(
        when=reader.words("when", required=True, longest=4_000, formula=True),
        message=reader.words("message", required=True, longest=600),
        field=reader.take("field", str, ""),
    )
    reader.finish()
    return rule


def _check_names(definition: Definition) -> None:
    """Every field in exactly one topic, every name used once, every reference known."""
    seen: set[str] = set()
    for one in definition.every_field():
        if one.key in seen:
            raise BadDefinition(f"fields.{one.key}", "tên này đã dùng (tên là duy nhất cả biểu)")
        seen.add(one.key)
    placed: set[str] = set()
    for i, topic in enumerate(definition.topics):
        if any(topic.key == other.key for other in definition.topics[:i]):
            raise BadDefinition(f"topics[{i}].key", "khóa này đã dùng")
        for key in topic.fields:
            if key not in definition.fields:
                raise BadDefinition(f"topics[{i}].fields", f"không có câu hỏi “{key}”")
            if key in placed:
                raise BadDefinition(f"topics[{i}].fields", f"“{key}” đã ở mục khác")
            placed.add(key)
    for key, one in definition.fields.items():
        if key not in placed and one.type != "computed":
            raise BadDefinition(f"fields.{key}", "không nằm trong mục nào nên không bao giờ hiện")
    for i, rule in enumerate(definition.rules):
        if rule.field not in placed:
            raise BadDefinition(f"rules[{i}].field", f"không có câu hỏi “{rule.field}” để báo lỗi")
