"""People find a procedure by what happened to them, however they type it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from motcua.catalogue import actions, queries
from motcua.catalogue.search import phrasebook
from motcua.catalogue.search.numbered import numbers
from motcua.catalogue.search.shelf import ANY, Narrowed, shelf
from motcua.catalogue.search.vocabulary import Vocabulary, neighbours
from motcua.catalogue.search.words import folded, plain_words, without_telex
from motcua.demo import load

NOW = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
TODAY = date(2026, 11, 22)


@pytest.fixture
def catalogue(db: None) -> None:
    """The demonstration's procedures, without their forms and processes."""
    for said in load.specifications():
        version: dict[str, Any] = {**said["version"], "form": None, "process": None}
        actions.publish_version({**said, "version": version}, NOW)


BIRTH, MARRIAGE, SINGLE, DEATH = "1.001193", "1.000894", "1.004873", "1.000656"
SHOP, HOUSE, COPY, RESIDENCE = "1.001612", "1.013225", "2.000815", "1.004222"

EVERYDAY = [
    ("có con", BIRTH),
    ("em mới sinh con thì cần giấy tờ gì", BIRTH),
    ("làm giấy khai sinh cho con", BIRTH),
    ("mở quán", SHOP),
    ("mở quán cà phê", SHOP),
    ("đăng ký hkd", SHOP),
    ("hkd", SHOP),
    ("nhập khẩu cho con", RESIDENCE),
    ("xây nhà", HOUSE),
    ("xin gpxd", HOUSE),
    ("tôi muốn cất nhà ở quê", HOUSE),
    ("độc thân", SINGLE),
    ("xin giấy độc thân", SINGLE),
    ("sao y", COPY),
    ("photo công chứng bằng đại học", COPY),
    ("cưới vợ", MARRIAGE),
    ("bố mất", DEATH),
    ("nhập hộ khẩu", RESIDENCE),
    ("hàng xóm lấn đất", "1.012812"),
    ("cây trước nhà sắp đổ", "1.002693"),
    ("đóng cửa quán", "1.001266"),
    ("khai sinh ghi sai tên", "1.004859"),
]


def test_everyday_words_find_the_procedure_first(catalogue: None) -> None:
    wrong = {}
    for typed, code in EVERYDAY:
        found = [hit.code for hit in queries.search(typed, on=TODAY)]
        if not found or found[0] != code:
            wrong[typed] = found[:3]
    assert wrong == {}


SLIPS = [
    ("dang ky khai sinh", BIRTH),
    ("ĐĂNG KÝ KHAI SINH", BIRTH),
    ("đăng kí khai sinh", BIRTH),
    ("khaisinh", BIRTH),
    ("khai sihn", BIRTH),
    ("đang ky ket honn", MARRIAGE),
    ("co con", BIRTH),
    ("mo quan an", SHOP),
    ("doc than", SINGLE),
    ("Đa\u0306ng ky\u0301 khai sinh", BIRTH),
    ("1.001193", BIRTH),
    ("thủ tục mã 1.001193 là gì", BIRTH),
    ("1001193", BIRTH),
    ("mã số 1 001193", BIRTH),
    ("1.001.193", BIRTH),
]


def test_marks_and_slips_of_typing_do_not_matter(catalogue: None) -> None:
    found = {typed: queries.search(typed, on=TODAY)[0].code for typed, _ in SLIPS}
    assert found == dict(SLIPS)


def test_nonsense_finds_nothing_and_breaks_nothing(catalogue: None) -> None:
    for typed in ("", "   ", "!!!", "\x00", "a" * 5000, "'; DROP TABLE x; --", "& | ! <->"):
        assert all(0 < hit.score <= 1 for hit in queries.search(typed, on=TODAY))


def test_the_level_narrows_and_the_limit_holds(catalogue: None) -> None:
    found = queries.search("hộ kinh doanh", level="commune", limit=3, on=TODAY)
    assert len(found) == 3
    assert all("commune" in hit.levels for hit in found)
    higher = queries.search("hộ tịch", level="province", on=TODAY)
    assert higher
    assert all("province" in hit.levels for hit in higher)


def test_scores_fall_and_say_how_well_it_fits(catalogue: None) -> None:
    scores = [hit.score for hit in queries.search("đăng ký kết hôn", on=TODAY)]
    assert scores == sorted(scores, reverse=True)
    assert scores[0] > 0.9


def test_what_is_published_is_found_at_once_and_in_one_statement(catalogue: None) -> None:
    queries.search("khai sinh", on=TODAY)
    with CaptureQueriesContext(connection) as asked:
        queries.search("khai sinh", on=TODAY)
    assert len(asked) == 1
    added = load.specifications()[0]
    added["procedure"] = {
        **added["procedure"], "code": "9.123456", "name": "Cấp thẻ câu cá hồ Nà Tâm",
        "short_name": "Cấp thẻ câu cá", "keywords": ["đi câu"],
    }  # fmt: skip
    added["version"] = {**added["version"], "form": None, "process": None}
    actions.publish_version(added, NOW)
    assert queries.search("the cau ca", on=TODAY)[0].code == "9.123456"
    assert queries.search("đi câu", on=TODAY)[0].code == "9.123456"


NUMBERS = numbers(
    [
        ("1.004194", "Tờ khai thay đổi thông tin cư trú (Mẫu CT01)MuCT01.doc"),
        ("1.004222", "Tờ khai (mẫu CT01 ban hành kèm theo Thông tư số 53/2025/TT-BCA)"),
        ("1.002051", "Tờ khai tham gia, điều chỉnh thông tin (TK1-TS)"),
        ("1.012753", "Đơn đăng ký theo Mẫu số 01/ĐK.docx"),
        ("3.000347", "Đơn theo Mẫu B2"),
        ("9.000001", "Đơn theo Mẫu số 01"),
    ],
    [
        ("1.004194", "53/2025/TT-BCA"),
        ("1.012753", "101/2024/NĐ-CP"),
        ("1.012812", "53/2025/NĐ-CP"),
    ],
)


@pytest.mark.parametrize(
    ("typed", "codes", "rest"),
    [
        ("CT01", {"1.004194", "1.004222"}, ""),
        ("xin mẫu ct 01 đăng ký tạm trú", {"1.004194", "1.004222"}, "xin đăng ký tạm trú"),
        ("tk1-ts", {"1.002051"}, ""),
        ("TK1TS", {"1.002051"}, ""),
        ("mẫu số 01/đk", {"1.012753"}, ""),
        ("01-DK cấp sổ", {"1.012753"}, "cấp sổ"),
        ("mẫu b2", {"3.000347"}, ""),
        ("53/2025/TT-BCA", {"1.004194"}, ""),
        ("thông tư 53 / 2025", {"1.004194", "1.012812"}, "thông tư"),
        ("nghị định 101/2024/nd-cp", {"1.012753"}, "nghị định"),
        ("CT01 thông tư 53/2025/TT-BCA", {"1.004194"}, "thông tư"),
    ],
)
def test_numbers_of_forms_and_documents_are_understood(
    typed: str, codes: set[str], rest: str
) -> None:
    said = NUMBERS.said_in(typed)
    assert said is not None
    assert (said.codes, said.rest.split()) == (codes, rest.split())


@pytest.mark.parametrize(
    "typed", ["đổi bằng b2", "mẫu số 01", "nhà 100m2", "sinh tháng 53/2025", "", "số 7"]
)
def test_other_numbers_are_only_words(typed: str) -> None:
    assert NUMBERS.said_in(typed) is None


@given(st.text(alphabet="aăđCTctmẫu 0123456789/-.\u0301", max_size=30))
def test_no_number_breaks_the_reading(typed: str) -> None:
    said = NUMBERS.said_in(typed)
    assert said is None or said.codes


def test_a_form_finds_those_who_ask_for_it_and_says_so(catalogue: None) -> None:
    found = queries.search("mẫu CT01", on=TODAY)
    hit = next(hit for hit in found if hit.code == RESIDENCE)
    assert hit.sure
    assert hit.why.met == "CT01"


def test_what_was_rolled_back_is_not_found(catalogue: None) -> None:
    said = load.specifications()[0]
    said["procedure"] = {
        **said["procedure"], "code": "9.123457", "name": "Cấp thẻ ngắm sao đồi Nà Tâm",
        "short_name": "Cấp thẻ ngắm sao", "keywords": [],
    }  # fmt: skip
    said["version"] = {**said["version"], "form": None, "process": None}
    with transaction.atomic():
        actions.publish_version(said, NOW)
        assert queries.search("ngam sao", on=TODAY)[0].code == "9.123457"
        transaction.set_rollback(True)
    assert "9.123457" not in [hit.code for hit in queries.search("ngam sao", on=TODAY)]


def test_a_version_is_shown_only_while_it_is_in_force(catalogue: None) -> None:
    before, since = date(2024, 1, 1), date(2026, 11, 22)
    assert queries.search("khai sinh", on=since)[0].version_id is not None
    assert queries.search("khai sinh", on=before)[0].version_id is None
    assert queries.search("khai sinh", on=before, online="full") == []


ROWS = [
    ("1.000001", "Cấp thẻ", "Cấp thẻ", "", "Hộ tịch", ["commune"], "cap the\ncap the",
     ["cap", "the"]),
    ("1.000002", "Cấp lại thẻ", "Cấp lại", "", "Thuế", ["ministry"], "cap lai\ncap lai the",
     ["cap", "lai", "the"]),
]  # fmt: skip
VERSIONS = [
    ("1.000001", 7, date(2025, 1, 1), date(2026, 1, 1), "full", True, True, "Công dân"),
    ("1.000001", 8, date(2026, 1, 1), None, "partial", True, True, "Công dân"),
]


def test_the_shelf_finds_by_weight_of_words_and_narrows() -> None:
    kept = shelf(ROWS, VERSIONS)
    asked = {"cap": 0.1, "the": 0.5, "lai": 2.0, "khac": 9.0}

    def found(words: dict[str, float], narrowed: Narrowed = ANY, count: int = 10) -> list[str]:
        return [entry.code for entry in kept.holding(words, narrowed, TODAY, count)]

    assert found(asked) == ["1.000002", "1.000001"]
    assert found(asked, count=1) == ["1.000002"]
    assert found({"the": 1.0}) == ["1.000001", "1.000002"]  # of equals the shorter name
    assert found(asked, Narrowed(level="commune")) == ["1.000001"]
    assert found(asked, Narrowed(sector="Thuế")) == ["1.000002"]
    assert found(asked, Narrowed(online="full")) == []
    assert found({"khac": 1.0}) == []


def test_the_edition_is_that_of_the_day() -> None:
    first = shelf(ROWS, VERSIONS).entries[0]
    assert [first.on(day).version_id for day in (date(2024, 12, 31), date(2025, 12, 31))] == [
        None,
        7,
    ]
    assert first.on(date(2026, 1, 1)).version_id == 8


BOOK = phrasebook.build()


def said(typed: str) -> list[str]:
    """The phrases of the synonym table understood in `typed`."""
    cut = typed.split()
    return [span.phrase.said for span in BOOK.spans(cut, [folded(word) for word in cut])]


def test_words_with_marks_are_not_taken_for_others_that_fold_alike() -> None:
    assert said("số đo") == []
    assert said("sổ đỏ") == said("so do") == said("sổ đõ") == ["sổ đỏ"]


def test_parts_of_a_phrase_may_stand_apart_and_in_any_order() -> None:
    assert said("mất sổ đỏ") == said("sổ đỏ nhà tôi bị mất") == ["mất + sổ đỏ"]


def test_what_is_said_across_a_longer_phrase_is_heard_as_well() -> None:
    cut = ["mất", "thẻ", "bảo", "hiểm", "xã", "hội", "tự", "nguyện"]
    longest, others = BOOK.heard(cut, [folded(word) for word in cut])
    assert longest[0].phrase.said == "bảo hiểm xã hội tự nguyện"
    assert "mất + thẻ bảo hiểm" in [span.phrase.said for span in others]


def test_the_longer_phrase_hides_the_shorter() -> None:
    assert said("mua nhà ở xã hội") == ["mua nhà ở xã hội"]


def test_a_place_adds_takes_away_and_changes_phrases() -> None:
    own = phrasebook.build([("tậu nóc", ["đăng ký khai sinh"]), ("Sổ  đỏ", [])])
    cut = ["tậu", "nóc", "sổ", "đỏ"]
    found = [span.phrase.said for span in own.spans(cut, [folded(word) for word in cut])]
    assert found == ["tậu nóc"]


def left(typed: str) -> list[str]:
    """What of a query remains without its fillers."""
    cut = typed.split()
    empty = BOOK.fillers_in(cut, [folded(word) for word in cut])
    return [word for place, word in enumerate(cut) if place not in empty]


def test_filler_is_left_out_but_never_everything_nor_out_of_a_phrase() -> None:
    assert left("tôi muốn khai sinh") == ["khai", "sinh"]
    assert left("thủ tục") == ["thủ", "tục"]
    assert left("mua nhà ở xã hội") == ["mua", "nhà", "ở", "xã", "hội"]


def test_the_same_tone_on_another_letter_is_the_same_word() -> None:
    assert said("hoà giải đất") == ["hòa giải đất"]


def test_typing_for_a_keyboard_that_was_off_is_understood() -> None:
    assert without_telex("ddawng") == "dang"
    assert without_telex("kys") == "ki"
    assert without_telex("khai") == "khai"


def test_a_wrong_word_is_put_right_by_its_company() -> None:
    known = Vocabulary(1, 10, {"tam": 5, "tru": 5, "chu": 9}, neighbours(["tam tru", "chu so"]))
    assert known.in_company(["tam", "chu"]) == ["tam", "tru"]
    assert known.in_company(["chu", "so"]) == ["chu", "so"]


def test_i_and_y_are_spelled_alike() -> None:
    assert plain_words("Đăng ký quý") == plain_words("đăng kí quí")
    assert plain_words("may thủy") == ["may", "thuy"]


def test_only_unknown_words_are_corrected() -> None:
    known = Vocabulary(1, 10, {"khai": 5, "sinh": 5, "sin": 1})
    assert known.corrected("sinh") == ["sinh"]
    assert known.corrected("khia") == ["khai"]
    assert known.corrected("khaisinh") == ["khai", "sinh"]
    assert known.corrected("zzzzzz") == ["zzzzzz"]
    assert known.corrected("2026") == ["2026"]
