"""The acts around second factors: adding, proving, removing; each is written to the ledger."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F

from motcua.foundation import crypto, ledger, text
from motcua.people import passkeys, recovery, rules, totp
from motcua.people.errors import (
    LastFactor,
    NoSuchFactor,
    PasskeyKnown,
    TooManyTries,
    WrongCode,
    WrongPasskey,
)
from motcua.people.models import Account, Factor, FailedSignIn, RecoveryCode
from motcua.people.passkeys import Asked, Site

RECOVERY = "recovery"


@dataclass(frozen=True, slots=True)
class Proof:
    """A second factor that was shown: `how` is `totp`, `passkey` or `recovery`; `left` how many
    recovery codes are unused, when one was used now."""

    how: str
    left: int | None = None


def of(account_id: int) -> list[Factor]:
    """The account's factors, the oldest first."""
    return list(Factor.objects.filter(account_id=account_id).order_by("added_at", "pk"))


def recovery_codes_left(account_id: int) -> int:
    """How many recovery codes the account has that were not used."""
    return RecoveryCode.objects.filter(account_id=account_id, used_at__isnull=True).count()


@transaction.atomic
def add_totp(account_id: int, seed: str, code: str, name: str, now: datetime) -> Factor:
    """Add an app that shows codes. `code` is its first, which proves that the app has the seed and
    does not count again. Raises `WrongCode`."""
    step = totp.accepted_step(seed, code.strip(), now, 0)
    if step is None:
        raise WrongCode
    return _add(
        Factor(
            account_id=account_id,
            kind=Factor.Kind.TOTP,
            name=_name(name) or "Ứng dụng tạo mã",
            secret=seed,
            counter=step,
            added_at=now,
        ),
        f"account:{account_id}",
    )


@transaction.atomic
def give_totp(account_id: int, seed: str, name: str, now: datetime, by: str) -> Factor:
    """Add an app whose seed an operator hands over. The same seed again is the same factor."""
    Account.objects.select_for_update().get(pk=account_id)
    for known in Factor.objects.filter(account_id=account_id, kind=Factor.Kind.TOTP):
        if known.secret == seed:
            return known
    factor = Factor(
        account_id=account_id, kind=Factor.Kind.TOTP, name=_name(name), secret=seed, added_at=now
    )
    return _add(factor, by)


@transaction.atomic
def start_over(account_id: int, seed: str, name: str, now: datetime, by: str) -> Factor:
    """Replace all second factors and recovery codes of an account by one app whose seed an operator
    hands over: for a break-glass account made or renewed at the server itself."""
    clear(account_id, by)
    return give_totp(account_id, seed, name, now, by)


@transaction.atomic
def clear(account_id: int, by: str) -> int:
    """Remove all second factors and recovery codes of an account, whose owner has lost them; how
    many factors. The owner adds new ones after signing in at the national eID."""
    Account.objects.select_for_update().get(pk=account_id)
    lost = [(one.pk, one.kind) for one in Factor.objects.filter(account_id=account_id)]
    Factor.objects.filter(account_id=account_id).delete()
    RecoveryCode.objects.filter(account_id=account_id).delete()
    for factor_id, kind in lost:
        _note_removal(account_id, factor_id, kind, by)
    return len(lost)


def ask_for_new_passkey(account: Account, site: Site) -> Asked:
    """What to ask the browser for, so that it makes a passkey."""
    return passkeys.ask_for_new(site, account.pk, account.display_name, _credentials(account.pk))


@transaction.atomic
def add_passkey(
    account_id: int, site: Site, state: dict[str, Any], answer: str, name: str, now: datetime
) -> Factor:
    """Add the passkey the browser made. Raises `WrongPasskey` and `PasskeyKnown`."""
    made = passkeys.made(site, state, answer)
    factor = Factor(
        account_id=account_id,
        kind=Factor.Kind.PASSKEY,
        name=_name(name) or "Khóa truy cập",
        credential=made.credential,
        credential_id=made.credential_id,
        counter=made.counter,
        added_at=now,
    )
    try:
        with transaction.atomic():
            return _add(factor, f"account:{account_id}")
    except IntegrityError as error:
        raise PasskeyKnown from error


def _add(factor: Factor, by: str) -> Factor:
    factor.save()
    subject = f"account:{factor.account_id}"
    ledger.append("people.factor_added", subject, by, {"factor": factor.pk, "kind": factor.kind})
    return factor


@transaction.atomic
def remove(account_id: int, factor_id: int) -> None:
    """Remove one of the account's own factors; with the last one go the recovery codes. Raises
    `NoSuchFactor` and `LastFactor`."""
    account = Account.objects.select_for_update().get(pk=account_id)
    mine = list(Factor.objects.filter(account_id=account_id))
    chosen = next((factor for factor in mine if factor.pk == factor_id), None)
    if chosen is None:
        raise NoSuchFactor
    if len(mine) == 1:
        if account.kind == Account.Kind.LOCAL:
            raise LastFactor
        RecoveryCode.objects.filter(account_id=account_id).delete()
    chosen.delete()
    _note_removal(account_id, factor_id, chosen.kind, f"account:{account_id}")


def _note_removal(account_id: int, factor_id: int, kind: str, by: str) -> None:
    data = {"factor": factor_id, "kind": kind}
    ledger.append("people.factor_removed", f"account:{account_id}", by, data)


@transaction.atomic
def new_recovery_codes(account_id: int) -> list[str]:
    """Ten new recovery codes, shown this once; earlier ones end."""
    Account.objects.select_for_update().get(pk=account_id)
    codes = recovery.new_codes()
    RecoveryCode.objects.filter(account_id=account_id).delete()
    RecoveryCode.objects.bulk_create(
        RecoveryCode(account_id=account_id, digest=_digest(account_id, code)) for code in codes
    )
    subject = f"account:{account_id}"
    ledger.append("people.recovery_codes", subject, subject, {"count": len(codes)})
    return codes


def prove_by_code(account_id: int, typed: str, address: str, now: datetime) -> Proof:
    """Prove the second factor with a code from an app or from the paper, typed at network
    `address`. Raises `WrongCode`, and `TooManyTries` while the pause after wrong ones lasts: long
    for the address they came from, two seconds at most for everybody else."""
    keys = {
        crypto.blind_index("failed_factor", f"{account_id}\0{address}"): rules.pause_after,
        crypto.blind_index("failed_factor", str(account_id)): rules.pause_for_everyone_after,
    }
    waits = [
        failed.last_at + keys[bytes(failed.key)](failed.count) - now
        for failed in FailedSignIn.objects.filter(key__in=list(keys))
    ]
    if waits and max(waits).total_seconds() > 0:
        raise TooManyTries(max(waits))
    with transaction.atomic():
        proof = _code_proof(account_id, recovery.plain(typed), now)
        if proof is None:
            _count_failure(list(keys), now)
        else:
            FailedSignIn.objects.filter(key__in=list(keys)).delete()
            _note_proof(account_id, proof)
    if proof is None:
        raise WrongCode
    return proof


def _code_proof(account_id: int, code: str, now: datetime) -> Proof | None:
    apps = Factor.objects.select_for_update().filter(account_id=account_id, kind=Factor.Kind.TOTP)
    if len(code) == totp.DIGITS and code.isascii() and code.isdigit():
        for factor in apps.order_by("pk"):
            assert factor.secret is not None
            step = totp.accepted_step(factor.secret, code, now, factor.counter)
            if step is not None:
                factor.counter, factor.used_at = step, now
                factor.save(update_fields=["counter", "used_at"])
                return Proof(Factor.Kind.TOTP.value)
        return None
    unused = RecoveryCode.objects.filter(account_id=account_id, used_at__isnull=True)
    if unused.filter(digest=_digest(account_id, code)).update(used_at=now):
        return Proof(RECOVERY, left=recovery_codes_left(account_id))
    return None


def ask_for_passkey(account_id: int, site: Site) -> Asked | None:
    """What to ask the browser for, so that one of the account's passkeys answers; None when it has
    none."""
    known = _credentials(account_id)
    return passkeys.ask_for_use(site, known) if known else None


@transaction.atomic
def prove_by_passkey(
    account_id: int, site: Site, state: dict[str, Any], answer: str, now: datetime
) -> Proof:
    """Prove the second factor with a passkey. Raises `WrongPasskey`, also for one that counts
    backwards: there is a copy of it somewhere."""
    rows = Factor.objects.select_for_update().filter(
        account_id=account_id, kind=Factor.Kind.PASSKEY
    )
    known = {bytes(row.credential_id): row for row in rows if row.credential_id is not None}
    credentials = [bytes(row.credential) for row in known.values() if row.credential is not None]
    used = passkeys.used(site, state, credentials, answer)
    factor = known[used.credential_id]
    if used.counter <= factor.counter and (used.counter or factor.counter):
        raise WrongPasskey
    factor.counter, factor.used_at = used.counter, now
    factor.save(update_fields=["counter", "used_at"])
    proof = Proof(Factor.Kind.PASSKEY.value)
    _note_proof(account_id, proof)
    return proof


def _credentials(account_id: int) -> list[bytes]:
    rows = Factor.objects.filter(account_id=account_id, kind=Factor.Kind.PASSKEY)
    return [bytes(row.credential) for row in rows.order_by("pk") if row.credential is not None]


def _note_proof(account_id: int, proof: Proof) -> None:
    subject = f"account:{account_id}"
    ledger.append("people.second_factor", subject, subject, {"how": proof.how})


def _count_failure(keys: Sequence[bytes], now: datetime) -> None:
    """Count one more wrong code under each key, in one order so that no two wait for each other."""
    fresh = [FailedSignIn(key=key, count=0, last_at=now) for key in sorted(keys)]
    FailedSignIn.objects.bulk_create(fresh, ignore_conflicts=True)
    FailedSignIn.objects.filter(key__in=list(keys)).update(count=F("count") + 1, last_at=now)


def _digest(account_id: int, code: str) -> bytes:
    """A keyed hash. The code has 59 random bits, so it needs no slow hash."""
    return crypto.blind_index("recovery_code", f"{account_id}\0{recovery.plain(code)}")


def _name(typed: str) -> str:
    return text.nfc(typed).strip()[:60]
