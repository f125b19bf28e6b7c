"""The bank's door: signed messages change a payment once, and nothing else changes anything."""

from __future__ import annotations

import pytest

from motcua.dossiers.models import Status
from motcua.foundation.events import relay_all
from motcua.payments import actions as payments
from motcua.payments.models import Callback, Charge, Payment

from ..dossiers import people as p
from ..payments.conftest import callback
from ..world import NOW, at_once, settle
from .conftest import Program

pytestmark = pytest.mark.usefixtures("world")
rolled_back = pytest.mark.django_db
PATH = "/api/payments/ipn"


@pytest.fixture
def order(db):
    _, dossier = p.filed("1.001612")
    return started(dossier)


def started(dossier):
    charge = Charge.objects.get(subject=dossier.pk)
    return payments.start_attempt(
        charge.pk, "vnpay", "http://x.test/ve", "127.0.0.1", NOW
    ).attempt.order


def answered(params, method="get") -> str:
    client = Program().client
    answer = getattr(client, method)(PATH, params)
    assert answer.status_code == 200
    return answer.json()["RspCode"]


def test_the_bank_says_it_was_paid_and_repeats_itself(order):
    assert [answered(callback(order)) for _ in range(3)] == ["00", "02", "02"]
    settle()
    assert Charge.objects.get().state == "paid"
    assert Payment.objects.count() == 1


def test_an_order_nobody_knows(order):
    assert answered(callback("MC0000000000")) == "01"
    assert Charge.objects.get().state == "pending"


def test_a_wrong_amount_pays_nothing(order):
    assert answered(callback(order, amount=1_000)) == "04"
    assert Charge.objects.get().state == "pending"


@pytest.mark.parametrize(
    "change", [{"vnp_Amount": "1"}, {"vnp_SecureHash": "0" * 128}, {"la": "1"}]
)
def test_a_message_that_was_changed_is_not_believed(order, change):
    params = {**callback(order), **change}
    expected = "97" if "la" not in change else answered(params)
    assert answered(params) == expected
    if expected == "97":
        assert Charge.objects.get().state == "pending"


@rolled_back
@pytest.mark.parametrize(
    "params",
    [{}, {"vnp_TxnRef": ""}, {"vnp_TxnRef": "x" * 9_000}, {"vnp_Amount": "nhiều"}, {"x": "ầ"}],
)
@pytest.mark.parametrize("method", ["get", "post"])
def test_rubbish_is_answered_as_not_signed(params, method):
    assert answered(params, method) == "97"


def test_a_message_for_a_dossier_that_was_withdrawn_is_kept_to_be_paid_back(order):
    from motcua.dossiers.actions import applicant
    from motcua.dossiers.models import Dossier

    dossier = Dossier.objects.get()
    applicant.withdraw(p.citizen("chu-quan"), dossier.number, "", NOW)
    answered(callback(order))
    relay_all()
    assert Payment.objects.get().disposition == "refund_due"
    assert p.fresh(dossier).status == Status.STOPPED


def test_the_same_message_three_times_at_once_pays_once(committed):
    _, dossier = p.filed("1.001612")
    params = callback(started(dossier))
    codes = at_once(*[lambda: answered(params)] * 3)
    assert sorted(codes) == ["00", "02", "02"]
    assert Payment.objects.count() == 1
    assert Callback.objects.count() == 3


@rolled_back
def test_coming_back_from_the_bank_changes_nothing(client):
    viewer, dossier = p.filed("1.001612")
    params = callback(started(dossier))
    from motcua.people.models import Account

    client.force_login(Account.objects.get(pk=viewer.account_id))
    answer = client.get("/thanh-toan/ket-qua/", params)
    assert answer.status_code == 200
    assert Charge.objects.get().state == "pending"
