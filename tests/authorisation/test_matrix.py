"""Every route is asked by everybody, and opens to those the table says and to nobody else."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.test import Client

from . import scene as stage
from . import summary
from .asking import ask
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
        # Who acts for the applicant reads on every page for whom.
        unheard = closed and cell.actor not in ("applicant", "representative") and not asked_for
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
                client.cookies[settings.SESSION_COOKIE_NAME] = session
            before = stage.written()
            values = scene.values[line.at]
            form = {name: text.format(**values) for name, text in line.form.items()}
            answer = client.post(line.route.format(**values), form)
            if answer.status_code != 403 or stage.written() != before:
                wrong.append(f"{line.route} {actor}: {answer.status_code}")
    assert wrong == []
