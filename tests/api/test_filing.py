"""Filing through the API: once for each key, whole or not at all, with few questions to the
database."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from motcua.documents.models import File
from motcua.dossiers.models import Attachment, Dossier
from motcua.foundation.models import IdempotencyKey
from motcua.payments.models import Charge

from ..dossiers import answers as a
from ..dossiers import people as p
from ..world import at_once, settle
from .conftest import Program

pytestmark = pytest.mark.usefixtures("world")
rolled_back = pytest.mark.django_db
PATH = "/api/v1/dossiers"


@rolled_back
def test_a_filing_answers_with_number_code_and_state(program, filing):
    answer = program.post(PATH, filing)
    assert answer.status_code == 201
    body = answer.json()
    assert body["number"] == "H37.105-261123-0001"
    assert (body["status"], body["status_name"]) == (1, "Mới đăng ký")
    assert (body["fee"], body["payment_due"]) == (0, False)
    dossier = Dossier.objects.get()
    assert dossier.lookup_code == body["lookup_code"]
    assert dossier.applicant.id_number == p.accounts.citizen("doc-than").id_number


@rolled_back
def test_what_is_to_be_paid_is_said(mint):
    program = Program(mint("chu-quan"))
    body = {"procedure": "1.001612", "agency": p.AGENCY, "answers": a.household_business()}
    filed = program.post(PATH, body).json()
    assert (filed["fee"], filed["payment_due"]) == (150_000, True)
    assert Charge.objects.get().state == "pending"
    shown = program.get(f"{PATH}/{filed['number']}").json()
    assert (shown["fee"], shown["fee_state"]) == (150_000, "pending")


@rolled_back
def test_a_filing_asks_the_database_at_most_twenty_two_things(program, filing):
    assert program.post(PATH, filing).status_code == 201  # what is remembered is remembered now
    with CaptureQueriesContext(connection) as asked:
        assert program.post(PATH, filing, key="khoa-0002").status_code == 201
    counted = [
        q["sql"]
        for q in asked.captured_queries
        if not q["sql"].startswith(("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "ROLLBACK"))
    ]
    assert len(counted) <= 22, "\n".join(counted)


# The key


@rolled_back
@pytest.mark.parametrize("key", [None, "", "ngan", "x" * 121, "khoa\t0001"])
def test_without_a_proper_key_nothing_is_filed(program, filing, key):
    answer = program.post(PATH, filing, key=key)
    assert answer.status_code == 400
    assert answer.json()["type"].endswith("idempotency_key_missing")
    assert not Dossier.objects.exists()


@rolled_back
def test_the_same_request_again_gets_the_same_answer_and_files_nothing(program, filing):
    first, again = program.post(PATH, filing), program.post(PATH, filing)
    assert (again.status_code, again.json()) == (201, first.json())
    assert Dossier.objects.count() == 1


@rolled_back
def test_a_key_that_was_used_for_something_else_is_refused(program, filing):
    program.post(PATH, filing)
    other = {**filing, "answers": {**filing["answers"], "copies": 2}}
    answer = program.post(PATH, other)
    assert answer.status_code == 422
    assert answer.json()["type"].endswith("idempotency_key_reused")
    assert Dossier.objects.count() == 1


@rolled_back
def test_two_people_may_use_the_same_key(mint, filing):
    other = {**filing, "answers": a.marital_status("cha")}
    assert Program(mint()).post(PATH, filing).status_code == 201
    assert Program(mint("cha")).post(PATH, other).status_code == 201
    assert Dossier.objects.count() == 2


@rolled_back
def test_after_a_refusal_the_same_key_may_be_used_for_the_corrected_request(program, filing):
    wrong = {**filing, "answers": {**filing["answers"], "copies": 99}}
    assert program.post(PATH, wrong).status_code == 422
    assert not IdempotencyKey.objects.exists()
    assert program.post(PATH, filing).status_code == 201


def test_the_same_request_from_two_threads_at_once_files_once(committed, mint, filing):
    token = mint()
    Program(token).get(PATH)  # the account is made
    found = at_once(*[lambda: Program(token).post(PATH, filing)] * 3)
    assert [answer.status_code for answer in found] == [201, 201, 201]
    assert len({answer.json()["number"] for answer in found}) == 1
    assert Dossier.objects.count() == 1


# What is refused


@rolled_back
@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"procedure": "9.999999"}, 404, "no_such_procedure"),
        ({"agency": "H99.1"}, 404, "no_such_agency"),
        ({"agency": "H37"}, 422, "cannot_file_here"),
        ({"agency": "H37.105.01"}, 422, "cannot_file_here"),
        ({"procedure": "1.002755"}, 422, "cannot_file_here"),
        ({"answers": {}}, 422, "incomplete"),
        ({"papers": [{"component": "giay_cu", "file": "x"}]}, 422, "unknown_file"),
    ],
)
def test_a_filing_that_cannot_be_taken_in_says_why(program, filing, change, status, code):
    answer = program.post(PATH, {**filing, **change})
    assert (answer.status_code, answer.json()["type"]) == (status, f"urn:motcua:problem:{code}")
    assert not Dossier.objects.exists()


@rolled_back
def test_every_wrong_answer_is_named_with_its_question(program, filing):
    answers = {**filing["answers"], "copies": 0, "purpose": "x", "la": 1}
    errors = program.post(PATH, {**filing, "answers": answers}).json()["errors"]
    assert {error["field"] for error in errors} == {"copies", "purpose", "la"}
    assert all(error["message"] for error in errors)


@rolled_back
def test_missing_papers_are_named(mint):
    body = {"procedure": "1.013225", "agency": p.AGENCY, "answers": a.building()}
    answer = Program(mint("xay-nha")).post(PATH, body)
    assert answer.status_code == 422
    assert answer.json()["missing"] == ["giay_to_dat_dai", "ban_ve_thiet_ke"]


@rolled_back
def test_an_account_of_the_first_level_is_told_where_the_second_is_needed(
    mint, filing, monkeypatch
):
    from dataclasses import replace

    from motcua.catalogue import queries as catalogue

    real = catalogue.facts_in_force
    monkeypatch.setattr(
        catalogue, "facts_in_force", lambda code, on: replace(real(code, on), assurance=2)
    )
    answer = Program(mint(acr="1")).post(PATH, filing)
    assert (answer.status_code, answer.json()["type"]) == (403, "urn:motcua:problem:assurance")
    assert Program(mint(acr="2")).post(PATH, filing).status_code == 201


# Papers


@rolled_back
def test_a_paper_is_uploaded_once_and_filed(mint):
    program = Program(mint("xay-nha"))
    first = program.upload("ban-ve.pdf", a.pdf())
    assert first.status_code == 201
    assert first.json()["media_type"] == "application/pdf"
    assert program.upload("ban-ve.pdf", a.pdf()).json() == first.json()
    assert File.objects.count() == 1
    papers = [
        {"component": key, "file": first.json()["id"]}
        for key in ("giay_to_dat_dai", "ban_ve_thiet_ke")
    ]
    body = {"procedure": "1.013225", "agency": p.AGENCY, "answers": a.building(), "papers": papers}
    assert program.post(PATH, body).status_code == 201
    assert Attachment.objects.filter(dossier=Dossier.objects.get()).count() == 2


@rolled_back
def test_somebody_elses_upload_is_as_unknown_as_a_made_up_one(mint, filing):
    theirs = Program(mint("cha")).upload("a.pdf", a.pdf()).json()["id"]
    for file in (theirs, "00000000-0000-0000-0000-000000000000", "khong-phai-uuid"):
        body = {**filing, "papers": [{"component": "giay_cu", "file": file}]}
        answer = Program(mint()).post(PATH, body)
        assert answer.status_code == 422
        assert answer.json()["files"] == [file]


@rolled_back
def test_a_paper_the_procedure_does_not_have_is_refused(program, filing):
    own = program.upload("a.pdf", a.pdf()).json()["id"]
    answer = program.post(PATH, {**filing, "papers": [{"component": "la", "file": own}]})
    assert (answer.status_code, answer.json()["type"]) == (422, "urn:motcua:problem:unknown_papers")


@rolled_back
@pytest.mark.parametrize(
    "content", [b"", b"MZ\x90\x00", b"<html></html>", b"PK\x03\x04" + b"0" * 100]
)
def test_a_file_that_is_none_of_the_three_kinds_is_refused(program, content):
    answer = program.upload("giay.pdf", content)
    assert answer.status_code == 422
    assert not File.objects.exists()


@rolled_back
def test_a_file_over_twenty_megabytes_is_refused(program):
    for size in (20_000_001, 25_000_000):
        answer = program.upload("to.pdf", b"%PDF-1.7" + b"0" * size)
        assert answer.status_code in (413, 422)
    assert not File.objects.exists()


@rolled_back
def test_an_upload_needs_a_key_and_a_file(program):
    assert program.upload("a.pdf", a.pdf(), key=None).status_code == 400
    answer = program.client.post("/api/v1/files", {}, headers=program.headers)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["message"] == "Thiếu trường này."


# Following


@rolled_back
def test_a_dossier_is_followed_to_its_documents(program, filing):
    number = program.post(PATH, filing).json()["number"]
    dossier = Dossier.objects.get()
    p.accepted(dossier)
    settle()
    shown = program.get(f"{PATH}/{number}").json()
    assert (shown["status"], shown["agency"]) == (2, p.AGENCY)
    assert shown["holder"].startswith("Đang ở bước")
    assert [entry["status"] for entry in shown["timeline"]] == [1, 2]
    [slip] = shown["documents"]
    file = program.get(slip["file"])
    assert file.status_code == 200
    assert b"".join(file.streaming_content).startswith(b"%PDF-")


@rolled_back
def test_another_persons_dossier_and_its_files_are_not_found(program, filing, mint):
    number = program.post(PATH, filing).json()["number"]
    p.accepted(Dossier.objects.get())
    settle()
    file = program.get(f"{PATH}/{number}").json()["documents"][0]["file"]
    stranger = Program(mint("cha"))
    unknown = stranger.get(f"{PATH}/H37.105-261123-9999")
    for path in (f"{PATH}/{number}", file, f"{PATH}/{number}/files/x"):
        answer = stranger.get(path)
        assert (answer.status_code, answer.json()) == (404, unknown.json())
    assert stranger.get(PATH).json() == {"items": [], "next": None}


@rolled_back
def test_pages_of_dossiers_hold_each_once_whatever_is_filed_meanwhile(program, filing):
    numbers = [program.post(PATH, filing, key=f"khoa-{n:04d}").json()["number"] for n in range(7)]
    seen, after = [], ""
    while True:
        page = program.get(PATH, limit=2, after=after).json()
        seen += [item["number"] for item in page["items"]]
        program.post(PATH, filing, key=f"them-{len(seen):04d}")  # newer ones never shift a page
        if page["next"] is None:
            break
        after = page["next"]
    assert seen == numbers[::-1]


STRANGE = [
    "x",
    "!!!!",
    "W10",
    "bnVsbA",
    "WzEsMl0",
    "e30",
    "ầ",
    "W251bGxd",
    "0" * 201,
    "WyJcdWQ4MDAiXQ",
    "WyJcdTAwMDAiXQ",
]  # half a character, and U+0000


@rolled_back
@pytest.mark.parametrize("cursor", STRANGE)
def test_a_cursor_that_is_none_of_ours_is_said_to_be_wrong(program, cursor):
    for path in (PATH, "/api/v1/procedures"):
        assert program.get(path, after=cursor).status_code in (400, 422)


@rolled_back
@pytest.mark.parametrize("limit", ["0", "-1", "201", "x", "1e3", ""])
def test_a_limit_that_cannot_be_is_refused(program, limit):
    assert program.get(PATH, limit=limit).status_code == 422
