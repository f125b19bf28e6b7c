"""A form made ready to run: compiled once, asked many times, holding no answers."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from datetime import date
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from motcua.forms import display, logic, pages, schema, state, values, wording
from motcua.forms.checking import Checker, Communes
from motcua.forms.definition import Definition, Field, parse
from motcua.forms.models import FormVersion
from motcua.forms.pages import FieldView, TopicView
from motcua.forms.state import State
from motcua.forms.wording import FieldError
from motcua.foundation import clock

__all__ = ["CompiledForm", "FieldError", "FieldView", "TopicView", "UnknownTopic", "compiled"]

_NOTHING: Mapping[str, str] = MappingProxyType({})


class UnknownTopic(LookupError):
    """The form has no topic of this key."""

    def __init__(self, key: str) -> None:
        super().__init__(f"Biểu mẫu không có mục “{key[:60]}”.")
        self.key = key


class CompiledForm:
    """One form. Answers go in as they came; every method looks at visible ones only.

    `today` is the date in Vietnam unless given. Construction raises `BadDefinition`.
    """

    def __init__(self, definition: Definition) -> None:
        self.definition = definition
        self.logic = logic.compiled(definition)
        self._checker = Checker(definition, self.logic, schema.checker(definition))

    @property
    def title(self) -> str:
        return self.definition.title

    def state(
        self,
        answers: Mapping[str, Any],
        today: date | None = None,
        before: State | None = None,
    ) -> State:
        """`answers` worked out; from `before` only what the difference touches."""
        day = today or clock.today()
        if before is not None and before.today == day:
            return state.after_change(self.logic, before, answers)
        return state.worked_out(self.logic, answers, day)

    def topics(
        self,
        answers: Mapping[str, Any],
        sourced: Mapping[str, str] = _NOTHING,
        today: date | None = None,
    ) -> list[TopicView]:
        """The pages that are visible for `answers`, with their visible questions.

        `sourced` names the fields that were filled from a register, each with the words to show.
        """
        return pages.views(self.definition, self.logic, self.state(answers, today), sourced)

    def topic(
        self,
        key: str,
        answers: Mapping[str, Any],
        sourced: Mapping[str, str] = _NOTHING,
        today: date | None = None,
    ) -> TopicView:
        """One page. Raises `UnknownTopic` where it does not exist or is not visible."""
        for view in self.topics(answers, sourced, today):
            if view.key == key:
                return view
        raise UnknownTopic(key)

    def validate(
        self,
        answers: Any,
        topic: str | None = None,
        *,
        communes: Communes | Collection[str] | None = None,
        today: date | None = None,
    ) -> list[FieldError]:
        """What has to be put right, in the order of the form; empty when all is well.

        Without `topic` the whole form is judged, and answers to questions it does not ask are
        errors. `communes` are the codes of today's communes, or a mapping of them to the codes of
        their provinces; without it only the shape of codes is judged.
        """
        if not isinstance(answers, Mapping):
            return [FieldError("", self.title, wording.not_an_object(), "")]
        if topic is not None and all(topic != one.key for one in self.definition.topics):
            raise UnknownTopic(topic)
        return self._checker.errors(self.state(answers, today), topic, communes)

    def cleaned(self, answers: Mapping[str, Any], today: date | None = None) -> dict[str, Any]:
        """The answers as they are kept: hidden ones dropped, computed ones filled in, text in NFC.

        Unfit answers stay, in a form that can be stored, until they are put right. Cleaning what
        is clean changes nothing.
        """
        worked = self.state(answers, today)
        kept = {
            one.key: self._kept(worked, one)
            for one in self.definition.fields.values()
            if one.key in worked.values or one.key in worked.faults
        }
        return {key: value for key, value in kept.items() if value is not None}

    def _kept(self, worked: State, one: Field) -> Any:
        if one.key in worked.faults:
            return values.storable(worked.faults[one.key].raw)
        if one.type != "group":
            return worked.values[one.key]
        lines = []
        for item in worked.items[one.key]:
            line = dict(item.values)
            for key, fault in item.faults.items():
                kept = values.storable(fault.raw)
                if kept is not None:
                    line[key] = kept
            lines.append({m.key: line[m.key] for m in one.fields if m.key in line})
        return lines

    def readable(
        self,
        answers: Mapping[str, Any],
        name_of: display.NameOf | None = None,
        *,
        mask_sensitive: bool = False,
        shown: Collection[str] = (),
        today: date | None = None,
    ) -> list[tuple[str, list[display.Row]]]:
        """`[(topic title, [(label, text, path), …]), …]` of what was answered and is visible. With
        `mask_sensitive` personal answers are masked, but for the paths in `shown`."""
        worked = self.state(answers, today)
        return display.readable(
            self.definition, worked, name_of, mask_sensitive=mask_sensitive, shown=shown
        )

    def personal(
        self, answers: Mapping[str, Any], today: date | None = None
    ) -> list[tuple[str, Field, Any]]:
        """Path, question and answer of everything that `mask_sensitive` masks."""
        return display.personal(self.definition, self.state(answers, today))

    def sources(self) -> dict[str, str]:
        """Field key to the source that may fill it (`sources.SOURCES`)."""
        return {k: one.source for k, one in self.definition.fields.items() if one.source}

    def sensitive(self) -> frozenset[str]:
        """Keys of the fields that hold sensitive personal data."""
        return frozenset(one.key for one in self.definition.every_field() if one.sensitive)

    def json_schema(self) -> dict[str, Any]:
        """The published data contract (`schema.py`)."""
        return schema.of_definition(self.definition)


def compiled(form: int | Mapping[str, Any] | Definition) -> CompiledForm:
    """The form of a published version's id, or of a definition. Versions are frozen, so what was
    compiled once is kept. Raises `FormVersion.DoesNotExist`, `BadDefinition`."""
    if isinstance(form, int):
        return _of_version(form)
    if isinstance(form, Definition):
        return CompiledForm(form)
    return _of_text(json.dumps(form, sort_keys=False, ensure_ascii=False))


@lru_cache(maxsize=512)
def _of_version(version_id: int) -> CompiledForm:
    row = FormVersion.objects.only("definition").get(pk=version_id)
    return CompiledForm(parse(row.definition))


@lru_cache(maxsize=64)
def _of_text(definition: str) -> CompiledForm:
    return CompiledForm(parse(json.loads(definition)))
