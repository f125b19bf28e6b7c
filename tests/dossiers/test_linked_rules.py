"""What a linked set does next, for every chain and every order in which things happen."""

from __future__ import annotations

import json
from datetime import date
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua.catalogue import linked
from motcua.dossiers.linked_rules import FRUITLESS, OPEN, State, following, known_later, state_of
from motcua.dossiers.models import Status

ENDS = (State.DONE, State.FAILED)


@st.composite
def chains(draw: st.DrawFn) -> dict[str, tuple[str, ...]]:
    """Members that wait only for earlier ones."""
    keys = [f"m{n}" for n in range(draw(st.integers(1, 6)))]
    return {
        key: tuple(draw(st.lists(st.sampled_from(keys[:n]), unique=True))) if n else ()
        for n, key in enumerate(keys)
    }


@st.composite
def plays(draw: st.DrawFn) -> tuple[dict[str, tuple[str, ...]], dict[str, State], list[str]]:
    """A chain, how each member would end, and in which order they come to their end."""
    after = draw(chains())
    ends = {key: draw(st.sampled_from((*ENDS, State.UNWANTED))) for key in after}
    return after, ends, draw(st.permutations(sorted(after)))


def play(
    after: dict[str, tuple[str, ...]], ends: dict[str, State], order: list[str]
) -> tuple[dict[str, State], list[str]]:
    """The states at the end, and the members in the order in which they started."""
    states = {
        key: State.UNWANTED if ends[key] == State.UNWANTED else State.WAITING for key in after
    }
    started: list[str] = []

    def go_on() -> None:
        todo = following(after, states)
        for key in todo.drop:
            states[key] = State.DROPPED
        for key in todo.start:
            assert all(states[one] in (State.DONE, State.UNWANTED) for one in after[key])
            states[key] = State.RUNNING
            started.append(key)

    go_on()
    while running := [key for key in order if states[key] == State.RUNNING]:
        states[running[0]] = ends[running[0]]
        go_on()
        assert following(after, states) == type(following(after, states))((), ())
    return states, started


@given(plays())
def test_each_member_starts_once_when_all_it_waits_for_is_there_or_never(given_play):
    after, ends, order = given_play
    states, started = play(after, ends, order)
    assert len(started) == len(set(started))
    assert not set(states.values()) & OPEN, "nothing waits for what will not come"
    for key, needs in after.items():
        lost = any(states[one] in FRUITLESS for one in needs)
        assert (states[key] == State.DROPPED) == (lost and ends[key] != State.UNWANTED)
        assert (key in started) == (states[key] in ENDS)


@given(plays(), st.randoms())
def test_the_order_in_which_things_end_decides_nothing(given_play, random):
    after, ends, order = given_play
    other = list(order)
    random.shuffle(other)
    assert play(after, ends, order)[0] == play(after, ends, other)[0]


@pytest.mark.parametrize(
    ("status", "decision", "state"),
    [
        (Status.REGISTERED, "", State.RUNNING),
        (Status.SUPPLEMENT, "", State.RUNNING),
        (Status.DONE, "", State.DONE),
        (Status.RETURNED, "", State.DONE),
        (Status.DONE, "refuse", State.FAILED),
        (Status.REFUSED, "", State.FAILED),
        (Status.STOPPED, "", State.FAILED),
    ],
)
def test_a_signed_refusal_is_no_result_to_build_on(status, decision, state):
    assert state_of(status, decision) == state


@pytest.mark.parametrize("key", ["birth", "death"])
def test_the_sets_of_the_law_are_well_formed_and_dated(key):
    one = linked.in_force(key, date(2026, 11, 23))
    assert one.since == date(2026, 9, 1)
    assert one.supplement_days == 7
    assert linked.as_filed(key, one.since) is one
    with pytest.raises(KeyError):
        linked.in_force(key, date(2026, 8, 31))
    for member in one.members[1:]:
        assert "note" in known_later(member)


def test_a_set_that_waits_for_itself_or_takes_what_it_does_not_wait_for_is_refused():
    said = {
        "key": "x", "procedure": "1", "name": "X",
        "versions": [{
            "from": "2026-01-01", "source": "s", "supplement_working_days": 7,
            "members": [
                {"key": "a", "procedure": "1", "name": "A", "after": ["b"]},
                {"key": "b", "procedure": "2", "name": "B"},
            ],
        }],
    }  # fmt: skip
    with pytest.raises(linked.BadLinkedSet):
        linked.read(said)
    members = said["versions"][0]["members"]
    members[0] = {"key": "a", "procedure": "1", "name": "A"}
    members[1] |= {"papers": {"giay": "result:a"}}
    with pytest.raises(linked.BadLinkedSet):
        linked.read(said)
    members[1] |= {"after": ["a"]}
    assert len(linked.read(said)[0].members) == 2


def test_the_one_form_asks_for_a_birth_what_the_procedure_alone_asks():
    """The fields both forms have are the same ones; a child of the linked set is under six."""
    forms = files("motcua.demo").joinpath("data/forms")
    alone = json.loads(forms.joinpath("khai_sinh.json").read_text(encoding="utf-8"))
    one = json.loads(forms.joinpath("lien_thong_khai_sinh.json").read_text(encoding="utf-8"))
    alone["fields"]["child_birth_date"]["min"] = "today-6y"
    assert {key: one["fields"].get(key) for key in alone["fields"]} == alone["fields"]
    assert one["rules"] == alone["rules"]
