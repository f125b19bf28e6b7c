"""Fixtures for every room: the browser, and what a test may ask of the machine."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextvars import ContextVar
from pathlib import Path
from typing import TYPE_CHECKING

import hypothesis
import pytest
from django.conf import settings
from django.db import connection
from django.test import TransactionTestCase

from motcua.foundation import sight
from motcua.runtime.environment import AS_THE_HOUSE
from motcua.runtime.owner import as_owner

from .world import committed, neighbours, world, world_databases  # noqa: F401 - fixtures

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page
    from pytest_django import DjangoDbBlocker

SHARED = Path(__file__).resolve().parents[2] / "shared"
CHROMIUMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def chromium() -> str | None:
    """The Chromium to test with: `CHROMIUM`, or the first one on the path."""
    if given := os.environ.get("CHROMIUM"):
        return given
    return next(filter(None, map(shutil.which, CHROMIUMS)), None)


def pytest_configure() -> None:
    # What a test asks of the database itself, in whichever thread, is asked as the system; what it
    # asks through a door is seen with that door's eyes.
    sight._current = ContextVar("motcua_sight", default=sight.EVERYTHING)
    # Pages are tested without collecting and hashing the static files first.
    settings.STORAGES["staticfiles"]["BACKEND"] = (
        "django.contrib.staticfiles.storage.StaticFilesStorage"
    )
    # Playwright's synchronous interface keeps an event loop in the test's thread.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--touching-database",
        action="store_true",
        help="only the tests that use the database (for a run on another server)",
    )


def _touches_database(item: pytest.Item) -> bool:
    asked = {"db", "transactional_db", "live_server", "django_db_setup"}
    fixtures = getattr(item, "fixturenames", ())
    return item.get_closest_marker("django_db") is not None or not asked.isdisjoint(fixtures)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if "long" not in config.option.markexpr:
        config.hook.pytest_deselected(items=[i for i in items if i.get_closest_marker("long")])
        items[:] = [item for item in items if not item.get_closest_marker("long")]
    if config.getoption("--touching-database"):
        config.hook.pytest_deselected(items=[i for i in items if not _touches_database(i)])
        items[:] = [item for item in items if _touches_database(item)]
    no_browser = chromium() is None
    wanting = [item for item in items if item.get_closest_marker("browser")]
    if wanting and no_browser and os.environ.get("REQUIRE_BROWSER") == "1":
        raise pytest.UsageError(
            "REQUIRE_BROWSER=1 but there is no Chromium here: install one or name it in CHROMIUM"
        )
    for item in wanting if no_browser else []:
        item.add_marker(pytest.mark.skip(reason="no Chromium here"))
    for item in items:
        if item.get_closest_marker("shared") and not SHARED.is_dir():
            item.add_marker(pytest.mark.skip(reason="../shared is not here"))


# No timed assertions: a busy machine is not a failing test.
hypothesis.settings.register_profile("house", deadline=None)
hypothesis.settings.load_profile("house")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One Chromium for the browser tests of a file. Not longer: while it is open, Playwright keeps
    an event loop running in this thread, in which other tests could start none."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(
            executable_path=chromium(),
            args=["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"],
        )
        yield launched
        launched.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A fresh visitor: own cookies, a desktop window, Vietnamese."""
    context = browser.new_context(
        viewport={"width": 1280, "height": 900}, locale="vi-VN", timezone_id="Asia/Ho_Chi_Minh"
    )
    context.set_default_timeout(15_000)
    yield context.new_page()
    context.close()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """Each worker has its own database, made by the owner (before `django_db_setup`) and used as
    the house."""
    settings.DATABASES["default"]["OPTIONS"].pop("options")


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """The test database, in which append-only tables may be emptied between tests (and only
    there: `foundation.append_only` makes the database refuse it)."""
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgrelid::regclass::text, tgname FROM pg_trigger WHERE tgname LIKE %s",
            ["%\\_no\\_truncate"],
        )
        for table, trigger in cursor.fetchall():
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER {trigger}")
    connection.close()
    connection.close_pool()
    settings.DATABASES["default"]["OPTIONS"]["options"] = AS_THE_HOUSE


@pytest.fixture(scope="session", autouse=True)
def _the_owner_empties_tables() -> None:
    """Tests that commit leave empty tables behind: TRUNCATE is not for the house."""
    emptied = TransactionTestCase._fixture_teardown

    def as_the_owner(self: TransactionTestCase) -> None:
        with as_owner():
            emptied(self)

    TransactionTestCase._fixture_teardown = as_the_owner


@pytest.fixture(autouse=True)
def _nothing_is_remembered_of_agencies() -> Iterator[None]:
    """What one test's agencies were is forgotten before the next: their rows are rolled back."""
    yield
    from motcua.agencies import cache
    from motcua.catalogue import queries as catalogue

    cache.forget()
    catalogue.forget_in_force()


@pytest.fixture(autouse=True)
def _nobody_has_come_too_often() -> None:
    """What one test asked is not counted against the next."""
    from motcua.doors.api import tokens
    from motcua.doors.limits import middleware

    middleware.memory.forget()
    tokens.calls.forget()
