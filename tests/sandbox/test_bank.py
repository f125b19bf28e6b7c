"""The bank's pages are usable and its doors are shut to what is not signed."""

from __future__ import annotations

import pytest

from sandbox.bank import wire
from sandbox.bank.app import make_app, read_qr
from sandbox.common.server import Place

KEY = b"sandbox-only-not-a-secret"
ORDER = {
    "vnp_TxnRef": "MC1",
    "vnp_TmnCode": "MOTCUA01",
    "vnp_Amount": "15000000",
    "vnp_OrderInfo": "Nop phi <b>",
    "vnp_ReturnUrl": "http://127.0.0.1:1/ve",
    "vnp_ExpireDate": "99991231235959",
}


@pytest.fixture
def client(tmp_path, monkeypatch):
    monkeypatch.delenv("MOTCUA_BANK_SECRET", raising=False)
    place = Place("http://127.0.0.1:1", 1, tmp_path)
    return make_app(place, "http://127.0.0.1:9/none").test_client()


def opened(client, **more):
    params = wire.sign({**ORDER, **more}, KEY)
    return client.get("/paymentv2/vpcpay.html", query_string=params)


def test_the_payment_page_says_what_is_paid_and_escapes_it(client):
    shown = opened(client).get_data(as_text=True)
    assert "150.000 đ" in shown
    assert "Nop phi &lt;b&gt;" in shown
    assert "<script" not in shown


def test_an_order_that_was_tampered_with_is_not_shown(client):
    params = {**wire.sign(ORDER, KEY), "vnp_Amount": "100"}
    assert client.get("/paymentv2/vpcpay.html", query_string=params).status_code == 400


def test_the_same_order_with_another_amount_is_refused(client):
    opened(client)
    assert opened(client, vnp_Amount="100").status_code == 400


def test_an_order_ends_once_whatever_is_pressed_later(client):
    opened(client)
    first = client.post("/pay/MC1", data={"choice": "cancel"}).headers["location"]
    second = client.post("/pay/MC1", data={"choice": "pay"}).headers["location"]
    assert first == second
    assert "vnp_ResponseCode=24" in first
    assert "đã kết thúc" in opened(client).get_data(as_text=True)


def test_after_its_hour_an_order_can_only_expire(client):
    shown = opened(client, vnp_ExpireDate="20200101000000")
    assert "11" in shown.get_data(as_text=True)
    location = client.post("/pay/MC1", data={"choice": "pay"}).headers["location"]
    assert "vnp_ResponseCode=11" in location


def test_unknown_orders_and_choices_are_not_found(client):
    assert client.post("/pay/NONE", data={"choice": "pay"}).status_code == 404
    opened(client)
    assert client.post("/pay/MC1", data={"choice": "steal"}).status_code == 404
    assert client.get("/back/MC1").status_code == 404


def test_a_question_with_a_wrong_signature_learns_nothing(client):
    answer = client.post("/merchant_webapi/api/transaction", json={"vnp_TxnRef": "MC1"}).json
    assert answer["vnp_ResponseCode"] == "97"
    assert wire.signed_joined(answer, wire.ANSWER, KEY)


@pytest.mark.parametrize("text", ["", "abc", "0002010102", "00020101021263049999", "9" * 400])
def test_rubbish_is_no_qr(client, text):
    assert read_qr(text) is None
    answer = client.post("/qr", data={"text": text or " x"})
    assert answer.status_code == 400
    assert "Không đọc được" in answer.get_data(as_text=True)


def test_a_qr_is_read_confirmed_and_paid(client):
    text = (
        "00020101021238530010A0000007270123000697041601092576788590208QRIBFTTA"
        "5303704540410005802VN62150811Chuyen tien6304BBB8"
    )
    shown = client.get("/qr", query_string={"text": text}).get_data(as_text=True)
    assert "ACB" in shown
    form = {"bank": "970416", "account": "257678859", "amount": "1000", "content": "Chuyen tien"}
    assert "1.000 đ" in client.post("/qr", data=form).get_data(as_text=True)
    assert client.post("/qr", data={**form, "amount": "nhiều"}).status_code == 400
    assert "Chuyen tien" in client.get("/").get_data(as_text=True)


def test_an_unknown_knob_is_named(client):
    assert client.post("/api/knobs", json={"explode": 1}).status_code == 400
    assert client.post("/api/knobs", json={"lose": 2}).json["lose"] == 2
