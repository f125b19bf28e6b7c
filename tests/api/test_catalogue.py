"""The national catalogue in and out by API: the same import as the command's, and its bounds."""

from __future__ import annotations

import gzip
import io
import json
import tracemalloc
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test import Client

from motcua.agencies.models import Agency
from motcua.catalogue import actions
from motcua.catalogue.actions import importing
from motcua.catalogue.models import NationalRecord, Procedure
from motcua.doors import catalogue_file
from motcua.doors.api import machines
from motcua.foundation import clock
from motcua.foundation.models import LedgerEntry
from motcua.machines.errors import BadMachine
from motcua.people import actions as people
from motcua.people.models import Account, Role
from tests.catalogue.specs import record
from tests.machines.conftest import register
from tests.second_factor import fresh
from tests.world import at_once

pytestmark = [pytest.mark.usefixtures("world"), pytest.mark.django_db]

IN, OUT = "/api/v1/catalogue/import", "/api/v1/catalogue/export"
KEEPER = ("catalogue:import", "catalogue:export")
MB = 1_000_000


@pytest.fixture
def token() -> str:
    machines.our_keys.forget()
    return register("H37", scopes=KEEPER).token()


def send(token: str, content: bytes, path: str = IN, **more: Any) -> Any:
    client = Client(raise_request_exception=False)
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    more = {"content_type": "application/octet-stream", **more}
    return client.post(path, content, headers=headers, **more)


def take(token: str) -> bytes:
    answer = Client().get(OUT, headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 200, answer.content
    assert answer.streaming, "a large catalogue is never whole in memory"
    return b"".join(answer.streaming_content)


def lines(*records: Any) -> bytes:
    return "\n".join(json.dumps(one, ensure_ascii=False) for one in records).encode()


def test_a_program_imports_as_the_command_does_and_reads_the_same_report(token):
    content = lines(record("9.000001"), {"ma": "x"}, record("9.000002"))
    tried = send(token, content, f"{IN}?dry_run=true").json()
    assert not Procedure.objects.filter(code="9.000001").exists()
    done = send(token, content)
    assert done.status_code == 200
    assert done.json() == tried
    assert set(done.json()) == {"added", "changed", "unchanged", "rejected"}
    assert done.json()["added"] == 2
    (rejected,) = done.json()["rejected"]
    assert rejected["line"] == 2
    assert set(rejected) == {"line", "code", "reason"}
    again = send(token, gzip.compress(content)).json()
    assert (again["added"], again["changed"], again["unchanged"]) == (0, 0, 2)
    entry = LedgerEntry.objects.filter(kind="catalogue.imported").order_by("-pk")[0]
    assert entry.actor.startswith("machine:may-")


def test_what_comes_out_goes_in_again_unchanged_and_word_for_word(token):
    said = [record("9.000001", them="trường mới", ten="Thủ tu\u0323c A"), record("9.000002")]
    send(token, lines(*said))
    out = take(token)
    kept = {one["ma"]: one for one in map(json.loads, gzip.decompress(out).splitlines())}
    assert [kept["9.000001"], kept["9.000002"]] == said
    report = send(token, out).json()
    assert (report["added"], report["changed"]) == (0, 0)
    assert report["unchanged"] == NationalRecord.objects.count()
    assert take(token) == out


def test_a_hundred_megabytes_are_refused_and_nothing_is_half_done(token, monkeypatch):
    before = Procedure.objects.count()
    told = send(token, b"x", CONTENT_LENGTH=str(100 * MB))
    assert told.status_code == 413, "by what it says of itself, unread"
    whole = lines(record("9.000001")) + b"\n" + b" " * (catalogue_file.LARGEST + 1)
    read = send(token, whole)
    assert read.status_code == 413
    assert "nén bằng gzip" in read.json()["title"]
    assert "chia thành nhiều tệp" in read.json()["title"]
    assert Procedure.objects.count() == before


def test_a_gzip_bomb_is_stopped_at_its_bound_and_nothing_is_kept(token):
    zeros = (b" " * 999 + b"\n") * 1000
    bomb = gzip.compress(lines(record("9.000001")) + b"\n" + zeros * 400)
    assert len(bomb) < 2 * MB, "400 MB unpacked"
    tracemalloc.start()
    answer = send(token, bomb)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert answer.status_code == 413
    assert "100 MB" in answer.json()["title"]
    assert peak < 40 * MB
    assert not Procedure.objects.filter(code="9.000001").exists()
    one_line = gzip.compress(b" " * (300 * MB))
    assert send(token, one_line).status_code == 413


def test_a_file_of_endless_bad_records_is_refused_whole(token, monkeypatch):
    monkeypatch.setattr(importing, "MOST", 50)
    answer = send(token, lines(record("9.000001")) + b"\nx" * 50)
    assert answer.status_code == 422
    assert "chia thành nhiều tệp" in answer.json()["title"]
    assert not Procedure.objects.filter(code="9.000001").exists()


@pytest.mark.parametrize(
    ("content", "more", "status", "kind"),
    [
        (b"", {}, 400, "empty"),
        (b"\x1f\x8bnot gzip", {}, 422, "catalogue"),
        (b'{"ma": "9.000001"}\n\xff\xfe\n', {}, 422, "catalogue"),
        (b"a=b", {"content_type": "application/x-www-form-urlencoded"}, 415, "not_a_form"),
    ],
)
def test_what_is_no_such_file_is_refused_in_words(token, content, more, status, kind):
    answer = send(token, content, **more)
    assert (answer.status_code, answer.json()["type"]) == (status, f"urn:motcua:problem:{kind}")


def test_only_with_the_scope_and_never_from_a_commune(token):
    machines.our_keys.forget()
    assert send("", lines(record())).status_code == 401
    reader = register("H37").token()
    refused = send(reader, lines(record()))
    assert refused.status_code == 403
    assert refused.json()["type"] == "urn:motcua:problem:scope_missing"
    assert Client().get(OUT, headers={"Authorization": f"Bearer {reader}"}).status_code == 403
    with pytest.raises(BadMachine, match="catalogue:import"):
        register("H37.105", scopes=KEEPER)


def test_a_person_imports_who_keeps_the_whole_catalogue_and_nobody_else(mint):
    scope = "identity catalogue:import catalogue:export"
    mine = mint("chu-tiem", scope=scope)
    assert send(mine, lines(record("9.000001"))).status_code == 403, "a citizen"
    account = Account.objects.get(subject="sub-chu-tiem")
    appoint(account, Agency.objects.get(code="H37"))
    answer = send(mine, lines(record("9.000001")))
    assert answer.json()["type"] == "urn:motcua:problem:no_keeper", "of one province"
    ministry = Agency.objects.create(
        code="G15", name="Bộ Nông nghiệp", kind="ministry", realm="G15",
        sort_key="0", valid=DateRange(clock.today(), None), source="thử",
    )  # fmt: skip
    appoint(account, ministry)
    low = mint("chu-tiem", scope=scope, acr="1")
    assert send(low, lines(record("9.000001"))).json()["type"] == "urn:motcua:problem:assurance"
    assert send(mine, lines(record("9.000001"))).json()["added"] == 1
    entry = LedgerEntry.objects.filter(kind="catalogue.imported").order_by("-pk")[0]
    assert entry.actor == f"account:{account.pk}"


def appoint(account: Account, agency: Agency) -> None:
    since = clock.today()
    people.appoint(account, agency, Role.ADMINISTRATOR, title="", since=since, source="thử")


def test_the_page_says_what_to_do_with_a_file_that_is_too_large():
    client = Client()
    client.force_login(
        Account.objects.get(subject="quan-tri"), "django.contrib.auth.backends.ModelBackend"
    )
    fresh(client)
    content = lines(record("9.000001")) + b"\n" + b" " * catalogue_file.LARGEST
    sent = {"file": SimpleUploadedFile("a.jsonl", content), "apply": "1"}
    answer = client.post("/mot-cua/danh-muc/nhap/", sent)
    assert answer.status_code == 422
    assert "nén bằng gzip" in answer.content.decode()
    whole = {"content_type": "multipart/form-data", "CONTENT_LENGTH": str(100 * MB + 1)}
    refused = client.generic("POST", "/mot-cua/danh-muc/nhap/", b"x", **whole)
    assert refused.status_code == 413
    assert not Procedure.objects.filter(code="9.000001").exists()


def test_the_command_has_the_same_bound(db, monkeypatch):
    monkeypatch.setattr(importing, "LONGEST", 1000)
    with pytest.raises(importing.FileTooLarge):
        actions.import_records(io.BytesIO(lines(record("9.000001")) + b"\n" * 2000), clock.now())
    assert not Procedure.objects.filter(code="9.000001").exists()


def test_of_two_imports_at_once_the_second_finds_what_the_first_took(committed):
    content = lines(*[record(f"9.{number:06}") for number in range(300)])
    acts = [lambda: actions.import_records(io.BytesIO(content), clock.now())] * 2
    found = sorted((one.added, one.unchanged) for one in at_once(*acts))
    assert found == [(0, 300), (300, 0)]
    assert Procedure.objects.filter(code__startswith="9.").count() == 300
