"""Every route is asked by everybody, and opens to those the table says and to nobody else."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client
from joserfc import jwt
from pytest_django import DjangoDbBlocker

from motcua.demo import accounts
from motcua.doors.api import machines as access_machines
from motcua.doors.api import tokens as access_tokens
from motcua.foundation import clock
from sandbox.eid.keys import read_key

from ..machines.conftest import register
from . import scene as stage
from . import summary
from .asking import Tokens, Undo, ask
from .headers import unsafe
from .table import METHODS, Cell, Line, routes, table

pytestmark = [pytest.mark.usefixtures("world"), pytest.mark.django_db]

LINES = table().lines
ASKED = [
    pytest.param(line, method, id=f"{method} {line.route}{line.query}")
    for line in LINES
    for method in line.rules
]
CELLS = list(table().cells())
UNREAD = ("hidden", "unlisted", "sign-in")


@pytest.fixture(scope="module")
def scene(world: object, django_db_blocker: DjangoDbBlocker) -> Iterator[stage.Scene]:
    """Built once for the module, in a transaction that is never committed."""
    access_tokens._verified.clear()
    access_tokens._keys._keys = None
    access_tokens._keys._fetched = 0.0
    with django_db_blocker.unblock():
        try:
            with transaction.atomic():
                yield stage.build()
                raise Undo
        except Undo:
            pass


@pytest.fixture(scope="module")
def sessions(scene: stage.Scene) -> dict[tuple[str, str], str]:
    """The session of each actor at each stage; empty for who has none."""
    keys: dict[tuple[str, str], str] = {}
    known: dict[int, str] = {}
    for at in scene.values:
        for actor in table().actors:
            account = scene.account(actor, at)
            if account is not None and account.pk not in known:
                known[account.pk] = stage.session(account, 0 if actor == "national" else 2)
            keys[actor, at] = known[account.pk] if account else ""
    return keys


@pytest.fixture(scope="module")
def tokens(scene: stage.Scene, neighbours) -> Tokens:
    """Access tokens: the national eID's for everybody who is a person, our own for the machine."""
    key = read_key((neighbours.home / "signing.pem").read_bytes())
    numbers = {
        "other": accounts.citizen("me").id_number,
        "applicant": accounts.citizen("doc-than").id_number,
        "representative": accounts.citizen("giam-doc").id_number,
        "inspector": accounts.citizen("cao-tuoi").id_number,
        "administrator": accounts.citizen("chu-tiem").id_number,
        "colleague": accounts.officer(f"{accounts.HOME_AGENCY}/clerk").id_number,
        "head": accounts.officer(f"{accounts.HOME_AGENCY}/head").id_number,
        "holder": accounts.officer(f"{accounts.HOME_AGENCY}/receptionist").id_number,
        "foreign": accounts.officer(f"{stage.ELSEWHERE}/receptionist").id_number,
    }
    access_machines.our_keys.forget()
    made = {"machine": register(accounts.HOME_AGENCY).token()}

    def token(actor: str, at: str) -> str:
        if actor in ("anonymous", "national"):
            return ""
        if actor not in made:
            now = int(clock.now().timestamp())
            claims = {
                "iss": settings.ENV.eid_url,
                "sub": f"sub-{actor}",
                "aud": "motcua-api",
                "client_id": "may-khach-mau",
                "iat": now,
                "exp": now + 3600,
                "scope": "identity dossiers:read dossiers:write",
                "acr": "2",
                "id_number": numbers[actor],
                "name": f"Người {actor}",
            }
            made[actor] = jwt.encode(
                {"alg": "ES256", "kid": key.kid}, claims, key, algorithms=["ES256"]
            )
        return made[actor]

    return token


def test_every_route_of_the_house_is_in_the_table_and_no_other() -> None:
    known = {line.route for line in LINES}
    assert routes() - known == set(), "add a line to matrix.toml"
    assert known - routes() == set(), "the route is gone: take its line out"


def test_every_operation_of_the_api_is_in_the_table() -> None:
    description = Client().get("/api/openapi.json").json()
    told = {
        (path, method.upper())
        for path, methods in description["paths"].items()
        for method in methods
    }
    known = {(line.route, method) for line in LINES for method in line.rules}
    assert told - known == set()


def test_every_rule_is_used_and_speaks_of_actors_that_are() -> None:
    rules = table().rules
    used = {rule for line in LINES for rule in line.rules.values() if not rule.isdigit()}
    assert used == rules.keys()
    assert {name for rule in rules.values() for name in rule} <= {*table().actors, "all"}


def test_what_the_security_page_says_of_the_table_is_current() -> None:
    assert summary.current() == summary.section(), "run python -m tests.authorisation.summary"


@pytest.mark.parametrize(("line", "method"), ASKED)
def test_a_route_opens_to_those_it_should(line: Line, method: str, scene, sessions, tokens) -> None:
    wrong = []
    for cell in (one for one in CELLS if one.line is line and one.method == method):
        session = sessions[cell.actor, line.at]
        answer = ask(cell, scene, tokens, session)
        wrong += [f"{cell.actor}: {one}" for one in unsafe(answer, bool(session))]
        if answer.found != cell.expected:
            wrong.append(f"{cell.actor}: {answer.found}, not {cell.expected}")
        asked_for = scene.applicant in line.query.format(**scene.values[line.at])
        closed = cell.expected in UNREAD or cell.expected.isdigit()
        unheard = closed and cell.actor != "applicant" and not asked_for
        if unheard and scene.applicant in answer.body:
            wrong.append(f"{cell.actor}: reads the applicant's name")
    assert wrong == []


@pytest.mark.parametrize("route", sorted({line.route for line in LINES}))
def test_a_method_that_is_not_in_the_table_is_not_answered(
    route: str, scene, sessions, tokens
) -> None:
    line = next(one for one in LINES if one.route == route)
    wrong = []
    for method in METHODS:
        if method in table().methods(route):
            continue
        for actor in summary.CLOSED_TO:
            cell = Cell(line, method, actor, "shown")
            answer = ask(cell, scene, tokens, sessions[actor, line.at])
            if answer.found not in ("hidden", "sign-in", "401", "405") or answer.wrote:
                wrong.append(f"{method} {actor}: {answer.found}")
    assert wrong == []


def test_no_page_takes_a_form_that_it_did_not_give_out(scene, sessions) -> None:
    """A page of somebody else's makes the browser send its cookie along, and not the token."""
    wrong = []
    for line in LINES:
        if "POST" not in line.rules or line.route.startswith("/api/"):
            continue
        for actor in ("anonymous", "applicant", "holder"):
            client = Client(enforce_csrf_checks=True, raise_request_exception=False)
            if session := sessions[actor, line.at]:
                client.cookies["motcua_session"] = session
            before = stage.written()
            values = scene.values[line.at]
            form = {name: text.format(**values) for name, text in line.form.items()}
            answer = client.post(line.route.format(**values), form)
            if answer.status_code != 403 or stage.written() != before:
                wrong.append(f"{line.route} {actor}: {answer.status_code}")
    assert wrong == []
