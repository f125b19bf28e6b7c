"""Where somebody is signed in can be seen and ended, and ended is ended."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua.foundation import clock
from motcua.foundation.models import LedgerEntry
from motcua.people import actions, devices, sessions
from motcua.people.errors import NoSuchSession
from motcua.people.models import Session

from .conftest import MOTHER, claims

pytestmark = pytest.mark.django_db


def open_session(account, device="Chrome trên máy tính Windows"):
    store = sessions.SessionStore()
    store["_auth_user_id"] = str(account.pk)
    store[sessions.SIGNED_IN] = {"at": clock.now().isoformat(), "device": device}
    store.save()
    return store.session_key


@pytest.fixture
def account():
    return actions.sign_in_from_claims(claims(), clock.now())


@pytest.fixture
def other():
    return actions.sign_in_from_claims(claims("020094900001", "Hoàng Văn Đức"), clock.now())


def test_ones_sessions_are_listed_with_device_and_moment_and_without_their_keys(account, other):
    here, there = open_session(account), open_session(account, "Safari trên iPhone")
    open_session(other)
    mine = sessions.of(account.pk, here, clock.now())
    assert {(one.device, one.is_this) for one in mine} == {
        ("Chrome trên máy tính Windows", True),
        ("Safari trên iPhone", False),
    }
    assert all(one.begun_at for one in mine)
    assert here not in repr(mine)
    assert there not in repr(mine)


def test_an_ended_session_is_a_strangers(account):
    here, there = open_session(account), open_session(account)
    handle = next(
        one.handle for one in sessions.of(account.pk, here, clock.now()) if not one.is_this
    )
    sessions.end(account.pk, handle, f"account:{account.pk}")
    assert sessions.SessionStore(there).load() == {}
    assert sessions.SessionStore(here).load()["_auth_user_id"] == str(account.pk)
    assert LedgerEntry.objects.latest("pk").kind == "people.sessions_ended"
    with pytest.raises(NoSuchSession):
        sessions.end(account.pk, handle, f"account:{account.pk}")


def test_nobody_ends_anothers_session(account, other):
    open_session(account)
    handle = sessions.of(account.pk, None, clock.now())[0].handle
    with pytest.raises(NoSuchSession):
        sessions.end(other.pk, handle, f"account:{other.pk}")
    assert Session.objects.filter(account=account).count() == 1


def test_all_others_end_and_this_one_stays(account, other):
    here = open_session(account)
    for _ in range(3):
        open_session(account)
    open_session(other)
    assert sessions.end_all(account.pk, f"account:{account.pk}", but=here) == 3
    assert [one.is_this for one in sessions.of(account.pk, here, clock.now())] == [True]
    assert Session.objects.filter(account=other).count() == 1
    assert sessions.end_all(account.pk, "test", but=here) == 0


def test_a_new_break_glass_password_ends_the_sessions_of_the_old_one():
    local = actions.set_local_account("quan-tri", "mật khẩu đủ dài", "Quản trị")
    open_session(local)
    actions.set_local_account("quan-tri", "mật khẩu khác hẳn", "Quản trị")
    assert not Session.objects.filter(account=local).exists()


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
         "Chrome/130.0 Safari/537.36", "Chrome trên máy tính Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 "
         "Version/18.0 Mobile/15E148 Safari/604.1", "Safari trên iPhone"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/130.0 Safari/537.36 Edg/130.0",
         "Edge trên máy tính Windows"),
        ("Mozilla/5.0 (Linux; Android 14) Chrome/130.0 Mobile Safari/537.36",
         "Chrome trên điện thoại Android"),
        ("", "thiết bị không rõ"),
    ],
)  # fmt: skip
def test_devices_are_told_in_words(agent, words):
    assert devices.in_words(agent) == words


@given(st.text())
def test_no_browser_names_itself_onto_the_page(agent):
    """What is shown is made of our words only, whatever the browser says."""
    assert len(devices.in_words(agent)) <= 40
    assert "<" not in devices.in_words(agent)


def test_the_page_lists_them_and_ends_one(client, account):
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    elsewhere = open_session(account, "Safari trên iPhone")
    page = client.get("/tai-khoan/bao-mat/").content.decode()
    assert "Safari trên iPhone" in page
    assert "Phiên này" in page
    handle = next(
        one.handle
        for one in sessions.of(account.pk, None, clock.now())
        if one.device == "Safari trên iPhone"
    )
    client.post(f"/tai-khoan/phien/{handle}/ket-thuc/")
    assert sessions.SessionStore(elsewhere).load() == {}
    open_session(account, "Safari trên iPhone")
    client.post("/tai-khoan/phien/ket-thuc-khac/")
    assert len(sessions.of(account.pk, None, clock.now())) == 1
    assert client.get("/tai-khoan/bao-mat/").status_code == 200
    assert MOTHER not in page
