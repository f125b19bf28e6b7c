"""The eID stand-in keeps the rules of OpenID Connect that its clients rely on."""

from __future__ import annotations

import base64
import hashlib
import json
import time
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet

from motcua.demo import accounts
from sandbox.common.server import Place
from sandbox.eid import codes
from sandbox.eid.app import make_app
from sandbox.eid.clients import ASSERTION

ISSUER = "http://127.0.0.1:8001"
MOTHER = accounts.citizen("me").id_number
SHOP = accounts.citizen("chu-tiem").id_number
VERIFIER = "v" * 43
CHALLENGE = (
    base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
)
BACK = "http://127.0.0.1:8765/callback"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path


@pytest.fixture
def provider(home):
    return make_app(Place(ISSUER, 8001, home)).test_client()


def asked(**more: str) -> dict[str, str]:
    return {
        "client_id": "ung-dung-mau",
        "redirect_uri": BACK,
        "response_type": "code",
        "scope": "openid profile identity phone",
        "state": "s1",
        "nonce": "n1",
        "code_challenge": CHALLENGE,
        "code_challenge_method": "S256",
        **more,
    }


def sign_in(provider, who: str = MOTHER, level: str = "2", **more: str) -> dict[str, str]:
    """Sign in by script; the parameters that come back to the client."""
    form = {**asked(**more), "id_number": who, "pin": "000000", "level": level}
    answer = provider.post("/authorize", data=form)
    assert answer.status_code == 303, answer.get_data(as_text=True)
    address = urlsplit(answer.headers["Location"])
    assert f"{address.scheme}://{address.netloc}{address.path}" == BACK
    return {name: values[0] for name, values in parse_qs(address.query).items()}


def redeem(provider, code: str, **more: str):
    form = {
        "grant_type": "authorization_code",
        "client_id": "ung-dung-mau",
        "code": code,
        "redirect_uri": BACK,
        "code_verifier": VERIFIER,
        **more,
    }
    return provider.post("/token", data=form)


def read(provider, token: str) -> dict:
    keys = KeySet.import_key_set(provider.get("/jwks").json)
    return jwt.decode(token, keys, algorithms=["ES256"]).claims


def test_a_person_signs_in_and_the_client_learns_who_they_are(provider):
    back = sign_in(provider)
    assert (back["state"], back["iss"]) == ("s1", ISSUER)
    tokens = redeem(provider, back["code"]).json
    identity = read(provider, tokens["id_token"])
    assert identity["iss"] == ISSUER
    assert identity["aud"] == "ung-dung-mau"
    assert (identity["nonce"], identity["acr"]) == ("n1", "2")
    assert MOTHER not in json.dumps(identity)
    headers = {"Authorization": f"Bearer {tokens['access_token']}"}
    told = provider.get("/userinfo", headers=headers).json
    assert told["sub"] == identity["sub"]
    assert (told["name"], told["id_number"], told["gender"]) == ("Nông Thị Hương", MOTHER, "female")
    assert told["phone_number"].startswith("0500")
    assert "email" not in told, "the scope was not asked for"


def test_the_level_chosen_is_the_level_told(provider):
    tokens = redeem(provider, sign_in(provider, level="1")["code"]).json
    assert read(provider, tokens["id_token"])["acr"] == "1"


def test_a_person_may_act_for_the_organisation_they_represent_and_no_other(provider):
    code = sign_in(provider, f"{SHOP}/{SHOP}")["code"]
    headers = {"Authorization": f"Bearer {redeem(provider, code).json['access_token']}"}
    told = provider.get("/userinfo", headers=headers).json
    assert (told["account_kind"], told["tax_code"]) == ("organisation", SHOP)
    form = {**asked(), "id_number": MOTHER, "acting_for": SHOP, "pin": "000000", "level": "2"}
    refused = provider.post("/authorize", data=form)
    assert refused.status_code == 400
    assert "không đại diện" in refused.get_data(as_text=True)


def test_a_child_and_an_unknown_number_cannot_sign_in(provider):
    for number in (accounts.citizen("con-lon").id_number, "020196000000"):
        form = {**asked(), "id_number": number, "pin": "000000"}
        assert provider.post("/authorize", data=form).status_code == 400


def test_an_unregistered_address_is_never_redirected_to(provider):
    for address in ("https://evil.example/callback", "http://127.0.0.1:8765/other", ""):
        page = provider.get(f"/authorize?{urlencode(asked(redirect_uri=address))}")
        assert page.status_code == 400
        assert "Location" not in page.headers


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"code_challenge": "", "code_challenge_method": ""}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"scope": "openid population:read"}, "invalid_scope"),
        ({"prompt": "none"}, "login_required"),
    ],
)
def test_a_wrong_request_goes_back_with_its_error(provider, change, error):
    answer = provider.get(f"/authorize?{urlencode(asked(**change))}")
    query = parse_qs(urlsplit(answer.headers["Location"]).query)
    assert (query["error"], query["state"]) == ([error], ["s1"])


def test_a_person_may_refuse(provider):
    answer = provider.post("/authorize", data={**asked(), "refuse": "1"})
    assert "error=access_denied" in answer.headers["Location"]


def test_a_code_is_taken_once(provider):
    code = sign_in(provider)["code"]
    assert redeem(provider, code).status_code == 200
    assert redeem(provider, code).json["error"] == "invalid_grant"


def test_a_code_without_its_verifier_is_worth_nothing(provider):
    assert redeem(provider, sign_in(provider)["code"], code_verifier="x" * 43).status_code == 400
    assert redeem(provider, sign_in(provider)["code"], redirect_uri=BACK + "2").status_code == 400


def test_a_code_expires(provider, monkeypatch):
    code = sign_in(provider)["code"]
    later = time.time() + codes.LIFETIME + 1
    monkeypatch.setattr(codes.time, "time", lambda: later)
    assert redeem(provider, code).status_code == 400


def test_the_platform_must_prove_who_it_is(provider):
    form = {"grant_type": "client_credentials", "client_id": "motcua"}
    assert provider.post("/token", data=form).status_code == 401
    assert provider.post("/token", data={**form, "client_secret": "sai"}).status_code == 401
    good = provider.post("/token", data=form | {"client_secret": "sandbox-only-not-a-secret"})
    assert good.status_code == 200


def assertion(home: Path, **change: object) -> str:
    key = ECKey.import_key((home / "clients" / "may-khach-mau.pem").read_bytes())
    now = int(time.time())
    claims = {
        "iss": "may-khach-mau",
        "sub": "may-khach-mau",
        "aud": f"{ISSUER}/token",
        "jti": f"j{time.monotonic_ns()}",
        "exp": now + 60,
        **change,
    }
    return jwt.encode({"alg": "ES256"}, claims, key, algorithms=["ES256"])


def machine(provider, proof: str, **more: str):
    form = {
        "grant_type": "client_credentials",
        "client_assertion_type": ASSERTION,
        "client_assertion": proof,
        **more,
    }
    return provider.post("/token", data=form)


def test_a_machine_gets_a_token_of_its_own_and_one_in_a_persons_name(provider, home):
    own = read(provider, machine(provider, assertion(home)).json["access_token"])
    assert (own["sub"], own["aud"]) == ("may-khach-mau", "motcua-api")
    assert "act" not in own
    answer = machine(provider, assertion(home), on_behalf_of=MOTHER)
    theirs = read(provider, answer.json["access_token"])
    assert theirs["act"] == {"sub": "may-khach-mau"}
    assert (theirs["id_number"], theirs["name"]) == (MOTHER, "Nông Thị Hương")
    person = read(provider, redeem(provider, sign_in(provider)["code"]).json["id_token"])
    assert theirs["sub"] == person["sub"]


@pytest.mark.parametrize(
    "change",
    [
        {"aud": "https://another.example"},
        {"iss": "motcua"},
        {"exp": 1_000_000_000},
        {"exp": 9_000_000_000},
        {"jti": None},
        {"sub": "ung-dung-mau", "iss": "ung-dung-mau"},
    ],
)
def test_a_wrong_assertion_gets_nothing(provider, home, change):
    assert machine(provider, assertion(home, **change)).status_code == 401


def test_an_assertion_counts_once_and_only_with_the_right_key(provider, home, tmp_path):
    proof = assertion(home)
    assert machine(provider, proof).status_code == 200
    assert machine(provider, proof).status_code == 401
    (home / "clients" / "may-khach-mau.pem").write_bytes(
        ECKey.generate_key("P-256").as_pem(private=True)
    )
    assert machine(provider, assertion(home)).status_code == 401
    assert machine(provider, "không phải JWT").status_code == 401


def test_a_machine_gets_no_scope_and_no_audience_it_is_not_registered_for(provider, home):
    scope = machine(provider, assertion(home), scope="population:read")
    assert scope.json["error"] == "invalid_scope"
    target = machine(provider, assertion(home), resource="population")
    assert target.json["error"] == "invalid_target"


def test_userinfo_is_for_bearers_of_a_valid_access_token(provider, home):
    tokens = redeem(provider, sign_in(provider)["code"]).json
    for token in (tokens["id_token"], "x.y.z", ""):
        refused = provider.get("/userinfo", headers={"Authorization": f"Bearer {token}"})
        assert refused.status_code == 401
    machines = machine(provider, assertion(home)).json["access_token"]
    headers = {"Authorization": f"Bearer {machines}"}
    assert provider.get("/userinfo", headers=headers).status_code == 401


def test_a_restart_keeps_tokens_and_subjects(provider, home):
    tokens = redeem(provider, sign_in(provider)["code"]).json
    again = make_app(Place(ISSUER, 8001, home)).test_client()
    assert read(again, tokens["id_token"])["nonce"] == "n1"
    headers = {"Authorization": f"Bearer {tokens['access_token']}"}
    assert again.get("/userinfo", headers=headers).json["id_number"] == MOTHER


def test_signing_out_ends_the_session_and_leads_back_to_the_client_only(provider):
    sign_in(provider)
    silent = provider.get(f"/authorize?{urlencode(asked(prompt='none'))}")
    assert "code=" in silent.headers["Location"]
    to = "/logout?client_id=motcua&post_logout_redirect_uri"
    elsewhere = provider.get(f"{to}=https://evil.example/")
    assert elsewhere.status_code == 200
    back = provider.get(f"{to}=http://localhost:9/&state=z")
    assert back.headers["Location"] == "http://localhost:9/?state=z"
    after = provider.get(f"/authorize?{urlencode(asked(prompt='none'))}")
    assert "login_required" in after.headers["Location"]


def test_the_sign_in_page_offers_named_people_and_escapes_what_it_was_sent(provider):
    query = urlencode(asked(state='"><script>'))
    page = provider.get(f"/authorize?{query}")
    text = page.get_data(as_text=True)
    assert "Hoàng Văn Đức" in text
    assert "H37.105/approver" in text
    assert "<script>" not in text


def test_a_script_finds_the_accounts_it_needs(provider):
    listed = provider.get("/accounts.json").json
    assert {c["key"] for c in listed["citizens"]} >= {"cha", "me", "chu-quan", "xay-nha"}
    approver = next(o for o in listed["officers"] if o["key"] == "H37.105/approver")
    assert approver["posts"][0]["role"] == "approver"
    for group in listed.values():
        for account in group:
            if account["key"] != "con-lon":
                assert "code" in sign_in(provider, account["sign_in"])
