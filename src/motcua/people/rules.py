"""What holds of people whatever the database says."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from motcua.foundation import crypto

ONE_LOOK = timedelta(minutes=15)
SLOWEST = timedelta(minutes=5)
SLOWEST_FOR_A_NAME = timedelta(seconds=2)
FREE_TRIES = 3
_ID_NUMBER = re.compile(r"\d{12}")


class BadIdNumber(ValueError):
    """Not a personal id number: those have twelve digits."""

    def __init__(self) -> None:
        super().__init__("Số định danh cá nhân gồm đúng 12 chữ số.")


def id_number(text: str) -> str:
    """The personal id number in `text`, without spaces and dots. Raises `BadIdNumber`."""
    digits = re.sub(r"[\s.]", "", text)
    if not _ID_NUMBER.fullmatch(digits):
        raise BadIdNumber
    return digits


def phone_number(text: str) -> str:
    """A phone number as it is compared: digits only, the country code of Vietnam as a zero."""
    digits = re.sub(r"\D", "", text)
    return "0" + digits[2:] if digits.startswith("84") and len(digits) >= 11 else digits


def phone_index(text: str) -> bytes | None:
    """The blind index of a phone number; None where there is no digit."""
    number = phone_number(text)
    return crypto.blind_index("phone", number) if number else None


@dataclass(frozen=True, slots=True)
class Look:
    """One read of a person's data: by whom, of whom, for which dossier ("" for none)."""

    viewer: int | None
    subject: int
    dossier: str
    at: datetime


def same_look(earlier: Look, later: Look) -> bool:
    """Whether `later` belongs to the record of `earlier`: one viewer, subject and dossier within
    15 minutes of its beginning is one record."""
    return (earlier.viewer, earlier.subject, earlier.dossier) == (
        later.viewer,
        later.subject,
        later.dossier,
    ) and timedelta(0) <= later.at - earlier.at < ONE_LOOK


def pause_after(failures: int) -> timedelta:
    """How long somebody at one address waits after so many wrong passwords in a row for one name:
    three tries are free, then the wait doubles from a second up to five minutes."""
    if failures < FREE_TRIES:
        return timedelta(0)
    return min(timedelta(seconds=2 ** min(failures - FREE_TRIES, 20)), SLOWEST)


def pause_for_everyone_after(failures: int) -> timedelta:
    """How long everybody else waits who tries the same name. Never more than two seconds: many
    machines guessing together are slowed, and the owner of the name is never locked out."""
    return min(pause_after(failures), SLOWEST_FOR_A_NAME)


@dataclass(frozen=True, slots=True)
class SessionLimits:
    """When a session ends: `idle` after the last thing done in it, `longest` after signing in."""

    idle: timedelta
    longest: timedelta


def session_end(limits: SessionLimits, begun_at: datetime, now: datetime) -> datetime:
    """When a session in which something was done at `now` ends."""
    return min(now + limits.idle, begun_at + limits.longest)
