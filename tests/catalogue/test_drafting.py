"""A version is written, reviewed by somebody else, published with a decision, and frozen."""

from __future__ import annotations

import copy
import gzip
import io
import json
from datetime import UTC, date, datetime
from pathlib import Path
from threading import Barrier, Thread

import pytest
from django.db import connection

from motcua.catalogue import actions, keeping, queries
from motcua.catalogue.actions import Decision
from motcua.catalogue.errors import (
    BadSpecification,
    CatalogueError,
    DraftChanged,
    DraftGone,
    NotReady,
    NotYours,
    UnreadableFile,
)
from motcua.catalogue.models import ProcedureVersion, PublicationStep, VersionDraft
from motcua.catalogue.specification import parse
from motcua.foundation.models import LedgerEntry
from tests.catalogue.specs import CODE, case, record, specification
from tests.catalogue.test_keeping_rules import full

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
TODAY = date(2026, 11, 23)
SHARED = Path(__file__).resolve().parents[3] / "shared/data/procedures/procedures_2642.jsonl.gz"
DECISION = Decision("Quyết định 9/QĐ-UBND", TODAY, "province", date(2026, 12, 1))


def reviewed(spec=None) -> VersionDraft:
    draft = actions.start_draft(spec or full(**{"from": "2026-12-01"}), "new", "account:1", NOW)
    return actions.send_for_review(draft.pk, draft.revision, "account:1", NOW)


def test_written_by_one_published_by_another_and_frozen(db):
    draft = reviewed()
    with pytest.raises(NotYours):
        actions.publish_draft(draft.pk, draft.revision, DECISION, "account:1", NOW)
    version = actions.publish_draft(draft.pk, draft.revision, DECISION, "account:2", NOW)
    assert version.decision == "Quyết định 9/QĐ-UBND"
    assert version.valid.lower == date(2026, 12, 1)
    assert queries.version_in_force(CODE, TODAY) is None
    step = PublicationStep.objects.get()
    assert (step.version_id, step.change) == (version.pk, "new")
    assert LedgerEntry.objects.get(kind="catalogue.published").actor == "account:2"
    with pytest.raises(DraftGone):
        actions.save_draft(draft.pk, full(), draft.revision + 1, "account:1", NOW)


def test_what_is_lacking_or_asked_twice_stops_it_in_words(db):
    thin = actions.start_draft(specification(), "new", "account:1", NOW)
    with pytest.raises(NotReady, match="Trình tự"):
        actions.send_for_review(thin.pk, 1, "account:1", NOW)
    asks = full()
    asks["version"]["components"].append(
        {"key": "cccd", "name": "Thẻ căn cước công dân", "copies": 1}
    )
    again = actions.save_draft(thin.pk, asks, 1, "account:1", NOW)
    with pytest.raises(NotReady, match="dân cư"):
        actions.send_for_review(again.pk, again.revision, "account:1", NOW)
    asks["version"]["parameters"] = {"asked_anyway": {"components.cccd": "Điều 5 NĐ 1/2025"}}
    again = actions.save_draft(again.pk, asks, again.revision, "account:1", NOW)
    actions.send_for_review(again.pk, again.revision, "account:1", NOW)


def test_changing_a_draft_under_review_takes_it_back(db):
    draft = reviewed()
    actions.save_draft(draft.pk, full(), draft.revision, "account:3", NOW)
    with pytest.raises(DraftGone):
        actions.publish_draft(draft.pk, draft.revision + 1, DECISION, "account:2", NOW)
    with pytest.raises(DraftChanged):
        actions.save_draft(draft.pk, full(), draft.revision, "account:1", NOW)


def test_a_draft_cannot_become_another_procedure_or_rubbish(db):
    draft = actions.start_draft(full(), "new", "account:1", NOW)
    for bad in (specification("9.000002"), {"procedure": {}, "version": {}}):
        with pytest.raises(BadSpecification):
            actions.save_draft(draft.pk, bad, 1, "account:1", NOW)
    unit = full()
    del unit["version"]["cases"][0]["channels"][0]["limit"]["unit"]
    with pytest.raises(BadSpecification, match="limit"):
        actions.save_draft(draft.pk, unit, 1, "account:1", NOW)
    draft.refresh_from_db()
    assert draft.revision == 1


def test_an_amendment_takes_over_on_its_day_and_the_old_one_stays_till_then(db):
    before = actions.publish_version(full(), NOW)
    law = queries.facts_in_force(CODE, TODAY)
    assert law is not None
    said = keeping.draft_of(law, date(2026, 12, 1))
    said["version"]["cases"] = [case(limit={"amount": 2, "unit": "working_day"})]
    draft = actions.start_draft(said, "amended", "account:1", NOW)
    draft = actions.send_for_review(draft.pk, 1, "account:1", NOW)
    after = actions.publish_draft(draft.pk, draft.revision, DECISION, "account:2", NOW)
    assert queries.version_in_force(CODE, TODAY) == before
    assert queries.version_in_force(CODE, date(2026, 12, 1)) == after


def test_abolishing_ends_the_version_and_says_under_which_decision(db):
    actions.publish_version(full(), NOW)
    with pytest.raises(CatalogueError):
        actions.end_procedure(CODE, "abolished", date(2026, 11, 1), DECISION, "account:1", NOW)
    actions.end_procedure(CODE, "abolished", date(2026, 12, 1), DECISION, "account:1", NOW)
    assert queries.version_in_force(CODE, date(2026, 11, 30)) is not None
    assert queries.version_in_force(CODE, date(2026, 12, 1)) is None
    assert PublicationStep.objects.get().change == "abolished"


def test_the_day_of_entry_is_noted_once_and_counted(db):
    actions.publish_version(full(), NOW)
    late = Decision("QĐ 1", date(2026, 11, 20), "province", date(2026, 11, 23))
    step = actions.record_step(CODE, "amended", late, "account:1", NOW)
    with pytest.raises(CatalogueError):
        actions.record_entry(CODE, step.pk, date(2026, 11, 19), "account:1", NOW)
    actions.record_entry(CODE, step.pk, TODAY, "account:1", NOW)
    with pytest.raises(CatalogueError):
        actions.record_entry(CODE, step.pk, TODAY, "account:1", NOW)
    year = date(2026, 1, 1), date(2027, 1, 1), TODAY
    got = keeping.publication_counts(*year)
    assert (got.decisions_on_time, got.publicised_on_time) == ((0, 1), (1, 1))
    (one,) = keeping.chain(CODE)
    assert one.late
    assert not one.entered_late


@pytest.mark.parametrize("effective", [date(2019, 1, 1), date(2031, 1, 1)])
def test_a_decision_outside_the_years_of_the_calendar_is_shown_without_terms(db, effective):
    actions.publish_version(full(), NOW)
    old = Decision("QĐ 1", effective, "ministry", effective)
    actions.record_step(CODE, "amended", old, "account:1", NOW)
    assert keeping.chain(CODE)[0].terms is None
    year = date(effective.year, 1, 1), date(effective.year + 1, 1, 1), TODAY
    assert keeping.publication_counts(*year).decisions_on_time == (0, 0)


@pytest.mark.django_db(transaction=True)
def test_two_who_publish_at_once_publish_once():
    draft = reviewed()
    start, ended = Barrier(2), []

    def publish(by: str) -> None:
        start.wait()
        try:
            actions.publish_draft(draft.pk, draft.revision, DECISION, by, NOW)
            ended.append("done")
        except DraftGone:
            ended.append("gone")
        finally:
            connection.close()

    both = [Thread(target=publish, args=(f"account:{n}",)) for n in (2, 3)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert sorted(ended) == ["done", "gone"]
    assert ProcedureVersion.objects.count() == 1


# -- in and out -------------------------------------------------------------------------------


def test_what_was_imported_comes_out_again_whole(db):
    lines = [record("9.000001"), record("9.000002", ten="Thủ tục khác", phu=[1.0, None, "đ"])]
    content = "".join(json.dumps(line) + "\n" for line in lines).encode()
    actions.import_records(io.BytesIO(content), NOW)
    assert list(keeping.records()) == lines
    again = "".join(json.dumps(line) + "\n" for line in keeping.records()).encode()
    report = actions.import_records(io.BytesIO(again), NOW)
    assert (report.added, report.changed, report.unchanged) == (0, 0, 2)


def test_an_import_that_unpacks_to_more_than_100_mb_keeps_nothing(db):
    line = json.dumps(record("9.000001")).encode() + b"\n"
    bomb = gzip.compress(line + (b" " * 999_999 + b"\n") * 101, 1)
    assert len(bomb) < 1_000_000
    with pytest.raises(UnreadableFile, match="100 MB"):
        actions.import_records(io.BytesIO(bomb), NOW)
    assert not list(keeping.records())


@pytest.mark.shared
def test_every_procedure_of_the_country_can_be_drafted_from(db):
    with SHARED.open("rb") as file:
        actions.import_records(file, NOW)
    with gzip.open(SHARED) as file:
        was = {line["ma"]: line for line in map(json.loads, file)}
    assert {line["ma"]: line for line in keeping.records()} == was
    for pk in list(ProcedureVersion.objects.order_by("pk").values_list("pk", flat=True))[::20]:
        law = queries.version(pk)
        said = keeping.draft_of(law, date(2026, 12, 1))
        checked = parse(copy.deepcopy(said))
        assert checked.code == law.code
