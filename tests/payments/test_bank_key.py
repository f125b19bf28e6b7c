"""The key shared with the bank changes without losing a message, and lies nowhere in the clear."""

from __future__ import annotations

from contextlib import nullcontext
from datetime import timedelta

import pytest
from django.db import connection

from motcua.doors.cli.commands import bank_key as command
from motcua.doors.cli.main import main
from motcua.foundation import clock
from motcua.foundation.models import LedgerEntry
from motcua.payments import actions, bank, keys
from motcua.payments.models import BankKey, Charge

from .conftest import NOW, callback

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _at_noon():
    with clock.frozen(NOW):
        yield


def test_a_message_signed_with_the_old_key_is_taken_until_the_overlap_ends(bank_page):
    message = callback(bank_page.order)
    keys.rotate(NOW, DAY)
    with clock.frozen(NOW + DAY):
        assert actions.receive_callback(message, clock.now()) == "97"
    with clock.frozen(NOW + DAY - timedelta(seconds=1)):
        assert actions.receive_callback(message, clock.now()) == "00"
    assert Charge.objects.get(pk=bank_page.charge_id).state == Charge.State.PAID


def test_what_is_sent_is_signed_with_the_new_key_at_once(bank_page):
    old = bank.key()
    fresh = keys.rotate(NOW, DAY)
    assert bank.key() == fresh.encode() != old
    assert actions.receive_callback(callback(bank_page.order), NOW) == "00"


def test_without_an_overlap_the_old_key_is_nothing_at_once(bank_page):
    message = callback(bank_page.order)
    keys.rotate(NOW, timedelta(0))
    assert actions.receive_callback(message, NOW) == "97"


def test_two_changes_keep_each_key_for_its_own_time():
    first = bank.key()
    second = keys.rotate(NOW, 2 * DAY).encode()
    third = keys.rotate(NOW + timedelta(hours=1), DAY).encode()
    assert keys.accepted(NOW + timedelta(hours=2)) == [third, second, first]
    assert keys.accepted(NOW + timedelta(hours=26)) == [third, first]
    assert keys.accepted(NOW + 3 * DAY) == [third]


def test_the_keys_are_encrypted_at_rest_and_in_no_ledger():
    fresh = keys.rotate(NOW, DAY)
    with connection.cursor() as cursor:
        cursor.execute("SELECT secret FROM payments_bankkey")
        assert all(fresh.encode() not in bytes(sealed) for (sealed,) in cursor.fetchall())
    entry = LedgerEntry.objects.get(kind="payments.bank_key_changed")
    assert fresh not in entry.body


@pytest.mark.parametrize("secret", ["short", "x" * 31, "đ" * 40])
def test_a_weak_or_odd_key_is_not_taken(secret):
    with pytest.raises(keys.BadKey):
        keys.rotate(NOW, DAY, secret)
    with pytest.raises(keys.BadKey):
        keys.rotate(NOW, timedelta(days=31))
    assert not BankKey.objects.exists()


def test_the_command_changes_the_key(monkeypatch, capsys, tmp_path):
    monkeypatch.setattr(command, "database", nullcontext)
    assert main(["bank-key", "rotate", "--overlap-hours", "2"]) == 0
    made = capsys.readouterr().out.strip()
    assert bank.key() == made.encode()
    given = tmp_path / "khoa"
    given.write_text("b" * 40 + "\n")
    assert main(["bank-key", "rotate", "--secret-file", str(given)]) == 0
    assert capsys.readouterr().out == "", "what the bank gave is not printed"
    assert bank.key() == b"b" * 40
    assert main(["bank-key", "rotate", "--secret-file", str(given)]) == 2
    given.write_text("")
    assert main(["bank-key", "rotate", "--secret-file", str(given)]) == 2
