"""The provider's addresses."""

from __future__ import annotations

import time
from urllib.parse import urlencode

import flask

from sandbox.common import pages
from sandbox.common.server import Place
from sandbox.eid import authorise, people
from sandbox.eid.clients import Registry
from sandbox.eid.codes import Codes
from sandbox.eid.keys import ALGORITHM, BadToken, Keys, open_keys
from sandbox.eid.tokens import Endpoint

HOME = """
<p>Máy chủ này đóng vai hệ thống định danh điện tử quốc gia (OpenID Connect).</p>
<p>{% if who %}Đang đăng nhập: <strong>{{ who }}</strong>.
<a href="/logout">Đăng xuất</a>{% else %}Chưa ai đăng nhập ở trình duyệt này.{% endif %}</p>
<p><a href="/.well-known/openid-configuration">Thông tin cấu hình</a></p>
{% for heading, accounts in groups %}<h2>{{ heading }}</h2>
<ul>{% for key, label in accounts %}<li>{{ key }}: {{ label }}</li>{% endfor %}</ul>{% endfor %}
"""


def make_app(place: Place) -> flask.Flask:
    """The provider at `place`; its issuer is the place's address."""
    app = flask.Flask("sandbox.eid", static_folder=None)
    keys = open_keys(place.home)
    registry, codes, issuer = Registry(place.home, place.url), Codes(), place.url
    endpoint = Endpoint(keys, registry, codes, issuer)
    app.secret_key = keys.cookies
    app.config.update(
        SESSION_COOKIE_NAME="eid_session", SESSION_COOKIE_SAMESITE="Lax", MAX_CONTENT_LENGTH=65_536
    )

    @app.get("/.well-known/openid-configuration")
    def discovery() -> flask.Response:
        return flask.jsonify(_metadata(issuer, registry))

    @app.get("/jwks")
    def jwks() -> flask.Response:
        return flask.jsonify(keys.public)

    @app.route("/authorize", methods=["GET", "POST"])
    def authorize() -> flask.Response:
        return authorise.answer(registry, codes, issuer)

    @app.post("/token")
    def token() -> flask.Response:
        return endpoint.answer()

    @app.route("/userinfo", methods=["GET", "POST"])
    def userinfo() -> flask.Response:
        return _userinfo(keys, issuer)

    @app.route("/logout", methods=["GET", "POST"])
    def logout() -> flask.Response:
        return _logout(keys, registry, issuer)

    @app.get("/accounts.json")
    def accounts() -> flask.Response:
        return flask.jsonify(people.directory())

    @app.get("/style.css")
    def style() -> flask.Response:
        return pages.style()

    @app.get("/")
    def home() -> flask.Response:
        kept = flask.session.get("holder", "")
        return pages.page(
            "Định danh điện tử quốc gia (bản thử)",
            HOME,
            who=people.holder(kept).name if kept else "",
            groups=people.choices(),
        )

    return app


def _metadata(issuer: str, registry: Registry) -> dict[str, object]:
    return {
        "issuer": issuer,
        "authorization_endpoint": f"{issuer}/authorize",
        "token_endpoint": f"{issuer}/token",
        "userinfo_endpoint": f"{issuer}/userinfo",
        "jwks_uri": f"{issuer}/jwks",
        "end_session_endpoint": f"{issuer}/logout",
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code", "client_credentials"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": [ALGORITHM],
        "acr_values_supported": ["1", "2"],
        "scopes_supported": ["openid", "profile", "identity", "phone", "email", "address"],
        "token_endpoint_auth_methods_supported": [
            "client_secret_basic", "client_secret_post", "private_key_jwt", "none",
        ],
        "token_endpoint_auth_signing_alg_values_supported": ["ES256", "RS256", "EdDSA"],
        "code_challenge_methods_supported": ["S256"],
        "authorization_response_iss_parameter_supported": True,
        "claims_supported": [
            "sub", "name", "birthdate", "gender", "id_number", "ethnicity", "nationality",
            "residence_code", "account_kind", "tax_code", "organisation_name",
            "organisation_address", "phone_number", "email", "address", "acr", "auth_time",
        ],
    }  # fmt: skip


def _userinfo(keys: Keys, issuer: str) -> flask.Response:
    scheme, _, token = flask.request.headers.get("Authorization", "").partition(" ")
    try:
        header, claims = keys.read(token)
    except BadToken:
        header, claims = {}, {}
    scopes = frozenset(str(claims.get("scope", "")).split())
    good = header.get("typ") == "at+jwt" and claims.get("exp", 0) > time.time()
    holder = _by_subject(str(claims.get("sub"))) if good else None
    if scheme.lower() != "bearer" or claims.get("iss") != issuer or not holder:
        answer = pages.problem(401, "Unauthorized", "a valid access token of a person is needed")
        answer.headers["WWW-Authenticate"] = 'Bearer error="invalid_token"'
        return answer
    answer = flask.jsonify(people.claims(holder, scopes))
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _by_subject(subject: str) -> people.Holder | None:
    key = people.subjects().get(subject)
    return people.holder(key) if key else None


def _logout(keys: Keys, registry: Registry, issuer: str) -> flask.Response:
    """RP-initiated logout: back to the client only when it, or its ID token, is named and the
    address is one of its own."""
    asked = flask.request.values
    client_id = asked.get("client_id", "")
    if hint := asked.get("id_token_hint"):
        try:
            client_id = str(keys.read(hint)[1].get("aud", ""))
        except BadToken:
            return pages.page("Không thể đăng xuất", "<p>Yêu cầu không hợp lệ.</p>", 400)
    flask.session.clear()
    client = registry.get(client_id)
    address = asked.get("post_logout_redirect_uri", "")
    if client is not None and client.may_return_to(address, client.logout_uris):
        state = asked.get("state")
        query = ("?" + urlencode({"state": state})) if state else ""
        return flask.redirect(f"{address}{query}", 303)  # type: ignore[return-value] # werkzeug's
    return pages.page("Đã đăng xuất", "<p>Bạn đã đăng xuất khỏi định danh điện tử.</p>")
