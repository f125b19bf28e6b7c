"""What is written about a person cannot be read from the table alone."""

from __future__ import annotations

import stat
import threading
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.core.exceptions import FieldError
from django.db import connection, models
from hypothesis import given
from hypothesis import strategies as st

from motcua.foundation import crypto

NUMBER = "079203001234"


@pytest.fixture
def keys(tmp_path, monkeypatch):
    """A folder of its own for the keys of one test."""
    monkeypatch.setattr(crypto, "settings", SimpleNamespace(ENV=SimpleNamespace(home=tmp_path)))
    for cached in (crypto._keys, crypto._index_key):
        cached.cache_clear()
    yield tmp_path / "keys"
    for cached in (crypto._keys, crypto._index_key):
        cached.cache_clear()


def test_a_sealed_number_does_not_show_and_comes_back(keys):
    sealed = crypto.encrypt(NUMBER, "people_person.id_number")
    assert NUMBER.encode() not in sealed
    assert crypto.decrypt(sealed, "people_person.id_number") == NUMBER
    assert sealed != crypto.encrypt(NUMBER, "people_person.id_number")


@given(st.text())
def test_any_text_comes_back(plain):
    assert crypto.decrypt(crypto.encrypt(plain, "a.b"), "a.b") == plain


def test_a_value_moved_to_another_column_or_altered_is_refused(keys):
    sealed = crypto.encrypt(NUMBER, "people_person.id_number")
    for wrong in (
        lambda: crypto.decrypt(sealed, "people_person.phone"),
        lambda: crypto.decrypt(sealed[:-1] + bytes([sealed[-1] ^ 1]), "people_person.id_number"),
        lambda: crypto.decrypt(bytes([99]) + sealed[1:], "people_person.id_number"),
        lambda: crypto.decrypt(b"", "people_person.id_number"),
    ):
        with pytest.raises(crypto.CannotDecrypt):
            wrong()


def test_a_person_is_found_by_number_without_reading_anybody(keys):
    assert crypto.blind_index("id", NUMBER) == crypto.blind_index("id", NUMBER)
    assert crypto.blind_index("id", NUMBER) != crypto.blind_index("phone", NUMBER)
    assert crypto.blind_index("id", NUMBER) != crypto.blind_index("id", NUMBER[:-1] + "5")


@pytest.mark.parametrize(
    ("value", "masked"),
    [(NUMBER, "•••••••••234"), ("1234", "•234"), ("123", "•••"), ("", "")],
)
def test_a_masked_number_is_enough_to_recognise_and_not_to_use(value, masked):
    assert crypto.mask(value) == masked


def test_only_the_owner_can_read_the_keys(keys):
    crypto.encrypt("x", "a.b")
    crypto.blind_index("a", "b")
    assert {path.name for path in keys.iterdir()} == {"1.key", "index.key"}
    for path in keys.iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert len(path.read_bytes()) == 32


def test_processes_that_start_at_once_agree_on_one_key(tmp_path):
    found: set[bytes] = set()
    path: Path = tmp_path / "keys" / "1.key"
    threads = [
        threading.Thread(target=lambda: found.add(crypto._read_or_make(path))) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 1
    assert list(path.parent.iterdir()) == [path]


class Secret(models.Model):
    """A table for these tests."""

    note = crypto.EncryptedTextField(null=True)

    class Meta:
        app_label = "foundation"
        managed = False
        db_table = "test_secret"


@pytest.fixture
def secrets(keys, db):
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE test_secret (id bigserial PRIMARY KEY, note bytea)")
    yield Secret.objects
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE test_secret")


def raw() -> list[bytes | None]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT note FROM test_secret ORDER BY id")
        return [None if note is None else bytes(note) for (note,) in cursor.fetchall()]


def test_a_field_is_text_in_the_house_and_sealed_in_the_table(secrets):
    secrets.create(note="Nguyễn Thị Ước")
    secrets.create(note=None)
    assert [s.note for s in secrets.order_by("pk")] == ["Nguyễn Thị Ước", None]
    assert "Nguyễn".encode() not in (raw()[0] or b"")
    assert secrets.filter(note__isnull=True).count() == 1


def test_nobody_can_search_a_sealed_field_by_mistake(secrets):
    with pytest.raises(FieldError):
        list(secrets.filter(note="x"))


def test_a_new_key_takes_over_and_what_the_old_one_sealed_is_sealed_anew(
    secrets, keys, monkeypatch
):
    monkeypatch.setattr(crypto.apps, "get_models", lambda: [Secret])
    for number in range(5):
        secrets.create(note=f"note {number}")
    index = crypto.blind_index("id", NUMBER)
    assert crypto.add_key() == 2
    secrets.create(note="note 5")
    assert [note[0] for note in raw() if note] == [1, 1, 1, 1, 1, 2]
    assert crypto.rotate(batch=2) == 5
    assert crypto.rotate() == 0
    assert {note[0] for note in raw() if note} == {2}
    (keys / "1.key").unlink()
    crypto._keys.cache_clear()
    assert [s.note for s in secrets.order_by("pk")] == [f"note {n}" for n in range(6)]
    assert crypto.blind_index("id", NUMBER) == index


def test_a_rotation_that_was_stopped_goes_on_where_it_was(keys, secrets, monkeypatch):
    monkeypatch.setattr(crypto.apps, "get_models", lambda: [Secret])
    for n in range(6):
        secrets.create(note=f"note {n}")
    crypto.add_key()
    whole = crypto._rotate_some
    batches = iter([whole, whole])

    def stopped(*args):
        step = next(batches, None)
        if step is None:
            raise KeyboardInterrupt
        return step(*args)

    monkeypatch.setattr(crypto, "_rotate_some", stopped)
    with pytest.raises(KeyboardInterrupt):
        crypto.rotate(batch=2)
    assert crypto.sealed_by() == {1: 2, 2: 4}
    monkeypatch.setattr(crypto, "_rotate_some", whole)
    assert crypto.rotate(batch=2) == 2
    assert crypto.sealed_by() == {2: 6}
    assert [s.note for s in secrets.order_by("pk")] == [f"note {n}" for n in range(6)]


def test_a_running_process_reads_what_a_newer_key_sealed(keys):
    crypto.encrypt("x", "a.b")
    known = crypto._keys()
    crypto.add_key()
    sealed = crypto.encrypt("new", "a.b")
    crypto._keys.cache_clear()
    crypto._keys().pop(2)  # as a process that started before the key was made
    assert set(known) == {1}
    assert crypto.decrypt(sealed, "a.b") == "new"
