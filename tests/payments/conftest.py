"""An agency with a bank account, charges, and a bank that signs."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange

from motcua.agencies.models import Agency, Kind
from motcua.payments import actions, bank, wire

NOW = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)


@pytest.fixture
def now() -> datetime:
    return NOW


def make_agency(code: str = "H37.105", **more: object) -> Agency:
    return Agency.objects.create(
        code=code,
        name="UBND xã Thử Nghiệm",
        kind=Kind.COMMUNE,
        realm="H37",
        sort_key="x",
        valid=DateRange(date(2025, 7, 1), None),
        source="thử",
        **{"bank_bin": "970405", "bank_account": "8888000105", **more},
    )


@pytest.fixture
def agency(db: None) -> Agency:
    return make_agency()


@pytest.fixture
def charge(agency: Agency, now: datetime):
    items = [{"name": "Lệ phí", "kind": "le_phi", "amount": 150_000}]
    return actions.charge(7, agency, "Nông Văn A", "H37.105-261120-0001", items, None, now)


@pytest.fixture
def bank_page(charge, now):
    """An attempt at the gateway's page."""
    return actions.start_attempt(
        charge.pk, "vnpay", "http://testserver/ve", "127.0.0.1", now
    ).attempt


def signed(params: dict[str, str]) -> dict[str, str]:
    return {**params, wire.SIGNATURE: wire.signature(params, bank.key())}


def callback(order: str, amount: int = 150_000, **more: str) -> dict[str, str]:
    """What the gateway sends when an order has been paid."""
    return signed(
        {
            "vnp_TmnCode": bank.terminal(),
            "vnp_Amount": str(amount * 100),
            "vnp_BankCode": "NCB",
            "vnp_OrderInfo": "Nộp phí",
            "vnp_PayDate": "20261120100500",
            "vnp_ResponseCode": "00",
            "vnp_TransactionNo": f"T{order[-6:]}",
            "vnp_TransactionStatus": "00",
            "vnp_TxnRef": order,
            **more,
        }
    )


def credit(content: str, amount: int = 150_000, transaction: str = "FT1") -> dict[str, str]:
    """The bank's notice of a transfer."""
    params = {
        "account": "8888000105",
        "amount": str(amount),
        "content": content,
        "transaction": transaction,
        "paid_at": "20261120100500",
    }
    return {**params, "signature": wire.signature(params, bank.key())}
