"""Who may ask the provider for what: registered clients, and how they prove who they are."""

from __future__ import annotations

import hmac
import json
import os
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from sandbox.common.files import write_whole
from sandbox.common.server import agreed_secret
from sandbox.eid.keys import new_key

ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
LONGEST_ASSERTION = 300  # seconds
ALGORITHMS = ["ES256", "RS256", "EdDSA"]
LOOPBACK = ("127.0.0.1", "localhost", "[::1]", "::1")
API_SCOPES = "catalogue:read dossiers:read dossiers:write documents:read"
DATA_SCOPES = "population:read population:assign births:read"


class BadClient(Exception):
    """The client is unknown or did not prove who it is."""


@dataclass(frozen=True, slots=True)
class Client:
    """One registration. `method` is none (public app), client_secret or private_key_jwt."""

    client_id: str
    name: str
    method: str
    redirect_uris: tuple[str, ...] = ()
    logout_uris: tuple[str, ...] = ()
    scopes: frozenset[str] = frozenset()
    audiences: tuple[str, ...] = ()
    client_credentials: bool = False
    may_act_for_people: bool = False
    secret: str = ""
    jwks: Mapping[str, Any] = field(default_factory=dict)

    def may_return_to(self, address: str, registered: tuple[str, ...]) -> bool:
        """Whether `address` is registered: letter by letter, but for the port of a loopback
        address (RFC 8252 7.3)."""
        return any(address == own or _same_but_port(address, own) for own in registered)


def _same_but_port(one: str, other: str) -> bool:
    a, b = urlsplit(one), urlsplit(other)
    if a.hostname not in LOOPBACK or b.hostname not in LOOPBACK or "@" in a.netloc:
        return False
    return (a.scheme, a.path, a.query, a.fragment) == (b.scheme, b.path, b.query, b.fragment)


class Registry:
    """The clients of `clients.json`, and the assertions seen lately (each counts once)."""

    def __init__(self, home: Path, issuer: str) -> None:
        path = home / "clients.json"
        if not path.exists():
            write_whole(path, json.dumps(_first_clients(home), indent=2).encode())
        self._issuer = issuer
        self._clients = {
            entry["client_id"]: _client(entry) for entry in json.loads(path.read_text())
        }
        self._seen: dict[str, float] = {}
        self._lock = threading.Lock()

    def get(self, client_id: str) -> Client | None:
        return self._clients.get(client_id)

    def authenticate(self, form: Mapping[str, str], basic: Any) -> Client:
        """The client behind a token request. `basic` is the Authorization header's user name and
        password, if any. Raises `BadClient`."""
        if form.get("client_assertion_type") == ASSERTION:
            return self._by_assertion(form.get("client_assertion", ""), form.get("client_id"))
        if basic is not None and basic.username is not None:
            client_id, secret = unquote(basic.username), unquote(basic.password or "")
        else:
            client_id, secret = form.get("client_id", ""), form.get("client_secret", "")
        client = self._clients.get(client_id)
        if client is None:
            raise BadClient("unknown client")
        if client.method == "none" and not secret:
            return client
        if client.method != "client_secret":
            raise BadClient(f"this client must use {client.method}")
        if not hmac.compare_digest(client.secret.encode(), secret.encode()):
            raise BadClient("wrong secret")
        return client

    def _by_assertion(self, assertion: str, named: str | None) -> Client:
        """RFC 7523 3: issuer and subject are the client, the audience is us, it is short-lived and
        has not been used before."""
        client = self._clients.get(_unverified_subject(assertion))
        if client is None or client.method != "private_key_jwt":
            raise BadClient("unknown client, or one without a registered key")
        if named is not None and named != client.client_id:
            raise BadClient("client_id and the assertion's subject differ")
        try:
            keys = KeySet.import_key_set(dict(client.jwks))  # type: ignore[arg-type] # as parsed
            claims = jwt.decode(assertion, keys, algorithms=ALGORITHMS).claims
        except (JoseError, ValueError) as error:
            raise BadClient("the assertion's signature does not fit the registered key") from error
        now = time.time()
        audiences = claims.get("aud")
        audiences = audiences if isinstance(audiences, list) else [audiences]
        expiry = claims.get("exp")
        if claims.get("iss") != client.client_id:
            raise BadClient("issuer and subject must be the client")
        if not {self._issuer, f"{self._issuer}/token"} & set(audiences):
            raise BadClient("the audience must be this provider or its token endpoint")
        if not isinstance(expiry, int | float) or not now < expiry <= now + LONGEST_ASSERTION + 60:
            raise BadClient("the assertion must expire within five minutes")
        jti = claims.get("jti")
        if not isinstance(jti, str) or not self._first_time(f"{client.client_id}\n{jti}", expiry):
            raise BadClient("each assertion needs a jti of its own and is taken once")
        return client

    def _first_time(self, jti: str, until: float) -> bool:
        now = time.time()
        with self._lock:
            for known in [key for key, expiry in self._seen.items() if expiry < now]:
                del self._seen[known]
            if jti in self._seen:
                return False
            self._seen[jti] = until
            return True


def _unverified_subject(assertion: str) -> str:
    """Which client an assertion claims to be of: only to find the key that must have signed it."""
    import base64

    try:
        payload = assertion.split(".")[1]
        claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
        return str(claims["sub"])
    except (IndexError, ValueError, KeyError, TypeError) as error:
        raise BadClient("the assertion is no JWT") from error


def _client(entry: Mapping[str, Any]) -> Client:
    secret = entry.get("client_secret", "")
    if variable := entry.get("client_secret_from"):
        secret = agreed_secret(variable)
    return Client(
        client_id=entry["client_id"],
        name=entry["name"],
        method=entry["token_endpoint_auth_method"],
        redirect_uris=tuple(entry.get("redirect_uris", ())),
        logout_uris=tuple(entry.get("post_logout_redirect_uris", ())),
        scopes=frozenset(entry.get("scope", "").split()),
        audiences=tuple(entry.get("audiences", ())),
        client_credentials=entry.get("client_credentials", False),
        may_act_for_people=entry.get("may_act_for_people", False),
        secret=secret,
        jwks=entry.get("jwks", {}),
    )


def _first_clients(home: Path) -> list[dict[str, Any]]:
    """The registrations of a fresh sandbox."""
    key = new_key()
    write_whole(home / "clients" / "may-khach-mau.pem", key.as_pem(private=True))
    platform = (os.environ.get("MOTCUA_URL") or "http://127.0.0.1:8000").rstrip("/")
    openid = "openid profile identity phone email address"
    return [
        {
            "client_id": "motcua",
            "name": "Một Cửa",
            "token_endpoint_auth_method": "client_secret",
            "client_secret_from": "MOTCUA_EID_SECRET",
            "redirect_uris": [f"{platform}/dang-nhap/ket-qua/"],
            "post_logout_redirect_uris": [f"{platform}/"],
            "scope": f"{openid} {DATA_SCOPES}",
            "audiences": ["motcua-api", "population"],
            "client_credentials": True,
        },
        {
            "client_id": "ung-dung-mau",
            "name": "Ứng dụng mẫu",
            "token_endpoint_auth_method": "none",
            "redirect_uris": ["http://127.0.0.1:8080/callback"],
            "scope": f"{openid} {API_SCOPES}",
            "audiences": ["motcua-api"],
        },
        {
            "client_id": "may-khach-mau",
            "name": "Máy khách mẫu",
            "token_endpoint_auth_method": "private_key_jwt",
            "jwks": {"keys": [key.as_dict(private=False)]},
            "scope": f"identity {API_SCOPES}",
            "audiences": ["motcua-api"],
            "client_credentials": True,
            "may_act_for_people": True,
        },
    ]
