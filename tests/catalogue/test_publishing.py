"""A published version is frozen, versions never overlap, and each day has its own law."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from motcua.catalogue import actions, queries, rules
from motcua.catalogue.errors import BadSpecification, UnknownVersion, VersionsOverlap
from motcua.catalogue.models import Case, Channel, ProcedureVersion
from motcua.catalogue.specification import parse
from motcua.foundation.models import LedgerEntry, OutboxEvent
from tests.catalogue.specs import CODE, case, specification

NOW = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
TODAY = date(2026, 11, 22)


def test_publishing_twice_is_publishing_once(db: None) -> None:
    first = actions.publish_version(specification(), NOW)
    assert actions.publish_version(specification(), NOW).pk == first.pk
    assert ProcedureVersion.objects.count() == 1
    assert LedgerEntry.objects.filter(kind="catalogue.published").count() == 1
    assert OutboxEvent.objects.filter(name="catalogue.VersionPublished").count() == 1


def test_a_version_that_overlaps_another_is_refused_and_named(db: None) -> None:
    actions.publish_version(specification(), NOW)
    with pytest.raises(VersionsOverlap) as refused:
        actions.publish_version(specification(decision="Quyết định 2/QĐ-BNNMT"), NOW)
    assert "01/07/2025" in str(refused.value)


def test_each_day_has_the_version_of_that_day(db: None) -> None:
    old = specification(to="2026-07-01", cases=[case(limit={"amount": 20, "unit": "day"})])
    new = specification(**{"from": "2026-07-01"})
    actions.publish_version(old, NOW)
    actions.publish_version(new, NOW)
    last = queries.facts_in_force(CODE, date(2026, 6, 30))
    first = queries.facts_in_force(CODE, date(2026, 7, 1))
    assert last is not None
    assert first is not None
    assert rules.limit(last, last.cases[0], "online").amount == 20
    assert rules.limit(first, first.cases[0], "online").amount == 3
    assert queries.version_in_force(CODE, date(2025, 6, 30)) is None


def test_an_amendment_takes_over_today_and_yesterday_stays(db: None) -> None:
    before = actions.publish_version(specification(), NOW)
    after = actions.publish_version(specification(decision="Mới"), NOW, supersede=True)
    in_force = queries.version_in_force(CODE, TODAY)
    yesterday = queries.version_in_force(CODE, TODAY - timedelta(days=1))
    assert in_force is not None
    assert yesterday is not None
    assert (in_force.pk, yesterday.pk) == (after.pk, before.pk)


def test_an_unused_version_of_today_gives_way_to_another_of_today(db: None) -> None:
    actions.publish_version(specification(**{"from": "2026-11-22"}), NOW)
    again = specification(decision="Mới", **{"from": "2026-11-22"})
    actions.publish_version(again, NOW, supersede=True)
    assert ProcedureVersion.objects.get().decision == "Mới"


def test_the_past_is_not_rewritten(db: None) -> None:
    actions.publish_version(specification(to="2026-07-01"), NOW)
    with pytest.raises(VersionsOverlap):
        actions.publish_version(specification(decision="Mới"), NOW, supersede=True)


@pytest.mark.parametrize("change", ["version", "case", "channel"])
def test_the_database_refuses_to_change_a_published_version(db: None, change: str) -> None:
    actions.publish_version(specification(), NOW)
    rows: dict[str, Any] = {
        "version": ProcedureVersion.objects.filter(decision__gt=""),
        "case": Case.objects.all(),
        "channel": Channel.objects.all(),
    }
    values = {"version": {"decision": "x"}, "case": {"name": "x"}, "channel": {"fee": "1"}}
    with pytest.raises(DatabaseError), transaction.atomic():
        rows[change].update(**values[change])


def test_reading_a_version_again_costs_no_statement(db: None) -> None:
    pk = actions.publish_version(specification(), NOW).pk
    queries.version(pk)
    with CaptureQueriesContext(connection) as asked:
        assert queries.version(pk).code == CODE
    assert len(asked) == 0


def test_an_unknown_version_is_said_to_be_unknown(db: None) -> None:
    with pytest.raises(UnknownVersion):
        queries.version(0)


def test_without_a_competent_agency_the_reason_is_given(db: None) -> None:
    actions.publish_version(specification(), NOW)
    for code, territory in ((CODE, "06187"), (CODE, ""), ("9.999999", "06187")):
        found = queries.competent_agency(code, territory, TODAY)
        assert found.agency is None
        assert found.reason


def _with(path: str, value: Any) -> dict[str, Any]:
    """The specification with one part replaced, `path` as in `version.cases.0.key`."""
    raw = specification()
    *steps, last = [int(step) if step.isdigit() else step for step in path.split(".")]
    place: Any = raw
    for step in steps:
        place = place[step]
    place[last] = value
    return raw


@pytest.mark.parametrize(
    ("path", "value", "place"),
    [
        ("procedure.code", "1.1", "procedure.code"),
        ("procedure.name", "Giấy <script>alert(1)</script>", "procedure.name"),
        ("procedure.surprise", 1, "procedure"),
        ("version.to", "2025-07-01", "version.to"),
        ("version.from", "hôm qua", "version.from"),
        ("version.cases", [], "version.cases"),
        ("version.cases", [case("a"), case("b")], "version.case_question"),
        ("version.case_question", "a ==", "version.case_question"),
        ("version.cases.0.channels.0.fee", "1 +", "version.cases[0].channels[0].fee"),
        ("version.cases.0.channels.0.fee", "1000", "version.cases[0].channels[0].fee_name"),
        ("version.cases.0.channels.0.limit", {"amount": 3}, "version.cases[0].channels[0].limit"),
        (
            "version.cases.0.channels.0.limit",
            {"amount": 3, "unit": "within_day"},
            "version.cases[0].channels[0].limit",
        ),
        (
            "version.cases.0.channels.0.limit",
            {"amount": 1.5, "unit": "working_day"},
            "version.cases[0].channels[0].limit",
        ),
        ("version.components", [{"key": "a", "name": "A"}] * 2, "version.components[1].key"),
        ("version.form", "khong_co", "version.form"),
        ("version.process", "khong_co", "version.process"),
    ],
)
def test_a_mistake_is_refused_with_its_place(db: None, path: str, value: Any, place: str) -> None:
    with pytest.raises(BadSpecification) as refused:
        actions.publish_version(_with(path, value), NOW)
    assert refused.value.place == place
    assert not ProcedureVersion.objects.exists()


def test_texts_become_composed_unicode() -> None:
    decomposed = _with("procedure.name", "Thu\u031b\u0309 tu\u0323c")
    assert parse(decomposed).procedure["name"] == "Thử tục"


class VersionsByDate(TestCase):
    """However versions are published, every day has at most one, and the right one."""

    @settings(max_examples=15, deadline=None)
    @given(st.lists(st.tuples(st.integers(0, 400), st.integers(1, 200)), min_size=1, max_size=5))
    def test_every_day_has_the_version_that_was_accepted_for_it(
        self, spans: list[tuple[int, int]]
    ) -> None:
        start = date(2025, 7, 1)
        law: dict[date, str] = {}
        for number, (offset, length) in enumerate(spans):
            days = [start + timedelta(days=offset + n) for n in range(length)]
            raw = specification(
                decision=f"Quyết định {number}",
                to=(days[-1] + timedelta(days=1)).isoformat(),
                **{"from": days[0].isoformat()},
            )
            taken = any(day in law for day in days)
            try:
                actions.publish_version(raw, NOW)
            except VersionsOverlap:
                assert taken
            else:
                assert not taken
                law |= dict.fromkeys(days, raw["version"]["decision"])
        for offset in range(0, 640, 7):
            day = start + timedelta(days=offset)
            found = queries.version_in_force(CODE, day)
            assert (found.decision if found else None) == law.get(day)
