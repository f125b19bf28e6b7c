"""A copy of everything kept about a person: whole, theirs alone, recorded, and gone after a day."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from motcua.dossiers.actions import drafting
from motcua.foundation import clock, sight
from motcua.foundation.holdings import everything
from motcua.foundation.models import LedgerEntry
from motcua.people import own_data, purposes
from motcua.people.models import Access
from motcua.privacy import copies, queries
from motcua.privacy.actions import exports, requests
from motcua.privacy.errors import NoSuchExport
from motcua.privacy.models import Export, ExportPart

from ..dossiers import answers as a
from ..dossiers import people as p
from ..world import run_jobs, settle

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("world")]
CODE = "1.004873"


def read(copy: Export) -> dict:
    whole = json.loads("".join(copies.stream(copy)))
    return {kind["key"]: kind for kind in whole["kinds"]}


@pytest.fixture
def full(world):
    """Somebody with a draft, a dossier with its papers and notices, a consent and a request."""
    draft = p.drafted(p.citizen("doc-than"), CODE, a.marital_status())
    drafting.attach(p.citizen("doc-than"), draft.pk, "giay_cu", "giay.pdf", a.pdf(), clock.now())
    viewer, dossier = p.filed(CODE)
    p.accepted(dossier)
    settle()
    own_data.agree(viewer.person_id, purposes.PURPOSES[purposes.SURVEY], clock.now())
    requests.ask(viewer, requests.Asked("restrict"), clock.now())
    return viewer, dossier


def test_it_holds_every_kind_of_data_in_the_documented_shape(full):
    viewer, dossier = full
    copy = exports.begin(viewer, clock.now())
    assert copy.state == Export.State.READY
    whole = json.loads("".join(copies.stream(copy)))
    assert (whole["format"], whole["version"]) == ("motcua.person-data", 1)
    assert [kind["key"] for kind in whole["kinds"]] == [held.key for held in everything()]
    for kind in whole["kinds"]:
        assert set(kind) == {"key", "title", "why", "duty", "kept", "labels", "records"}
        assert all(set(record) == set(kind["labels"]) for record in kind["records"])
    kinds = read(copy)
    (one,) = kinds["dossiers"]["records"]
    assert one["number"] == dossier.number
    assert isinstance(one["answers"], dict)
    assert one["answers"]
    assert kinds["identity"]["records"][0]["id_number"] == p.person("doc-than").id_number
    for key in ("contact", "drafts", "timeline", "attachments", "papers", "notices", "consents",
                "requests", "request_story", "steps", "calls"):  # fmt: skip
        assert kinds[key]["records"], key


def test_it_is_whole_when_it_is_streamed_after_the_request_has_ended(full):
    viewer, _ = full
    copy = exports.begin(viewer, clock.now())
    with sight.seeing(sight.NOTHING):
        assert not ExportPart.objects.exists(), "hidden without a sight"
        assert set(read(copy)) == {held.key for held in everything()}


def test_it_holds_nothing_of_anybody_else(full):
    viewer, _ = full
    other = p.citizen("me")
    p.drafted(other, CODE, a.marital_status())
    text = "".join(copies.stream(exports.begin(viewer, clock.now())))
    assert other.name not in text
    assert p.person("me").id_number not in text


def test_secrets_are_not_handed_out(full):
    viewer, _ = full
    kinds = read(exports.begin(viewer, clock.now()))
    for key, forbidden in (("factors", "secret"), ("sessions", "session_key"),
                           ("timeline", "note"), ("accounts", "password")):  # fmt: skip
        assert forbidden not in kinds[key]["labels"]


def test_a_look_withheld_by_a_decision_is_not_told_before_its_day(full):
    viewer, _ = full
    look = Access.objects.create(
        subject_id=viewer.person_id, viewer_name="Thanh tra", role="inspector", purpose="điều tra",
        fields=["answers"], at=clock.now(), withheld_until=clock.now() + timedelta(days=3),
    )  # fmt: skip

    def told() -> bool:
        Export.objects.all().delete()
        kinds = read(exports.begin(viewer, clock.now()))
        return any(one["purpose"] == "điều tra" for one in kinds["looks"]["records"])

    assert not told()
    with clock.frozen(look.withheld_until + timedelta(seconds=1)):
        assert told()


def test_it_is_theirs_alone_and_each_opening_is_in_the_ledger(full):
    viewer, _ = full
    copy = exports.begin(viewer, clock.now())
    for stranger in (p.citizen("me"), p.officer("H37/data-officer"), p.officer("head")):
        with pytest.raises(NoSuchExport):
            exports.take(stranger, str(copy.pk), "json", clock.now())
    exports.take(viewer, str(copy.pk), "json", clock.now())
    kinds = LedgerEntry.objects.filter(kind__startswith="privacy.export").values_list("kind")
    assert [kind for (kind,) in kinds.order_by("pk")] == [
        "privacy.export_asked", "privacy.export_made", "privacy.export_taken",
    ]  # fmt: skip
    bodies = "".join(LedgerEntry.objects.values_list("body", flat=True))
    assert p.person("doc-than").id_number not in bodies


def test_a_large_one_is_made_by_a_job_and_only_once(full, monkeypatch):
    viewer, _ = full
    monkeypatch.setattr(exports, "AT_ONCE", 0)
    copy = exports.begin(viewer, clock.now())
    assert copy.state == Export.State.MAKING
    assert exports.begin(viewer, clock.now()) == copy
    with pytest.raises(NoSuchExport):
        exports.take(viewer, str(copy.pk), "json", clock.now())
    assert run_jobs() == 1
    exports.fill(str(copy.pk), clock.now())
    copy.refresh_from_db()
    assert copy.state == Export.State.READY
    assert ExportPart.objects.filter(export=copy).count() == len(everything())


def test_after_a_day_the_contents_are_gone_and_that_it_was_made_stays_known(full):
    viewer, _ = full
    copy = exports.begin(viewer, clock.now())
    assert exports.remove_expired(clock.now()) == 0
    later = clock.now() + exports.KEPT
    with pytest.raises(NoSuchExport):
        exports.take(viewer, str(copy.pk), "json", later)
    assert exports.remove_expired(later) == 1
    assert exports.remove_expired(later) == 0
    copy.refresh_from_db()
    assert copy.state == Export.State.EXPIRED
    assert not ExportPart.objects.exists()
    assert queries.exports(viewer, later) == []
