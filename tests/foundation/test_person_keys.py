"""What belongs to one person is sealed with a key of their own, and goes with it."""

from __future__ import annotations

import json
import os
import sqlite3
import stat
import subprocess
import sys
import threading
import uuid
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua.foundation import crypto, person_keys
from motcua.foundation.person_keys import Erased, Part

ME, OTHER = uuid.UUID(int=1), uuid.UUID(int=2)
WORDS = "Số 12, thôn Nà Pàn"


@pytest.fixture
def store(tmp_path, monkeypatch):
    """A store of its own."""
    home = SimpleNamespace(ENV=SimpleNamespace(home=tmp_path))
    monkeypatch.setattr(crypto, "settings", home)
    monkeypatch.setattr(person_keys, "settings", home)
    crypto._keys.cache_clear()
    person_keys.forget()
    yield tmp_path / "person-keys"
    crypto._keys.cache_clear()
    person_keys.forget()


def sealed(owner=ME, part=Part.DOSSIER, words=WORDS):
    return person_keys.encrypt(words, "a.b", owner, part)


def test_a_value_comes_back_and_shows_nothing_where_it_lies(store):
    one = sealed()
    assert WORDS.encode() not in one
    assert one[0] == person_keys.MARK
    assert person_keys.decrypt(one, "a.b") == crypto.decrypt(one, "a.b") == WORDS
    person_keys.forget()
    assert person_keys.decrypt(one, "a.b") == WORDS


@given(st.text())
def test_any_text_comes_back(words):
    assert person_keys.decrypt(sealed(words=words), "a.b") == words


def test_a_value_moved_altered_or_of_an_unknown_key_is_an_error_and_not_erased(store):
    one = sealed()
    for value, context in (
        (one, "a.c"),
        (one[:-1] + bytes([one[-1] ^ 1]), "a.b"),
        (one[:1] + bytes(16) + one[17:], "a.b"),
        (one[:20], "a.b"),
    ):
        with pytest.raises(crypto.CannotDecrypt) as caught:
            person_keys.decrypt(value, context)
        assert not isinstance(caught.value, Erased)


def test_destroying_a_part_erases_that_part_of_that_person_only(store):
    gone, kept, others = sealed(part=Part.VOLUNTARY), sealed(), sealed(OTHER, Part.VOLUNTARY)
    assert person_keys.destroy(ME, [Part.VOLUNTARY]) == 1
    assert person_keys.destroy(ME, [Part.VOLUNTARY]) == 0
    with pytest.raises(Erased):
        person_keys.decrypt(gone, "a.b")
    assert person_keys.decrypt(kept, "a.b") == person_keys.decrypt(others, "a.b") == WORDS


def test_what_is_written_after_the_erasure_gets_a_new_key(store):
    gone = sealed()
    person_keys.destroy(ME, list(Part))
    fresh = sealed()
    assert gone[1:17] != fresh[1:17]
    assert person_keys.decrypt(fresh, "a.b") == WORDS
    with pytest.raises(Erased):
        person_keys.decrypt(gone, "a.b")


def test_nothing_of_a_destroyed_key_is_left_in_the_store(store):
    sealed()
    with sqlite3.connect(store / "keys.sqlite") as reading:
        (wrapped,) = reading.execute(
            "SELECT wrapped FROM person_key WHERE part = 'dossier'"
        ).fetchone()
    reading.close()
    person_keys.destroy(ME, list(Part))
    left = b"".join(path.read_bytes() for path in store.iterdir())
    assert bytes(wrapped)[1:] not in left


def test_another_process_forgets_the_key_too(store, tmp_path):
    one = sealed()
    assert person_keys.decrypt(one, "a.b") == WORDS
    code = (
        "import sys, uuid; from types import SimpleNamespace; from pathlib import Path\n"
        "from motcua.foundation import crypto, person_keys\n"
        "home = SimpleNamespace(ENV=SimpleNamespace(home=Path(sys.argv[1])))\n"
        "crypto.settings = person_keys.settings = home\n"
        "print(person_keys.destroy(uuid.UUID(int=1), list(person_keys.Part)))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)],
        check=True,
        capture_output=True,
        text=True,
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "motcua.runtime.settings"},
    )
    assert done.stdout.strip() == "3"
    with pytest.raises(Erased):
        person_keys.decrypt(one, "a.b")


def test_threads_that_write_at_once_agree_on_one_key(store):
    found: list[bytes] = []
    threads = [threading.Thread(target=lambda: found.append(sealed()[1:17])) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert len(set(found)) == 1


def test_the_store_is_the_owners_alone_and_opens_nothing_by_itself(store, tmp_path):
    one = sealed()
    assert stat.S_IMODE(store.stat().st_mode) == 0o700
    assert stat.S_IMODE((store / "keys.sqlite").stat().st_mode) == 0o600
    (tmp_path / "keys" / "1.key").write_bytes(bytes(32))  # the house's key is another's
    crypto._keys.cache_clear()
    person_keys.forget()
    with pytest.raises(crypto.CannotDecrypt):
        person_keys.decrypt(one, "a.b")


def test_rotation_wraps_the_keys_anew_and_loses_nothing(store, tmp_path):
    one = sealed()
    assert person_keys.wrapped_by() == {1: 3}
    crypto.add_key()
    assert person_keys.rewrap() == 3
    assert person_keys.rewrap() == 0
    assert person_keys.wrapped_by() == {2: 3}
    (tmp_path / "keys" / "1.key").unlink()
    crypto._keys.cache_clear()
    person_keys.forget()
    assert person_keys.decrypt(one, "a.b") == WORDS


def test_a_backup_of_the_keys_brings_back_what_was_lost_and_never_what_was_destroyed(store):
    mine, others = sealed(), sealed(OTHER)
    dump = person_keys.dumped()
    person_keys.destroy(ME, list(Part))
    assert person_keys.bring_back(dump) == 0, "here is the newer truth"
    with pytest.raises(Erased):
        person_keys.decrypt(mine, "a.b")
    later = person_keys.dumped()
    for path in store.glob("keys.sqlite*"):
        path.unlink()
    person_keys.forget()
    with pytest.raises(crypto.CannotDecrypt):
        person_keys.decrypt(others, "a.b")
    assert person_keys.bring_back(later) == 6
    assert person_keys.decrypt(others, "a.b") == WORDS
    with pytest.raises(Erased):
        person_keys.decrypt(mine, "a.b")
    assert person_keys.bring_back(dump) == 0
    with pytest.raises(Erased):
        person_keys.decrypt(mine, "a.b")
    with pytest.raises(ValueError):
        person_keys.bring_back(json.dumps({"format": 2}).encode())


def test_what_a_process_remembers_is_bounded(store, monkeypatch):
    monkeypatch.setattr(person_keys, "MOST_CACHED", 5)
    values = [sealed(uuid.UUID(int=number)) for number in range(20)]
    assert len(person_keys._known.by_id) <= 5
    assert [person_keys.decrypt(one, "a.b") for one in values] == [WORDS] * 20
