"""An agency with an office, and a moment at which its people are at work."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange

from motcua.agencies.models import Agency, Kind
from motcua.people.models import Account
from motcua.processes import actions
from motcua.processes.actions import Started
from motcua.processes.models import WorkItem

# Monday 23 November 2026, 08:00 in Vietnam.
NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)


def make_agency(code: str, parent: Agency | None = None, office_key: str = "") -> Agency:
    return Agency.objects.create(
        code=code,
        name=f"Cơ quan {code}",
        kind=Kind.COMMUNE if parent is None else Kind.OFFICE,
        parent=parent,
        realm="H37",
        office_key=office_key,
        sort_key=code,
        valid=DateRange(date(2025, 7, 1), None),
        source="thử nghiệm",
    )


@pytest.fixture
def agency(db: None) -> Agency:
    return make_agency("H37.105")


@pytest.fixture
def office(agency: Agency) -> Agency:
    return make_agency("H37.105.02", agency, "phong-kinh-te")


@pytest.fixture
def officer(db: None) -> Account:
    return Account.objects.create(subject="officer-1", kind="local", display_name="Hoàng Thị Lan")


@pytest.fixture
def begin(agency: Agency) -> Callable[..., Started]:
    """Publish a process and start it: `begin(bpmn, way="online")`."""

    def start(
        bpmn: str, subject: int = 1, offices: dict[str, int] | None = None, **variables: object
    ) -> Started:
        version = actions.publish("test", bpmn, NOW)
        return actions.start(version.pk, subject, agency.pk, offices or {}, variables, NOW)

    return start


def names(items: list[WorkItem]) -> list[str]:
    """The steps of some items, sorted."""
    return sorted(item.step for item in items)
