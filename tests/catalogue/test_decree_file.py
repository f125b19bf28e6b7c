"""A decree as a file: what is wrong is named with its place, what is right is read."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua.catalogue.decree_file import Line, read

HEADING = "procedure,case,territory,from,to,date,until\n"


def test_a_line_is_read_whole():
    lines, problems = read(HEADING + "1.001193,,20,commune,H37.12,1/12/2026,2027-06-01\n")
    assert problems == []
    assert lines == [
        Line(2, "1.001193", "", "20", "commune", "H37.12", date(2026, 12, 1), date(2027, 6, 1))
    ]


def test_the_columns_may_be_vietnamese_and_the_mark_a_semicolon():
    lines, problems = read(
        "\ufeffMã thủ tục;Từ;Đến;Từ ngày\n1.001193;Cấp huyện;Cấp xã;01/07/2027\n"
    )
    assert problems == []
    assert (lines[0].source, lines[0].target) == ("district", "commune")


@pytest.mark.parametrize(
    ("line", "column"),
    [
        ("abc,,,commune,province,2026-12-01,", "procedure"),
        (",,,commune,province,2026-12-01,", "procedure"),
        ("1.001193,,999,commune,province,2026-12-01,", "territory"),
        ("1.001193,,,ủy ban,province,2026-12-01,", "from"),
        ("1.001193,,,commune,ministry,2026-12-01,", "to"),
        ("1.001193,,,commune,,2026-12-01,", "to"),
        ("1.001193,,,commune,province,31/02/2026,", "date"),
        ("1.001193,,,commune,province,0001-01-01,", "date"),
        ("1.001193,,,commune,province,2026-12-01,2026-12-01", "until"),
        ("1.001193,,,commune", ""),
        ("1.001193,<script>x</script>,,commune,province,2026-12-01,", "case"),
    ],
)
def test_a_bad_line_is_named_with_its_column_and_the_others_are_read(line, column):
    good = "1.001194,,,commune,province,2026-12-01,\n"
    lines, problems = read(HEADING + good + line + "\n" + good.replace("94", "95"))
    assert [(one.line, one.column) for one in problems] == [(3, column)]
    assert [one.number for one in lines] == [2, 4]


def test_two_lines_about_the_same_days_are_said_to_be_twice():
    one = "1.001193,,,commune,province,2026-12-01,\n"
    _, problems = read(HEADING + one + one.replace("2026", "2027"))
    assert [(p.line, p.reason) for p in problems] == [(3, "Trùng với dòng 2.")]
    ended = "1.001193,,,commune,province,2026-12-01,2027-01-01\n"
    assert read(HEADING + ended + one.replace("2026-12", "2027-01"))[1] == []


@pytest.mark.parametrize("content", ["", "\n\n", "a,b,c\n1,2,3\n", "procedure,to\n", HEADING])
def test_a_file_that_says_nothing_is_refused(content):
    lines, problems = read(content)
    assert lines == []
    assert problems


@given(st.text(max_size=300))
def test_rubbish_is_never_a_failure(content):
    lines, problems = read(content)
    assert lines == []
    assert problems
    rubbish = read(HEADING + content)
    assert rubbish[0] or rubbish[1]


def test_what_happens_to_open_dossiers_is_said_in_either_language_or_is_a_problem():
    heading = "procedure,to,date,hồ sơ đang mở\n"
    said = ["1.001193,province,2026-12-01,Chuyển", "1.001194,province,2026-12-01,stays"]
    lines, problems = read(heading + "\n".join([*said, "1.001195,province,2026-12-01,"]))
    assert [line.moves for line in lines] == [True, False, False]
    assert problems == []
    _, problems = read(heading + "1.001193,province,2026-12-01,có")
    assert [(one.line, one.column) for one in problems] == [(2, "open")]
