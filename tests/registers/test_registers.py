"""Registers: numbered without gaps or races, never overwritten, seen by those they concern."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from threading import Barrier, Thread

import pytest
from django.db import Error, connection, transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from hypothesis import given
from hypothesis import strategies as st

from motcua.agencies.models import Agency, Kind
from motcua.foundation import crypto
from motcua.foundation.models import NumberSequence, OutboxEvent
from motcua.people.models import Person
from motcua.registers import actions, queries, rules
from motcua.registers.errors import AlreadyCorrected, KeyTaken, ReasonMissing, StartsTooEarly
from motcua.registers.models import Entry

NOW = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
BIRTH = "ho-tich-khai-sinh"


@dataclass
class Post:
    agency_id: int
    serves: frozenset[int]
    role: str = "clerk"


@dataclass
class Someone:
    person_id: int | None = None
    posts: list[Post] = field(default_factory=list)
    account_id: int | None = 1
    organisation_ids: frozenset[int] = frozenset()
    name: str = "A"
    assurance: int = 2


def agency(code):
    return Agency.objects.create(
        code=code, name=code, kind=Kind.COMMUNE, realm="H37", sort_key=code,
        valid=DateRange(date(2025, 7, 1), None), source="thử",
    )  # fmt: skip


@pytest.fixture
def commune(db):
    return agency("H37.105")


def record(commune, key, about=None, register=BIRTH, now=NOW, **data):
    return actions.record(register, commune.pk, key, {"ten": "Nông An", **data}, about, "", now)


def test_numbers_run_from_one_in_each_register_agency_and_year(commune):
    other = agency("H37.106")
    assert [record(commune, f"a{i}").number for i in range(3)] == [1, 2, 3]
    assert record(commune, "b", register="chung-thuc").number == 1
    assert record(other, "c").number == 1
    first_of_2027 = record(commune, "d", now=datetime(2026, 12, 31, 17, 0, tzinfo=UTC))
    assert (first_of_2027.year, first_of_2027.number) == (2027, 1)


def test_the_same_key_writes_once_and_takes_one_number(commune):
    first, again = record(commune, "x"), record(commune, "x")
    assert again.pk == first.pk
    assert NumberSequence.objects.get(key__startswith="register").last == 1
    assert OutboxEvent.objects.filter(name="registers.EntryRecorded").count() == 1


def test_a_key_of_another_register_is_a_mistake_and_said_so(commune):
    record(commune, "x")
    with pytest.raises(KeyTaken):
        record(commune, "x", register="chung-thuc")


def test_the_database_refuses_to_change_or_remove_an_entry(commune):
    entry = record(commune, "x")
    with pytest.raises(Error), transaction.atomic():
        Entry.objects.filter(pk=entry.pk).update(number=9)
    with pytest.raises(Error), transaction.atomic():
        Entry.objects.filter(pk=entry.pk).delete()


def test_what_is_written_is_encrypted_at_rest(commune):
    entry = record(commune, "x", so="020199900001")
    with connection.cursor() as cursor:
        cursor.execute("SELECT data FROM registers_entry WHERE id = %s", [entry.pk])
        raw = bytes(cursor.fetchone()[0])
    assert b"020199900001" not in raw
    assert "020199900001" in Entry.objects.get(pk=entry.pk).data


def test_a_correction_is_an_entry_of_its_own_with_its_reason(commune):
    wrong = record(commune, "x")
    day = date(2026, 11, 25)
    right = actions.correct(wrong.pk, "y", {"ten": "Nông Ân"}, "Sai dấu", "", day, NOW)
    assert (right.number, right.supersedes_id) == (2, wrong.pk)
    assert actions.correct(wrong.pk, "y", {}, "Sai dấu", "", day, NOW).pk == right.pk
    assert queries.holding_on(right.pk, date(2026, 11, 24)).pk == wrong.pk
    assert queries.holding_on(wrong.pk, day).pk == right.pk
    assert queries.holding_on(wrong.pk, date(2026, 11, 19)) is None


def test_a_correction_needs_a_reason_a_fitting_day_and_the_newest_entry(commune):
    wrong = record(commune, "x")
    with pytest.raises(ReasonMissing):
        actions.correct(wrong.pk, "y", {}, "  ", "", None, NOW)
    with pytest.raises(StartsTooEarly):
        actions.correct(wrong.pk, "y", {}, "Sai", "", date(2026, 11, 1), NOW)
    actions.correct(wrong.pk, "y", {}, "Sai", "", None, NOW)
    with pytest.raises(AlreadyCorrected):
        actions.correct(wrong.pk, "z", {}, "Sai nữa", "", None, NOW)


def test_officers_see_their_own_registers_and_people_their_own_entries(commune):
    elsewhere = agency("H37.106")
    id_number = "020199900001"
    person = Person.objects.create(
        id_number=id_number, id_index=crypto.blind_index("person", id_number),
        full_name="Nông An", folded_name="nong an", updated_at=NOW,
    )  # fmt: skip
    mine, other = record(commune, "x", about=id_number), record(elsewhere, "y")
    office = agency("H37.105.03")
    officer = Someone(posts=[Post(office.pk, frozenset({commune.pk, office.pk}))])
    assert [row.id for row in queries.entries(officer)] == [mine.pk]
    assert [row.id for row in queries.entries(Someone(person_id=person.pk))] == [mine.pk]
    assert queries.entries(Someone()) == []
    assert queries.entry(officer, other.pk, "Trích lục") is None
    shown, note = queries.entry(officer, mine.pk, "Trích lục")
    assert shown.data == {"ten": "Nông An"}
    assert note.subject_ids == (person.pk,)
    assert [e.row.label for e in queries.own_entries(Someone(person_id=person.pk))] == ["1/2026"]


@pytest.mark.django_db(transaction=True)
def test_clerks_writing_at_once_get_different_numbers_without_a_gap():
    commune = agency("H37.105")
    gate, numbers = Barrier(5), []

    def write(clerk):
        try:
            gate.wait()
            for i in range(6):
                key = "same" if i == 0 else f"{clerk}-{i}"
                numbers.append(record(commune, key).number)
        finally:
            connection.close()

    threads = [Thread(target=write, args=(clerk,)) for clerk in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(set(numbers)) == list(range(1, 27))
    assert Entry.objects.count() == 26


@given(st.lists(st.integers(0, 60), min_size=1, max_size=6), st.integers(-5, 70))
def test_of_several_corrections_the_last_recorded_that_has_begun_holds(begins, day):
    start = date(2026, 1, 1)
    links = [rules.Link(i, start + timedelta(days=d)) for i, d in enumerate(begins)]
    on = start + timedelta(days=day)
    chosen = rules.holding(links, on)
    begun = [link for link in links if link.holds_from <= on]
    assert chosen == (max(begun, key=lambda link: link.entry_id).entry_id if begun else None)
