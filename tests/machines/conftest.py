"""A machine of a commune, registered and with a key."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from joserfc import jwt
from joserfc.jwk import ECKey

from motcua.agencies import queries as agencies
from motcua.doors.api import machines
from motcua.foundation import clock
from motcua.machines import actions

_count = itertools.count(1)


@dataclass
class Robot:
    """A registered program with its private key."""

    client_id: str
    key: ECKey

    def proof(self, signed_by: ECKey | None = None, alg: str = "ES256", **changes: Any) -> str:
        now = int(clock.now().timestamp())
        claims = {
            "iss": self.client_id,
            "sub": self.client_id,
            "aud": f"{settings.ENV.public_url}/api/token",
            "iat": now,
            "exp": now + 60,
            "jti": f"chung-thuc-{next(_count):06d}",
            **changes,
        }
        kept = {name: value for name, value in claims.items() if value is not None}
        used = signed_by or self.key
        return jwt.encode({"alg": alg, "kid": used.kid}, kept, used, algorithms=[alg])

    def ask(self, proof: str = "", headers: dict[str, str] | None = None, **form: str) -> Any:
        body = {
            "grant_type": "client_credentials",
            "client_assertion_type": actions.ASSERTION,
            "client_assertion": proof or self.proof(),
            **form,
        }
        return Client(raise_request_exception=False).post("/api/token", body, headers=headers or {})

    def token(self, **form: str) -> str:
        answer = self.ask(**form)
        assert answer.status_code == 200, answer.content
        return str(answer.json()["access_token"])


Maker = Callable[..., Robot]


def register(
    agency: str = "H37.105",
    scopes: tuple[str, ...] = ("agency.dossiers:read", "agency.documents:read"),
    certificate: str = "",
) -> Robot:
    """Registers a machine of the agency with this code."""
    now = clock.now()
    row = actions.add(
        agencies.agency(agency),
        "Phần mềm một cửa của xã",
        list(scopes),
        "QĐ 12/QĐ-UBND ngày 01/11/2026",
        now,
        first_day=clock.local(now).date(),
        certificate=certificate,
    )
    key = ECKey.generate_key("P-256", auto_kid=True)
    actions.add_key(row.client_id, key.as_dict(private=False), now, now + timedelta(days=30))
    return Robot(row.client_id, key)


@pytest.fixture
def make() -> Maker:
    """Registers a machine of the agency with this code."""
    machines.our_keys.forget()
    return register


@pytest.fixture
def robot(make: Maker) -> Robot:
    return make()
