"""One answer at a time: what is taken, how it is kept, what is said of the rest."""

from __future__ import annotations

from datetime import date

import pytest

from motcua.forms import engine

TODAY = date(2026, 11, 22)


def ask(kind: str, **more):
    """A form with one question."""
    one = {"type": kind, "label": "Câu hỏi", **more}
    topic = {"key": "t", "title": "T", "fields": ["q"]}
    return engine.compiled({"title": "F", "topics": [topic], "fields": {"q": one}})


def kept(form, value):
    assert form.validate({"q": value}, today=TODAY) == []
    return form.cleaned({"q": value}, TODAY).get("q")


def said(form, value, **options) -> str:
    errors = form.validate({"q": value}, today=TODAY, **options)
    assert len(errors) == 1, errors
    return errors[0].message


GROUP = {"fields": {"a": {"type": "text", "label": "A"}, "b": {"type": "date", "label": "B"}}}


@pytest.mark.parametrize(
    ("kind", "more", "value", "result"),
    [
        ("text", {}, "  Nông\u00a0 Thị\tHương ", "Nông Thị Hương"),
        ("text", {}, "Nguye\u0302\u0303n", "Nguyễn"),
        ("text", {}, "a\u200bb\ufeff", "ab"),
        ("text", {}, "   ", None),
        ("long_text", {}, " một \r\n\r\n hai\t ba ", "một\n\nhai ba"),
        ("number", {}, 12, 12),
        ("number", {}, 12.0, 12),
        ("number", {"decimals": 2}, 12, 12.0),
        ("number", {"decimals": 2}, 12.25, 12.25),
        ("money", {}, 150_000, 150_000),
        ("date", {}, "2024-02-29", "2024-02-29"),
        ("choice", {"options": [["a", "A"], ["b", "B"]]}, "b", "b"),
        ("several", {"options": [["a", "A"], ["b", "B"]]}, ["b", "a", "b"], ["a", "b"]),
        ("several", {"options": [["a", "A"], ["b", "B"]]}, [], None),
        ("yes_no", {}, False, False),
        ("consent", {}, False, None),
        ("person_id", {}, "020 094 900 001", "020094900001"),
        ("tax_code", {}, "4900123456-001", "4900123456-001"),
        ("phone", {}, "+84 912.345-678", "0912345678"),
        ("email", {}, "a.b@c.vn", "a.b@c.vn"),
        (
            "address",
            {"detail": "none"},
            {"province": "20", "commune": "06040", "detail": "x"},
            {"province": "20", "commune": "06040"},
        ),
        ("address", {}, {"province": "", "commune": "", "detail": ""}, None),
        ("group", GROUP, [{"a": " x ", "b": None}], [{"a": "x"}]),
    ],
)
def test_an_answer_is_kept_in_one_form(kind, more, value, result):
    assert kept(ask(kind, **more), value) == result


@pytest.mark.parametrize(
    ("kind", "more", "value", "message"),
    [
        ("text", {}, "a\x00b", "ký tự không dùng được"),
        ("text", {}, "\ud800", "ký tự không dùng được"),
        ("text", {}, "ab\u202ecd", "ký tự không dùng được"),
        ("text", {"max_length": 3}, "abcd", "dài quá 3 ký tự (đang có 4)"),
        ("text", {}, "x" * 10_000_000, "dài quá 300 ký tự"),
        ("text", {}, 5, "chưa đúng dạng"),
        ("text", {}, ["x"], "chưa đúng dạng"),
        ("text", {"pattern": "^[0-9]{4}$", "help": "Bốn chữ số."}, "12a4", "Bốn chữ số."),
        ("long_text", {}, "x" * 4001, "dài quá 4000 ký tự"),
        ("number", {}, "12a", "phải là một số"),
        ("number", {}, True, "phải là một số"),
        ("number", {}, 1.5, "phải là số nguyên"),
        ("number", {"decimals": 1}, 1.25, "nhiều nhất 1 chữ số thập phân"),
        ("number", {}, float("nan"), "phải là một số"),
        ("number", {}, float("inf"), "phải là một số"),
        ("number", {}, 10**40, "phải là một số"),
        ("number", {"min": 1, "unit": "trang"}, 0, "phải từ 1 trang trở lên"),
        ("money", {"max": 2000}, 2001, "không được quá 2.000 đ"),
        ("money", {}, -1, "phải từ 0 đ trở lên"),
        ("date", {}, "2026-02-30", "ngày có thật"),
        ("date", {}, "2026-W47-1", "ngày có thật"),
        ("date", {}, {"day": "31", "month": "2", "year": "2026"}, "ngày có thật"),
        ("date", {}, "0001-01-01", "phải từ ngày 01/01/1850"),
        ("date", {"max": "today"}, "2026-11-23", "không được sau hôm nay (22/11/2026)"),
        ("date", {"min": "today-1m"}, "2026-10-21", "phải từ ngày 22/10/2026 trở đi"),
        ("date", {"max": "2020-01-31"}, "2020-02-01", "không được sau ngày 31/01/2020"),
        ("choice", {"options": [["a", "A"]]}, "c", "chọn trong các câu trả lời"),
        ("choice", {"options": [["a", "A"]]}, ["a"], "chọn trong các câu trả lời"),
        ("several", {"options": [["a", "A"]]}, ["a", "c"], "chọn trong các câu trả lời"),
        ("several", {"options": [["a", "A"]]}, "a", "chọn trong các câu trả lời"),
        ("yes_no", {}, "có", "chọn trong các câu trả lời"),
        ("yes_no", {}, 1, "chọn trong các câu trả lời"),
        ("consent", {}, "true", "chọn trong các câu trả lời"),
        ("person_id", {}, "12345", "12 chữ số"),
        ("person_id", {}, "02009490000١", "12 chữ số"),
        ("tax_code", {}, "123", "10, 12 hoặc 13 chữ số"),
        ("phone", {}, "abc", "số điện thoại"),
        ("email", {}, "a@b", "ten@noigui.vn"),
        ("address", {}, {"province": "20", "commune": "06040"}, "Nhập số nhà"),
        ("address", {}, {"province": "20", "detail": "x"}, "Chọn xã, phường"),
        ("address", {}, {"commune": "06040", "detail": "x"}, "Chọn tỉnh"),
        ("address", {}, {"province": "2", "commune": "06040", "detail": "x"}, "Chọn tỉnh"),
        ("address", {}, {"province": "20", "x": "y"}, "chưa đúng dạng"),
        ("address", {}, "Lạng Sơn", "chưa đúng dạng"),
        ("address", {"detail": "none"}, {"province": "20", "commune_text": "Xã Nào"}, "Không tìm"),
        ("group", GROUP, "x", "chưa đúng dạng"),
        ("group", GROUP, ["x"], "chưa đúng dạng"),
        ("group", GROUP, [{"zzz": 1, "a": "x"}], "không có mục “zzz”"),
        ("group", GROUP, [{}], "Điền thông tin hoặc xóa"),
        ("group", {**GROUP, "max_items": 1}, [{"a": "x"}, {"a": "y"}], "nhiều nhất 1 mục"),
        ("group", {**GROUP, "min_items": 2}, [{"a": "x"}], "ít nhất 2 mục"),
        ("group", GROUP, [{"a": "x", "b": "hôm qua"}], "ngày có thật"),
    ],
)
def test_a_bad_answer_is_said_in_plain_words(kind, more, value, message):
    assert message in said(ask(kind, **more), value)


@pytest.mark.parametrize(
    ("kind", "label", "message"),
    [
        ("date", "Ngày sinh của trẻ", "Nhập ngày sinh của trẻ"),
        ("text", "CCCD của chủ hộ", "Nhập CCCD của chủ hộ"),
        ("yes_no", "Bạn có con không?", "Trả lời câu hỏi “Bạn có con không?”"),
    ],
)
def test_a_missing_answer_is_asked_for_by_its_name(kind, label, message):
    form = ask(kind, required=True)
    renamed = engine.compiled(
        {
            "title": "F",
            "topics": [{"key": "t", "title": "T", "fields": ["q"]}],
            "fields": {"q": {"type": kind, "label": label, "required": True}},
        }
    )
    assert [e.message for e in renamed.validate({}, today=TODAY)] == [message]
    assert [e.field for e in form.validate({"q": None}, today=TODAY)] == ["q"]


def test_a_commune_must_exist_and_lie_in_the_province_named():
    form = ask("address")
    here = {"province": "20", "commune": "06040", "detail": "Thôn Pò Cại"}
    assert form.validate({"q": here}, communes={"06040"}, today=TODAY) == []
    assert form.validate({"q": here}, communes={"06040": "20"}, today=TODAY) == []
    assert "Không có xã" in said(form, here, communes={"06002"})
    assert "trong tỉnh đã chọn" in said(form, here, communes={"06040": "01"})


@pytest.mark.parametrize("answers", [None, [], "x", 5])
def test_what_is_not_an_object_is_one_clear_error(answers):
    errors = ask("text").validate(answers)
    assert len(errors) == 1
    assert "đối tượng" in errors[0].message


def test_a_question_that_the_form_does_not_ask_is_refused():
    form = ask("text")
    errors = form.validate({"q": "x", "is_admin": True, "z" * 500: 1}, today=TODAY)
    assert len(errors) == 2
    assert all("Biểu mẫu không có mục" in e.message and len(e.message) < 120 for e in errors)
    assert form.cleaned({"q": "x", "is_admin": True}, TODAY) == {"q": "x"}


def test_unfit_answers_are_kept_as_typed_in_a_form_that_can_be_stored():
    assert ask("number").cleaned({"q": "12a"}, TODAY) == {"q": "12a"}
    parts = {"day": "31", "month": "2", "year": "2026"}
    assert ask("date").cleaned({"q": parts}, TODAY) == {"q": parts}
    stored = ask("text").cleaned({"q": "a\x00\ud800b"}, TODAY)
    assert stored == {"q": "a\ufffd\ufffdb"}
    assert said(ask("text"), stored["q"])
    stored["q"].encode("utf-8")


def test_a_page_is_judged_alone_and_looks_at_no_page_to_come():
    form = engine.compiled(
        {
            "title": "F",
            "topics": [
                {"key": "one", "title": "1", "fields": ["a"]},
                {"key": "two", "title": "2", "fields": ["b"]},
            ],
            "fields": {
                "a": {"type": "number", "label": "A", "required": True},
                "b": {"type": "number", "label": "B", "required": True},
            },
            "rules": [
                {"when": "a == b", "field": "a", "message": "khác nhau"},
                {"when": "b != null && a != null", "field": "a", "message": "thiếu"},
            ],
        }
    )
    assert form.validate({"a": 1}, topic="one") == []
    assert [e.field for e in form.validate({"a": 1}, topic="two")] == ["b"]
    assert [(e.field, e.message) for e in form.validate({"a": 1, "b": 2})] == [("a", "khác nhau")]
    with pytest.raises(engine.UnknownTopic):
        form.validate({}, topic="three")


def test_answers_are_read_back_as_people_write_them():
    definition = {
        "title": "F",
        "topics": [{"key": "t", "title": "Trang", "fields": list("abcdefghi")}],
        "fields": {
            "a": {"type": "date", "label": "Ngày"},
            "b": {"type": "money", "label": "Tiền"},
            "c": {"type": "number", "label": "Rộng", "decimals": 2, "unit": "m²"},
            "d": {"type": "several", "label": "Mấy", "options": [["x", "Ích"], ["y", "I"]]},
            "e": {"type": "address", "label": "Ở"},
            "f": {"type": "yes_no", "label": "Có?"},
            "g": {
                "type": "group",
                "label": "Nhóm",
                "item": "Dòng",
                "fields": {"n": {"type": "text", "label": "Tên"}},
            },
            "h": {"type": "consent", "label": "Đồng ý"},
            "i": {"type": "person_id", "label": "Số", "sensitive": True},
        },
    }
    answers = {
        "a": "2026-11-22",
        "b": 150000,
        "c": 1250.5,
        "d": ["y", "x"],
        "f": False,
        "h": True,
        "e": {"province": "20", "commune": "06040", "detail": "Thôn Pò Cại"},
        "g": [{"n": "Một"}, {"n": "Hai"}],
        "i": "020094900001",
    }
    names = {"20": "tỉnh Lạng Sơn", "06040": "xã Thất Khê"}
    form = engine.compiled(definition)
    assert form.readable(answers, names.get) == [
        (
            "Trang",
            [
                ("Ngày", "22/11/2026", "a"),
                ("Tiền", "150.000 đ", "b"),
                ("Rộng", "1.250,5 m²", "c"),
                ("Mấy", "Ích; I", "d"),
                ("Ở", "Thôn Pò Cại, xã Thất Khê, tỉnh Lạng Sơn", "e"),
                ("Có?", "Không", "f"),
                ("Dòng 1 – Tên", "Một", "g.0.n"),
                ("Dòng 2 – Tên", "Hai", "g.1.n"),
                ("Đồng ý", "Đã đồng ý", "h"),
                ("Số", "020094900001", "i"),
            ],
        )
    ]
    assert form.readable(answers, mask_sensitive=True)[0][1][-1] == ("Số", "••••0001", "i")
    assert form.readable({"a": "hôm qua", "b": "nhiều"})[0][1] == [
        ("Ngày", "hôm qua", "a"),
        ("Tiền", "nhiều", "b"),
    ]
