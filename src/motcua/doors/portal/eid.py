"""The platform as a client of the national eID: OpenID Connect, authorisation code with PKCE.

Authlib's Django client carries the protocol: state, nonce and code verifier in the session, the
token request, the ID token's signature. What it leaves open is closed here (see
`docs/adr/0010-sign-in-with-authlib.md`): audience and `acr` are compulsory, an answer without an ID
token is refused, the issuer must be the configured one, userinfo must be about the same subject.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeVar

import structlog
from authlib.integrations.base_client.errors import OAuthError
from authlib.integrations.django_client import DjangoOAuth2App, OAuth
from authlib.integrations.requests_client import OAuth2Session
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from joserfc.errors import JoseError
from requests import RequestException

from motcua.foundation.outgoing import web

SCOPE = "openid profile identity phone email address"
LEEWAY = 30  # seconds our clock and the provider's may differ
TIMEOUT = 5  # seconds

log = structlog.get_logger()
T = TypeVar("T")


class SignInFailed(Exception):
    """The provider's answer cannot be trusted, or belongs to no sign-in begun here."""


class SignInRefused(SignInFailed):
    """The person said no, at the provider."""


class ProviderDown(Exception):
    """The national eID does not answer."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A sign-in that was verified. `claims` is what `people` reads; `wanted` the level (1 or 2) and
    `next` the place kept when it began; `id_token` is kept for signing out at the provider."""

    claims: dict[str, Any]
    assurance: int
    wanted: int
    next: str
    id_token: str


class _Session(OAuth2Session):
    """Authlib's session, on our own way out of the house."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        web.for_requests(self, TIMEOUT)


class _App(DjangoOAuth2App):
    client_cls = _Session


@cache
def client() -> Any:
    """Authlib's client, made once a process; it keeps the provider's keys and fetches them again
    when it meets an unknown one."""
    env = settings.ENV
    return OAuth().register(
        "eid",
        client_cls=_App,
        client_id=env.eid_client_id,
        client_secret=env.eid_client_secret,
        server_metadata_url=f"{env.eid_url}/.well-known/openid-configuration",
        client_kwargs={
            "scope": SCOPE,
            "code_challenge_method": "S256",
            "token_endpoint_auth_method": "client_secret_basic",
            "default_timeout": TIMEOUT,
        },
    )


def begin(
    request: HttpRequest,
    redirect_uri: str,
    level: int,
    kind: str,
    next_place: str,
    *,
    again: bool = False,
) -> HttpResponse:
    """Send the person to the provider, asking for assurance `level`, and with `again` to prove
    anew who they are. Raises `ProviderDown`."""
    extra = {"account_kind": kind} if kind else {}
    if again or (level == 2 and request.user.is_authenticated):
        extra["prompt"] = "login"  # a step up is an act, not a cookie
    begun = _asking(
        lambda: client().create_authorization_url(redirect_uri, acr_values=str(level), **extra)
    )
    client().save_authorize_data(
        request, redirect_uri=redirect_uri, level=level, next=next_place, **begun
    )
    return HttpResponseRedirect(begun["url"])


def finish(request: HttpRequest) -> Answer:
    """Verify the provider's answer. Raises `SignInRefused`, `SignInFailed` and `ProviderDown`."""
    state = request.GET.get("state", "")
    kept = client().framework.get_state_data(request.session, state) or {}
    issuer = settings.ENV.eid_url
    if request.GET.get("iss", issuer) != issuer:
        raise SignInFailed("answer of another provider")
    if request.GET.get("error") == "access_denied" and kept:
        raise SignInRefused
    token = _asking(
        lambda: client().authorize_access_token(
            request,
            leeway=LEEWAY,
            claims_options={
                "iss": {"essential": True, "value": issuer},
                "aud": {"essential": True, "value": settings.ENV.eid_client_id},
                "acr": {"essential": True, "values": ["1", "2"]},
                "nonce": {"essential": True},
            },
        )
    )
    identity = token.get("userinfo")
    if identity is None:
        raise SignInFailed("no ID token in the answer")
    told = _asking(lambda: client().userinfo(token=token))
    if told.get("sub") != identity["sub"]:
        raise SignInFailed("userinfo of somebody else")
    return Answer(
        claims={**told, "sub": identity["sub"], "acr": identity["acr"]},
        assurance=int(identity["acr"]),
        wanted=int(kept.get("level", 1)),
        next=str(kept.get("next", "")),
        id_token=token["id_token"],
    )


def end(id_token: str, return_to: str) -> str | None:
    """The provider's address that ends its session too, or None when it cannot be asked now."""
    if not id_token:
        return None
    try:
        address: str = _asking(
            lambda: client().create_logout_url(
                post_logout_redirect_uri=return_to, id_token_hint=id_token
            )
        )["url"]
    except (ProviderDown, SignInFailed):
        return None
    return address


def _asking(what: Callable[[], T]) -> T:
    """Do something that may ask the provider; its failures by our names. What the provider said
    goes to the log without its values, which may be somebody's."""
    try:
        metadata = client().load_server_metadata()
        if metadata.get("issuer") != settings.ENV.eid_url:
            raise SignInFailed("the discovery document names another issuer")
        return what()
    except RequestException as error:
        log.warning("eid_unreachable", error=type(error).__name__)
        raise ProviderDown from error
    except (OAuthError, JoseError, KeyError, ValueError, RuntimeError) as error:
        log.warning("eid_answer_refused", error=type(error).__name__)
        raise SignInFailed(type(error).__name__) from error
