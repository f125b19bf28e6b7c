"""A procedure as JSON: what an administrator publishes. The shape is `data/procedure.schema.json`
and is explained in docs/administrator/catalogue.md; here is what a schema cannot say."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from hashlib import sha256
from importlib.resources import files
from typing import Any

import jsonschema_rs

from motcua.foundation import canonical, expressions, text
from motcua.foundation.plain import markup

from .errors import BadSpecification

WITHOUT_AMOUNT = "within_day"
FRACTIONS_ALLOWED = "working_hour"


@dataclass(frozen=True, slots=True)
class Specification:
    """A checked specification; texts are NFC. `competence` is None when nobody here decides."""

    procedure: Mapping[str, Any]
    competence: Mapping[str, Any] | None
    version: Mapping[str, Any]

    @property
    def code(self) -> str:
        code: str = self.procedure["code"]
        return code

    @property
    def since(self) -> date:
        return date.fromisoformat(self.version["from"])

    @property
    def until(self) -> date | None:
        """The first day on which the version is no longer in force."""
        return date.fromisoformat(self.version["to"]) if self.version.get("to") else None

    def digest(self, form_id: int | None, process_id: int | None) -> bytes:
        """The digest of what the version says, its range apart, with the very form and process."""
        said = {k: v for k, v in self.version.items() if k not in ("from", "to")}
        body = {"version": said, "form": form_id, "process": process_id}
        return sha256(canonical.dumps(body).encode()).digest()


@lru_cache(maxsize=1)
def _schema() -> Any:
    source = files(__package__).joinpath("data/procedure.schema.json").read_text(encoding="utf-8")
    return jsonschema_rs.Draft202012Validator(json.loads(source), validate_formats=True)


def parse(raw: Mapping[str, Any]) -> Specification:
    """`raw` checked. Raises `BadSpecification` with the place of the first thing wrong."""
    raw = _nfc(raw)
    for error in _schema().iter_errors(raw):
        place = "".join(
            f"[{step}]" if isinstance(step, int) else f".{step}" for step in error.instance_path
        )
        raise BadSpecification(place.removeprefix(".") or "(gốc)", error.message)
    specification = Specification(raw["procedure"], raw.get("competence"), raw["version"])
    _check_range(specification)
    _check_no_markup("procedure", raw["procedure"])
    _check_no_markup("version", raw["version"])
    _check_cases(specification.version)
    _check_components(specification.version)
    return specification


def _check_range(specification: Specification) -> None:
    until = specification.until
    if until is not None and until <= specification.since:
        raise BadSpecification("version.to", "Ngày hết hiệu lực phải sau ngày bắt đầu.")


def _check_no_markup(place: str, value: Any) -> None:
    """Texts are plain: a tag in one is a mistake or an attack, and is refused with its place."""
    if isinstance(value, str):
        if markup(value):
            raise BadSpecification(place, "Không được có thẻ HTML.")
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            _check_no_markup(f"{place}.{key}", inner)
    elif isinstance(value, list):
        for position, inner in enumerate(value):
            _check_no_markup(f"{place}[{position}]", inner)


def _check_cases(version: Mapping[str, Any]) -> None:
    question = version.get("case_question", "")
    _check_expression("version.case_question", question)
    if len(version["cases"]) > 1 and not question:
        raise BadSpecification("version.case_question", "Nhiều trường hợp thì phải có câu hỏi.")
    keys: set[str] = set()
    for position, case in enumerate(version["cases"]):
        place = f"version.cases[{position}]"
        if case["key"] in keys:
            raise BadSpecification(f"{place}.key", f"Trùng mã trường hợp {case['key']}.")
        keys.add(case["key"])
        ways: set[str] = set()
        for index, channel in enumerate(case["channels"]):
            here = f"{place}.channels[{index}]"
            if channel["way"] in ways:
                raise BadSpecification(f"{here}.way", f"Trùng cách nộp {channel['way']}.")
            ways.add(channel["way"])
            _check_limit(f"{here}.limit", channel.get("limit"))
            _check_expression(f"{here}.fee", channel.get("fee", ""))
            if channel.get("fee") and not channel.get("fee_name"):
                raise BadSpecification(f"{here}.fee_name", "Khoản thu phải có tên.")
            if version.get("form") and "limit" not in channel:
                raise BadSpecification(f"{here}.limit", "Thủ tục nhận hồ sơ phải có thời hạn.")


def _check_limit(place: str, limit: Mapping[str, Any] | None) -> None:
    """The units of the deadline rule: "trong ngày" takes no number, the others need one, whole but
    for working hours, which take two decimals."""
    if limit is None:
        return
    amount, unit = limit.get("amount"), limit["unit"]
    if (amount is None) != (unit == WITHOUT_AMOUNT):
        raise BadSpecification(place, "“Trong ngày” không kèm số; các đơn vị khác phải có số.")
    if amount is None:
        return
    whole = float(amount).is_integer()
    if not whole and (unit != FRACTIONS_ALLOWED or round(amount, 2) != amount):
        raise BadSpecification(place, "Thời hạn phải là số nguyên (giờ làm việc: hai số lẻ).")


def _check_components(version: Mapping[str, Any]) -> None:
    keys: set[str] = set()
    for position, component in enumerate(version.get("components", [])):
        place = f"version.components[{position}]"
        if component["key"] in keys:
            raise BadSpecification(f"{place}.key", f"Trùng mã giấy tờ {component['key']}.")
        keys.add(component["key"])
        _check_expression(f"{place}.needed", component.get("needed", ""))


def _check_expression(place: str, source: str) -> None:
    if source:
        try:
            expressions.compile(source)
        except expressions.BadExpression as error:
            raise BadSpecification(place, str(error)) from error


def _nfc(value: Any) -> Any:
    if isinstance(value, str):
        return text.nfc(value)
    if isinstance(value, Mapping):
        return {key: _nfc(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_nfc(inner) for inner in value]
    return value
