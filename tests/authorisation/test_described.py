"""The API answers only what its description says, whoever asks and whatever is sent (ADR 0046).

Every operation is asked as every kind of person and program: first the cases that schemathesis
reckons from the description (each bound, each missing part, each other method), then requests drawn
from it with a fixed seed, with things in them that are really there. What one wrote is undone.
`make test-long` draws many; the ordinary run draws a few.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as effort
from schemathesis import GenerationMode

from motcua.doors.api import cursors
from motcua.doors.api import machines as access_machines
from motcua.doors.api.links import LINKS, Link
from motcua.machines.actions import ASSERTION

from ..dossiers import answers as a
from ..dossiers import people as p
from ..machines.conftest import register
from .asking import Tokens, Undo
from .describing import (
    CHECKS,
    TO_BE_SIGNED,
    Truth,
    fits,
    operations,
    requests,
    schema,
    true_request,
)
from .scene import CODE, ELSEWHERE, Scene
from .table import routes, table

pytestmark = [pytest.mark.usefixtures("world", "unlimited"), pytest.mark.django_db]

AT = "ended"
OUTSIDE = {"/api/", "/api/openapi.json", "/api/{rest}", "/api/payments/ipn"}
"""Addresses below `/api/` that the description does not tell: itself, what is none, and the bank's
messages, whose shape is the bank's (tests/payments)."""
CALLERS = (
    *table().actors,
    "level-1",
    "no-scope",
    "other-machine",
    "bare-machine",
    "keeper",
    "portal",
)
SOME_CALLERS = ("anonymous", "applicant", "holder", "machine", "level-1", "keeper", "portal")
FEW, MANY = 6, 40
"""Requests drawn for each operation and caller: in every run, and in `make test-long`."""

Credentials = Callable[[str], dict[str, Any]]


@pytest.fixture(scope="module")
def unlimited() -> Iterator[None]:
    """Nobody asks too often here: a 429 would hide what stands behind it. The limits themselves are
    tried in tests/doors/test_limits.py."""
    before = settings.ENV
    settings.ENV = replace(before, limits=False)
    yield
    settings.ENV = before


@pytest.fixture(scope="module")
def truth(scene: Scene) -> Truth:
    robot = register(p.AGENCY)
    return Truth(
        places={
            "number": [scene.values[at]["number"] for at in (AT, *scene.values)],
            "file_id": [scene.values[AT]["file_id"]],
            "code": [CODE, "1.013225"],
            "after": [
                *map(cursors.pack, (10**6, 10**30, -1, True, 1.5, "1.", "\0", "\ud800", None, [])),
                cursors.pack(1, 2), "W10",
            ],
        },
        bodies={
            "POST /api/v1/dossiers": lambda: {
                "procedure": CODE, "agency": p.AGENCY, "answers": a.marital_status(), "papers": [],
            },
            "POST /api/token": lambda: {
                "grant_type": "client_credentials",
                "client_assertion_type": ASSERTION,
                "client_assertion": robot.proof(),
            },
            "POST /api/v1/catalogue/import": lambda: b'{"ma": "9.000001"}',
            "POST /api/v1/files": lambda: {"file": a.pdf()},
            "POST /api/national/dossiers": lambda: {
                "MaHoSo": "000.00.00.G22-261123-0001",
                "MaTTHC": CODE,
                "DonViXuLy": p.AGENCY,
                "ChuHoSo": p.accounts.citizen("doc-than").full_name,
                "SoDinhDanh": p.accounts.citizen("doc-than").id_number,
                "NgaySinh": "2001-09-09",
                "SoDienThoai": "0912345678",
                "DuLieu": a.marital_status(),
            },
        },
    )  # fmt: skip


@pytest.fixture(scope="module")
def credentials(scene: Scene, sessions, tokens: Tokens, sign: Callable[..., str]) -> Credentials:
    """What a caller sends along with a request: a session where there is one, a token, or the
    National Portal's signature of the body."""
    citizen = p.accounts.citizen("doc-than")
    access_machines.our_keys.forget()
    given_out = {
        "level-1": sign("sub-applicant", citizen.id_number, citizen.full_name, acr="1"),
        "no-scope": sign("sub-applicant", citizen.id_number, citizen.full_name, scope="identity"),
        "other-machine": register(ELSEWHERE).token(),
        "bare-machine": register(p.AGENCY, scopes=("agency.dossiers:read",)).token(),
        "keeper": register(
            "H37", scopes=("catalogue:import", "catalogue:export", "agency.dossiers:read")
        ).token(),
        "portal": "",
    }

    def of(caller: str) -> dict[str, Any]:
        cookies, headers = {}, {"Accept-Encoding": "identity"}
        token = given_out[caller] if caller in given_out else tokens(caller, AT)
        if token:
            headers["Authorization"] = f"Bearer {token}"
        if session := sessions.get((caller, AT)):
            cookies[settings.SESSION_COOKIE_NAME] = session
        if caller == "portal":
            headers["X-Signature"] = TO_BE_SIGNED
        return {"headers": headers, "cookies": cookies}

    return of


def asked(case: Any, sent: dict[str, Any]) -> Any:
    """The answer to a request, after every check; what it wrote is undone."""
    try:
        with transaction.atomic():
            response = case.call(**sent)
            raise Undo
    except Undo:
        pass
    case.validate_response(response, checks=CHECKS, transport_kwargs=sent)
    assert fits(case) or response.status_code >= 400, "what the description forbids was taken"
    return response


def test_the_description_tells_every_address_of_the_api() -> None:
    told = {label.partition(" ")[2] for label in operations()}
    assert told | OUTSIDE == {route for route in routes() if route.startswith("/api/")}


def _drawn(label: str, caller: str, truth: Truth, credentials: Credentials, count: int) -> set[int]:
    """Which statuses `count` drawn requests were answered with, each as described."""
    return _answered(requests(label, truth), credentials(caller), count)


def _answered(drawn: Any, sent: dict[str, Any], count: int) -> set[int]:
    found: set[int] = set()

    @effort(
        max_examples=count,
        derandomize=True,  # the same requests in every run
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=drawn)
    def every(case: Any) -> None:
        found.add(asked(case, sent).status_code)

    every()
    return found


@pytest.mark.parametrize("label", operations())
def test_a_few_requests_are_answered_as_described(
    label: str, truth: Truth, credentials: Credentials
) -> None:
    for caller in SOME_CALLERS:
        _drawn(label, caller, truth, credentials, FEW)


@pytest.mark.long
@pytest.mark.parametrize("label", operations())
def test_many_requests_of_everybody_are_answered_as_described(
    label: str, truth: Truth, credentials: Credentials
) -> None:
    found = {caller: _drawn(label, caller, truth, credentials, MANY) for caller in CALLERS}
    for caller in CALLERS:
        found[caller] |= _answered(true_request(label, truth), credentials(caller), 1)
    assert any(200 <= status < 300 for statuses in found.values() for status in statuses), found


@pytest.mark.long
@pytest.mark.parametrize("caller", CALLERS)
def test_what_the_description_bounds_is_answered_as_described(
    caller: str, credentials: Credentials
) -> None:
    """Every bound, missing part and other method that schemathesis reckons from the description."""
    for operation in operations().values():
        for case in schema().iter_coverage_cases(
            operation,
            generation_modes=list(GenerationMode),
            generation_config=schema().config.generation,
        ):
            asked(case, credentials(caller))


ASKERS = {"/api/v1/dossiers": "applicant", "/api/v1/agency": "machine"}
STRANGERS = {"applicant": ("other", "foreign"), "machine": ("other-machine", "applicant")}
FOLLOWED = 5


def _first(link: Link, truth: Truth, sent: dict[str, Any]) -> dict[str, Any]:
    """The answer that the link starts from; a list is asked for one entry, so that more follow."""
    found: list[Any] = []

    def one(case: Any) -> Any:
        if link.at.startswith("GET"):
            case.query = {"limit": 1}
        else:
            case.headers = {"Idempotency-Key": f"link-{link.name}"}
        return case

    @effort(max_examples=1, derandomize=True, database=None, deadline=None, phases=[Phase.generate])
    @given(case=true_request(link.at, truth).map(one))
    def ask(case: Any) -> None:
        found.append(case.call(**sent))
        case.validate_response(found[-1], checks=CHECKS, transport_kwargs=sent)

    ask()
    assert found[0].status_code == int(link.status), found[0].content
    answer: dict[str, Any] = found[0].json()
    return answer


def _value(expression: str, answer: Any) -> Any:
    """What an expression of a link (a JSON pointer into the body) means in this answer."""
    pointer = expression.removeprefix("$response.body#/")
    assert pointer != expression, "other expressions are not used"
    for part in pointer.split("/"):
        answer = answer[int(part) if isinstance(answer, list) else part]
    return answer


def _follow(link: Link, given_by: Any, truth: Truth, sent: dict[str, Any], count: int) -> list[Any]:
    """The answers to calls that the link leads to, each as described, with what else the operation
    takes drawn from its description."""
    values = {name: _value(how, given_by) for name, how in link.given.items()}
    assert all(values.values()), "the answer holds what leads on"
    found: list[Any] = []

    def led(case: Any) -> Any:
        for name, value in values.items():
            into = case.path_parameters if f"{{{name}}}" in link.to else case.query
            into[name] = value
        return case

    @effort(
        max_examples=count,
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=true_request(link.to, truth).map(led))
    def every(case: Any) -> None:
        found.append(case.call(**sent))
        case.validate_response(found[-1], checks=CHECKS, transport_kwargs=sent)

    every()
    return found


@pytest.mark.long
@pytest.mark.parametrize("link", LINKS, ids=lambda link: link.name)
def test_an_answer_leads_to_what_is_there_for_who_was_answered_and_nobody_else(
    link: Link, truth: Truth, credentials: Credentials
) -> None:
    path = link.to.partition(" ")[2]
    asker = next((who for start, who in ASKERS.items() if path.startswith(start)), "anonymous")
    with transaction.atomic():
        answer = _first(link, truth, credentials(asker))
        led = _follow(link, answer, truth, credentials(asker), FOLLOWED)
        assert {one.status_code for one in led} == {200}
        if "{" in path:
            (value,) = (_value(how, answer) for how in link.given.values())
            assert all(value in one.json().values() for one in led)
            for stranger in STRANGERS.get(asker, ()):
                refused = _follow(link, answer, truth, credentials(stranger), 1)
                assert {one.status_code for one in refused} <= {403, 404}
        elif asker != "anonymous":
            assert all(answer["items"] != one.json()["items"] for one in led), "another page"
        transaction.set_rollback(True)
