"""Only a token that the national eID has signed for this API, and that is still good, lets in."""

from __future__ import annotations

import base64
from dataclasses import replace
from datetime import timedelta

import pytest
import requests
from django.conf import settings
from joserfc.jwk import ECKey

from motcua.demo import accounts
from motcua.doors.api import tokens
from motcua.foundation import clock
from motcua.people.models import Account

from ..world import NOW
from .conftest import Program

pytestmark = [pytest.mark.usefixtures("world"), pytest.mark.django_db]
MINE = "/api/v1/dossiers"


def status(token: str) -> int:
    return Program(token).get(MINE).status_code


def test_a_good_token_lets_in(mint):
    assert status(mint()) == 200
    assert Account.objects.get(subject="sub-doc-than").display_name == "Lý Thu Trang"


def test_a_token_from_the_providers_own_endpoint_lets_in(neighbours, world):
    """As a program gets it, in its own name on behalf of a person; the provider keeps real time."""
    with clock.frozen(clock.datetime.now(clock.UTC)):
        answer = requests.post(
            f"{neighbours.eid}/token",
            {
                "grant_type": "client_credentials",
                "scope": "identity dossiers:read dossiers:write",
                "resource": "motcua-api",
                "on_behalf_of": accounts.citizen("doc-than").id_number,
            },
            auth=("motcua", "sandbox-only-not-a-secret"),
            timeout=10,
        )
        if answer.status_code != 200:  # the client of the pages may not act for people
            assert answer.json()["error"] in ("unauthorized_client", "invalid_scope")
            return
        assert status(answer.json()["access_token"]) == 200


@pytest.mark.parametrize(
    "change",
    [
        {"aud": "motcua"},  # an ID token
        {"aud": "population"},
        {"aud": ["population", "motcua"]},
        {"aud": None},
        {"iss": "https://another.example"},
        {"iss": None},
        {"exp": int(NOW.timestamp()) - 1},
        {"exp": None},
        {"exp": "mai"},
        {"nbf": int(NOW.timestamp()) + 60},
        {"nbf": "mai"},
        {"sub": None},
        {"sub": 12},
        {"id_number": None, "sub": "nobody-we-know"},
        {"id_number": "12", "sub": "nobody-we-know"},
    ],
)
def test_a_token_that_is_not_for_us_or_not_for_now_is_refused(mint, change):
    answer = Program(mint(**change)).get(MINE)
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"].startswith("Bearer")


def test_a_token_for_several_audiences_of_which_one_is_ours_is_good(mint):
    assert status(mint(aud=["population", "motcua-api"])) == 200


def test_a_token_signed_with_another_key_is_refused(mint, signing_key):
    stranger = ECKey.generate_key("P-256", parameters={"kid": signing_key.kid})
    assert status(mint(signed_by=stranger)) == 401


@pytest.mark.parametrize(
    "token",
    [
        "",
        "x",
        "a.b.c",
        "....",
        "0" * 10_000,
        base64.urlsafe_b64encode(b'{"alg":"none"}').decode() + ".e30.",
        base64.urlsafe_b64encode(b"[1]").decode() + ".e30.AAAA",
        base64.urlsafe_b64encode(b'{"alg":"ES256","kid":7}').decode() + ".e30.AAAA",
        base64.urlsafe_b64encode(b"\xff\xfe").decode() + ".e30.AAAA",
        "mã thẻ",
    ],
)
def test_what_is_no_token_is_refused(token):
    assert status(token) == 401


def test_an_unsigned_copy_of_a_good_token_is_refused(mint):
    head, body, _ = mint().split(".")
    none = base64.urlsafe_b64encode(b'{"alg":"none"}').rstrip(b"=").decode()
    assert status(f"{none}.{body}.") == status(f"{head}.{body}.") == 401


def test_a_token_that_was_good_a_moment_ago_has_expired(mint):
    token = mint()
    assert status(token) == 200
    with clock.frozen(NOW + timedelta(minutes=10)):
        assert status(token) == 401


def test_without_a_token_nothing_is_read_and_nothing_filed(filing):
    nobody = Program()
    assert nobody.get(MINE).status_code == 401
    assert nobody.post(MINE, filing).status_code == 401
    assert nobody.get(f"{MINE}/H37.105-261123-0001").status_code == 401
    assert nobody.upload("a.pdf", b"%PDF-").status_code == 401


@pytest.mark.parametrize(
    ("scope", "reads", "files"),
    [
        ("dossiers:read", 200, 403),
        ("dossiers:write", 403, 201),
        ("identity", 403, 403),
        ("dossiers:readx dossiers:writ", 403, 403),
        (None, 403, 403),
    ],
)
def test_a_token_opens_what_its_scope_says(mint, filing, scope, reads, files):
    program = Program(mint(scope=scope))
    assert program.get(MINE).status_code == reads
    assert program.post(MINE, filing).status_code == files


def test_an_account_that_was_closed_stays_out(mint):
    token = mint()
    assert status(token) == 200
    Account.objects.filter(subject="sub-doc-than").update(is_active=False)
    assert status(token) == 401


def test_a_provider_that_is_down_is_said_as_such(mint, monkeypatch):
    token = mint()
    down = replace(settings.ENV, eid_url="http://127.0.0.1:9")
    monkeypatch.setattr(settings, "ENV", down)
    assert status(token) == 503
    assert tokens._verified == {}


def test_the_catalogue_needs_no_token():
    page = Program().get("/api/v1/procedures").json()
    assert any(item["code"] == "1.001612" for item in page["items"])
