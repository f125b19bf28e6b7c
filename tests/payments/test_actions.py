"""What becomes of money, whatever the bank, the network and the payer do."""

from __future__ import annotations

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.db import Error, connection, transaction

from motcua.foundation.models import OutboxEvent
from motcua.payments import actions, bank, queries, rules, wire
from motcua.payments.errors import (
    AlreadyPaid,
    BankUnreachable,
    NoAccount,
    NothingToPay,
    NotPayable,
    NotRefundable,
    UnknownMethod,
)
from motcua.payments.models import Attempt, Callback, Charge, Payment

from .conftest import callback, credit, make_agency, signed


@pytest.fixture(autouse=True)
def empty_statement(monkeypatch):
    monkeypatch.setattr(bank, "transfers", lambda since: [])


def told(name):
    return OutboxEvent.objects.filter(name=f"payments.{name}").count()


def start(charge, method, now):
    return actions.start_attempt(charge.pk, method, "http://testserver/ve", "127.0.0.1", now)


def test_a_signed_callback_pays_the_charge_and_says_so_once(charge, bank_page, now):
    assert actions.receive_callback(callback(bank_page.order), now) == "00"
    charge.refresh_from_db()
    assert (charge.state, charge.method, charge.paid_at) == ("paid", "vnpay", now)
    assert told("ChargePaid") == 1


def test_a_repeated_callback_changes_nothing_more(charge, bank_page, now):
    message = callback(bank_page.order)
    answers = [actions.receive_callback(message, now) for _ in range(3)]
    assert answers == ["00", "02", "02"]
    assert told("ChargePaid") == 1
    assert Payment.objects.count() == 1
    assert Callback.objects.count() == 3


def test_a_forged_callback_is_kept_and_pays_nothing(charge, bank_page, now):
    message = {**callback(bank_page.order), "vnp_BankCode": "OTHER"}
    assert actions.receive_callback(message, now) == "97"
    charge.refresh_from_db()
    assert charge.state == "pending"
    assert not Callback.objects.get().signature_valid


@pytest.mark.parametrize("message", [{}, {"a": "b"}, {"vnp_TxnRef": "x"}, {"content": "x\0y"}])
def test_rubbish_is_answered_and_kept(db, now, message):
    assert actions.receive_callback(message, now) == "97"
    assert Callback.objects.count() == 1


def test_a_signed_message_without_an_amount_is_our_error_99_not_a_crash(bank_page, now):
    message = signed({"vnp_TxnRef": bank_page.order, "vnp_Amount": "nhiều"})
    assert actions.receive_callback(message, now) == "99"


def test_a_callback_for_an_order_nobody_knows_is_answered_01_and_its_money_flagged(db, now):
    assert actions.receive_callback(callback("MC000000AAAAAAAAAA01"), now) == "01"
    assert Payment.objects.get().reason == "unknown_order"
    assert told("RefundOwed") == 1


def test_a_wrong_amount_pays_nothing_and_the_bank_is_asked(charge, bank_page, now, monkeypatch):
    assert actions.receive_callback(callback(bank_page.order, 1_000), now) == "04"
    bank_page.refresh_from_db()
    assert bank_page.state == "started"
    word = bank_says(rules.Outcome.PAID, 1_000)
    monkeypatch.setattr(bank, "ask", word)
    actions.reconcile(now + timedelta(minutes=10))
    charge.refresh_from_db()
    assert charge.state == "pending"
    assert (Payment.objects.get().reason, Payment.objects.get().amount) == ("wrong_amount", 1_000)


def test_a_cancelled_payment_leaves_the_charge_open_for_another_try(charge, bank_page, now):
    message = callback(bank_page.order, vnp_ResponseCode="24", vnp_TransactionStatus="02")
    assert actions.receive_callback(message, now) == "00"
    bank_page.refresh_from_db()
    assert (bank_page.state, bank_page.response_code) == ("failed", "24")
    again = start(charge, "vnpay", now).attempt
    assert again.order != bank_page.order
    assert actions.receive_callback(callback(again.order), now) == "00"
    charge.refresh_from_db()
    assert charge.state == "paid"


def test_money_that_comes_after_a_reported_failure_still_counts(charge, bank_page, now):
    failed = callback(bank_page.order, vnp_ResponseCode="51", vnp_TransactionStatus="02")
    assert actions.receive_callback(failed, now) == "00"
    assert actions.receive_callback(callback(bank_page.order), now) == "00"
    charge.refresh_from_db()
    assert charge.state == "paid"


def test_a_transaction_the_bank_holds_back_waits(charge, bank_page, now):
    held = callback(bank_page.order, vnp_ResponseCode="07", vnp_TransactionStatus="07")
    assert actions.receive_callback(held, now) == "00"
    bank_page.refresh_from_db()
    assert bank_page.state == "started"
    assert not Payment.objects.exists()


def test_paying_twice_is_owed_back(charge, bank_page, now):
    second = start(charge, "vnpay", now).attempt
    assert actions.receive_callback(callback(bank_page.order), now) == "00"
    assert actions.receive_callback(callback(second.order), now) == "00"
    assert sorted(Payment.objects.values_list("disposition", "reason")) == [
        ("accepted", ""),
        ("refund_due", "paid_twice"),
    ]
    assert (told("ChargePaid"), told("RefundOwed")) == (1, 1)


def test_money_after_the_end_is_recorded_and_owed_back(charge, now):
    qr_started = start(charge, "vietqr", now)
    assert actions.expire(now + timedelta(days=16)) == 1
    late = now + timedelta(days=17)
    assert actions.receive_callback(credit(qr_started.attempt.order), late) == "00"
    charge.refresh_from_db()
    assert charge.state == "expired"
    assert Payment.objects.get().reason == "late"


def test_an_unpaid_charge_expires_after_fifteen_days_and_not_before(charge, now):
    assert actions.expire(now + timedelta(days=15) - timedelta(seconds=1)) == 0
    assert actions.expire(now + timedelta(days=15)) == 1
    assert actions.expire(now + timedelta(days=15)) == 0
    assert told("ChargeExpired") == 1
    with pytest.raises(NotPayable):
        start(charge, "vnpay", now)


def test_a_charge_with_money_perhaps_on_its_way_does_not_expire(charge, bank_page, now):
    assert actions.expire(now + timedelta(days=20)) == 0


def test_a_transfer_by_qr_pays_by_its_content(charge, now):
    started = start(charge, "vietqr", now)
    assert charge.reference in started.qr
    message = credit(f"NONG VAN A CK {charge.reference.lower()} le phi")
    assert actions.receive_callback(message, now) == "00"
    assert actions.receive_callback(message, now) == "02"
    charge.refresh_from_db()
    started.attempt.refresh_from_db()
    assert (charge.state, charge.method, started.attempt.state) == ("paid", "vietqr", "paid")


def test_a_transfer_of_another_amount_is_flagged_and_pays_nothing(charge, now):
    assert actions.receive_callback(credit(charge.reference, 15_000), now) == "04"
    charge.refresh_from_db()
    assert charge.state == "pending"
    assert queries.refunds_due([charge.agency_id])[0].reason == "wrong_amount"


def test_a_transfer_that_names_no_charge_is_kept(db, now):
    assert actions.receive_callback(credit("tien an trua"), now) == "01"
    assert Payment.objects.get().charge is None


def test_the_qr_of_a_charge_stays_the_same_however_often_it_is_shown(charge, now):
    first, second = start(charge, "vietqr", now), start(charge, "vietqr", now)
    assert (first.qr, first.attempt.pk) == (second.qr, second.attempt.pk)


def test_an_office_without_an_account_uses_the_one_above_it(agency, now):
    office = make_agency("H37.105.01", bank_bin="", bank_account="", parent=agency)
    assert queries.bank_account(office) == ("970405", "8888000105")
    with pytest.raises(NoAccount):
        queries.bank_account(make_agency("H37.106", bank_bin="", bank_account=""))


def test_a_statement_that_could_not_be_booked_is_read_again(charge, now, monkeypatch):
    asked = []

    def transfers(since):
        asked.append(since)
        if len(asked) == 1:
            raise BankUnreachable("down")
        return [wire.BankWord(charge.reference, rules.Outcome.PAID, 150_000, "FT9", "00")]

    monkeypatch.setattr(bank, "transfers", transfers)
    assert actions.reconcile(now).transfers == 0
    assert actions.reconcile(now).transfers == 1
    assert actions.reconcile(now).transfers == 0
    month, again, since_then = (now - since for since in asked)
    assert month == again == timedelta(days=30)
    assert since_then == timedelta(days=1)
    charge.refresh_from_db()
    assert charge.state == "paid"


def test_cash_at_the_counter_pays_once(charge, now, django_user_model):
    account = django_user_model.objects.create(subject="can-bo", kind="local", display_name="A")
    assert actions.record_cash(charge.pk, account.pk, now).state == "paid"
    with pytest.raises(AlreadyPaid):
        actions.record_cash(charge.pk, account.pk, now)
    assert Payment.objects.get().taken_by == account


def test_an_unknown_way_to_pay_and_a_charge_of_nothing_are_refused(charge, agency, now):
    with pytest.raises(UnknownMethod):
        start(charge, "bitcoin", now)
    with pytest.raises(NothingToPay):
        actions.charge(
            8, agency, "A", "B", [{"name": "Phí", "kind": "phi", "amount": 0}], None, now
        )


def test_counted_pages_replace_the_estimate_and_the_old_sum_no_longer_pays(charge, bank_page, now):
    items = [{"name": "Phí", "kind": "phi", "amount": 6_000}]
    revised = actions.replace(7, charge.agency, "A", "B", items, None, now)
    assert (revised.pk, revised.amount) == (charge.pk, 6_000)
    assert actions.receive_callback(callback(bank_page.order), now) == "00"
    charge.refresh_from_db()
    assert charge.state == "pending"
    assert Payment.objects.get().reason == "wrong_amount"


def test_a_withdrawn_subject_owes_nothing_and_late_money_goes_back(charge, bank_page, now):
    actions.cancel(7, now)
    actions.cancel(7, now)
    assert actions.receive_callback(callback(bank_page.order), now) == "00"
    assert Payment.objects.get().reason == "cancelled"


def test_a_decided_refund_is_carried_out_once(charge, bank_page, now):
    actions.receive_callback(callback(bank_page.order), now)
    owed_back = actions.refund(charge.pk, now)
    assert actions.refunded(owed_back.pk, 1, "CK123", now).disposition == "refunded"
    with pytest.raises(NotRefundable):
        actions.refunded(owed_back.pk, 1, "CK123", now)


def test_the_return_page_shows_and_changes_nothing(charge, bank_page, now):
    shown = queries.returned(callback(bank_page.order))
    assert shown is not None
    assert shown.waiting
    charge.refresh_from_db()
    assert charge.state == "pending"
    assert queries.returned({**callback(bank_page.order), "vnp_Amount": "1"}) is None
    cancelled = queries.returned(callback(bank_page.order, vnp_ResponseCode="24"))
    assert cancelled.message == "Bạn đã hủy giao dịch."


def bank_says(outcome, amount=150_000, transaction="T9"):
    def ask(order, started_at, now):
        return wire.BankWord(order, outcome, amount, transaction, "00")

    return ask


def test_a_lost_callback_is_made_good_by_asking(charge, bank_page, now, monkeypatch):
    monkeypatch.setattr(bank, "ask", bank_says(rules.Outcome.PAID))
    assert actions.reconcile(now).asked == 0
    done = actions.reconcile(now + timedelta(minutes=6))
    assert (done.asked, done.settled) == (1, 1)
    charge.refresh_from_db()
    assert charge.state == "paid"
    late = callback(bank_page.order, vnp_TransactionNo="T9")
    assert actions.receive_callback(late, now + timedelta(minutes=7)) == "02"
    assert Payment.objects.count() == 1


def test_an_order_the_bank_never_saw_is_closed_after_its_page_has(
    charge, bank_page, now, monkeypatch
):
    monkeypatch.setattr(bank, "ask", bank_says(rules.Outcome.UNKNOWN, 0, ""))
    actions.reconcile(now + timedelta(minutes=6))
    bank_page.refresh_from_db()
    assert bank_page.state == "started"
    actions.reconcile(now + timedelta(hours=2))
    bank_page.refresh_from_db()
    assert bank_page.state == "failed"


def test_one_unanswered_question_stops_no_other(charge, agency, now, monkeypatch):
    other = actions.charge(9, agency, "B", "C", charge.items, None, now)
    first, second = (start(c, "vnpay", now).attempt for c in (charge, other))

    def ask(order, started_at, now):
        if order == first.order:
            raise BankUnreachable("down")
        return bank_says(rules.Outcome.PAID)(order, started_at, now)

    monkeypatch.setattr(bank, "ask", ask)
    done = actions.reconcile(now + timedelta(minutes=6))
    assert (done.asked, done.settled, done.unanswered) == (2, 1, 1)
    second.refresh_from_db()
    assert second.state == "paid"


def test_a_callback_once_received_can_never_be_altered(bank_page, now):
    actions.receive_callback(callback(bank_page.order), now)
    with pytest.raises(Error), transaction.atomic():
        Callback.objects.update(answer="97")


@pytest.mark.django_db(transaction=True)
def test_the_same_callback_at_the_same_instant_pays_once(charge, bank_page, now):
    gate, answers = Barrier(4), []

    def send():
        try:
            gate.wait()
            answers.append(actions.receive_callback(callback(bank_page.order), now))
        finally:
            connection.close()

    threads = [Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == ["00", "02", "02", "02"]
    assert told("ChargePaid") == 1


def test_references_do_not_repeat_and_are_bank_safe(agency, now):
    items = [{"name": "Phí", "kind": "phi", "amount": 1_000}]
    made = {actions.charge(i, agency, "A", "B", items, None, now).reference for i in range(50)}
    assert len(made) == 50
    assert all(r.isalnum() and r == r.upper() and len(r) <= 25 for r in made)
    assert Charge.objects.count() == 50
    assert not Attempt.objects.exists()
