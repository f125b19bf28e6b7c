"""The forms of the demonstration: what citizens are asked, and what they are told."""

from __future__ import annotations

import json

import pytest

from motcua.forms.analysis import findings
from tests.forms.examples import ANSWERS, FOLDER, HOME, KEYS, TODAY, form, wrong

PLACES = {"06040": "20", "00004": "01"}


def test_every_form_has_example_answers():
    assert sorted(ANSWERS) == KEYS


@pytest.mark.parametrize("key", KEYS)
def test_complete_answers_are_accepted(key):
    assert form(key).validate(ANSWERS[key], communes=PLACES, today=TODAY) == []


@pytest.mark.parametrize("key", KEYS)
def test_nothing_is_wrong_or_doubtful_in_the_definition(key):
    assert findings(form(key).definition) == []


@pytest.mark.parametrize("key", KEYS)
def test_each_page_asks_few_questions(key):
    assert all(len(topic.fields) <= 13 for topic in form(key).definition.topics)


@pytest.mark.parametrize("key", KEYS)
def test_cleaning_complete_answers_loses_none_of_them(key):
    cleaned = form(key).cleaned(ANSWERS[key], TODAY)
    assert {k: v for k, v in cleaned.items() if k in ANSWERS[key]} == ANSWERS[key]


@pytest.mark.parametrize("key", KEYS)
def test_every_missing_answer_is_asked_for_in_vietnamese_words(key):
    errors = form(key).validate({}, today=TODAY)
    assert errors
    starts = ("Nhập ", "Chọn ", "Trả lời ", "Thêm ", "Hãy ", "Đánh dấu ")
    assert all(error.message.startswith(starts) for error in errors), errors
    assert all(error.topic for error in errors)


@pytest.mark.parametrize("key", KEYS)
def test_definitions_are_in_normal_form_and_two_lines_never_say_the_same(key):
    text = (FOLDER / f"{key}.json").read_text(encoding="utf-8")
    import unicodedata

    assert unicodedata.is_normalized("NFC", text)
    labels = [f["label"] for f in json.loads(text)["fields"].values()]
    assert len(labels) == len(set(labels))


@pytest.mark.parametrize(
    ("pages", "copies", "fee"),
    [(1, 1, 2_000), (2, 1, 4_000), (3, 1, 5_000), (5, 3, 21_000), (500, 2, 400_000)],
)
def test_the_estimated_fee_of_certified_copies_follows_the_circular(pages, copies, fee):
    """TT 226/2016: 2.000 đ a page, 1.000 đ from the third on, at most 200.000 đ a copy."""
    answers = {**ANSWERS["chung_thuc_ban_sao"], "pages": pages, "copies": copies}
    assert form("chung_thuc_ban_sao").cleaned(answers, TODAY)["estimated_fee"] == fee


def test_a_child_without_a_known_father_is_registered_with_the_mother_alone():
    assert not wrong("khai_sinh", filer_relation="mother", father_known=False)
    answers = {**ANSWERS["khai_sinh"], "filer_relation": "mother", "father_known": False}
    cleaned = form("khai_sinh").cleaned(answers, TODAY)
    assert not [key for key in cleaned if key.startswith("father_") and key != "father_known"]
    assert "parents_married" not in cleaned


def test_parents_who_are_not_married_are_told_of_the_recognition():
    errors = wrong("khai_sinh", parents_married=False)
    assert list(errors) == ["recognition_requested"]
    assert not wrong("khai_sinh", parents_married=False, recognition_requested=True)


def test_a_father_who_files_must_be_written_down_as_father():
    assert "father_known" in wrong("khai_sinh", father_known=False)


def test_a_birth_in_the_future_is_not_registered():
    assert wrong("khai_sinh", child_birth_date="2026-11-23")["child_birth_date"] == (
        "Ngày sinh của trẻ không được sau hôm nay (22/11/2026)."
    )


def test_a_paper_for_marriage_is_given_once_and_asks_for_the_partner():
    errors = wrong("tinh_trang_hon_nhan", purpose="marriage", copies=2)
    assert errors["copies"] == "Giấy dùng để đăng ký kết hôn chỉ cấp một bản."
    assert "partner_full_name" in errors
    assert "marriage_place" in errors


def test_who_is_married_gets_no_paper_to_marry():
    errors = wrong("tinh_trang_hon_nhan", purpose="marriage", marital_status="married", copies=1)
    assert "purpose" in errors


def test_the_paper_names_the_person_it_is_for():
    answers = {
        **ANSWERS["tinh_trang_hon_nhan"],
        "for_whom": "other",
        "subject_relation": "family",
        "subject_full_name": "Hoàng Thị Mai",
        "subject_id": "020198900009",
        "subject_birth_date": "1998-01-02",
        "subject_address": HOME,
    }
    cleaned = form("tinh_trang_hon_nhan").cleaned(answers, TODAY)
    assert cleaned["person_full_name"] == "Hoàng Thị Mai"
    assert cleaned["person_birth_date"] == "1998-01-02"
    own = form("tinh_trang_hon_nhan").cleaned({**answers, "for_whom": "self"}, TODAY)
    assert own["person_full_name"] == "Hoàng Văn Đức"
    assert "subject_full_name" not in own


def test_a_household_business_of_one_person_has_no_members():
    cleaned = form("ho_kinh_doanh").cleaned(
        {**ANSWERS["ho_kinh_doanh"], "founder_kind": "individual"}, TODAY
    )
    assert "members" not in cleaned
    assert "member_count" not in cleaned
    assert cleaned["household_business_name"] == "HỘ KINH DOANH Phở Hương Thất Khê"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"business_name": "Công ty Hương"}, "business_name"),
        ({"business_name": "Hộ kinh doanh Hương"}, "business_name"),
        ({"owner_birth_date": "2010-01-01"}, "owner_birth_date"),
        ({"sectors": [{"sector_name": "Bán lẻ", "sector_main": False}]}, "sectors"),
        ({"members": []}, "members"),
        ({"members": [{}]}, "members.0.member_full_name"),
        ({"capital": 0}, "capital"),
    ],
)
def test_mistakes_of_a_household_business_are_said_next_to_the_question(changes, field):
    assert field in wrong("ho_kinh_doanh", **changes)


def test_the_owner_is_not_counted_twice():
    members = [{**ANSWERS["ho_kinh_doanh"]["members"][0], "member_id": "020196900002"}]
    assert "members" in wrong("ho_kinh_doanh", members=members)


def test_a_house_is_not_larger_than_its_land():
    assert "ground_area" in wrong("giay_phep_xay_dung", ground_area=251.0)
    assert "total_floor_area" in wrong("giay_phep_xay_dung", total_floor_area=100.0)


def test_other_works_are_asked_for_their_class_and_their_designer():
    errors = wrong("giay_phep_xay_dung", work_kind="not_linear")
    assert {"work_class", "work_name", "designed_by"} <= set(errors)
    house = form("giay_phep_xay_dung").cleaned(
        {**ANSWERS["giay_phep_xay_dung"], "work_class": "III"}, TODAY
    )
    assert "work_class" not in house


def test_a_road_has_a_length_and_no_floors():
    views = form("giay_phep_xay_dung").topics({"work_kind": "linear"}, today=TODAY)
    size = next(view for view in views if view.key == "size")
    assert [f.key for f in size.fields] == ["ground_level", "length", "clearance"]
