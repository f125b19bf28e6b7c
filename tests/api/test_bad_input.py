"""Whatever a program sends, it is told in words what is wrong, and nothing breaks."""

from __future__ import annotations

import json

import pytest

from motcua.dossiers.models import Dossier
from motcua.foundation.models import IdempotencyKey

from .conftest import Program, assert_problem

pytestmark = [pytest.mark.usefixtures("world"), pytest.mark.django_db]
PATH = "/api/v1/dossiers"


@pytest.mark.parametrize(
    "body",
    [
        "",
        "{",
        "[",
        "tên",
        b"\xff\xfe\x00",
        '{"procedure": }',
        '{"procedure": "1.004873",}',
        "'x'",
        '{"a": NaN}',
        '{"a": Infinity}',
        "null",
        "[]",
        '"x"',
        "12",
        "true",
        "[" * 100_000,
        '{"a":' * 5_000 + "1" + "}" * 5_000,
    ],
)
def test_what_is_no_json_object_is_refused(program, body):
    assert program.post(PATH, body).status_code in (400, 422)
    assert not IdempotencyKey.objects.exists()


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"procedure": None}, "procedure"),
        ({"procedure": 1}, "procedure"),
        ({"procedure": "x" * 21}, "procedure"),
        ({"agency": ["H37.105"]}, "agency"),
        ({"answers": "x"}, "answers"),
        ({"answers": [1]}, "answers"),
        ({"answers": None}, "answers"),
        ({"papers": {}}, "papers"),
        ({"papers": [{"component": "a"}]}, "papers.0.file"),
        ({"papers": [{"component": "a", "file": "b", "la": 1}]}, "papers.0.la"),
        ({"papers": [{"component": "a", "file": "b"}] * 101}, "papers"),
        ({"la": 1}, "la"),
        ({"status": 9}, "status"),
    ],
)
def test_a_field_of_the_wrong_shape_or_unknown_is_named(program, filing, change, field):
    answer = program.post(PATH, {**filing, **change})
    assert answer.status_code == 422
    [error] = answer.json()["errors"]
    assert error["field"].removeprefix("body.") == field
    assert not error["message"].isascii(), "in Vietnamese"


def test_a_missing_field_is_named(program):
    named = {error["field"] for error in program.post(PATH, {}).json()["errors"]}
    assert named == {"procedure", "agency", "answers"}


@pytest.mark.parametrize(
    "value",
    [
        True, False, 0, -1, 10**18, 1.5, -0.0, "", " ", "x" * 5_000, "\u202e", "a\tb\nc", [], [[]],
        {}, {"a": 1}, [None], {"province": 1}, {"province": "20", "commune": {}}, "2026-02-30",
        "0001-01-01", "9999-12-31", [{"a": [{"b": [1]}]}], "<script>", "'; DROP TABLE", "ﷺ" * 300,
    ],
)  # fmt: skip
def test_an_answer_of_any_shape_to_any_question_is_judged_by_the_form(program, filing, value):
    """Each question of the form gets the odd value in turn; the form says no, or it fits."""
    for number, name in enumerate(filing["answers"]):
        body = {**filing, "answers": {**filing["answers"], name: value}}
        answer = program.post(PATH, body, key=f"khoa-{number:04d}")
        assert answer.status_code in (201, 422), name
        if answer.status_code == 422:
            assert answer.json()["type"] in (
                "urn:motcua:problem:incomplete", "urn:motcua:problem:catalogue",
            )  # fmt: skip


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ('"\\u0000"', "bad_text"),
        ('"a\\ud800b"', "bad_text"),
        ("1e999", "bad_number"),
        ("-1e999", "bad_number"),
        ("9" * 400, "bad_number"),
        ("9" * 5_000, "malformed_json"),
        ("[" * 30 + "]" * 30, "too_deep"),
    ],
)
def test_what_could_not_be_stored_is_refused_wherever_it_stands(program, filing, raw, code):
    text = json.dumps(filing)
    for place in ('"copies": 1', '"person_ethnicity": "T\\u00e0y"'):
        assert place in text
        name = place.split(":")[0]
        answer = program.post(PATH, text.replace(place, f"{name}: {raw}"))
        assert (answer.status_code, answer.json()["type"]) == (400, f"urn:motcua:problem:{code}")
    keyed = text.replace('"copies"', '"cop\\u0000ies"')
    assert program.post(PATH, keyed).status_code == 400


def test_ten_megabytes_of_text_in_a_name_are_turned_away_unread(program, filing):
    answers = {**filing["answers"], "applicant_full_name": "Lý " * 3_500_000}
    answer = program.post(PATH, {**filing, "answers": answers})
    assert (answer.status_code, answer.json()["type"]) == (413, "urn:motcua:problem:too_large")
    assert not Dossier.objects.exists()


def test_a_name_of_less_than_a_megabyte_is_judged_by_the_form(program, filing):
    answers = {**filing["answers"], "applicant_full_name": "L" * 900_000}
    answer = program.post(PATH, {**filing, "answers": answers})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "applicant_full_name"
    assert len(answer.content) < 5_000, "what was sent is not sent back"


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/",
        "/api/v1",
        "/api/v2/dossiers",
        "/api/v1/dossiers/",
        "/api/v1/dossiers/x/y/z",
        "/api/payments/",
        "/api/%2e%2e/%2e%2e/etc/passwd",
        "/api/v1/dossiers/%00",
        "/api/v1/procedures/%F0%9F%98%80",
        "/api/v1/dossiers/" + "9" * 3_000,
    ],
)
def test_an_address_that_is_none_is_a_problem_too(program, path):
    assert program.get(path).status_code in (400, 404)


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_a_wrong_method_is_a_problem_too(program, method):
    answer = getattr(program.client, method)(PATH, headers=program.headers)
    assert answer.status_code == 405
    assert_problem(answer)
    assert "POST" in answer["Allow"]


@pytest.mark.parametrize("query", ["q=%00", "q=" + "x" * 201, "q=%FF", "after=%00"])
def test_odd_words_in_a_search_break_nothing(query):
    answer = Program().get(f"/api/v1/procedures?{query}")
    assert answer.status_code in (200, 400, 422)


@pytest.mark.parametrize("kind", ["text/plain", "application/xml", "multipart/form-data", ""])
def test_a_body_of_another_kind_is_read_as_json_or_refused(program, filing, kind):
    answer = program.client.post(
        PATH, json.dumps(filing), kind, headers={**program.headers, "Idempotency-Key": "khoa-0001"}
    )
    assert answer.status_code in (201, 400, 415, 422)
    if answer.status_code != 201:
        assert_problem(answer)
