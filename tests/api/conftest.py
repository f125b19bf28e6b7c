"""A program that calls the API, and tokens of every kind."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from joserfc import jwt
from joserfc.jwk import ECKey

from motcua.demo import accounts
from motcua.doors.api import tokens
from motcua.foundation import clock
from sandbox.eid.keys import read_key

from ..dossiers import answers as a
from ..dossiers import people as p

Mint = Callable[..., str]


@pytest.fixture(autouse=True)
def _no_token_is_remembered(world: object) -> None:
    tokens._verified.clear()
    tokens._keys._keys = None
    tokens._keys._fetched = 0.0


@pytest.fixture
def signing_key(neighbours) -> ECKey:
    """The provider's own signing key."""
    return read_key((neighbours.home / "signing.pem").read_bytes())


@pytest.fixture
def mint(signing_key: ECKey) -> Mint:
    """An access token for a named citizen, as the eID provider would sign it; claims can be changed
    or (None) taken away."""

    def make(who: str = "doc-than", signed_by: ECKey | None = None, **changes: Any) -> str:
        citizen = accounts.citizen(who)
        now = int(clock.now().timestamp())
        claims = {
            "iss": settings.ENV.eid_url,
            "sub": f"sub-{who}",
            "aud": "motcua-api",
            "client_id": "may-khach-mau",
            "iat": now,
            "exp": now + 600,
            "scope": "identity dossiers:read dossiers:write",
            "acr": "2",
            "id_number": citizen.id_number,
            "name": citizen.full_name,
            **changes,
        }
        kept = {name: value for name, value in claims.items() if value is not None}
        used = signed_by or signing_key
        return jwt.encode(
            {"alg": "ES256", "kid": signing_key.kid}, kept, used, algorithms=["ES256"]
        )

    return make


class Program:
    """A client of the API with a token; every answer that is no success must be a problem."""

    def __init__(self, token: str = "") -> None:
        self.client = Client(raise_request_exception=False)
        self.headers = {"Authorization": f"Bearer {token}"} if token else {}

    def get(self, path: str, **params: Any) -> Any:
        return self._judged(self.client.get(path, params, headers=self.headers))

    def post(self, path: str, body: Any, key: str | None = "khoa-0001", **headers: str) -> Any:
        """Send JSON; text and bytes go as they are."""
        sent = body if isinstance(body, str | bytes) else json.dumps(body)
        more = {"Idempotency-Key": key} if key is not None else {}
        return self._judged(
            self.client.post(
                path, sent, "application/json", headers={**self.headers, **more, **headers}
            )
        )

    def upload(self, name: str, content: bytes, key: str | None = "tep-00001") -> Any:
        from django.core.files.uploadedfile import SimpleUploadedFile

        more = {"Idempotency-Key": key} if key is not None else {}
        file = SimpleUploadedFile(name, content, "application/pdf")
        return self._judged(
            self.client.post("/api/v1/files", {"file": file}, headers={**self.headers, **more})
        )

    def _judged(self, answer: Any) -> Any:
        if answer.status_code >= 400:
            assert_problem(answer)
        return answer


def assert_problem(answer: Any) -> None:
    """RFC 9457, in Vietnamese, and of the same status."""
    assert answer["Content-Type"].startswith("application/problem+json"), answer.content[:300]
    body = answer.json()
    assert body["type"] == "about:blank" or body["type"].startswith("urn:motcua:problem:")
    assert body["status"] == answer.status_code
    assert len(body["title"]) > 10
    assert not body["title"].isascii(), "in Vietnamese"


@pytest.fixture
def program(mint: Mint) -> Program:
    return Program(mint())


@pytest.fixture
def filing() -> dict[str, Any]:
    """A complete filing of Lý Thu Trang's."""
    return {"procedure": "1.004873", "agency": p.AGENCY, "answers": a.marital_status()}
