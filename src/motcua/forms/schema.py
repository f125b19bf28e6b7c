"""The data contract of a form: JSON Schema 2020-12, generated from its definition.

The published schema tells a program what it may send. What depends on other answers cannot be said
in it (visibility, conditional requirement, rules); such fields carry their condition as `x-visible`
and `x-required`, and the engine judges them. Patterns are matched by a linear-time engine, so that
no pattern of an administrator can be made slow by an answer.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NoReturn

import jsonschema_rs

from motcua.forms.definition import LARGEST, BadDefinition, Definition, Field

PERSON_ID = r"^[0-9]{12}$"
TAX_CODE = r"^([0-9]{10}(-[0-9]{3})?|[0-9]{12})$"
PHONE = r"^(0[0-9]{9,10}|\+[0-9]{8,15})$"
EMAIL = r"^[^@\s]{1,64}@[^@\s.]+(\.[^@\s.]+)*\.[^@\s.]{2,}$"
PATTERNS = {"person_id": PERSON_ID, "tax_code": TAX_CODE, "phone": PHONE, "email": EMAIL}


def of_definition(definition: Definition, *, with_required: bool = True) -> dict[str, Any]:
    """The schema of the answers. Without `with_required` nothing at the top level is required:
    that is what single pages and hidden fields are checked against."""
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": definition.title,
        **_object(definition.fields.values(), with_required=with_required),
    }
    if with_required:
        conditional = {key for topic in definition.topics if topic.visible for key in topic.fields}
        schema["required"] = [key for key in schema["required"] if key not in conditional]
    return schema


def checker(definition: Definition) -> jsonschema_rs.Draft202012Validator:
    """A compiled check of answers that are present. Raises `BadDefinition` for a bad pattern."""
    for one in definition.every_field():
        if one.pattern:
            try:
                _compiled({"pattern": one.pattern})
            except jsonschema_rs.ValidationError as error:
                place = f"fields.{one.key}.pattern"
                raise BadDefinition(place, "không phải biểu thức chính quy dùng được") from error
    return _compiled(of_definition(definition, with_required=False))


def _compiled(schema: dict[str, Any]) -> jsonschema_rs.Draft202012Validator:
    return jsonschema_rs.Draft202012Validator(
        schema,
        validate_formats=True,
        retriever=_refuse,
        pattern_options=jsonschema_rs.RegexOptions(size_limit=1_000_000),
    )


def _refuse(uri: str) -> NoReturn:
    raise ValueError(f"no schema is fetched: {uri}")


def _object(fields: Iterable[Field], *, with_required: bool) -> dict[str, Any]:
    kept = [one for one in fields if one.type != "heading"]
    schema: dict[str, Any] = {
        "type": "object",
        "properties": {one.key: _of_field(one, with_required) for one in kept},
        "additionalProperties": False,
    }
    if with_required:
        schema["required"] = [o.key for o in kept if o.required is True and not o.visible]
    return schema


def _of_field(one: Field, with_required: bool) -> dict[str, Any]:
    schema: dict[str, Any] = {"title": one.label, **_SHAPES[one.type](one, with_required)}
    if one.help:
        schema["description"] = one.help
    if one.visible:
        schema["x-visible"] = one.visible
    if isinstance(one.required, str):
        schema["x-required"] = one.required
    if one.computed:
        schema |= {"readOnly": True, "x-computed": one.computed}
    return schema


def _text(one: Field, _: bool) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "string", "minLength": 1, "maxLength": one.max_length}
    pattern = PATTERNS.get(one.type) or one.pattern
    if pattern:
        schema["pattern"] = pattern
    return schema


def _number(one: Field, _: bool) -> dict[str, Any]:
    least = 0 if one.type == "money" else -LARGEST
    return {
        "type": "number" if one.decimals else "integer",
        "minimum": least if one.min is None else one.min,
        "maximum": LARGEST if one.max is None else one.max,
    }


def _date(one: Field, _: bool) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "string", "format": "date"}
    if one.min is not None:
        schema["x-min"] = one.min
    if one.max is not None:
        schema["x-max"] = one.max
    return schema


def _choice(one: Field, _: bool) -> dict[str, Any]:
    return {
        "type": "string",
        "enum": [value for value, _ in one.options],
        "x-labels": [label for _, label in one.options],
    }


def _several(one: Field, _: bool) -> dict[str, Any]:
    return {"type": "array", "items": _choice(one, True), "uniqueItems": True, "minItems": 1}


def _boolean(one: Field, _: bool) -> dict[str, Any]:
    return {"type": "boolean"}


def _consent(one: Field, _: bool) -> dict[str, Any]:
    return {"const": True}


def _address(one: Field, _: bool) -> dict[str, Any]:
    properties: dict[str, Any] = {
        "province": {"type": "string", "pattern": r"^[0-9]{2}$"},
        "commune": {"type": "string", "pattern": r"^[0-9]{5}$"},
    }
    if one.detail != "none":
        properties["detail"] = {"type": "string", "minLength": 1, "maxLength": one.max_length}
    required = ["province", "commune"] + (["detail"] if one.detail == "required" else [])
    return {
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": False,
    }


def _group(one: Field, with_required: bool) -> dict[str, Any]:
    return {
        "type": "array",
        "items": _object(one.fields, with_required=with_required),
        "minItems": one.min_items,
        "maxItems": one.max_items,
    }


def _computed(one: Field, _: bool) -> dict[str, Any]:
    kinds = {"number": "number", "money": "integer", "yes_no": "boolean"}
    return {"type": [kinds.get(one.computed_as, "string"), "null"]}


_SHAPES = {
    "text": _text,
    "long_text": _text,
    "person_id": _text,
    "tax_code": _text,
    "phone": _text,
    "email": _text,
    "number": _number,
    "money": _number,
    "date": _date,
    "choice": _choice,
    "several": _several,
    "yes_no": _boolean,
    "consent": _consent,
    "address": _address,
    "group": _group,
    "computed": _computed,
}
