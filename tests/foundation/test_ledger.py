"""What the ledger says was done can be trusted: any change to it is found and named."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from motcua.foundation import clock, ledger
from motcua.foundation.models import LedgerEntry, LedgerPending, LedgerSeal
from tests.owner import intruder, the_owner


def write(count: int = 1) -> list[int]:
    with transaction.atomic():
        return [ledger.append("dossiers.accept", f"D-{n}", "an", {"n": n}) for n in range(count)]


def as_intruder(sql: str, *parameters: object) -> None:
    """Run `sql` as somebody who owns the database and has switched its triggers off."""
    with intruder() as cursor:
        cursor.execute(sql, parameters)


@pytest.fixture
def sealed(db) -> list[int]:
    """Five sealed entries."""
    entries = write(5)
    assert ledger.seal_once() == 5
    connection.check_constraints()  # as at a commit: nothing is left to check at the end
    return entries


def test_an_untouched_ledger_is_whole(sealed):
    found = ledger.verify()
    assert (found.ok, found.sealed_to, found.unsealed, found.first_break) == (True, 5, 0, None)


def test_an_empty_ledger_is_whole(db):
    assert ledger.verify() == ledger.Verification(True, 0, 0, None, 0)


def test_entries_wait_unsealed_and_are_then_linked_once(db):
    write(3)
    assert ledger.verify().unsealed == 3
    assert ledger.seal_once() == 3
    assert ledger.seal_once() == 0
    assert list(LedgerSeal.objects.order_by("position").values_list("position", flat=True)) == [
        1,
        2,
        3,
    ]


def test_an_act_that_was_rolled_back_leaves_no_entry(db):
    with transaction.atomic():
        ledger.append("dossiers.accept", "D-1", "an", {})
        transaction.set_rollback(True)
    assert ledger.seal_once() == 0
    assert ledger.verify().ok


@pytest.mark.parametrize("table", ["foundation_ledgerentry", "foundation_ledgerseal"])
@pytest.mark.parametrize("act", ["UPDATE {} SET {}", "DELETE FROM {}", "TRUNCATE {} CASCADE"])
def test_the_database_refuses_to_change_the_ledger(sealed, table, act):
    changed = "actor = 'x'" if table.endswith("entry") else "sealed_at = now()"
    with the_owner() as cursor:
        # The test database lets tables be emptied; here it must be as in an installation.
        for name in ("foundation_ledgerentry", "foundation_ledgerseal"):
            cursor.execute(f"ALTER TABLE {name} ENABLE TRIGGER {name}_no_truncate")
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            cursor.execute(act.format(table, changed))
        for name in ("foundation_ledgerentry", "foundation_ledgerseal"):
            cursor.execute(f"ALTER TABLE {name} DISABLE TRIGGER {name}_no_truncate")


@pytest.mark.parametrize(
    ("column", "value"),
    [("actor", "'binh'"), ("kind", "'dossiers.refuse'"), ("at", "at + interval '1 day'")],
)
def test_an_altered_column_is_named(sealed, column, value):
    as_intruder(f"UPDATE foundation_ledgerentry SET {column} = {value} WHERE id = %s", sealed[2])
    found = ledger.verify()
    assert not found.ok
    assert found.first_break is not None
    assert (found.first_break.position, found.first_break.entry) == (3, sealed[2])
    assert "altered" in found.first_break.problem
    assert found.sealed_to == 2


def test_an_altered_body_is_named(sealed):
    as_intruder(
        "UPDATE foundation_ledgerentry SET body = replace(body, 'an', 'binh') WHERE id = %s",
        sealed[0],
    )
    found = ledger.verify().first_break
    assert found is not None
    assert (found.position, found.entry) == (1, sealed[0])


def test_a_body_altered_together_with_its_digest_is_named(sealed):
    as_intruder(
        """UPDATE foundation_ledgerentry SET body = replace(body, '"n":1', '"n":9'),
        digest = sha256(convert_to(replace(body, '"n":1', '"n":9'), 'UTF8')) WHERE id = %s""",
        sealed[1],
    )
    found = ledger.verify().first_break
    assert found is not None
    assert (found.position, found.entry) == (2, sealed[1])


def test_a_removed_entry_is_named(sealed):
    as_intruder("DELETE FROM foundation_ledgerentry WHERE id = %s", sealed[3])
    found = ledger.verify().first_break
    assert found is not None
    assert (found.position, found.entry, found.problem) == (4, sealed[3], "entry removed")


def test_an_entry_removed_with_its_seal_is_missed(sealed):
    as_intruder("DELETE FROM foundation_ledgerseal WHERE position = 4")
    as_intruder("DELETE FROM foundation_ledgerentry WHERE id = %s", sealed[3])
    found = ledger.verify().first_break
    assert found is not None
    assert (found.position, found.problem) == (4, "seal removed")


def test_the_last_entry_removed_with_its_seal_is_missed(sealed):
    as_intruder("DELETE FROM foundation_ledgerseal WHERE position = 5")
    as_intruder("DELETE FROM foundation_ledgerentry WHERE id = %s", sealed[4])
    found = ledger.verify().first_break
    assert found is not None
    assert found.position == 5
    write()
    ledger.seal_once()
    assert not ledger.verify().ok, "going on does not heal the chain"


def test_an_entry_slipped_in_is_found(sealed):
    as_intruder(
        "INSERT INTO foundation_ledgerentry (kind, subject, actor, at, body, digest)"
        " SELECT kind, subject, actor, at, body, digest FROM foundation_ledgerentry WHERE id = %s",
        sealed[0],
    )
    found = ledger.verify().first_break
    assert found is not None
    assert "inserted" in found.problem
    assert found.entry not in sealed


def test_an_entry_altered_or_removed_before_it_was_sealed_is_found(sealed):
    first, second = write(2)
    as_intruder("UPDATE foundation_ledgerentry SET actor = 'x' WHERE id = %s", second)
    found = ledger.verify().first_break
    assert found is not None
    assert found.entry == second
    as_intruder("DELETE FROM foundation_ledgerentry WHERE id = %s", first)
    found = ledger.verify().first_break
    assert found is not None
    assert (found.entry, found.problem) == (first, "entry removed before it was sealed")


def test_two_swapped_seals_are_found(sealed):
    as_intruder("UPDATE foundation_ledgerseal SET position = -2 WHERE position = 2")
    as_intruder("UPDATE foundation_ledgerseal SET position = 2 WHERE position = 3")
    as_intruder("UPDATE foundation_ledgerseal SET position = 3 WHERE position = -2")
    found = ledger.verify().first_break
    assert found is not None
    assert found.position == 2


def test_an_entry_that_waits_too_long_is_reported(db):
    write(2)
    now = clock.now()
    assert ledger.verify(now).stale == 0
    later = ledger.verify(now + timedelta(seconds=11))
    assert (later.stale, later.unsealed, later.ok) == (2, 2, True)


def test_an_entry_that_commits_late_is_sealed_after_its_elders(transactional_db):
    """A transaction that took its id first and commits last loses nothing and breaks nothing."""
    began, go_on = threading.Event(), threading.Event()
    slow: list[int] = []

    def act_slowly() -> None:
        with transaction.atomic():
            slow.append(ledger.append("dossiers.accept", "slow", "an", {}))
            began.set()
            go_on.wait(10)
        connection.close()

    thread = threading.Thread(target=act_slowly)
    thread.start()
    began.wait(10)
    fast = write(2)
    assert ledger.seal_once() == 2
    go_on.set()
    thread.join()
    assert ledger.seal_once() == 1
    chain = list(LedgerSeal.objects.order_by("position").values_list("entry_id", flat=True))
    assert chain == [*fast, *slow]
    assert slow[0] < fast[0]
    assert ledger.verify().ok


def test_many_writers_and_sealers_at_once_make_one_whole_chain(transactional_db):
    writers_done = threading.Event()

    def act() -> None:
        for _ in range(15):
            write(2)
        connection.close()

    def seal() -> None:
        while not writers_done.is_set():
            ledger.seal_once()
        connection.close()

    writers = [threading.Thread(target=act) for _ in range(3)]
    sealers = [threading.Thread(target=seal) for _ in range(2)]
    for thread in writers + sealers:
        thread.start()
    for thread in writers:
        thread.join()
    writers_done.set()
    for thread in sealers:
        thread.join()
    ledger.seal_once()
    found = ledger.verify()
    assert (found.ok, found.sealed_to, found.unsealed) == (True, 90, 0)
    assert LedgerEntry.objects.count() == 90
    assert not LedgerPending.objects.exists()


def test_what_cannot_be_written_in_one_way_only_is_refused(db):
    for bad in ({"x": float("nan")}, {"x": object()}, {"x": b"1"}):
        with pytest.raises(TypeError), transaction.atomic():
            ledger.append("k", "s", "a", bad)
