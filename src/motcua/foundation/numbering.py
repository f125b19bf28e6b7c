"""Running numbers without gaps between committed users and without races.

One row per key holds the last number; one statement raises and reads it. The row stays locked
until the caller's transaction ends, so take a number last, when all else is computed.
"""

from __future__ import annotations

from datetime import date

from django.db import connection

_NEXT = """
    INSERT INTO foundation_numbersequence AS s (key, last) VALUES (%s, 1)
    ON CONFLICT (key) DO UPDATE SET last = s.last + 1
    RETURNING last
"""


def next_value(key: str) -> int:
    """The next number under `key`, from 1. Given back if the caller's transaction rolls back."""
    with connection.cursor() as cursor:
        cursor.execute(_NEXT, [key])
        return int(cursor.fetchone()[0])


def dossier_number(agency_code: str, day: date) -> str:
    """A dossier's number (TT 03/2025/TT-VPCP Đ13): agency, date of filing, order of the day, as in
    `H37.105-261122-0001`."""
    prefix = f"{agency_code}-{day:%y%m%d}"
    return f"{prefix}-{next_value(f'dossier {prefix}'):04d}"
