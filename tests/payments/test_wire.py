"""What goes over the wire to a bank and back."""

from __future__ import annotations

import hmac
from hashlib import sha512
from urllib.parse import parse_qs, parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st
from vietnam_qr_pay import QRPay

from motcua.payments import wire
from motcua.payments.rules import Outcome

from .conftest import NOW

KEY = b"secret"
PARAMS = st.dictionaries(
    st.from_regex(r"vnp_[A-Za-z]{1,12}", fullmatch=True).filter(
        lambda name: name not in (wire.SIGNATURE, "vnp_SecureHashType")
    ),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=40),
    min_size=1,
    max_size=12,
)


def page(**more):
    asked = {
        "terminal": "MOTCUA01",
        "order": "MC261120ABCDEFGHJK01",
        "amount": 150_000,
        "info": "Nop phi",
        "return_url": "http://a/b?c=d",
        "client_ip": "10.0.0.1",
        "started_at": NOW,
        "expires_at": NOW,
        "key": KEY,
    }
    return wire.payment_query(**{**asked, **more})


def test_the_signature_is_over_the_sorted_query_as_the_gateway_computes_it():
    query, _, given_signature = page().rpartition("&vnp_SecureHash=")
    names = [name for name, _ in parse_qsl(query)]
    assert names == sorted(names)
    assert hmac.new(KEY, query.encode(), sha512).hexdigest() == given_signature


def test_the_gateway_counts_in_hundredths_and_in_vietnam_time():
    values = parse_qs(page())
    assert values["vnp_Amount"] == ["15000000"]
    assert values["vnp_CreateDate"] == ["20261120100000"]


@given(PARAMS, st.data())
def test_changing_one_value_breaks_the_signature(params, data):
    signed = {**params, wire.SIGNATURE: wire.signature(params, KEY)}
    assert wire.signed_by_bank(signed, KEY)
    name = data.draw(st.sampled_from(sorted(params)))
    assert not wire.signed_by_bank({**signed, name: params[name] + "1"}, KEY)
    assert not wire.signed_by_bank(signed, b"another key")


@pytest.mark.parametrize(
    ("response", "status", "outcome"),
    [
        ("00", "00", Outcome.PAID),
        ("00", "", Outcome.PAID),
        ("00", "02", Outcome.FAILED),
        ("24", "02", Outcome.FAILED),
        ("51", "02", Outcome.FAILED),
        ("07", "00", Outcome.UNSETTLED),
        ("00", "01", Outcome.UNSETTLED),
    ],
)
def test_only_two_zeros_are_money(response, status, outcome):
    word = wire.read_callback(
        {"vnp_Amount": "100", "vnp_ResponseCode": response, "vnp_TransactionStatus": status}
    )
    assert word.outcome is outcome


@pytest.mark.parametrize("amount", ["", "-100", "150", "1e5", "٣٠٠", "9" * 20, "1.00"])
def test_an_amount_that_is_no_number_is_not_guessed(amount):
    with pytest.raises(wire.BadMessage):
        wire.read_callback({"vnp_Amount": amount})


def test_the_qr_text_is_the_known_one():
    """Two vectors in circulation: a transfer of 1,000 đ at bank 970416, and the one of the national
    switch with a bill number, whose check sum an independent reader must find right."""
    expected = (
        "00020101021238530010A0000007270123000697041601092576788590208QRIBFTTA"
        "5303704540410005802VN62150811Chuyen tien6304BBB8"
    )
    assert wire.vietqr("970416", "257678859", 1_000, "Chuyen tien") == expected
    published = (
        "00020101021238570010A00000072701270006970403011300110123456780208QRIBFTTA"
        "530370454061800005802VN62340107NPS68690819thanh toan don hang63042E2E"
    )
    assert crc(published[:-4]) == "2E2E"
    assert crc(expected[:-4]) == "BBB8"


def crc(text):
    """CRC-16/CCITT-FALSE, bit by bit, as EMVCo describes it."""
    value = 0xFFFF
    for byte in text.encode():
        value ^= byte << 8
        for _ in range(8):
            value = (value << 1) ^ 0x1021 if value & 0x8000 else value << 1
            value &= 0xFFFF
    return f"{value:04X}"


@given(st.integers(1, 999_999_999), st.from_regex(r"[0-9]{6,19}", fullmatch=True))
def test_a_bank_app_reads_the_qr_back(amount, account):
    read = QRPay(wire.vietqr("970405", account, amount, "MC261120ABCDEFGHJK"))
    assert read.is_valid
    assert (read.amount, read.consumer.bank_number) == (str(amount), account)
    assert read.additional_data.purpose == "MC261120ABCDEFGHJK"


def test_every_failure_the_gateway_names_has_its_words():
    assert {wire.failure_text(code) for code in ("24", "51", "13")} < set(wire.FAILURES.values())
    assert wire.failure_text("??") == wire.FAILURES["99"]
