"""The synthetic nation holds together, and nobody in it exists."""

import subprocess
import sys

import pytest

from motcua.demo import accounts, nation
from motcua.demo.records import Person


@pytest.fixture(scope="module")
def people() -> dict[str, Person]:
    return nation.nation().people


def test_there_are_two_thousand_people_in_sixty_five_communes(people):
    assert len(people) == 2000
    assert len(accounts.communes()) == 65
    assert {p.commune for p in people.values()} <= {c.code for c in accounts.communes()}


def test_every_id_number_tells_the_truth_and_is_of_the_synthetic_block(people):
    for number, person in people.items():
        assert len(number) == 12
        century_and_sex = (2 if person.birth_date.year >= 2000 else 0) + (person.sex == "female")
        assert number[3] == str(century_and_sex)
        assert number[4:6] == f"{person.birth_date.year % 100:02d}"
        assert number[6] == "9"
        assert not number[6:].startswith("99"), "99xxxx is kept for newborns of the demonstration"


def test_family_links_go_both_ways(people):
    for person in people.values():
        if person.spouse:
            assert people[person.spouse].spouse == person.id_number
            assert people[person.spouse].sex != person.sex
            assert person.marital_status == "married"
        else:
            assert person.marital_status != "married"
        for parent in filter(None, (person.father, person.mother)):
            assert person.id_number in people[parent].children
        for child in person.children:
            assert person.id_number in (people[child].father, people[child].mother)


def test_parents_are_at_least_eighteen_years_older_than_their_children(people):
    for person in people.values():
        for parent in filter(None, (person.father, person.mother)):
            assert person.birth_date.year - people[parent].birth_date.year >= 18


def test_siblings_do_not_marry(people):
    for person in people.values():
        if person.spouse and person.father:
            assert people[person.spouse].father != person.father


def test_every_household_has_one_head_and_lives_at_one_address(people):
    for members in nation.nation().households.values():
        assert sum(p.is_head for p in members) == 1
        assert len({(p.commune, p.address) for p in members}) == 1


def test_the_nation_is_the_same_on_every_run():
    ask = (
        "import hashlib; from motcua.demo.nation import nation;"
        "print(hashlib.sha256(repr(nation()).encode()).hexdigest())"
    )
    runs = {
        subprocess.run(
            [sys.executable, "-c", ask],
            capture_output=True,
            text=True,
            check=True,
            env={"PYTHONHASHSEED": seed, "PATH": ""},
        ).stdout
        for seed in ("1", "2")
    }
    assert len(runs) == 1


def test_the_nation_loads_without_django():
    ask = (
        "import sys; from motcua.demo.nation import nation;nation(); print('django' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_the_named_couple_have_a_newborn_that_nobody_registered(people):
    mother = people[accounts.citizen("me").id_number]
    assert mother.spouse == accounts.citizen("cha").id_number
    assert [n.sex for n in nation.nation().notices_of(mother.id_number)] == ["female"]
    assert people[accounts.citizen("doc-than").id_number].marital_status == "single"


def test_every_post_of_a_staffed_commune_has_somebody(people):
    wanted = {"receptionist", "handler", "clerk", "approver", "head"}
    held: dict[str, set[str]] = {}
    for officer in accounts.officers():
        assert officer.id_number in people
        for post in officer.posts:
            held.setdefault(".".join(post.agency_code.split(".")[:2]), set()).add(post.role)
    assert wanted <= held["H37.105"]
    assert wanted <= held["H37.00"]
    assert sum(roles >= wanted for roles in held.values()) >= 5
    assert held["H37"] == {"administrator", "data_officer"}


def test_phones_reach_nobody_and_mails_go_to_example_domains(people):
    assert all(p.phone == "" or p.phone.startswith("0500") for p in people.values())
    assert all(p.email == "" or p.email.endswith("@example.com") for p in people.values())
    phones = [p.phone for p in people.values() if p.phone]
    assert len(phones) == len(set(phones))
