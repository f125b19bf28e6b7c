"""The journey's own one-time codes are those of the standard, and those the house takes."""

from __future__ import annotations

import base64
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from journey import codes
from motcua.people import totp


@pytest.mark.parametrize(
    ("second", "shown"),
    [(59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (20000000000, "353130")],
)
def test_codes_are_those_of_the_standard(second: int, shown: str) -> None:
    assert codes.code(base64.b32encode(b"12345678901234567890").decode(), second) == shown


@given(st.binary(min_size=20, max_size=20), st.integers(0, 2**33))
def test_both_sides_make_the_same_codes(key: bytes, second: int) -> None:
    seed = totp.seed_of(key)
    step = totp.step_at(datetime.fromtimestamp(second, UTC))
    assert codes.code(seed, second) == totp.code_at(seed, step)
