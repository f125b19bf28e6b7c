"""The tests of this folder share one scene in one transaction, instead of one each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction
from joserfc import jwt
from pytest_django import DjangoDbBlocker

from motcua.demo import accounts
from motcua.doors.api import machines as access_machines
from motcua.doors.api import tokens as access_tokens
from motcua.foundation import clock
from sandbox.eid.keys import read_key

from ..machines.conftest import register
from . import scene as stage
from .asking import Tokens, Undo
from .table import table


@pytest.fixture
def _django_db_helper() -> None:
    """The mark `django_db` has the test database made; the transaction is the scene's."""


@pytest.fixture(scope="module")
def scene(world: object, django_db_blocker: DjangoDbBlocker) -> Iterator[stage.Scene]:
    """Built once for each module, in a transaction that is never committed."""
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
                mandate = scene.values[at]["acted_under"] if actor == "representative" else ""
                level = 0 if actor == "national" else 2
                known[account.pk] = stage.session(account, level, mandate)
            keys[actor, at] = known[account.pk] if account else ""
    return keys


@pytest.fixture(scope="module")
def tokens(scene: stage.Scene, sign: Callable[..., str]) -> Tokens:
    """Access tokens: the national eID's for everybody who is a person, our own for the machine."""
    numbers = {
        "other": accounts.citizen("me").id_number,
        "applicant": accounts.citizen("doc-than").id_number,
        "representative": accounts.citizen("giam-doc").id_number,
        "inspector": accounts.citizen("cao-tuoi").id_number,
        "data-officer": accounts.officer("H37/data-officer").id_number,
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
            made[actor] = sign(f"sub-{actor}", numbers[actor], f"Người {actor}")
        return made[actor]

    return token


@pytest.fixture(scope="module")
def sign(scene: stage.Scene, neighbours) -> Callable[..., str]:
    """An access token as the national eID signs it, for the owner of an id number."""
    key = read_key((neighbours.home / "signing.pem").read_bytes())

    def made(subject: str, id_number: str, name: str, **changes: Any) -> str:
        now = int(clock.now().timestamp())
        claims = {
            "iss": settings.ENV.eid_url,
            "sub": subject,
            "aud": "motcua-api",
            "client_id": "may-khach-mau",
            "iat": now,
            "exp": now + 3600,
            "scope": "identity dossiers:read dossiers:write",
            "acr": "2",
            "id_number": id_number,
            "name": name,
            **changes,
        }
        return jwt.encode({"alg": "ES256", "kid": key.kid}, claims, key, algorithms=["ES256"])

    return made
