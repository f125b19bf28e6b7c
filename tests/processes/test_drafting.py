"""Drafts of processes, and agencies that run their own."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from django.db import connection

from motcua.agencies import cache
from motcua.agencies.models import Agency
from motcua.foundation.models import LedgerEntry
from motcua.processes import actions, drafting, own, queries
from motcua.processes.errors import BadProcess, DraftRefused
from motcua.processes.inspection import Surroundings
from motcua.processes.models import AgencyProcess, ProcessDraft, ProcessVersion
from tests.processes.conftest import NOW

TODAY = date(2026, 11, 23)
ANYWHERE = Surroundings()
TEXT = queries.from_template("direct_result", "viec", "Việc")
OTHER = queries.from_template("appraise_and_sign", "viec", "Việc")


@pytest.fixture(autouse=True)
def nothing_remembered() -> None:
    cache.forget()


def day(number: int) -> date:
    return TODAY + timedelta(days=number)


def test_a_standard_process_is_written_by_one_and_published_by_another(db: None) -> None:
    draft = drafting.start("viec", TEXT, None, "account:1", NOW)
    with pytest.raises(DraftRefused, match="người quản trị khác"):
        drafting.publish(draft.pk, 1, day(1), ANYWHERE, "account:1", NOW)
    first = drafting.publish(draft.pk, 1, day(1), ANYWHERE, "account:2", NOW)
    assert (first.key, first.version) == ("viec", 1)
    with pytest.raises(DraftRefused, match="đã được công bố"):
        drafting.save(draft.pk, OTHER, 1, "account:1", NOW)
    second = drafting.start("viec", OTHER, None, "account:1", NOW)
    assert drafting.publish(second.pk, 1, day(1), ANYWHERE, "account:2", NOW).version == 2
    kinds = LedgerEntry.objects.values_list("kind", flat=True)
    assert {"processes.draft_started", "processes.draft_published"} <= set(kinds)


def test_two_who_write_at_once_notice_each_other(db: None) -> None:
    draft = drafting.start("viec", TEXT, None, "account:1", NOW)
    drafting.save(draft.pk, OTHER, 1, "account:1", NOW)
    with pytest.raises(DraftRefused, match="đã được người khác sửa"):
        drafting.save(draft.pk, TEXT, 1, "account:2", NOW)
    draft.refresh_from_db()
    assert (draft.bpmn, draft.revision) == (OTHER, 2)


def test_a_draft_in_which_something_is_found_is_not_published(db: None) -> None:
    draft = drafting.start("viec", TEXT, None, "account:1", NOW)
    with pytest.raises(BadProcess, match="chưa có ai ở cơ quan giữ vai trò"):
        drafting.publish(draft.pk, 1, day(1), Surroundings({"": frozenset()}), "account:2", NOW)
    assert not ProcessVersion.objects.exists()


def test_an_agency_runs_its_own_from_a_day_on_and_returns(agency: Agency) -> None:
    standard = actions.publish("viec", TEXT, NOW)
    mine = drafting.start("viec", OTHER, agency.pk, "account:1", NOW)
    with pytest.raises(DraftRefused, match="ngày mai"):
        drafting.publish(mine.pk, 1, TODAY, ANYWHERE, "account:1", NOW)
    version = drafting.publish(mine.pk, 1, day(3), ANYWHERE, "account:1", NOW)
    assert version.key == own.key_of("viec", agency.code)
    assert queries.version_for(standard.pk, agency.pk, day(2)) == standard.pk
    assert queries.version_for(standard.pk, agency.pk, day(3)) == version.pk
    assert queries.version_for(standard.pk, agency.pk + 1, day(3)) == standard.pk
    assert [one.key for one in queries.published()] == ["viec"]
    later = drafting.start("viec", TEXT, agency.pk, "account:1", NOW)
    second = drafting.publish(later.pk, 1, day(9), ANYWHERE, "account:1", NOW)
    assert queries.version_for(standard.pk, agency.pk, day(8)) == version.pk
    assert queries.version_for(standard.pk, agency.pk, day(9)) == second.pk
    drafting.end_own("viec", agency.pk, day(12), "account:1", NOW)
    assert queries.version_for(standard.pk, agency.pk, day(11)) == second.pk
    assert queries.version_for(standard.pk, agency.pk, day(12)) == standard.pk
    with pytest.raises(DraftRefused):
        drafting.end_own("viec", agency.pk, day(13), "account:1", NOW)


def test_what_was_to_begin_later_never_begins(agency: Agency) -> None:
    standard = actions.publish("viec", TEXT, NOW)
    for text, since in ((OTHER, day(9)), (TEXT, day(2))):
        draft = drafting.start("viec", text, agency.pk, "account:1", NOW)
        version = drafting.publish(draft.pk, 1, since, ANYWHERE, "account:1", NOW)
    [row] = AgencyProcess.objects.all()
    assert (row.version_id, row.valid.lower, row.valid.upper) == (version.pk, day(2), None)
    assert queries.version_for(standard.pk, agency.pk, day(1)) == standard.pk


def test_nothing_is_asked_of_the_database_once_it_is_remembered(
    agency: Agency, django_assert_num_queries: pytest.FixtureRequest
) -> None:
    standard = actions.publish("viec", TEXT, NOW)
    draft = drafting.start("viec", OTHER, agency.pk, "account:1", NOW)
    version = drafting.publish(draft.pk, 1, day(1), ANYWHERE, "account:1", NOW)
    queries.version_for(standard.pk, agency.pk, day(1))
    with django_assert_num_queries(0):  # type: ignore[operator]
        assert queries.version_for(standard.pk, agency.pk, day(2)) == version.pk


@pytest.mark.parametrize("key", ["", "Có dấu", "a@H37", "1a", "x" * 41])
def test_a_key_is_a_plain_word(db: None, key: str) -> None:
    with pytest.raises(DraftRefused):
        drafting.start(key, TEXT, None, "account:1", NOW)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_publish_at_once_one_does() -> None:
    draft = drafting.start("viec", TEXT, None, "account:1", NOW)

    def publish(by: str) -> bool:
        try:
            drafting.publish(draft.pk, 1, day(1), ANYWHERE, by, NOW)
        except DraftRefused:
            return False
        else:
            return True
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(publish, ["account:2", "account:3"])) == [False, True]
    assert ProcessVersion.objects.filter(key="viec").count() == 1
    assert ProcessDraft.objects.get().state == ProcessDraft.State.PUBLISHED
