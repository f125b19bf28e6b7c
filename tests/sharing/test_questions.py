"""Questions to others: answered as typed values, recorded whatever becomes of the caller."""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from uuid import uuid4

import pytest
from django.conf import settings as django_settings
from django.db import Error, transaction

from motcua.demo import accounts
from motcua.foundation import crypto
from motcua.sharing import birth_notices, client, population
from motcua.sharing.errors import ServiceRefused, ServiceUnavailable
from motcua.sharing.models import Call

from ..serving import serve

MOTHER = accounts.citizen("me").id_number
FATHER = accounts.citizen("cha").id_number
WHY = "Đăng ký khai sinh, hồ sơ H37.105-261120-0001"


@pytest.fixture
def caller():
    """A caller of its own for each test: records outlive a test's transaction."""
    return f"thử-{uuid4()}"


@pytest.fixture
def register(settings, tmp_path):
    """The population database's sandbox, over HTTP."""
    from sandbox.common.server import Place
    from sandbox.population.app import make_app

    with serve(lambda url: make_app(Place(url, 0, tmp_path))) as url:
        settings.ENV = replace(django_settings.ENV, population_url=url)
        yield url


class Service:
    """A service that answers with the given statuses in turn, then with the last for ever."""

    def __init__(self, *statuses, body=b"{}"):
        self.statuses, self.body, self.seen = list(statuses), body, []

    def __call__(self, environ, start):
        self.seen.append(environ)
        status = self.statuses.pop(0) if len(self.statuses) > 1 else self.statuses[0]
        start(f"{status} X", [("Content-Type", "application/json")])
        return [self.body]


@pytest.fixture
def named(settings):
    """Serve a service at an address that the settings name: the house calls no others."""

    @contextmanager
    def serving(service):
        with serve(lambda _: service) as url:
            settings.ENV = replace(django_settings.ENV, population_url=url)
            yield url

    return serving


def asking(caller):
    return client.Asking("population.person", WHY, caller, subject=MOTHER)


def calls(caller):
    return list(Call.objects.filter(caller=caller).order_by("pk"))


def test_a_person_is_known_with_the_moment_it_was_so(db, register, caller):
    found = population.person(MOTHER, WHY, caller)
    who = accounts.citizen("me")
    assert (found.full_name, found.birth_date, found.sex) == (who.full_name, who.born, "female")
    assert found.spouse == FATHER
    assert found.residence.province == "20"
    assert found.as_of.tzinfo is not None
    assert population.person("020999999999", WHY, caller) is None


def test_each_call_is_recorded_with_its_purpose_and_without_the_data(db, register, caller):
    population.person(MOTHER, WHY, caller)
    call = calls(caller)[0]
    assert (call.service, call.purpose, call.ok) == ("population.person", WHY, True)
    assert bytes(call.subject_index) == crypto.blind_index("person", MOTHER)
    assert MOTHER not in json.dumps([call.outcome, call.purpose, call.caller])


def test_the_record_stays_when_the_caller_rolls_back(transactional_db, register, caller):
    with transaction.atomic():
        population.person(MOTHER, WHY, caller)
        transaction.set_rollback(True)
    assert len(calls(caller)) == 1


def test_the_database_keeps_every_record(transactional_db, register, caller):
    population.person(MOTHER, WHY, caller)
    with pytest.raises(Error):
        Call.objects.filter(caller=caller).delete()


def test_a_form_is_prefilled_with_the_person_and_the_family(db, register, caller):
    facts = population.facts(FATHER, purpose=WHY, caller=caller)
    assert facts["population.full_name"] == accounts.citizen("cha").full_name
    assert facts["population.spouse.id_number"] == MOTHER
    assert facts["population.as_mother.id_number"] == MOTHER
    assert facts["population.as_father.id_number"] == FATHER
    assert date.fromisoformat(facts["population.birth_date"])
    assert set(facts["population.residence"]) == {"province", "commune", "detail"}
    assert population.facts("020999999999", purpose=WHY, caller=caller) == {}


def test_a_father_finds_the_notice_of_his_wifes_child(db, register, caller):
    for parent in (MOTHER, FATHER):
        facts = population.birth_notice_facts(parent, purpose=WHY, caller=caller)
        assert facts["birth_notice.mother_id"] == MOTHER
        assert date.fromisoformat(facts["birth_notice.child_birth_date"])
    notice = birth_notices.find(MOTHER, WHY, caller)[0]
    assert birth_notices.notice(notice.number, WHY, caller).number == notice.number
    assert birth_notices.notice("GCS-0", WHY, caller) is None


def test_a_newborn_gets_one_number_however_often_it_is_asked_for(db, register, caller):
    home = population.person(MOTHER, WHY, caller).residence
    child = {
        "child_full_name": "Nông Thị Bình An",
        "child_birth_date": "2026-11-15",
        "child_sex": "female",
        "child_residence": home.answer(),
    }
    given = {population.assign_id("H37:x-1", child, FATHER, MOTHER, WHY, caller) for _ in range(2)}
    assert len(given) == 1
    (number,) = given
    assert population.person(number, WHY, caller).mother == MOTHER
    other = {**child, "child_full_name": "Khác"}
    with pytest.raises(ServiceRefused):
        population.assign_id("H37:x-1", other, FATHER, MOTHER, WHY, caller)


def test_a_service_that_is_down_is_a_typed_error_and_a_record(db, settings, caller):
    settings.ENV = replace(django_settings.ENV, population_url="http://127.0.0.1:9")
    with pytest.raises(ServiceUnavailable):
        population.person(MOTHER, WHY, caller)
    call = calls(caller)[0]
    assert not call.ok
    assert "ServiceUnavailable" in call.outcome


@pytest.mark.parametrize(
    ("method", "key", "tries"), [("GET", "", 3), ("POST", "", 1), ("POST", "k", 3)]
)
def test_only_what_may_be_repeated_is_tried_again(db, method, key, tries, caller, named):
    service = Service(503)
    with named(service) as url, pytest.raises(ServiceUnavailable):
        client.call(asking(caller), method, url, secret="s", key=key)
    assert len(service.seen) == tries


def test_a_second_try_that_is_answered_is_an_answer(db, caller, named):
    service = Service(503, 200, body=b'{"a": 1}')
    with named(service) as url:
        assert client.call(asking(caller), "GET", url, secret="s") == {"a": 1}
    assert [c.ok for c in calls(caller)] == [True]


@pytest.mark.parametrize(("status", "body"), [(400, b"{}"), (403, b"{}"), (200, b"<html>")])
def test_a_refusal_or_rubbish_is_not_tried_again(db, status, body, caller, named):
    service = Service(status, body=body)
    with named(service) as url, pytest.raises(ServiceRefused):
        client.call(asking(caller), "GET", url, secret="s")
    assert len(service.seen) == 1


def test_odd_answers_about_a_person_are_refused_not_guessed(db, settings, caller):
    service = Service(200, body=b'{"id_number": "1"}')
    with serve(lambda _: service) as url:
        settings.ENV = replace(django_settings.ENV, population_url=url)
        with pytest.raises(ServiceRefused):
            population.person(MOTHER, WHY, caller)


def test_purpose_and_caller_travel_with_the_question(db, named):
    service = Service(200)
    with named(service) as url:
        client.call(asking("Nguyễn Văn A"), "GET", url, secret="s")
    environ = service.seen[0]
    assert environ["HTTP_X_PURPOSE"].startswith("%C4%90%C4%83ng")
    assert environ["HTTP_AUTHORIZATION"] == "Bearer s"
