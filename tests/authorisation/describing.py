"""The API as its own description tells it, and requests drawn from that description.

A drawn request is all invention, or has true things put in its place: the number of a dossier that
is there, a complete filing. So what is asked is not only what cannot exist.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from io import BytesIO
from typing import Any

import jsonschema_rs
import schemathesis
from django.conf import settings
from django.core import signals
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import CheckFunction
from schemathesis.config import SchemathesisConfig
from schemathesis.specs.openapi import checks
from schemathesis.specs.openapi.schemas import OpenApiSchema

from motcua.doors.api.api import api

CHECKS: list[CheckFunction] = [
    schemathesis.checks.not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
    checks.missing_required_header,
    checks.allow_header_conformance,
]
"""No server error, and no answer of a status, a kind or a shape that the description does not
name."""
MODES = tuple(GenerationMode)


def description() -> dict[str, Any]:
    """What `/api/openapi.json` says, as any program reads it."""
    read: dict[str, Any] = json.loads(json.dumps(api.get_openapi_schema()))
    return read


TO_BE_SIGNED = "to be signed"
house = cache(get_wsgi_application)


def in_this_transaction(environ: dict[str, Any], start: Callable[..., Any]) -> list[bytes]:
    """The house as a WSGI application whose requests leave the open connection open. A request
    that asks for the National Portal's signature gets it, over the bytes that are really sent."""
    if environ.get("HTTP_X_SIGNATURE") == TO_BE_SIGNED:
        raw = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        secret = settings.ENV.national_secret.encode()
        environ["HTTP_X_SIGNATURE"] = hmac.new(secret, raw, sha256).hexdigest()
        environ["wsgi.input"] = BytesIO(raw)
    for signal in (signals.request_started, signals.request_finished):
        signal.disconnect(close_old_connections)
    try:
        answer = house()(environ, start)
        try:
            return [b"".join(answer)]
        finally:
            answer.close()
    finally:
        for signal in (signals.request_started, signals.request_finished):
            signal.connect(close_old_connections)


@cache
def schema() -> OpenApiSchema:
    """The description, tried on this process: no server, no network."""
    made = schemathesis.openapi.from_dict(description(), config=SchemathesisConfig())
    made.app = in_this_transaction
    return made


def operations() -> dict[str, Any]:
    """Each operation under its name, `GET /api/v1/procedures`."""
    return {found.ok().label: found.ok() for found in schema().get_all_operations()}


def fits(case: Any) -> bool:
    """Whether the JSON body of a request is one that the description allows; True without one."""
    judge = _judges().get(case.operation.label)
    if judge is None or case.media_type != "application/json" or not isinstance(case.body, dict):
        return True
    return judge.is_valid(case.body)


@cache
def _judges() -> dict[str, jsonschema_rs.Validator]:
    told = description()
    found = {}
    for path, methods in told["paths"].items():
        for method, operation in methods.items():
            content = operation.get("requestBody", {}).get("content", {})
            if wanted := content.get("application/json"):
                whole = {**wanted["schema"], "components": told["components"]}
                found[f"{method.upper()} {path}"] = jsonschema_rs.validator_for(whole)
    return found


@dataclass(frozen=True, slots=True)
class Truth:
    """What is there: values of path parameters and of the query, those first that belong together,
    and whole bodies by operation."""

    places: Mapping[str, list[str]]
    bodies: Mapping[str, Callable[[], Any]]


@st.composite
def requests(draw: Callable[[Any], Any], label: str, truth: Truth) -> Any:
    """A request of one operation: it fits the description or does not, and some of it is true."""
    mode = draw(st.sampled_from(MODES))
    case = draw(operations()[label].as_strategy(generation_mode=mode))
    which = draw(st.sampled_from(("invented", "mixed", "there")))
    for name in list(case.path_parameters or {}):
        known = truth.places.get(name, [])
        if known and (which == "there" or (which == "mixed" and draw(st.booleans()))):
            case.path_parameters[name] = (
                known[0] if which == "there" else draw(st.sampled_from(known))
            )
    if "after" in (case.query or {}) and draw(st.booleans()):
        case.query["after"] = draw(st.sampled_from(truth.places["after"]))
    # A form is read leniently: a wrong part beside true ones may no longer be wrong.
    whole_or_wrong = mode.is_positive or case.media_type == "application/json"
    if label in truth.bodies and isinstance(case.body, dict) and whole_or_wrong:
        whole = truth.bodies[label]()
        if draw(st.booleans()):
            kept = draw(st.sampled_from([*whole, None]))
            case.body = {**whole, **{k: v for k, v in case.body.items() if k == kept}}
    return case


@st.composite
def true_request(draw: Callable[[Any], Any], label: str, truth: Truth) -> Any:
    """A request that fits the description and asks for what is there, or sends a whole body."""
    case = draw(operations()[label].as_strategy(generation_mode=GenerationMode.POSITIVE))
    for name in list(case.path_parameters or {}):
        if known := truth.places.get(name, []):
            case.path_parameters[name] = known[0]
    if case.query:
        case.query.pop("after", None)
    if label in truth.bodies:
        case.body = truth.bodies[label]()
    return case
