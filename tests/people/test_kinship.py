"""Who is next of kin, from the births registered here."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua.foundation import crypto
from motcua.people import actions, inspecting, kinship
from motcua.people.kinship import relatives
from motcua.people.models import Kinship, OddLook, Person

from .conftest import NOW
from .test_inspecting import LATER, clerk, inspector, look  # noqa: F401 - fixtures

people = st.sampled_from([bytes([n]) for n in range(8)])
edges = st.sets(st.tuples(people, people), max_size=14)


@given(edges, people, people)
def test_kin_are_kin_of_each_other(known, one, other):
    assert (other in relatives(known, one)) == (one in relatives(known, other))


@given(edges, people)
def test_nobody_is_their_own_relative(known, who):
    assert who not in relatives(known, who)


def test_the_near_kin_and_no_further():
    family = {(b"grandmother", b"mother"), (b"mother", b"child"), (b"father", b"child"),
              (b"mother", b"sister"), (b"aunt", b"cousin"), (b"grandmother", b"aunt")}  # fmt: skip
    assert relatives(family, b"child") == {b"mother", b"father", b"sister", b"grandmother"}
    assert b"child" in relatives(family, b"grandmother")
    assert relatives(family, b"father") == {b"child", b"mother"}


NUMBERS = {"mother": "020196900002", "child": "020326000001", "father": "020094900001"}


def index(who: str) -> bytes:
    return crypto.blind_index("person", NUMBERS[who])


@pytest.mark.django_db
def test_a_registered_birth_is_kept_as_blind_indexes_once():
    for _twice in range(2):
        kinship.note_birth(NUMBERS["child"], [NUMBERS["mother"], NUMBERS["father"], ""])
    assert Kinship.objects.count() == 2
    assert kinship.are_related(index("mother"), index("child"))
    assert kinship.are_related(index("father"), index("mother"))
    assert not kinship.are_related(index("mother"), crypto.blind_index("person", "020100000000"))


@pytest.mark.django_db
def test_a_look_at_a_relative_is_odd(clerk, mother, inspector):  # noqa: F811 - fixtures
    own = Person.objects.get(pk=clerk.person_id)
    kinship.note_birth(NUMBERS["child"], [own.id_number, mother.id_number])
    look(clerk, mother, number="H37.105-261123-0001")
    inspecting.judge_looks(LATER)
    assert [one.reasons for one in OddLook.objects.all()] == [["relative"]]
    stranger = actions.upsert_person("020199900888", "Người Dưng", now=NOW)
    look(clerk, stranger, NOW + timedelta(hours=1), "H37.105-261123-0002")
    inspecting.judge_looks(LATER + timedelta(hours=2))
    assert OddLook.objects.count() == 1


@pytest.mark.django_db
def test_the_inspector_narrows_the_list(clerk, mother, inspector):  # noqa: F811 - fixtures
    look(clerk, mother)
    inspecting.judge_looks(LATER)

    def found(**asked):
        only = inspecting.OddFilter(**asked)
        return len(inspecting.odd_page(inspector, examined=False, only=only).rows)

    day = NOW.date()
    assert found() == found(reason="no_dossier") == found(viewer=clerk.name[-3:].upper()) == 1
    assert found(since=day, until=day) == 1
    assert found(reason="bulk") == found(viewer="không ai") == 0
    assert found(since=day + timedelta(days=1)) == found(until=day - timedelta(days=1)) == 0
