"""A second factor proves what it should, once, and guessing at it leads nowhere."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from motcua.foundation import clock
from motcua.foundation.models import LedgerEntry
from motcua.people import actions, factors, recovery, totp
from motcua.people.errors import LastFactor, NoSuchFactor, TooManyTries, WrongCode
from motcua.people.models import Account, Factor, RecoveryCode

from .conftest import NOW, claims

# RFC 6238, appendix B, SHA-1: the same key, of the eight digits there the last six.
RFC_SEED = totp.seed_of(b"12345678901234567890")
RFC = [
    (59, "287082"),
    (1111111109, "081804"),
    (1111111111, "050471"),
    (1234567890, "005924"),
    (2000000000, "279037"),
    (20000000000, "353130"),
]
HERE = "10.0.0.1"


@pytest.mark.parametrize(("second", "shown"), RFC)
def test_codes_are_those_of_the_standard(second, shown):
    moment = datetime.fromtimestamp(second, UTC)
    assert totp.code_at(RFC_SEED, totp.step_at(moment)) == shown


@given(st.integers(0, 2**33), st.integers(-4, 4), st.integers(-3, 3))
def test_a_code_counts_for_its_step_and_one_beside_it_and_never_for_one_that_is_past(
    second, off, last
):
    now = datetime.fromtimestamp(second, UTC)
    step = totp.step_at(now) + off
    if step < 0:
        return
    code = totp.code_at(RFC_SEED, step)
    found = totp.accepted_step(RFC_SEED, code, now, step + last)
    # The same six digits may belong to a neighbour by chance, one time in a million.
    if abs(off) <= 1 and last < 0:
        assert found is not None
    if found is not None:
        assert found > step + last
        assert totp.code_at(RFC_SEED, found) == code
        assert abs(found - totp.step_at(now)) <= totp.SLACK


@given(st.text(max_size=12))
def test_what_is_no_code_opens_nothing(typed):
    if typed not in {totp.code_at(RFC_SEED, totp.step_at(NOW) + n) for n in (-1, 0, 1)}:
        assert totp.accepted_step(RFC_SEED, typed, NOW, 0) is None


def test_recovery_codes_are_read_as_people_type_them():
    code = recovery.new_codes()[0]
    assert recovery.plain(f" {code.upper().replace('-', ' ')} ") == recovery.plain(code)
    assert len(set(recovery.new_codes())) == recovery.COUNT


@pytest.fixture
def account(db):
    with clock.frozen(NOW):
        yield actions.sign_in_from_claims(claims(), NOW)


def current(seed, moment=NOW):
    return totp.code_at(seed, totp.step_at(moment))


@pytest.fixture
def seed(account):
    factors.give_totp(account.pk, RFC_SEED, "Điện thoại", NOW, "test")
    return RFC_SEED


def kinds():
    return list(LedgerEntry.objects.order_by("pk").values_list("kind", flat=True))


def test_an_app_is_added_by_its_first_code_and_the_seed_is_encrypted(account):
    seed = totp.new_seed()
    with pytest.raises(WrongCode):
        factors.add_totp(account.pk, seed, "000000x", "", NOW)
    assert not factors.of(account.pk)
    factor = factors.add_totp(account.pk, seed, current(seed), "Máy của Hương", NOW)
    assert Factor.objects.get().secret == seed
    with connection.cursor() as cursor:
        cursor.execute("SELECT secret FROM people_factor")
        assert seed.encode() not in bytes(cursor.fetchone()[0])
    assert kinds()[-1] == "people.factor_added"
    with pytest.raises(WrongCode):  # the code that added it does not count again
        factors.prove_by_code(account.pk, current(seed), HERE, NOW)
    assert factor.name == "Máy của Hương"


def test_a_code_proves_once_and_is_refused_when_it_is_played_again(account, seed):
    proof = factors.prove_by_code(account.pk, current(seed), HERE, NOW)
    assert proof.how == "totp"
    assert kinds()[-1] == "people.second_factor"
    with pytest.raises(WrongCode):
        factors.prove_by_code(account.pk, current(seed), HERE, NOW)
    later = NOW + timedelta(seconds=30)
    assert factors.prove_by_code(account.pk, current(seed, later), HERE, later).how == "totp"
    with pytest.raises(WrongCode):  # nor does the one before, though it is still within the slack
        factors.prove_by_code(account.pk, current(seed), HERE, later)


def test_recovery_codes_are_kept_as_hashes_and_work_once_each(account, seed):
    codes = factors.new_recovery_codes(account.pk)
    plain = [recovery.plain(code).encode() for code in codes]
    stored = b"".join(bytes(code.digest) for code in RecoveryCode.objects.all())
    assert not any(code in stored for code in plain)
    proof = factors.prove_by_code(account.pk, codes[0].upper(), HERE, NOW)
    assert (proof.how, proof.left) == ("recovery", 9)
    with pytest.raises(WrongCode):
        factors.prove_by_code(account.pk, codes[0], HERE, NOW)
    factors.new_recovery_codes(account.pk)
    with pytest.raises(WrongCode):
        factors.prove_by_code(account.pk, codes[1], HERE, NOW + timedelta(minutes=1))


def test_one_persons_code_is_nothing_to_another_account(account, seed):
    other = actions.set_local_account("quan-tri", "mật khẩu đủ dài", "Quản trị")
    codes = factors.new_recovery_codes(account.pk)
    for code in (current(seed), codes[0]):
        with pytest.raises(WrongCode):
            factors.prove_by_code(other.pk, code, HERE, NOW)


def test_guessing_slows_the_guesser_and_does_not_lock_the_owner_out(account, seed):
    moment = NOW
    for _ in range(12):
        moment += timedelta(minutes=6)
        with pytest.raises(WrongCode):
            factors.prove_by_code(account.pk, "12345", "10.6.6.6", moment)
    with pytest.raises(TooManyTries) as refused:
        factors.prove_by_code(account.pk, current(seed, moment), "10.6.6.6", moment)
    assert refused.value.wait > timedelta(minutes=4)
    later = moment + timedelta(seconds=2)
    assert factors.prove_by_code(account.pk, current(seed, later), HERE, later).how == "totp"


def test_a_factor_is_removed_by_its_owner_only_and_the_last_one_takes_the_codes(account, seed):
    factors.new_recovery_codes(account.pk)
    factor = factors.of(account.pk)[0]
    stranger = actions.set_local_account("quan-tri", "mật khẩu đủ dài", "Quản trị")
    with pytest.raises(NoSuchFactor):
        factors.remove(stranger.pk, factor.pk)
    factors.remove(account.pk, factor.pk)
    assert not factors.of(account.pk)
    assert not factors.recovery_codes_left(account.pk)
    assert kinds()[-1] == "people.factor_removed"


def test_a_break_glass_account_keeps_its_last_factor(db):
    local = actions.set_local_account("quan-tri", "mật khẩu đủ dài", "Quản trị")
    factor = factors.give_totp(local.pk, RFC_SEED, "Két sắt", NOW, "operator")
    with pytest.raises(LastFactor):
        factors.remove(local.pk, factor.pk)
    assert Account.objects.get(pk=local.pk).factors.count() == 1


def test_handing_over_the_same_seed_twice_is_one_factor(account, seed):
    factors.give_totp(account.pk, RFC_SEED, "Điện thoại", NOW, "test")
    assert len(factors.of(account.pk)) == 1
