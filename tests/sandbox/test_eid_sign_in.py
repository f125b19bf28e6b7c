"""Signing in to the platform through the eID server, and every way to cheat on the way back."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from django.conf import settings
from django.test import Client
from joserfc import jwt
from joserfc.jwk import ECKey

from motcua.demo import accounts
from motcua.doors.portal import eid
from motcua.foundation import clock
from motcua.foundation.models import LedgerEntry
from motcua.people import actions, queries
from motcua.people.models import Account
from sandbox.eid.keys import read_key
from tests.second_factor import code, give_app

from .eid_server import person_signs_in, running

pytestmark = pytest.mark.django_db
MOTHER = accounts.citizen("me").id_number
SHOP = accounts.citizen("chu-tiem").id_number


@pytest.fixture(scope="module")
def provider_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("eid")


@pytest.fixture(scope="module")
def provider(provider_home: Path) -> Iterator[str]:
    with running("eid", provider_home) as address:
        yield address


@pytest.fixture(autouse=True)
def configured(provider: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(settings, "ENV", replace(settings.ENV, eid_url=provider))
    eid.client.cache_clear()
    yield
    eid.client.cache_clear()


@pytest.fixture
def citizen() -> Client:
    return Client(SERVER_NAME="127.0.0.1")


def begin(browser: Client, query: str = "") -> str:
    """Press the button; the provider's address the browser is sent to."""
    answer = browser.get(f"/dang-nhap/vneid/{query}")
    assert answer.status_code == 302, answer.content.decode()
    return str(answer["Location"])


def back(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.path}?{parts.query}"


def sign_in(browser: Client, who: str = MOTHER, level: int = 2, query: str = "") -> object:
    return browser.get(back(person_signs_in(begin(browser, query), who, level)))


def session_viewer(browser: Client):
    account = Account.objects.get(pk=browser.session["_auth_user_id"])
    return queries.viewer_of(account, browser.session["eid"]["assurance"])


def test_a_citizen_signs_in_and_is_known_by_name_and_number(citizen):
    answer = sign_in(citizen, query="?next=/ho-so/")
    assert answer["Location"] == "/ho-so/"
    viewer = session_viewer(citizen)
    assert (viewer.name, viewer.assurance) == ("Nông Thị Hương", 2)
    person = queries.me(viewer)
    assert person.id_number == MOTHER
    assert person.residence.endswith("tỉnh Lạng Sơn")
    assert person.phone.startswith("0500")
    assert LedgerEntry.objects.filter(kind="people.sign_in").exists()


def test_an_organisation_signs_in_by_its_representative(citizen):
    sign_in(citizen, f"{SHOP}/{SHOP}", query="?loai=to-chuc")
    viewer = session_viewer(citizen)
    assert viewer.name == f"Hộ kinh doanh {accounts.citizen('chu-tiem').full_name}"
    assert len(viewer.organisation_ids) == 1


def test_the_request_carries_pkce_nonce_state_and_the_level(citizen):
    asked = parse_qs(urlsplit(begin(citizen, "?muc=2&loai=ca-nhan")).query)
    assert asked["code_challenge_method"] == ["S256"]
    assert asked["nonce"]
    assert asked["state"]
    assert asked["acr_values"] == ["2"]
    assert asked["account_kind"] == ["person"]
    again = parse_qs(urlsplit(begin(citizen)).query)
    assert again["acr_values"] == ["1"]
    for name in ("nonce", "state", "code_challenge"):
        assert again[name] != asked[name]


def test_level_one_is_not_enough_where_level_two_was_asked_for(citizen):
    answer = sign_in(citizen, level=1, query="?muc=2&next=/ho-so/")
    assert answer.status_code == 403
    assert "mức độ 02" in answer.content.decode()
    assert "_auth_user_id" not in citizen.session


def test_a_step_up_asks_again_and_raises_the_level(citizen):
    sign_in(citizen, level=1)
    assert session_viewer(citizen).assurance == 1
    asked = begin(citizen, "?muc=2&next=/ho-so/")
    assert parse_qs(urlsplit(asked).query)["prompt"] == ["login"]
    citizen.get(back(person_signs_in(asked, MOTHER, 2)))
    assert session_viewer(citizen).assurance == 2


@pytest.mark.parametrize(
    "place", ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)"]
)
def test_nobody_is_led_out_of_the_house_afterwards(citizen, place):
    answer = sign_in(citizen, query=f"?next={place}")
    assert answer["Location"] == "/"


def test_a_person_who_refuses_stays_out(citizen):
    address = person_signs_in(begin(citizen), MOTHER, refuse="1")
    answer = citizen.get(back(address))
    assert answer.status_code == 403
    assert "từ chối" in answer.content.decode()


def test_an_answer_without_our_state_is_refused(citizen):
    address = back(person_signs_in(begin(citizen), MOTHER))
    other = Client(SERVER_NAME="127.0.0.1")
    assert other.get(address).status_code == 400, "another browser's sign-in"
    changed = address.replace("state=", "state=x")
    assert citizen.get(changed).status_code == 400
    assert not Account.objects.exists()


def test_an_answer_is_taken_once(citizen):
    address = back(person_signs_in(begin(citizen), MOTHER))
    assert citizen.get(address).status_code == 302
    assert citizen.get(address).status_code == 400


def test_an_answer_of_another_issuer_is_refused(citizen, provider):
    address = back(person_signs_in(begin(citizen), MOTHER))
    mixed_up = address.replace("iss=http%3A", "iss=https%3A")
    assert mixed_up != address
    assert citizen.get(mixed_up).status_code == 400


def altered(monkeypatch: pytest.MonkeyPatch, change: Callable[[dict], dict]) -> None:
    """Put somebody between us and the token endpoint."""
    real = type(eid.client()).fetch_access_token

    def fetch(self, **kwargs):
        return change(dict(real(self, **kwargs)))

    monkeypatch.setattr(type(eid.client()), "fetch_access_token", fetch)


def resigned(key: ECKey, token: dict, **change: object) -> dict:
    """The same ID token with other claims, signed with `key`. None takes a claim away."""
    claims = jwt.decode(token["id_token"], key, algorithms=["ES256"]).claims | change
    kept = {name: value for name, value in claims.items() if value is not None}
    header = {"alg": "ES256", "kid": key.kid}
    return token | {"id_token": jwt.encode(header, kept, key, algorithms=["ES256"])}


@pytest.fixture
def signing_key(provider, provider_home: Path) -> ECKey:
    return read_key((provider_home / "signing.pem").read_bytes())


def test_an_id_token_signed_with_its_own_key_again_is_still_good(citizen, monkeypatch, signing_key):
    """So that the tests below fail for the claim they change, and for nothing else."""
    altered(monkeypatch, lambda token: resigned(signing_key, token))
    assert sign_in(citizen).status_code == 302


@pytest.mark.parametrize(
    "change",
    [
        {"nonce": "another"},
        {"nonce": None},
        {"aud": "another-client"},
        {"aud": "another-client", "azp": "motcua"},
        {"aud": None},
        {"iss": "https://another.example"},
        {"exp": int(time.time()) - 60},
        {"exp": None},
        {"iat": int(time.time()) + 600},
        {"acr": None},
        {"acr": "3"},
        {"sub": "somebody-else"},
        {"sub": None},
        {"at_hash": "AAAAAAAAAAAAAAAAAAAAAA"},
    ],
)
def test_an_id_token_that_is_not_for_this_sign_in_is_refused(
    citizen, monkeypatch, signing_key, change
):
    altered(monkeypatch, lambda token: resigned(signing_key, token, **change))
    answer = sign_in(citizen)
    assert answer.status_code == 400
    assert not Account.objects.exists()


def unsigned(token: dict) -> dict:
    import base64

    head = base64.urlsafe_b64encode(b'{"alg":"none"}').rstrip(b"=").decode()
    return token | {"id_token": f"{head}.{token['id_token'].split('.')[1]}."}


@pytest.mark.parametrize(
    "change",
    [
        lambda token: token | {"id_token": token["id_token"][:-6] + "AAAAAA"},
        unsigned,
        lambda token: {k: v for k, v in token.items() if k != "id_token"},
        lambda token: token | {"id_token": token["access_token"]},
        lambda token: token | {"id_token": "không phải JWT"},
    ],
)
def test_a_forged_or_missing_id_token_is_refused(citizen, monkeypatch, change):
    altered(monkeypatch, change)
    assert sign_in(citizen).status_code == 400
    assert not Account.objects.exists()


def test_an_id_token_of_a_stranger_with_the_same_key_id_is_refused(
    citizen, monkeypatch, signing_key
):
    stranger = ECKey.generate_key("P-256", parameters={"kid": signing_key.kid})

    def change(token: dict) -> dict:
        claims = jwt.decode(token["id_token"], signing_key, algorithms=["ES256"]).claims
        header = {"alg": "ES256", "kid": signing_key.kid}
        return token | {"id_token": jwt.encode(header, claims, stranger, algorithms=["ES256"])}

    altered(monkeypatch, change)
    assert sign_in(citizen).status_code == 400


def test_a_provider_that_is_down_is_said_plainly(citizen, monkeypatch):
    monkeypatch.setattr(settings, "ENV", replace(settings.ENV, eid_url="http://127.0.0.1:9"))
    eid.client.cache_clear()
    answer = citizen.get("/dang-nhap/vneid/")
    assert answer.status_code == 503
    assert "chưa trả lời" in answer.content.decode()


def test_an_officer_lands_at_the_desk(citizen):
    from tests.people.conftest import NOW, agency

    officer = accounts.officer("H37.105/handler")
    person = actions.upsert_person(officer.id_number, officer.full_name, now=NOW)
    commune = agency("H37.105", "commune")
    actions.appoint(
        actions.expect_account(person), commune, "handler",
        title="Chuyên viên", since=clock.today(), source="QĐ thử",
    )  # fmt: skip
    answer = sign_in(citizen, officer.id_number, query="?loai=can-bo")
    assert answer["Location"] == "/mot-cua/"
    assert session_viewer(citizen).is_officer


def test_a_new_sign_in_gets_a_new_session(citizen):
    begun = begin(citizen)
    before = citizen.session.session_key
    citizen.get(back(person_signs_in(begun, MOTHER)))
    assert citizen.session.session_key != before


def test_signing_out_is_signing_out_at_the_provider_too(citizen, provider):
    sign_in(citizen)
    assert citizen.get("/dang-xuat/").status_code == 405
    answer = citizen.post("/dang-xuat/")
    asked = urlsplit(answer["Location"])
    assert f"{asked.scheme}://{asked.netloc}{asked.path}" == f"{provider}/logout"
    assert parse_qs(asked.query)["post_logout_redirect_uri"] == ["http://127.0.0.1/"]
    assert "_auth_user_id" not in citizen.session
    assert LedgerEntry.objects.filter(kind="people.sign_out").exists()


def test_a_break_glass_password_opens_the_door_when_the_provider_is_down(citizen):
    account = actions.set_local_account(
        "quan-tri", "mật khẩu đủ dài", "Quản trị", is_administrator=True
    )
    wrong = citizen.post("/dang-nhap/du-phong/", {"ten": "quan-tri", "mat-khau": "sai"})
    assert wrong.status_code == 403
    assert "không đúng" in wrong.content.decode()
    odd = citizen.post("/dang-nhap/du-phong/", {"ten": "quan\0tri" * 50, "mat-khau": "sai"})
    assert odd.status_code == 400
    right = {"ten": "quan-tri", "mat-khau": "mật khẩu đủ dài", "next": "https://evil.example/"}
    answer = citizen.post("/dang-nhap/du-phong/", right)
    assert answer["Location"] == "/dang-nhap/du-phong/ma/"
    assert "_auth_user_id" not in citizen.session, "the password alone opens nothing"
    assert "chưa dùng được" in citizen.get(answer["Location"]).content.decode()
    give_app(account.pk)
    wrong = citizen.post(answer["Location"], {"ma": "000"})
    assert wrong.status_code == 403
    assert "_auth_user_id" not in citizen.session
    answer = citizen.post(answer["Location"], {"ma": code()})
    assert answer["Location"] == "/"
    assert "half_in" not in citizen.session
    viewer = session_viewer(citizen)
    assert (viewer.assurance, viewer.is_administrator) == (0, True)


def test_guessing_passwords_is_answered_with_a_pause(citizen):
    for _ in range(5):
        answer = citizen.post("/dang-nhap/du-phong/", {"ten": "x", "mat-khau": "y"})
    assert answer.status_code == 429
    assert int(answer["Retry-After"]) >= 1


def test_the_ways_to_sign_in_are_explained(citizen):
    page = citizen.get("/dang-nhap/?next=/ho-so/&muc=2").content.decode()
    assert "không bao giờ hỏi mật khẩu VNeID" in page
    assert "next=%2Fho-so%2F" in page or "next=/ho-so/" in page
    assert "mức độ 02" in page
