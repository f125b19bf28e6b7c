"""Numbers run on without a gap or a double, and a request sent twice acts once."""

from __future__ import annotations

import threading
from datetime import date

import pytest
from django.db import connection, transaction

from motcua.foundation import idempotency, numbering

DAY = date(2026, 11, 22)


def at_once(count: int, act) -> list:
    """What `count` threads got that called `act` at the same moment."""
    ready = threading.Barrier(count)
    results: list = []

    def run() -> None:
        ready.wait()
        try:
            results.append(act())
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_a_number_names_agency_day_and_order(db):
    assert numbering.dossier_number("H37.105", DAY) == "H37.105-261122-0001"
    assert numbering.dossier_number("H37.105", DAY) == "H37.105-261122-0002"
    assert numbering.dossier_number("H37.106", DAY) == "H37.106-261122-0001"
    assert numbering.dossier_number("H37.105", date(2026, 11, 23)) == "H37.105-261123-0001"


def test_the_ten_thousandth_dossier_of_a_day_gets_five_digits(db):
    numbering.next_value("dossier H37.105-261122")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE foundation_numbersequence SET last = 9999")
    assert numbering.dossier_number("H37.105", DAY) == "H37.105-261122-10000"


def test_dossiers_filed_at_the_same_moment_get_different_numbers(transactional_db):
    def file_ten() -> list[str]:
        made = []
        for _ in range(10):
            with transaction.atomic():
                made.append(numbering.dossier_number("H37.105", DAY))
        return made

    numbers = [number for made in at_once(5, file_ten) for number in made]
    assert sorted(numbers) == [f"H37.105-261122-{n:04d}" for n in range(1, 51)]


def test_a_number_given_to_an_act_that_failed_is_given_again(db):
    with transaction.atomic():
        assert numbering.next_value("k") == 1
        transaction.set_rollback(True)
    assert numbering.next_value("k") == 1


def test_a_repeated_request_gets_the_first_answer(db):
    assert idempotency.once("submit", "k1", b"digest") is None
    idempotency.remember("submit", "k1", 201, {"number": "H37.105-261122-0001"})
    again = idempotency.once("submit", "k1", b"digest")
    assert again == idempotency.Answer(201, {"number": "H37.105-261122-0001"})
    assert idempotency.once("withdraw", "k1", b"digest") is None


def test_a_key_used_for_another_request_is_refused(db):
    idempotency.once("submit", "k1", b"digest")
    with pytest.raises(idempotency.KeyUsedOtherwise):
        idempotency.once("submit", "k1", b"other")


def test_an_act_that_failed_may_be_sent_again(db):
    with transaction.atomic():
        assert idempotency.once("submit", "k1", b"digest") is None
        transaction.set_rollback(True)
    with transaction.atomic():
        assert idempotency.once("submit", "k1", b"digest") is None


def test_a_double_click_acts_once(transactional_db):
    def submit() -> str:
        with transaction.atomic():
            if answer := idempotency.once("submit", "k1", b"digest"):
                return f"again {answer.body}"
            number = numbering.next_value("acts")
            idempotency.remember("submit", "k1", 200, number)
            return f"first {number}"

    assert sorted(at_once(4, submit)) == ["again 1", "again 1", "again 1", "first 1"]


def test_a_key_without_a_transaction_is_a_mistake(transactional_db):
    with pytest.raises(RuntimeError):
        idempotency.once("submit", "k1", b"digest")
