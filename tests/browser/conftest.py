"""The whole demonstration for the length of the run, and people with windows to look at it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest

from journey.house import House
from motcua.demo import accounts
from tests.browser.judging import Judge
from tests.browser.people import Officer, Visitor

if TYPE_CHECKING:
    from playwright.sync_api import Browser

DESKS = (
    "receptionist",
    "handler",
    "handler-kinh-te",
    "approver",
    "handler-2",
    "handler-van-hoa",
)


@pytest.fixture(scope="session")
def own_house() -> Iterator[House | None]:
    """A house started for this run; None where one runs at `MOTCUA_BROWSE`."""
    if os.environ.get("MOTCUA_BROWSE"):
        yield None
        return
    with House() as started:
        yield started


@pytest.fixture(scope="session")
def house(own_house: House | None) -> str:
    """The address of a house of our own, or of the one that runs at `MOTCUA_BROWSE`."""
    return os.environ["MOTCUA_BROWSE"] if own_house is None else own_house.url


@pytest.fixture(scope="session")
def known_pages() -> set[tuple[int, bytes]]:
    """What has been judged already in this run."""
    return set()


@pytest.fixture
def judge(known_pages: set[tuple[int, bytes]]) -> Iterator[Judge]:
    """Looks at every page of one test; what it finds fails the test."""
    one = Judge(known_pages)
    yield one
    assert one.verdict() == ""


@pytest.fixture
def someone(browser: Browser, house: str, judge: Judge) -> Iterator[Callable[..., Visitor]]:
    """Makes people: `someone(Citizen, 320)`; their windows are closed afterwards."""
    made: list[Visitor] = []

    def make(kind: type[Visitor], width: int) -> Visitor:
        made.append(kind(browser, house, judge, width))
        return made[-1]

    yield make
    for one in made:
        one.close()


@pytest.fixture(scope="module")
def staff(browser: Browser, house: str) -> Iterator[Callable[[int, Judge], list[Officer]]]:
    """The officers of the home commune, each signed in once for every width of window."""
    signed_in: dict[int, list[Officer]] = {}

    def at_their_desks(width: int, judge: Judge) -> list[Officer]:
        if width not in signed_in:
            signed_in[width] = [_officer(browser, house, judge, width, desk) for desk in DESKS]
        for officer in signed_in[width]:
            officer.judge = judge
        return signed_in[width]

    yield at_their_desks
    for officers in signed_in.values():
        for officer in officers:
            officer.close()


def _officer(browser: Browser, house: str, judge: Judge, width: int, desk: str) -> Officer:
    officer = Officer(browser, house, judge, width)
    number = accounts.officer(f"{accounts.HOME_AGENCY}/{desk}").id_number
    officer.seed = accounts.seed(number)
    officer.sign_in("/mot-cua/", number, "Đăng nhập VNeID cán bộ")
    return officer
