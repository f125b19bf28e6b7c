"""Numbers of people are taken out of words; what a log needs to be of use stays."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from motcua.foundation.redaction import processor, redacted

numbers = st.from_regex(r"\A0[0-9]{8,11}\Z").map(str) | st.from_regex(r"\A\+84[0-9]{9}\Z").map(str)
around = st.text(" .,:;/?=&'\"()[]{}ầế", max_size=10)


@given(around, numbers, around)
def test_no_number_of_a_person_is_left_whatever_stands_around_it(before, number, after):
    assert number not in redacted(before + number + after)


def test_what_a_log_is_read_for_stays():
    line = "2026-11-23T08:00:00.123456+07:00 H37.105-261123-0001 150000 status=500 id=123456789"
    assert redacted(line) == line


def test_a_log_line_is_searched_to_its_depth():
    line = processor(None, "", {"event": "x", "who": [{"phone": "0912345678"}], "n": 912345678})
    assert line == {"event": "x", "who": [{"phone": "•••"}], "n": 912345678}
