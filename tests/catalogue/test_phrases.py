"""The table of what people say is changed at this place, at once, and the ledger knows."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from motcua.catalogue import actions, bundles, queries
from motcua.catalogue.errors import BadPhrase
from motcua.catalogue.models import SearchPhrase
from motcua.catalogue.search import phrasebook
from motcua.catalogue.search.suggesting import suggest
from motcua.demo import load
from motcua.foundation.models import LedgerEntry

NOW = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
BY = "account:1"
pytestmark = pytest.mark.django_db


@pytest.fixture
def catalogue(db: None) -> None:
    for said in load.specifications():
        version: dict[str, Any] = {**said["version"], "form": None, "process": None}
        actions.publish_version({**said, "version": version}, NOW)


def first(typed: str) -> str:
    hits = queries.search(typed)
    return hits[0].code if hits else ""


def test_a_new_phrase_is_understood_at_once_and_forgotten_when_it_goes(catalogue: None) -> None:
    assert first("tậu nóc mới") != "1.013225"
    actions.put_phrase("tậu nóc", ["cấp giấy phép xây dựng mới nhà ở riêng lẻ"], BY, NOW)
    assert first("tậu nóc mới") == "1.013225"
    actions.remove_phrase("tậu nóc", BY, NOW)
    assert first("tậu nóc mới") != "1.013225"
    kinds = LedgerEntry.objects.filter(kind__startswith="catalogue.phrase").order_by("pk")
    assert [entry.kind for entry in kinds] == ["catalogue.phrase_put", "catalogue.phrase_removed"]


def test_trying_shows_what_would_be_found_and_keeps_nothing(catalogue: None) -> None:
    hits = queries.tried("tậu nóc", "tậu nóc", ["đăng ký kết hôn"])
    assert hits[0].code == "1.000894"
    assert not SearchPhrase.objects.exists()
    assert first("tậu nóc") != "1.000894"


def test_a_phrase_of_the_platform_is_taken_away_and_comes_back() -> None:
    actions.remove_phrase("Sổ  đỏ", BY, NOW)
    assert [(p.said, p.means) for p in queries.phrases()] == [("sổ đỏ", ())]
    actions.restore_phrase("sổ đỏ", BY, NOW)
    assert queries.phrases() == []
    assert any(p.said == "sổ đỏ" and p.means for p in queries.phrases("so do"))


@pytest.mark.parametrize(
    ("said", "means"),
    [
        ("", ["a b"]), ("mất +", ["a b"]), ("!!!", ["a b"]), ("một hai", []), ("một hai", ["!"]),
        ("dài " * 60, ["a b"]), ("một hai", ["dài " * 100]),
        ("một hai", [str(n) for n in range(9)]),
    ],
)  # fmt: skip
def test_what_cannot_be_kept_is_refused(said: str, means: list[str]) -> None:
    with pytest.raises(BadPhrase):
        actions.put_phrase(said, means, BY, NOW)
    assert not SearchPhrase.objects.exists()


@pytest.mark.parametrize("act", [actions.remove_phrase, actions.restore_phrase])
def test_a_phrase_that_is_not_there_cannot_go(act: Any) -> None:
    with pytest.raises(BadPhrase):
        act("không hề có", BY, NOW)


def test_suggestions_begin_with_what_is_typed(catalogue: None) -> None:
    found = suggest("đăng ký kh")
    assert "1.001193" in [one.code for one in found]
    assert len(found) <= 8
    assert suggest("mất sổ") == suggest("mat so")
    assert any(one.words == "mở quán" and not one.code for one in suggest("mở qu"))
    assert suggest("k") == suggest("") == suggest("!!! & | '") == []


def test_why_a_procedure_was_found_is_said(catalogue: None) -> None:
    assert queries.search("vợ em mới đẻ")[0].why.said == ("mới đẻ",)
    assert "kết hôn" in queries.search("dang ky ket hon")[0].why.met
    assert queries.search("đăng ký kết hôn")[0].sure


def test_search_is_narrowed_by_sector_subject_and_online_level(catalogue: None) -> None:
    hits = queries.search("đăng ký", sector="Hộ tịch")
    assert hits
    assert {hit.sector for hit in hits} == {"Hộ tịch"}
    assert all(hit.online == "full" for hit in queries.search("đăng ký", online="full"))
    assert queries.search("đăng ký", subject="không ai cả") == []


def test_every_life_event_names_procedures_of_the_demonstration(catalogue: None) -> None:
    for one in bundles.BUNDLES:
        assert queries.named(one.codes), one.key
    assert [one.key for one in bundles.bundles_with("1.001193")] == ["birth"]
    assert bundles.bundle("không có") is None


def test_related_procedures_share_the_sector_and_leave_out_itself(catalogue: None) -> None:
    version = queries.facts_in_force("1.000894", NOW.date())
    assert version is not None
    found = [one.code for one in queries.related(version)]
    assert found
    assert version.code not in found


def test_the_table_of_the_platform_is_whole() -> None:
    table = phrasebook.shipped()
    for entry in table["synonyms"]:
        assert entry["means"]
        assert all(phrasebook.said_key(said) for said in entry["says"]), entry
    said = [phrasebook.said_key(one) for entry in table["synonyms"] for one in entry["says"]]
    assert len(said) == len(set(said))
