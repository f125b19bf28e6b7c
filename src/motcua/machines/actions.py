"""Registering machines and their keys, and giving them access tokens."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from django.db import connection, transaction
from django.db.backends.postgresql.psycopg_any import DateRange, DateTimeTZRange

from motcua.agencies.models import Agency
from motcua.foundation import ledger
from motcua.machines import queries, rules
from motcua.machines.errors import BadMachine, NotProven, ScopeRefused, TwoKeys, UnknownMachine
from motcua.machines.models import Machine, MachineKey, TokenKey, UsedAssertion

ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
OPERATOR = "operator"
_TOKEN_KEY_LOCK = 0x544F_4B45_4E  # "TOKEN"


@dataclass(frozen=True, slots=True)
class Wish:
    """A token request. `endpoint` and `issuer` are our own addresses, one of which the assertion
    must name; `certificate` is the thumbprint of the client certificate that the proxy has seen,
    or empty."""

    assertion: str
    scope: str
    endpoint: str
    issuer: str
    client_id: str = ""
    certificate: str = ""


@dataclass(frozen=True, slots=True)
class Grant:
    """A signed access token, how many seconds it is good for, and what it lets do."""

    token: str
    seconds: int
    scopes: frozenset[str]


@transaction.atomic
def add(
    agency: Agency,
    name: str,
    scopes: list[str],
    source: str,
    now: datetime,
    *,
    first_day: date,
    last_day: date | None = None,
    certificate: str = "",
    actor: str = OPERATOR,
) -> Machine:
    """Register a program of `agency`; `source` is the decision that allows it. Raises `BadMachine`.
    It can do nothing until it has a key."""
    if not name.strip() or not source.strip():
        raise BadMachine("Máy khách cần có tên và văn bản cho phép.")
    if last_day is not None and last_day < first_day:
        raise BadMachine("Ngày cuối phải không trước ngày đầu.")
    if certificate and len(certificate) != 43:
        raise BadMachine("Dấu vân tay chứng thư là SHA-256 dạng base64url, 43 ký tự.")
    machine = Machine.objects.create(
        client_id=f"may-{secrets.token_hex(8)}",
        name=name.strip()[:120],
        agency=agency,
        scopes=rules.known_scopes(scopes, agency.kind),
        certificate=certificate,
        valid=DateRange(first_day, last_day, "[]" if last_day else "[)"),
        source=source.strip()[:200],
        created_at=now,
    )
    ledger.append(
        "machines.added",
        machine.client_id,
        actor,
        {
            "agency": agency.code,
            "name": machine.name,
            "scopes": machine.scopes,
            "first_day": first_day,
            "last_day": last_day,
            "certificate": certificate,
            "source": machine.source,
        },
    )
    return machine


@transaction.atomic
def add_key(
    client_id: str,
    jwk: Mapping[str, Any],
    first: datetime,
    last: datetime,
    *,
    actor: str = OPERATOR,
) -> MachineKey:
    """Give a machine a public key for the time from `first` to `last`. Raises `UnknownMachine`,
    `BadMachine`, and `TwoKeys` when it has two in that time."""
    machine = _locked(client_id)
    if last <= first:
        raise BadMachine("Khóa phải hết hạn sau khi bắt đầu.")
    kept = rules.public_key(jwk)
    if machine.keys.filter(kid=kept["kid"]).exists():
        raise BadMachine("Khóa mang tên này đã được đăng ký cho máy khách.")
    span = DateTimeTZRange(first, last, "[)")
    taken = set(machine.keys.filter(valid__overlap=span).values_list("place", flat=True))
    free = [place for place in (1, 2) if place not in taken]
    if not free:
        raise TwoKeys
    key = MachineKey.objects.create(
        machine=machine, place=free[0], kid=kept["kid"], jwk=kept, valid=span
    )
    data = {"kid": key.kid, "first": first, "last": last, "key": _digest(kept)}
    ledger.append("machines.key_added", client_id, actor, data)
    return key


@transaction.atomic
def end_key(client_id: str, kid: str, now: datetime, *, actor: str = OPERATOR) -> None:
    """A key of a machine counts no more. Raises `UnknownMachine` and `BadMachine`. Tokens that it
    was used for run out by themselves within minutes."""
    machine = _locked(client_id)
    key = machine.keys.filter(kid=kid, valid__endswith__gt=now).first()
    if key is None:
        raise BadMachine("Máy khách không có khóa còn hạn mang tên này.")
    if key.valid.lower >= now:
        key.delete()
    else:
        key.valid = DateTimeTZRange(key.valid.lower, now, "[)")
        key.save(update_fields=["valid"])
    ledger.append("machines.key_ended", client_id, actor, {"kid": kid})


@transaction.atomic
def stop(client_id: str, now: datetime, *, actor: str = OPERATOR) -> None:
    """The machine works no more, from its next request on: tokens it holds count no more either.
    Raises `UnknownMachine`."""
    machine = _locked(client_id)
    if machine.stopped_at is None:
        machine.stopped_at = now
        machine.save(update_fields=["stopped_at"])
        ledger.append("machines.stopped", client_id, actor, {})


def _locked(client_id: str) -> Machine:
    machine = Machine.objects.select_for_update().filter(client_id=client_id).first()
    if machine is None:
        raise UnknownMachine
    return machine


def _digest(jwk: Mapping[str, Any]) -> str:
    return sha256(json.dumps(jwk, sort_keys=True).encode()).hexdigest()


@transaction.atomic
def grant(wish: Wish, now: datetime) -> Grant:
    """An access token for the machine that proves itself (RFC 7523 `private_key_jwt`). An assertion
    counts once, however many send it at once. Raises `NotProven` and `ScopeRefused`."""
    machine, claims = _proven(wish, now)
    scopes = rules.granted(wish.scope, frozenset(machine.scopes))
    if scopes is None:
        raise ScopeRefused
    if not _first_time(machine, claims, now):
        raise NotProven("the assertion was used before")
    key = _signing_key(now)
    name = secrets.token_urlsafe(12)
    seconds = int(rules.TOKEN_LIFE.total_seconds())
    issued = int(now.timestamp())
    body: dict[str, Any] = {
        "iss": wish.issuer,
        "sub": machine.client_id,
        "client_id": machine.client_id,
        "aud": rules.AUDIENCE,
        "scope": " ".join(sorted(scopes)),
        "iat": issued,
        "exp": issued + seconds,
        "jti": name,
    }
    if wish.certificate:
        body["cnf"] = {"x5t#S256": wish.certificate}
    ledger.append(
        "machines.token_granted",
        machine.client_id,
        f"machine:{machine.client_id}",
        {"jti": name, "scopes": sorted(scopes), "seconds": seconds, "signed_with": key.kid},
    )
    return Grant(_signed(key, body), seconds, scopes)


def _proven(wish: Wish, now: datetime) -> tuple[Machine, Mapping[str, Any]]:
    from joserfc import jwt
    from joserfc.errors import JoseError
    from joserfc.jwk import KeySet

    client_id = _claimed(wish.assertion)
    if wish.client_id not in ("", client_id):
        raise NotProven("client_id and the assertion's subject differ")
    machine = queries.working(client_id, now)
    if machine is None:
        raise NotProven("no such machine, or not at this time")
    keys = queries.keys_of(machine, now)
    if not keys:
        raise NotProven("the machine has no key at this time")
    try:
        claims = jwt.decode(
            wish.assertion,
            KeySet.import_key_set({"keys": keys}),
            algorithms=list(rules.ALGORITHMS),
        ).claims
    except (JoseError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise NotProven(f"signature: {type(error).__name__}") from error
    audiences = frozenset({wish.endpoint, wish.issuer})
    rules.proven(rules.assertion_problem(claims, machine.client_id, audiences, now))
    if machine.certificate and machine.certificate != wish.certificate:
        raise NotProven("the client certificate is not the registered one")
    return machine, claims


def _claimed(assertion: str) -> str:
    """Whose an assertion claims to be: only to find the keys that must have signed it."""
    import base64

    try:
        payload = assertion.split(".")[1]
        claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
        claimed = claims["sub"]
    except (IndexError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise NotProven("the assertion is no JWT") from error
    if not isinstance(claimed, str) or "\0" in claimed or len(claimed) > 100:
        raise NotProven("the assertion names no client")
    return claimed


def _first_time(machine: Machine, claims: Mapping[str, Any], now: datetime) -> bool:
    until = datetime.fromtimestamp(claims["exp"], now.tzinfo) + 2 * rules.LEEWAY
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO machines_usedassertion (machine_id, jti, expires_at) VALUES (%s, %s, %s)"
            " ON CONFLICT DO NOTHING",
            [machine.pk, sha256(claims["jti"].encode()).digest(), until],
        )
        return int(cursor.rowcount) == 1


def forget_used(now: datetime) -> int:
    """Forget assertions that have expired, and so could not be used again; how many."""
    return UsedAssertion.objects.filter(expires_at__lt=now).delete()[0]


def _signing_key(now: datetime) -> TokenKey:
    """The key that signs today; the first one is made when it is first needed."""
    newest = TokenKey.objects.filter(retired_at__isnull=True).order_by("-made_at", "-pk")
    found = newest.first()
    if found is None:
        _alone_with_token_keys()
        found = newest.first() or _new_key(now, OPERATOR)
    return found


def _alone_with_token_keys() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_TOKEN_KEY_LOCK])


@transaction.atomic
def rotate_token_key(now: datetime, *, actor: str = OPERATOR) -> TokenKey:
    """Sign with a new key from now on. The old one stays published until its last token has run
    out, then it is of no use to anybody."""
    _alone_with_token_keys()
    TokenKey.objects.filter(retired_at__isnull=True).update(retired_at=now)
    return _new_key(now, actor)


def _new_key(now: datetime, actor: str) -> TokenKey:
    from joserfc.jwk import ECKey

    made = ECKey.generate_key("P-256", auto_kid=True)
    public = {**made.as_dict(private=False), "use": "sig", "alg": "ES256"}
    key = TokenKey.objects.create(
        kid=str(made.kid),
        private=json.dumps(made.as_dict(private=True)),
        public=public,
        made_at=now,
    )
    ledger.append("machines.token_key_made", key.kid, actor, {"key": _digest(public)})
    return key


def _signed(key: TokenKey, body: dict[str, Any]) -> str:
    from joserfc import jwt
    from joserfc.jwk import ECKey

    head = {"alg": "ES256", "kid": key.kid, "typ": "at+jwt"}
    return jwt.encode(head, body, ECKey.import_key(json.loads(key.private)), algorithms=["ES256"])
