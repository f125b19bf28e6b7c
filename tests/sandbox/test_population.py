"""The population stand-in answers like a register of people: with a purpose, and never twice."""

from __future__ import annotations

import threading
from contextlib import ExitStack
from pathlib import Path

import pytest
import requests

from motcua.demo import accounts
from sandbox.common.server import Place
from sandbox.population.app import make_app

from .eid_server import running

MOTHER = accounts.citizen("me").id_number
FATHER = accounts.citizen("cha").id_number
HEADERS = {
    "Authorization": "Bearer sandbox-only-not-a-secret",
    "X-Purpose": "%C4%90%C4%83ng%20k%C3%BD%20khai%20sinh",
    "X-Caller": "cong-dan",
    "X-Case": "H37.105-261122-0001",
}


@pytest.fixture
def client(tmp_path: Path):
    return make_app(Place("http://127.0.0.1:8002", 8002, tmp_path)).test_client()


def child(**more: str) -> dict[str, str]:
    return {
        "full_name": "Hoàng Bảo An",
        "birth_date": "2026-11-15",
        "sex": "female",
        "father": FATHER,
        "mother": MOTHER,
        "commune": accounts.home_commune().code,
        "birth_notice": "GCS-20-2026-00001",
        **more,
    }


def test_a_person_is_found_with_where_they_live(client):
    found = client.get(f"/people/{MOTHER}", headers=HEADERS).json
    assert found["full_name"] == "Nông Thị Hương"
    assert found["sex"] == "female"
    assert found["marital_status"] == "married"
    assert found["residence"]["commune"] == accounts.home_commune().code
    assert found["residence"]["text"].endswith("xã Cai Kinh, tỉnh Lạng Sơn")


def test_family_and_household_are_known(client):
    family = client.get(f"/people/{MOTHER}/family", headers=HEADERS).json
    assert family["spouse"]["id_number"] == FATHER
    assert [c["full_name"] for c in family["children"]] == ["Hoàng Minh Khôi"]
    assert family["father"] is None
    household = client.get(f"/people/{MOTHER}/household", headers=HEADERS).json
    assert next(m["id_number"] for m in household["members"]) == FATHER
    assert len(household["members"]) == 3


@pytest.mark.parametrize(
    ("left_out", "status"),
    [("Authorization", 401), ("X-Purpose", 400), ("X-Caller", 400)],
)
def test_nothing_is_answered_without_token_purpose_and_caller(client, left_out, status):
    headers = {name: value for name, value in HEADERS.items() if name != left_out}
    refused = client.get(f"/people/{MOTHER}", headers=headers)
    assert refused.status_code == status
    assert refused.mimetype == "application/problem+json"
    assert "full_name" not in refused.json


def test_a_wrong_token_is_refused(client):
    headers = {**HEADERS, "Authorization": "Bearer sai"}
    assert client.get(f"/people/{MOTHER}", headers=headers).status_code == 401


def test_an_unknown_number_is_not_found(client):
    assert client.get("/people/020196000000", headers=HEADERS).status_code == 404


def test_a_newborn_gets_one_number_however_often_it_is_asked_for(client, tmp_path):
    assert len(_notices(client)) == 1
    first = client.put("/newborns/ho-so-1", json=child(), headers=HEADERS)
    again = client.put("/newborns/ho-so-1", json=child(), headers=HEADERS)
    assert (first.status_code, again.status_code) == (201, 200)
    number = first.json["id_number"]
    assert again.json["id_number"] == number
    assert number.startswith("02032699"), "Lạng Sơn, girl of the 21st century, 2026, newborn block"
    assert _notices(client) == []
    restarted = make_app(Place("http://127.0.0.1:8002", 8002, tmp_path)).test_client()
    kept = restarted.put("/newborns/ho-so-1", json=child(), headers=HEADERS)
    assert kept.json["id_number"] == number
    person = restarted.get(f"/people/{number}", headers=HEADERS).json
    assert (person["mother"], person["mother_name"]) == (MOTHER, "Nông Thị Hương")
    family = restarted.get(f"/people/{MOTHER}/family", headers=HEADERS).json
    assert number in [c["id_number"] for c in family["children"]]


def _notices(client):
    return client.get(f"/birth-notices?mother={MOTHER}", headers=HEADERS).json["notices"]


def test_one_request_is_not_used_for_two_children_nor_one_notice_twice(client):
    client.put("/newborns/ho-so-1", json=child(), headers=HEADERS)
    other = client.put("/newborns/ho-so-1", json=child(full_name="Hoàng An"), headers=HEADERS)
    assert other.status_code == 409
    assert client.put("/newborns/ho-so-2", json=child(), headers=HEADERS).status_code == 409


def test_many_newborns_at_once_get_different_numbers(client):
    numbers: list[str] = []

    def ask(n: int) -> None:
        data = child(full_name=f"Trẻ {n}", birth_notice="")
        answer = client.application.test_client().put(f"/newborns/{n}", json=data, headers=HEADERS)
        numbers.append(answer.json["id_number"])

    threads = [threading.Thread(target=ask, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(numbers)) == 8


@pytest.mark.parametrize(
    "wrong",
    [
        {"sex": "Nữ"},
        {"birth_date": "15/11/2026"},
        {"commune": "Cai Kinh"},
        {"mother": "020196000000"},
        {"full_name": ""},
        {"weight": "3000"},
    ],
)
def test_a_child_with_wrong_data_gets_no_number(client, wrong):
    refused = client.put("/newborns/ho-so-1", json=child(**wrong), headers=HEADERS)
    assert refused.status_code == 422
    assert refused.json["detail"]


def test_a_child_born_elsewhere_with_a_paper_notice_gets_a_number(client):
    data = child(commune="00004", birth_notice="Giấy 12/2026")
    number = client.put("/newborns/ho-so-9", json=data, headers=HEADERS).json["id_number"]
    found = client.get(f"/people/{number}", headers=HEADERS).json
    assert found["birth_place"] == {"code": "00004", "name": ""}
    assert found["residence"]["commune"] == accounts.home_commune().code


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'"x"'])
def test_what_is_no_json_object_is_refused(client, body):
    headers = {**HEADERS, "Content-Type": "application/json"}
    assert client.put("/newborns/x", data=body, headers=headers).status_code == 422


def test_tokens_of_the_identity_provider_open_what_their_scope_says(tmp_path):
    with ExitStack() as servers:
        eid = servers.enter_context(running("eid", tmp_path / "eid"))
        population = servers.enter_context(
            running("population", tmp_path / "population", MOTCUA_EID_URL=eid)
        )

        def ask(scope: str, resource: str, path: str) -> int:
            form = {"grant_type": "client_credentials", "scope": scope, "resource": resource}
            secret = ("motcua", "sandbox-only-not-a-secret")
            token = requests.post(f"{eid}/token", form, auth=secret, timeout=10).json()
            headers = {**HEADERS, "Authorization": f"Bearer {token['access_token']}"}
            return requests.get(population + path, headers=headers, timeout=10).status_code

        assert ask("population:read", "population", f"/people/{MOTHER}") == 200
        assert ask("births:read", "population", f"/people/{MOTHER}") == 403
        assert ask("population:read", "motcua-api", f"/people/{MOTHER}") == 401


def test_the_log_shows_who_asked_why_and_no_whole_number(client):
    client.get(f"/people/{MOTHER}", headers=HEADERS)
    page = client.get("/").get_data(as_text=True)
    assert "Đăng ký khai sinh" in page
    assert "H37.105-261122-0001" in page
    assert MOTHER not in page
    assert "•••••••••002" in page
