"""A machine gets a token by proving itself, and with it sees what its agency and scopes allow."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet

from motcua.doors.api import machines
from motcua.foundation import clock
from motcua.foundation.models import LedgerEntry
from motcua.machines import actions
from motcua.machines.errors import TwoKeys
from motcua.machines.models import Machine, TokenKey
from motcua.people.models import Access

from ..api.conftest import assert_problem
from ..dossiers import people as p
from ..world import NOW

pytestmark = [pytest.mark.usefixtures("world"), pytest.mark.django_db]
DOSSIERS = "/api/v1/agency/dossiers"


def get(token: str, path: str = DOSSIERS, **headers: str):
    answer = Client(raise_request_exception=False).get(
        path, headers={"Authorization": f"Bearer {token}", **headers}
    )
    if answer.status_code >= 400:
        assert_problem(answer)
    return answer


def test_a_machine_that_proves_itself_gets_a_short_token_and_reads(robot):
    answer = robot.ask()
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "no-store"
    given = answer.json()
    assert given["token_type"] == "Bearer"
    assert given["expires_in"] == 300
    assert set(given["scope"].split()) == {"agency.dossiers:read", "agency.documents:read"}
    assert get(given["access_token"]).status_code == 200


def test_anybody_can_check_our_signature_at_the_published_address(robot):
    token = robot.token()
    published = Client().get("/api/jwks.json").json()
    assert all("d" not in key for key in published["keys"])
    claims = jwt.decode(token, KeySet.import_key_set(published), algorithms=["ES256"]).claims
    assert claims["iss"] == settings.ENV.public_url
    assert claims["sub"] == claims["client_id"] == robot.client_id


@pytest.mark.parametrize(
    "change",
    [
        {"aud": "https://other.example/token"},
        {"iss": "may-khac"},
        {"exp": int(NOW.timestamp()) - 60},
        {"iat": int(NOW.timestamp()) + 600},
        {"iat": None},
        {"exp": None},
        {"jti": None},
        {"sub": None},
        {"sub": "may-khac"},
        {"sub": "\0"},
    ],
)
def test_a_proof_that_is_wrong_in_one_thing_gets_nothing(robot, change):
    answer = robot.ask(robot.proof(**change))
    assert answer.status_code == 401
    assert_problem(answer)
    assert answer.json()["error"] == "invalid_client"


def test_a_proof_signed_by_another_key_or_by_none_gets_nothing(robot, make):
    stranger = ECKey.generate_key("P-256", parameters={"kid": robot.key.kid})
    other = make()
    head, body, _ = robot.proof().split(".")
    none = base64.urlsafe_b64encode(b'{"alg":"none"}').rstrip(b"=").decode()
    for proof in (
        robot.proof(signed_by=stranger),
        robot.proof(signed_by=other.key),
        f"{none}.{body}.",
        f"{head}.{body}.",
        "x",
        "a.b.c",
        "[",
    ):
        assert robot.ask(proof).status_code == 401


def test_a_proof_counts_once(robot):
    proof = robot.proof()
    assert robot.ask(proof).status_code == 200
    assert robot.ask(proof).status_code == 401
    assert robot.ask().status_code == 200


def test_there_are_no_client_secrets(robot):
    answer = robot.ask(client_assertion_type="", client_id=robot.client_id, client_secret="x")
    assert answer.status_code == 401
    basic = base64.b64encode(f"{robot.client_id}:x".encode()).decode()
    answer = Client().post(
        "/api/token",
        {"grant_type": "client_credentials"},
        headers={"Authorization": f"Basic {basic}"},
    )
    assert answer.status_code == 401
    assert robot.ask(grant_type="password").json()["error"] == "unsupported_grant_type"


def test_a_scope_that_is_not_held_is_not_given_and_fewer_may_be_asked_for(make):
    reader = make(scopes=("agency.dossiers:read",))
    answer = reader.ask(scope="agency.documents:read")
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_scope")
    both = make()
    token = both.token(scope="agency.documents:read")
    assert get(token).status_code == 403


def test_a_machine_sees_its_own_agencys_dossiers_and_no_others(make, dossier):
    own = get(make(p.AGENCY).token())
    assert [line["number"] for line in own.json()["items"]] == [dossier.number]
    token = make("H37.101").token()
    assert get(token).json()["items"] == []
    assert get(token, f"{DOSSIERS}/{dossier.number}").status_code == 404


def test_the_applicant_sees_that_a_machine_read_the_dossier(robot, dossier):
    shown = get(robot.token(), f"{DOSSIERS}/{dossier.number}")
    assert shown.status_code == 200
    assert "answers" not in shown.json()
    look = Access.objects.get(dossier_number=dossier.number, role="machine")
    assert look.subject_id == dossier.applicant_id
    assert "Phần mềm một cửa của xã" in look.purpose


def test_a_machine_files_nothing_and_reads_nobodys_own_dossiers(robot):
    token = robot.token()
    assert get(token, "/api/v1/dossiers").status_code == 403
    answer = Client().post(
        "/api/v1/dossiers",
        json.dumps({"procedure": "1", "agency": "H37.105", "answers": {}}),
        "application/json",
        headers={"Authorization": f"Bearer {token}", "Idempotency-Key": "khoa-0001"},
    )
    assert answer.status_code == 403


def test_a_persons_token_does_not_open_the_machines_doors(monkeypatch):
    # A stranger who puts our name on a token of his own.
    key = ECKey.generate_key("P-256", auto_kid=True)
    now = int(clock.now().timestamp())
    claims = {
        "iss": settings.ENV.public_url,
        "sub": "may-1",
        "aud": "motcua-api",
        "exp": now + 60,
        "scope": "agency.dossiers:read",
    }
    head = {"alg": "ES256", "kid": key.kid, "typ": "at+jwt"}
    assert get(jwt.encode(head, claims, key, algorithms=["ES256"])).status_code == 401


def test_a_machine_that_was_stopped_is_out_at_once(robot):
    token = robot.token()
    assert get(token).status_code == 200
    actions.stop(robot.client_id, clock.now())
    assert get(token).status_code == 401
    assert robot.ask().status_code == 401


def test_a_scope_that_was_taken_away_is_gone_at_once(robot):
    token = robot.token()
    Machine.objects.filter(client_id=robot.client_id).update(scopes=["agency.documents:read"])
    assert get(token).status_code == 403


def test_a_token_ends_and_so_do_the_machines_days(robot):
    token = robot.token()
    with clock.frozen(NOW + timedelta(minutes=5)):
        assert get(token).status_code == 401
    with clock.frozen(NOW + timedelta(days=31)):
        assert robot.ask().status_code == 401, "its key is over"


def test_two_keys_are_good_at_a_time_and_a_third_is_not_taken(robot):
    now = clock.now()
    second, third = (ECKey.generate_key("P-256", auto_kid=True) for _ in range(2))
    until = now + timedelta(days=60)
    actions.add_key(robot.client_id, second.as_dict(private=False), now, until)
    assert robot.ask().status_code == robot.ask(robot.proof(second)).status_code == 200
    with pytest.raises(TwoKeys):
        actions.add_key(robot.client_id, third.as_dict(private=False), now, until)
    with clock.frozen(NOW + timedelta(minutes=1)):
        actions.end_key(robot.client_id, robot.key.kid, clock.now())
        actions.add_key(robot.client_id, third.as_dict(private=False), clock.now(), until)
        assert robot.ask().status_code == 401
        assert robot.ask(robot.proof(third)).status_code == 200


def test_after_a_change_of_our_key_old_tokens_are_good_until_they_end(robot):
    old = robot.token()
    new_key = actions.rotate_token_key(clock.now())
    machines.our_keys.forget()
    new = robot.token()
    head = json.loads(base64.urlsafe_b64decode(new.split(".")[0] + "=="))
    assert head["kid"] == new_key.kid
    assert get(old).status_code == get(new).status_code == 200
    assert len(Client().get("/api/jwks.json").json()["keys"]) == 2
    with clock.frozen(NOW + timedelta(minutes=10)):
        assert len(Client().get("/api/jwks.json").json()["keys"]) == 1


def test_our_signing_key_is_encrypted_in_the_database(robot):
    robot.token()
    row = TokenKey.objects.get()
    with connection.cursor() as cursor:
        cursor.execute("SELECT private FROM machines_tokenkey WHERE id = %s", [row.pk])
        [(sealed,)] = cursor.fetchall()
    assert json.loads(row.private)["d"].encode() not in bytes(sealed)


CERTIFICATE = "A" * 43


def test_a_machine_with_a_certificate_works_only_with_it(make, monkeypatch):
    header = replace(settings.ENV, certificate_header="X-Client-Cert")
    monkeypatch.setattr(settings, "ENV", header)
    robot = make(certificate=CERTIFICATE)
    assert robot.ask().status_code == 401
    assert robot.ask(headers={"X-Client-Cert": "B" * 43}).status_code == 401
    answer = robot.ask(headers={"X-Client-Cert": CERTIFICATE})
    token = answer.json()["access_token"]
    assert get(token, **{"X-Client-Cert": CERTIFICATE}).status_code == 200
    assert get(token).status_code == 401, "the token is bound to the certificate"


def test_without_a_proxy_that_checks_certificates_the_header_says_nothing(make):
    assert (
        make(certificate=CERTIFICATE).ask(headers={"X-Client-Cert": CERTIFICATE}).status_code == 401
    )


def test_every_grant_and_change_is_in_the_ledger(robot):
    robot.token()
    actions.end_key(robot.client_id, robot.key.kid, clock.now() + timedelta(seconds=1))
    actions.stop(robot.client_id, clock.now())
    kinds = LedgerEntry.objects.filter(subject=robot.client_id).values_list("kind", flat=True)
    assert list(kinds.order_by("id")) == [
        "machines.added",
        "machines.key_added",
        "machines.token_granted",
        "machines.key_ended",
        "machines.stopped",
    ]
    assert LedgerEntry.objects.filter(kind="machines.token_key_made").count() == 1


def test_what_is_forgotten_could_not_be_used_again(robot):
    proof = robot.proof()
    robot.ask(proof)
    assert actions.forget_used(clock.now()) == 0
    later = NOW + timedelta(minutes=3)
    assert actions.forget_used(later) == 1
    with clock.frozen(later):
        assert robot.ask(proof).status_code == 401


@pytest.fixture
def dossier(world):
    return p.filed("1.004873")[1]
