"""The token endpoint: a code, or a client's own right, for tokens."""

from __future__ import annotations

import hashlib
import secrets
import time
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from typing import Any

import flask

from sandbox.eid import people
from sandbox.eid.clients import BadClient, Client, Registry
from sandbox.eid.codes import BadGrant, Codes
from sandbox.eid.keys import Keys

PERSON_TOKEN_LIVES = 3600  # seconds
MACHINE_TOKEN_LIVES = 600
ID_TOKEN_LIVES = 300


class Endpoint:
    """`POST /token`."""

    def __init__(self, keys: Keys, registry: Registry, codes: Codes, issuer: str) -> None:
        self._keys = keys
        self._registry = registry
        self._codes = codes
        self._issuer = issuer

    def answer(self) -> flask.Response:
        form = flask.request.form
        try:
            client = self._registry.authenticate(form, flask.request.authorization)
        except BadClient as error:
            return _error("invalid_client", str(error), 401)
        grant_type = form.get("grant_type")
        if grant_type == "authorization_code":
            return self._from_code(client, form)
        if grant_type == "client_credentials":
            return self._from_credentials(client, form)
        return _error("unsupported_grant_type", "authorization_code or client_credentials")

    def _from_code(self, client: Client, form: Mapping[str, str]) -> flask.Response:
        try:
            grant = self._codes.redeem(
                form.get("code", ""),
                client.client_id,
                form.get("redirect_uri", ""),
                form.get("code_verifier", ""),
            )
        except BadGrant as error:
            return _error("invalid_grant", str(error))
        holder = people.holder(grant.holder)
        acr = str(grant.level)
        access_token = self._access_token(
            client, form, grant.scopes, PERSON_TOKEN_LIVES,
            {"acr": acr, "auth_time": grant.auth_time, **_named(holder, grant.scopes)},
        )  # fmt: skip
        if access_token is None:
            return _error("invalid_target", "the client is not registered for this audience")
        answer = _bearer(access_token, PERSON_TOKEN_LIVES, grant.scopes)
        if "openid" in grant.scopes:
            half = hashlib.sha256(access_token.encode()).digest()[:16]
            now = int(time.time())
            claims = {
                "iss": self._issuer,
                "sub": holder.subject,
                "aud": client.client_id,
                "iat": now,
                "exp": now + ID_TOKEN_LIVES,
                "auth_time": grant.auth_time,
                "acr": acr,
                "amr": ["pin"] if grant.level == 1 else ["pin", "fpt"],
                "at_hash": urlsafe_b64encode(half).rstrip(b"=").decode(),
            }
            if grant.nonce:
                claims["nonce"] = grant.nonce
            answer["id_token"] = self._keys.sign(claims, "JWT")
        return _never_stored(flask.jsonify(answer))

    def _from_credentials(self, client: Client, form: Mapping[str, str]) -> flask.Response:
        if not client.client_credentials:
            return _error("unauthorized_client", "not registered for client credentials")
        asked = frozenset(form.get("scope", "").split())
        scopes = asked or client.scopes - {"openid", "profile", "phone", "email", "address"}
        if not scopes <= client.scopes or "openid" in scopes:
            return _error("invalid_scope", "the client is not registered for this scope")
        named: dict[str, Any] = {"sub": client.client_id}
        if person := form.get("on_behalf_of"):
            if not client.may_act_for_people:
                return _error("unauthorized_client", "not registered to act for people")
            try:
                holder = people.holder(person)
            except people.NoIdentity:
                return _error("invalid_request", "nobody has this number")
            named = {"acr": "2", **_named(holder, scopes), "act": {"sub": client.client_id}}
        token = self._access_token(client, form, scopes, MACHINE_TOKEN_LIVES, named)
        if token is None:
            return _error("invalid_target", "the client is not registered for this audience")
        return _never_stored(flask.jsonify(_bearer(token, MACHINE_TOKEN_LIVES, scopes)))

    def _access_token(
        self,
        client: Client,
        form: Mapping[str, str],
        scopes: frozenset[str],
        lives: int,
        named: Mapping[str, Any],
    ) -> str | None:
        """A JWT for the audience in `resource` (RFC 8707), else the client's first one."""
        audience = form.get("resource") or client.audiences[0]
        if audience not in client.audiences:
            return None
        now = int(time.time())
        claims = {
            "iss": self._issuer,
            "aud": audience,
            "client_id": client.client_id,
            "iat": now,
            "exp": now + lives,
            "jti": secrets.token_urlsafe(12),
            "scope": " ".join(sorted(scopes)),
            **named,
        }
        return self._keys.sign(claims, "at+jwt")


def _named(holder: people.Holder, scopes: frozenset[str]) -> dict[str, Any]:
    """Who a token is about: always the subject, with scope `identity` enough to know them by."""
    known = people.claims(holder, scopes | {"profile"} if "identity" in scopes else frozenset())
    kept = ("sub", "name", "id_number", "birthdate", "gender", "account_kind", "tax_code",
            "organisation_name")  # fmt: skip
    return {key: known[key] for key in kept if key in known}


def _bearer(token: str, lives: int, scopes: frozenset[str]) -> dict[str, Any]:
    return {
        "access_token": token,
        "token_type": "Bearer",
        "expires_in": lives,
        "scope": " ".join(sorted(scopes)),
    }


def _error(error: str, description: str, status: int = 400) -> flask.Response:
    answer = flask.jsonify(error=error, error_description=description)
    answer.status_code = status
    return _never_stored(answer)


def _never_stored(answer: flask.Response) -> flask.Response:
    answer.headers["Cache-Control"] = "no-store"
    return answer
