"""The look-up code printed on the slip: the second factor of a look-up without signing in."""

import secrets

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""Digits and letters that are not mistaken for one another when read from paper."""


def new() -> str:
    """Eight characters, 40 bits."""
    return "".join(secrets.choice(ALPHABET) for _ in range(8))
