"""The key shared with the bank: its protocol (HMAC) knows no other proof.

The first key is the one in the settings. From the first rotation on the keys are in the database,
encrypted (`foundation.crypto`), and what the settings say counts no more. What we send is signed
with the newest; what the bank signed with an earlier one is taken until its overlap ends.
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q

from motcua.foundation import clock, ledger
from motcua.payments.models import BankKey

SHORTEST = 32
LONGEST_OVERLAP = timedelta(days=30)
_LOCK = 0x4241_4E4B  # "BANK"


class BadKey(ValueError):
    """The key cannot be used; says why in Vietnamese."""


def newest() -> bytes:
    """The key that signs what we send."""
    row = BankKey.objects.filter(ends_at__isnull=True).order_by("-pk").first()
    return (row.secret if row else settings.ENV.bank_secret).encode()


def accepted(now: datetime | None = None) -> list[bytes]:
    """The keys that a message of the bank may be signed with, the newest first."""
    living = BankKey.objects.filter(Q(ends_at__isnull=True) | Q(ends_at__gt=now or clock.now()))
    rows = [row.secret.encode() for row in living.order_by("-pk")]
    return rows or [settings.ENV.bank_secret.encode()]


@transaction.atomic
def rotate(now: datetime, overlap: timedelta, secret: str = "", *, actor: str = "operator") -> str:
    """Use a new key from now on, `secret` or one made here, and take the old one for `overlap`
    longer; the new key, to be told to the bank. Raises `BadKey`."""
    if not timedelta(0) <= overlap <= LONGEST_OVERLAP:
        raise BadKey(f"Thời gian dùng song song phải từ 0 đến {LONGEST_OVERLAP.days} ngày.")
    fresh = secret.strip() or secrets.token_hex(32)
    if len(fresh) < SHORTEST or not fresh.isascii() or not fresh.isprintable():
        raise BadKey(f"Khóa phải có ít nhất {SHORTEST} ký tự ASCII in được.")
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
    if fresh.encode() in accepted(now):
        raise BadKey("Khóa này đang được dùng.")
    until = now + overlap
    if not BankKey.objects.exists():
        first = settings.ENV.bank_secret
        BankKey.objects.create(secret=first, made_at=now, ends_at=until)
    else:
        BankKey.objects.filter(ends_at__isnull=True).update(ends_at=until)
    row = BankKey.objects.create(secret=fresh, made_at=now)
    ledger.append("payments.bank_key_changed", f"bank-key:{row.pk}", actor, {"old_until": until})
    return fresh
