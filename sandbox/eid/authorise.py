"""The authorisation endpoint: who asks, who signs in, and the way back with a code."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import flask

from sandbox.common.pages import page
from sandbox.eid import people
from sandbox.eid.clients import Client, Registry
from sandbox.eid.codes import Codes, Grant

ASKED = (
    "client_id", "redirect_uri", "response_type", "scope", "state", "nonce", "code_challenge",
    "code_challenge_method", "acr_values", "prompt", "login_hint", "account_kind",
)  # fmt: skip
CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")
PIN = re.compile(r"[0-9]{6}")


class Unanswerable(Exception):
    """The request names no client, or an address that is not the client's: nobody is redirected."""


class Denied(Exception):
    """An error that goes back to the client (RFC 6749 4.1.2.1)."""

    def __init__(self, error: str, description: str) -> None:
        super().__init__(description)
        self.error = error
        self.description = description


@dataclass(frozen=True, slots=True)
class Request:
    """A checked authorisation request. `level` is the assurance level asked for, 1 or 2."""

    client: Client
    redirect_uri: str
    state: str
    nonce: str
    challenge: str
    scopes: frozenset[str]
    level: int
    prompt: str
    hint: str

    def back(self, issuer: str, **answer: str) -> flask.Response:
        """Redirect to the client with `answer`, its state, and who we are (RFC 9207)."""
        parts = urlsplit(self.redirect_uri)
        query = parse_qsl(parts.query) + list(answer.items()) + [("iss", issuer)]
        if self.state:
            query.append(("state", self.state))
        address = urlunsplit(parts._replace(query=urlencode(query)))
        return flask.redirect(address, 303)  # type: ignore[return-value] # of werkzeug's base type


def check(asked: Mapping[str, str], registry: Registry) -> tuple[Request, Denied | None]:
    """The request, and what is wrong with it, if anything. Raises `Unanswerable`."""
    client = registry.get(asked.get("client_id", ""))
    address = asked.get("redirect_uri", "")
    if client is None:
        raise Unanswerable("Ứng dụng này chưa được đăng ký.")
    if not client.may_return_to(address, client.redirect_uris):
        raise Unanswerable("Địa chỉ quay về không phải của ứng dụng đã đăng ký.")
    scopes = frozenset(asked.get("scope", "").split())
    request = Request(
        client=client,
        redirect_uri=address,
        state=asked.get("state", ""),
        nonce=asked.get("nonce", ""),
        challenge=asked.get("code_challenge", ""),
        scopes=scopes,
        level=2 if "2" in asked.get("acr_values", "").split() else 1,
        prompt=asked.get("prompt", ""),
        hint=asked.get("login_hint", ""),
    )
    denied = None
    if asked.get("response_type") != "code":
        denied = Denied("unsupported_response_type", "only the code flow is offered")
    elif asked.get("code_challenge_method") != "S256" or not CHALLENGE.fullmatch(request.challenge):
        denied = Denied("invalid_request", "PKCE with S256 is compulsory")
    elif not scopes <= client.scopes:
        denied = Denied("invalid_scope", "the client is not registered for this scope")
    return request, denied


def answer(registry: Registry, codes: Codes, issuer: str) -> flask.Response:
    """GET shows the sign-in page; POST signs in and goes back with a code."""
    asked = flask.request.values
    try:
        request, denied = check(asked, registry)
    except Unanswerable as error:
        return page("Không thể đăng nhập", "<p role=alert>{{ error }}</p>", 400, error=error)
    if denied is not None:
        return request.back(issuer, error=denied.error, error_description=denied.description)
    kept = flask.session.get("holder", "")
    if flask.request.method == "GET":
        if request.prompt == "none":
            if kept and flask.session.get("level", 1) >= request.level:
                return _go_back(request, codes, issuer, kept, flask.session["level"])
            return request.back(issuer, error="login_required")
        return _page(request, asked, issuer, number=request.hint or kept)
    if "refuse" in flask.request.form:
        return request.back(issuer, error="access_denied", error_description="the person refused")
    return _sign_in(request, asked, codes, issuer)


def _sign_in(
    request: Request, asked: Mapping[str, str], codes: Codes, issuer: str
) -> flask.Response:
    form = flask.request.form
    number, acting_for = form.get("id_number", "").strip(), form.get("acting_for", "").strip()
    key = form.get("pick") or (f"{number}/{acting_for}" if acting_for else number)
    try:
        holder = people.holder(key)
    except people.NoIdentity as error:
        return _page(request, asked, issuer, number, acting_for, str(error))
    if not PIN.fullmatch(form.get("pin", "")):
        return _page(request, asked, issuer, number, acting_for, "Mã PIN gồm 6 chữ số.")
    level = 1 if form.get("level") == "1" else 2
    flask.session.update(holder=holder.key, level=level)
    return _go_back(request, codes, issuer, holder.key, level)


def _go_back(
    request: Request, codes: Codes, issuer: str, holder: str, level: int
) -> flask.Response:
    code = codes.issue(
        Grant(
            client_id=request.client.client_id,
            redirect_uri=request.redirect_uri,
            challenge=request.challenge,
            nonce=request.nonce,
            holder=holder,
            level=level,
            scopes=request.scopes,
            auth_time=int(time.time()),
        )
    )
    return request.back(issuer, code=code)


def _page(
    request: Request,
    asked: Mapping[str, str],
    issuer: str,
    number: str = "",
    acting_for: str = "",
    error: str = "",
) -> flask.Response:
    number, _, tax_code = number.partition("/")
    groups = people.choices()
    if asked.get("account_kind") == "organisation":
        groups.sort(key=lambda group: group[0] != "Tổ chức")
    elif asked.get("account_kind") == "officer":
        groups.sort(key=lambda group: not group[0].startswith("Cán bộ"))
    return page(
        "Đăng nhập bằng tài khoản định danh điện tử",
        PAGE,
        status=400 if error else 200,
        client=request.client.name,
        asked={name: asked[name] for name in ASKED if asked.get(name)},
        level=request.level,
        number=number,
        acting_for=acting_for or tax_code,
        error=error,
        groups=groups,
    )


PAGE = """
<p><strong>{{ client }}</strong> muốn biết bạn là ai.</p>
{% if error %}<p role="alert" id="error">{{ error }}</p>{% endif %}
<form method="post" action="/authorize">
{% for name, value in asked.items() %}<input type="hidden" name="{{ name }}" value="{{ value }}">
{% endfor %}
<p><label for="id_number">Số định danh cá nhân (12 chữ số)</label>
<input type="text" id="id_number" name="id_number" value="{{ number }}" inputmode="numeric"
 autocomplete="username" {% if error %}aria-describedby="error" {% endif %}></p>
<p><label for="acting_for">Mã số thuế của tổ chức (nếu bạn đăng nhập thay mặt tổ chức)</label>
<input type="text" id="acting_for" name="acting_for" value="{{ acting_for }}"
 autocomplete="off"></p>
<p><label for="pin">Mã PIN (6 chữ số, ở đây số nào cũng được)</label>
<input type="password" id="pin" name="pin" value="000000" inputmode="numeric"
 autocomplete="current-password"></p>
<fieldset><legend>Mức độ định danh</legend>
<p>Ứng dụng yêu cầu mức độ {{ "%02d" % level }}.</p>
<label><input type="radio" name="level" value="1"> Mức độ 01</label>
<label><input type="radio" name="level" value="2" checked> Mức độ 02</label>
</fieldset>
<p><button type="submit">Đăng nhập và cho phép</button>
<button type="submit" name="refuse" value="1">Từ chối</button></p>
<h2>Tài khoản mẫu</h2>
{% for heading, accounts in groups %}
<details {% if loop.index <= 2 %}open{% endif %}><summary>{{ heading }}</summary>
{% for key, label in accounts %}
<button class="plain" type="submit" name="pick" value="{{ key }}">{{ label }}</button>
{% endfor %}</details>
{% endfor %}
</form>
"""
