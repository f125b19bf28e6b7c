"""Published forms are numbered, frozen, and fit to be met by citizens."""

from __future__ import annotations

import json
import threading

import pytest
from django.db import IntegrityError, connection, transaction

from motcua.forms import engine, queries
from motcua.forms.actions import NotFitToPublish, publish
from motcua.forms.definition import BadDefinition
from motcua.forms.models import FormVersion
from motcua.foundation import clock
from tests.forms.examples import FOLDER, KEYS

DEFINITION = json.loads((FOLDER / "chung.json").read_text(encoding="utf-8"))


@pytest.mark.django_db
def test_publishing_the_same_twice_is_publishing_once():
    first = publish("thu", DEFINITION, clock.now())
    assert publish("thu", DEFINITION, clock.now()) == first
    other = publish("thu", {**DEFINITION, "title": "Khác"}, clock.now())
    assert (first.version, other.version) == (1, 2)
    assert queries.newest("thu") == other
    assert queries.newest("none") is None
    assert engine.compiled(first.pk).title == DEFINITION["title"]
    assert engine.compiled(other.pk).title == "Khác"


@pytest.mark.django_db
@pytest.mark.parametrize("key", KEYS)
def test_the_forms_of_the_demonstration_can_be_published(key):
    definition = json.loads((FOLDER / f"{key}.json").read_text(encoding="utf-8"))
    version = publish(key, definition, clock.now())
    assert engine.compiled(version.pk).definition.title == definition["title"]


@pytest.mark.django_db
def test_the_questions_of_a_group_stay_in_the_order_they_were_written():
    definition = json.loads((FOLDER / "ho_kinh_doanh.json").read_text(encoding="utf-8"))
    kept = FormVersion.objects.get(pk=publish("thu", definition, clock.now()).pk)
    groups = [one for one in definition["fields"].values() if one["type"] == "group"]
    assert groups
    compiled = engine.compiled(kept.pk).definition
    for key, one in definition["fields"].items():
        if one["type"] == "group":
            assert [f.key for f in compiled.fields[key].fields] == list(one["fields"])
    assert publish("thu", definition, clock.now()) == kept


@pytest.mark.django_db
def test_a_form_with_a_mistake_is_not_published():
    with pytest.raises(BadDefinition):
        publish("thu", {**DEFINITION, "topics": []}, clock.now())
    rules = [{"when": "for_whom > 3", "field": "for_whom", "message": "x"}]
    with pytest.raises(NotFitToPublish) as refused:
        publish("thu", {**DEFINITION, "rules": rules}, clock.now())
    assert refused.value.findings[0].place == "rules[0].when"
    assert not FormVersion.objects.filter(key="thu").exists()


@pytest.mark.django_db
def test_a_published_version_cannot_be_changed_or_deleted():
    version = publish("thu", DEFINITION, clock.now())
    for statement in (
        "UPDATE forms_formversion SET version = 9 WHERE id = %s",
        "DELETE FROM forms_formversion WHERE id = %s",
    ):
        with (
            pytest.raises(IntegrityError),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement, [version.pk])


@pytest.mark.django_db(transaction=True)
def test_two_administrators_who_publish_at_once_get_two_versions():
    made: list[int] = []
    start = threading.Barrier(2)

    def one(title: str) -> None:
        start.wait()
        made.append(publish("cung_luc", {**DEFINITION, "title": title}, clock.now()).version)
        connection.close()

    threads = [threading.Thread(target=one, args=(title,)) for title in ("Một", "Hai")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(made) == [1, 2]
