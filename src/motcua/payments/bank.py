"""The bank on the other side: its addresses, the shared key, and questions to it over HTTP."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any

from django.conf import settings

from motcua.payments import keys, wire
from motcua.payments.errors import BankUnreachable

if TYPE_CHECKING:
    import httpx

TIMEOUT = 10.0  # seconds
OUR_ADDRESS = "127.0.0.1"  # what we name as our own in questions to the bank


def terminal() -> str:
    """The code the gateway knows this installation by."""
    return settings.ENV.bank_terminal


def page_url() -> str:
    """Where people pay."""
    return f"{settings.ENV.bank_url}/paymentv2/vpcpay.html"


def key() -> bytes:
    """The secret shared with the bank, with which we sign."""
    return keys.newest()


def is_signed(params: Mapping[str, str], name: str) -> bool:
    """Whether the bank signed these parameters, with a key that is taken now."""
    return any(wire.signed_by_bank(params, one, name) for one in keys.accepted())


@cache
def _client() -> httpx.Client:
    from motcua.foundation.outgoing import web  # here: only the worker asks the bank

    return web.client(TIMEOUT)


def _post(path: str, body: dict[str, str]) -> dict[str, Any]:
    import httpx

    try:
        response = _client().post(f"{settings.ENV.bank_url}{path}", json=body)
        response.raise_for_status()
        answer = response.json()
    except (httpx.HTTPError, ValueError) as error:
        raise BankUnreachable(str(error)) from error
    if not isinstance(answer, dict):
        raise BankUnreachable("the answer is not an object")
    return answer


def ask(order: str, started_at: datetime, now: datetime) -> wire.BankWord:
    """How the order ended, as the bank says it (`querydr`). Raises `BankUnreachable`, also when
    the answer is not signed or is about another order."""
    body = wire.question(
        terminal=terminal(),
        order=order,
        info=f"Hoi ket qua {order}",
        started_at=started_at,
        now=now,
        request_id=secrets.token_hex(16),
        ip=OUR_ADDRESS,
        key=key(),
    )
    answer = _post("/merchant_webapi/api/transaction", body)
    if not any(wire.answer_signed(answer, one) for one in keys.accepted()):
        raise BankUnreachable("the answer is not signed by the bank")
    try:
        word = wire.read_answer(answer)
    except wire.BadMessage as error:
        raise BankUnreachable(str(error)) from error
    if word.order != order:
        raise BankUnreachable("the answer is about another order")
    return word


def transfers(since: datetime) -> list[wire.BankWord]:
    """The transfers to our accounts since that moment, as the bank's statement lists them. Raises
    `BankUnreachable`."""
    body = {"since": wire.moment(since)}
    signed = {**body, "signature": wire.signature(body, key())}
    answer = _post("/api/statement", signed)
    rows = answer.get("transfers")
    if not isinstance(rows, list):
        raise BankUnreachable("the statement has no transfers")
    try:
        found = [{str(k): str(v) for k, v in row.items()} for row in rows]
        if not all(is_signed(row, "signature") for row in found):
            raise BankUnreachable("a line of the statement is not signed by the bank")
        return [wire.read_credit(row) for row in found]
    except (AttributeError, wire.BadMessage) as error:
        raise BankUnreachable(str(error)) from error
