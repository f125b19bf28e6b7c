"""What guessers try first is no password; everything else that is long is one."""

from __future__ import annotations

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from motcua.doors.cli.commands import breakglass
from motcua.doors.cli.errors import BadInput
from motcua.foundation.models import LedgerEntry
from motcua.people import actions, passwords
from motcua.people.errors import WeakPassword
from motcua.people.models import Account


@pytest.mark.parametrize(
    "password",
    [
        "ngan",
        "elevenchars",
        "liverpool123",  # as it stands in the list
        "ILoveMyFamily",
        "password2026!!",  # a common one, made longer
        "football-2026-2027",
        "aaaaaaaaaaaaaaaa",
        "abababababababab",
        "MotCua-QuanTri-2026",
        "Một cửa hành chính 2026",
        "dichvucong@2026!",
        "quan-tri-quan-tri",  # the account's name
        "Bế Thị Nguyệt 1975",  # how the account is shown
        "x" * 2_000,
    ],
)
def test_what_guessers_try_first_is_refused_with_a_reason(password):
    assert passwords.why_not(password, "quan-tri", "Bế Thị Nguyệt")


@pytest.mark.parametrize(
    "password",
    [
        "mật khẩu đủ dài",
        "con trâu đi trước cái cày",
        "xK4-wu9-Lm2-qqa",
        "correct horse battery staple",
        "một cửa sổ nhìn ra đồi chè",
        "tháng mười năm ấy lúa chín",
        "k" + "abcdefg " * 40,
    ],
)
def test_what_is_long_and_ones_own_is_taken_whatever_it_is_made_of(password):
    assert passwords.why_not(password, "quan-tri", "Quản trị hệ thống") == ""


@given(st.text(min_size=12, max_size=64), st.text(max_size=20))
@example("aaaaaaaaaaaaaaaa", "")
def test_a_word_in_front_of_a_good_password_does_not_spoil_it(password, name):
    assume(not passwords.why_not(password, name))
    assert not passwords.why_not(f"Zqxj {password} jxqz", name)


@given(st.text(max_size=200), st.text(max_size=40))
def test_every_text_has_an_answer(password, name):
    reason = passwords.why_not(password, name)
    if len(password) < passwords.SHORTEST:
        assert reason


@pytest.mark.django_db
def test_nothing_makes_an_account_with_such_a_password():
    with pytest.raises(WeakPassword):
        actions.set_local_account("quan-tri", "password2026!!", "Quản trị")
    assert not Account.objects.filter(subject="quan-tri").exists()
    assert not LedgerEntry.objects.filter(kind="people.local_account").exists()


def test_the_command_says_why(monkeypatch, capsys):
    import argparse
    import io

    monkeypatch.setattr("sys.stdin", io.StringIO("password2026!!\n"))
    with pytest.raises(BadInput, match="hay gặp nhất"):
        breakglass.run(argparse.Namespace(name="quan-tri", shown_as="Quản trị"))
