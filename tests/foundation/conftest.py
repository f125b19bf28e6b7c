"""Events and handlers that exist for these tests only."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import connection

from motcua.foundation import background, events


@pytest.fixture(autouse=True)
def only_own_handlers(monkeypatch: pytest.MonkeyPatch) -> None:
    """No room's reactions and periodic functions run here; those a test registers vanish."""
    background.discover()
    monkeypatch.setattr(events, "_handlers", {})
    monkeypatch.setattr(background, "_periodic", {})


@pytest.fixture
def no_jobs(db: None) -> None:
    """No job of an earlier test: the queue's tables are not Django's and are not flushed."""
    _remove_jobs()


@pytest.fixture
def empty_queue(transactional_db: None) -> Iterator[None]:
    """The same for tests whose jobs are really run."""
    _remove_jobs()
    yield
    _remove_jobs()


def _remove_jobs() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")
