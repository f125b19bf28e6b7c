"""The platform and the bank's sandbox, over HTTP, with everything that goes wrong between them."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qs, parse_qsl, urlsplit

import httpx
import pytest
from django.conf import settings as django_settings
from django.db import connection

from motcua.foundation import clock
from motcua.payments import actions, bank, queries
from motcua.payments.models import Callback, Charge, Payment
from sandbox.bank.app import make_app
from sandbox.common.server import Place

from ..serving import serve
from .conftest import make_agency

pytestmark = pytest.mark.django_db(transaction=True)


def platform(environ, start):
    """The door that takes the bank's messages, at its barest."""
    length = int(environ.get("CONTENT_LENGTH") or 0)
    query = environ["QUERY_STRING"] or environ["wsgi.input"].read(length).decode()
    try:
        code = actions.receive_callback(dict(parse_qsl(query)), clock.now())
    finally:
        connection.close()
    start("200 OK", [("Content-Type", "application/json")])
    return [json.dumps({"RspCode": code}).encode()]


@pytest.fixture
def bank_url(transactional_db, settings, tmp_path):
    home = Path(tmp_path)
    with (
        serve(lambda _: platform) as door,
        serve(lambda url: make_app(Place(url, 0, home), door)) as url,
    ):
        settings.ENV = replace(django_settings.ENV, bank_url=url)
        yield url


@pytest.fixture
def owed(bank_url):
    items = [{"name": "Lệ phí", "kind": "le_phi", "amount": 150_000}]
    return actions.charge(7, make_agency(), "Nông Văn A", "Phí", items, None, clock.now())


def start(owed, method="vnpay"):
    return actions.start_attempt(
        owed.pk, method, "http://here.invalid/ve?x=1", "127.0.0.1", clock.now()
    )


def pay(started, choice="pay"):
    """What a person does on the bank's page; where they are sent back to."""
    with httpx.Client() as browser:
        assert "150.000 đ" in browser.get(started.redirect_url).text
        path = f"/pay/{started.attempt.order}"
        base = started.redirect_url.split("/paymentv2")[0]
        answer = browser.post(base + path, data={"choice": choice})
    assert answer.status_code == 303
    return answer.headers["location"]


def turn(url, **knobs):
    httpx.post(f"{url}/api/knobs", json=knobs).raise_for_status()


def state(owed):
    return Charge.objects.get(pk=owed.pk).state


def eventually(check, seconds=8.0):
    deadline = time.monotonic() + seconds
    while not check() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert check()


def test_paying_on_the_banks_page_pays_the_charge(bank_url, owed):
    location = pay(start(owed))
    eventually(lambda: state(owed) == "paid")
    query = {k: v[0] for k, v in parse_qs(urlsplit(location).query).items()}
    assert query.pop("x") == "1"
    assert queries.returned(query).paid


@pytest.mark.parametrize(
    ("choice", "words"), [("cancel", "hủy"), ("insufficient", "số dư"), ("otp", "OTP")]
)
def test_a_failed_payment_is_told_in_words_and_can_be_tried_again(bank_url, owed, choice, words):
    location = pay(start(owed), choice)
    eventually(lambda: Callback.objects.count() == 1)
    query = {k: v[0] for k, v in parse_qs(urlsplit(location).query).items() if k != "x"}
    assert words in queries.returned(query).message
    pay(start(owed))
    eventually(lambda: state(owed) == "paid")


def test_a_lost_callback_is_made_good_by_the_reconciliation(bank_url, owed):
    turn(bank_url, lose=1)
    pay(start(owed))
    assert state(owed) == "pending"
    done = actions.reconcile(clock.now() + timedelta(minutes=6))
    assert (done.settled, state(owed)) == (1, "paid")


def test_a_doubled_callback_pays_once(bank_url, owed):
    turn(bank_url, duplicate=1)
    pay(start(owed))
    eventually(lambda: Callback.objects.count() == 2)
    assert sorted(Callback.objects.values_list("answer", flat=True)) == ["00", "02"]
    assert Payment.objects.count() == 1


def test_a_callback_spoilt_on_the_way_is_refused_and_sent_again(bank_url, owed):
    turn(bank_url, corrupt=1)
    pay(start(owed))
    eventually(lambda: state(owed) == "paid")
    assert list(Callback.objects.order_by("pk").values_list("answer", flat=True)) == ["97", "00"]


def test_money_the_bank_held_back_is_found_by_asking(bank_url, owed):
    started = start(owed)
    pay(started, "held")
    assert actions.reconcile(clock.now() + timedelta(minutes=6)).settled == 0
    httpx.post(f"{bank_url}/release/{started.attempt.order}").raise_for_status()
    assert actions.reconcile(clock.now() + timedelta(hours=1)).settled == 1
    assert state(owed) == "paid"


def test_an_order_nobody_opened_is_unknown_to_the_bank(bank_url, owed):
    started = start(owed)
    word = bank.ask(started.attempt.order, started.attempt.started_at, clock.now())
    assert word.outcome == "unknown"


def test_a_scanned_qr_pays_by_transfer(bank_url, owed):
    qr = start(owed, "vietqr").qr
    sent = httpx.post(f"{bank_url}/api/transfers", json={"qr": qr})
    assert sent.json()["content"] == owed.reference
    eventually(lambda: state(owed) == "paid")


def test_a_transfer_whose_notice_was_lost_is_on_the_statement(bank_url, owed):
    turn(bank_url, lose=2)
    for _ in range(2):
        httpx.post(f"{bank_url}/api/transfers", json={"qr": queries.qr_text(owed)})
    assert state(owed) == "pending"
    assert actions.reconcile(clock.now()).transfers == 2
    assert state(owed) == "paid"
    assert Payment.objects.get(disposition="refund_due").reason == "paid_twice"
    assert actions.reconcile(clock.now()).transfers == 0


def test_a_transfer_of_another_sum_is_flagged(bank_url, owed):
    qr = start(owed, "vietqr").qr
    httpx.post(f"{bank_url}/api/transfers", json={"qr": qr, "amount": 15_000})
    eventually(lambda: Payment.objects.filter(reason="wrong_amount").exists())
    assert state(owed) == "pending"


def test_a_bank_that_is_down_is_asked_again_later(bank_url, owed, settings):
    start(owed)
    settings.ENV = replace(settings.ENV, bank_url="http://127.0.0.1:9")
    done = actions.reconcile(clock.now() + timedelta(minutes=6))
    assert (done.asked, done.unanswered) == (1, 1)
    assert actions.reconcile(clock.now() + timedelta(minutes=7)).asked == 0


def test_a_statement_without_our_signature_is_refused(bank_url):
    body = {"since": "", "signature": "0" * 128}
    answer = httpx.post(f"{bank_url}/api/statement", json=body)
    assert answer.status_code == 403
    assert json.loads(answer.text)["status"] == 403
