"""Records of a copy of one's data in words: what is stored as a key says what it means, and the
answers of a form stand under the questions that were asked."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist

from motcua.catalogue.models import ProcedureVersion
from motcua.dossiers import places
from motcua.dossiers.models import Dossier, Draft, Status
from motcua.forms import engine as forms
from motcua.foundation import clock
from motcua.foundation.holdings import Held

Pairs = list[tuple[str, Any]]


def pairs(held: Held, record: Mapping[str, Any], choices: Mapping[str, Mapping[Any, str]]) -> Pairs:
    """One record as words and values; what is empty is left out. `choices` as `choices_of` says."""
    labels = held.labels()
    said: Pairs = []
    for key, value in record.items():
        if value in (None, "", [], {}):
            continue
        if key == "answers" and isinstance(value, dict):
            said.append((labels.get(key, key), _answers(held, record, value)))
            continue
        if key == "sources" and isinstance(value, dict):
            value = _sources(value)
        elif key == "data" and held.model == "documents.Document":
            value = "Như trong giấy đi kèm; từng mục có trong bản cho máy"
        if isinstance(value, str | int) and not isinstance(value, bool):
            value = choices.get(key, {}).get(value, value)
        said.append((labels.get(key, key), value))
    return said


def plain_words(value: Any, yes: str = "có", no: str = "không") -> str:
    """A JSON value as a person reads it: moments on the Vietnamese clock, lists one after another,
    nested values as pairs."""
    if isinstance(value, bool):
        return yes if value else no
    if isinstance(value, dict):
        return "; ".join(f"{key}: {plain_words(one, yes, no)}" for key, one in value.items())
    if isinstance(value, list):
        return "; ".join(plain_words(one, yes, no) for one in value)
    if isinstance(value, str):
        return _moment(value)
    return "" if value is None else str(value)


def _moment(value: str) -> str:
    if value[4:5] != "-" or len(value) < 10:
        return value
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return value
    if len(value) == 10:
        return f"{moment:%d/%m/%Y}"
    return f"{clock.local(moment):%H:%M:%S %d/%m/%Y}" if moment.tzinfo else value


def _sources(given: dict[str, Any]) -> list[str]:
    """Who answered, and when, each once; what it filled in is in the copy for machines."""
    told = set()
    for one in given.values():
        if isinstance(one, dict):
            name, day = str(one.get("name", "")), one.get("as_of")
            told.add(f"{name} ({day})" if day else name)
    return sorted(told - {""})


def choices_of(held: Held) -> dict[str, dict[Any, str]]:
    """For each field of a record that is one of a list: what each key of the list is called."""
    found: dict[str, dict[Any, str]] = {}
    if held.model == "dossiers.Dossier":  # kept as the number that the law gives the state
        found["status"] = {one.value: str(one.label) for one in Status}
    for look_up in held.fields:
        model: Any = apps.get_model(held.model)
        field: Any = None
        for step in look_up.split("__"):
            try:
                field = model._meta.get_field(step)
            except FieldDoesNotExist:
                field = None
                break
            model = field.related_model
        if field is not None and getattr(field, "choices", None):
            found[held.name(look_up)] = {key: str(words) for key, words in field.flatchoices}
    return found


def _form_of(held: Held, record: Mapping[str, Any]) -> int | None:
    """The form that the answers of this record were given in."""
    versions = ProcedureVersion.objects
    if held.model == "dossiers.Draft":
        rows = versions.filter(pk__in=Draft.objects.filter(pk=record["id"]).values("version_id"))
    else:
        number = record.get("number") or record.get("dossier")
        mine = Dossier.objects.filter(number=number)
        rows = versions.filter(pk__in=mine.values("version_id"))
    return rows.values_list("form_id", flat=True).first()


def _answers(held: Held, record: Mapping[str, Any], given: dict[str, Any]) -> dict[str, str]:
    """Questions and answers as the form asked them; the bare keys where the form is not known."""
    form = _form_of(held, record)
    if form is None:
        return {key: plain_words(one) for key, one in given.items()}
    topics = forms.compiled(form).readable(given, places.name_of)
    return {label: text for _, rows in topics for label, text, _ in rows}
