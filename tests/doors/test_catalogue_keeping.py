"""An administrator of a province writes a version on pages, another publishes it; a commune's finds
no such pages."""

from __future__ import annotations

import gzip
import json
from datetime import timedelta
from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from motcua.agencies import queries as agencies
from motcua.catalogue import keeping, queries
from motcua.catalogue.models import ProcedureVersion, PublicationStep, VersionDraft
from motcua.dossiers.models import Dossier
from motcua.forms import building
from motcua.forms import queries as published_forms
from motcua.forms.models import FormVersion
from motcua.foundation import clock
from motcua.people import actions as people
from motcua.people.models import Account, Role
from motcua.processes.models import ProcessDraft
from tests.catalogue.specs import record
from tests.dossiers import people as p
from tests.second_factor import fresh

pytestmark = [pytest.mark.usefixtures("world"), pytest.mark.django_db]

CODE = "1.004873"
HERE = "/mot-cua/danh-muc/"


def window(account: Account) -> Client:
    client = Client()
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    fresh(client)
    return client


def keeper(who: str = "chu-tiem", code: str = "H37") -> Client:
    account = Account.objects.get(pk=p.citizen(who).account_id)
    at = agencies.agency(code)
    people.appoint(account, at, Role.ADMINISTRATOR, title="", since=clock.today(), source="thử")
    return window(account)


def everywhere() -> Client:
    return window(Account.objects.get(subject="quan-tri"))


def fields(draft: VersionDraft) -> dict[str, str]:
    """What the page of a draft sends when nothing is changed."""
    from motcua.catalogue import editing

    asked = {one.place: one.what for one in keeping.asked_again(draft.specification["version"])}
    found = editing.fields(draft.specification, asked)
    return {f.name: str(f.value) for f in found if f.kind != "yes_no" or f.value} | {
        f.name: "Điều 9 Nghị định 123/2015/NĐ-CP" for f in found if "asked_anyway" in f.name
    }


def test_an_amendment_from_the_page_to_the_public_and_open_dossiers_keep_theirs():
    _, dossier = p.filed(CODE, result_way="counter")
    writer, publisher = keeper(), everywhere()
    page = writer.get(f"{HERE}thu-tuc/{CODE}/").content.decode()
    assert "Các bộ phận của thủ tục" in page
    sent = writer.post(f"{HERE}thu-tuc/{CODE}/soan/", {"change": "amended"})
    place = sent["Location"]
    draft = VersionDraft.objects.get()
    changed = fields(draft) | {
        "seen": "1",
        "version.steps": "Bước 1: nộp hồ sơ. Bước 2: nhận kết quả.",
        "version.parameters.burden.fee": "8000",
        "version.parameters.burden.subjects": "1000",
        "version.parameters.burden.times_per_year": "1",
    }
    assert writer.post(place, changed).status_code == 302
    shown = writer.get(place).content.decode()
    assert "Bước 2: nhận kết quả." in shown
    assert "8.000.000" in shown, "what it costs a year"
    writer.post(f"{place}gui-duyet/", {"seen": "2"})
    draft.refresh_from_db()
    assert draft.state == VersionDraft.State.REVIEW, writer.get(place).content.decode()
    day = clock.today() + timedelta(days=1)
    decision = {
        "seen": str(draft.revision),
        "decision": "Quyết định 77/QĐ-UBND",
        "step": "province",
        "decided_on": clock.today().isoformat(),
        "effective": day.isoformat(),
    }
    writer.post(f"{place}cong-bo/", decision)
    assert not PublicationStep.objects.exists(), "who wrote it does not publish it"
    publisher.post(f"{place}cong-bo/", decision)
    assert PublicationStep.objects.get().decision == "Quyết định 77/QĐ-UBND"
    seen = publisher.get(f"{HERE}thu-tuc/{CODE}/").content.decode()
    assert "Quyết định 77/QĐ-UBND" in seen
    law = queries.facts_in_force(CODE, day)
    assert law is not None
    assert law.decision == "Quyết định 77/QĐ-UBND"
    assert Dossier.objects.get(pk=dossier.pk).version_id != law.id
    old, _ = ProcedureVersion.objects.filter(procedure__code=CODE).order_by("valid")[:2]
    side = writer.get(f"{HERE}thu-tuc/{CODE}/?tu={old.pk}&den={law.id}").content.decode()
    assert "Trình tự thực hiện" in side
    assert "Quyết định 77/QĐ-UBND" in side


def test_a_limit_without_a_unit_is_named_and_nothing_is_kept():
    client = keeper()
    client.post(f"{HERE}thu-tuc/{CODE}/soan/", {"change": "amended"})
    draft = VersionDraft.objects.get()
    wrong = fields(draft) | {"seen": "1", "version.cases.0.channels.0.limit.unit": ""}
    answer = client.post(f"{HERE}ban-thao/{draft.pk}/", wrong)
    assert answer.status_code == 422
    complaint = answer.context["problem"]
    assert ", Thời hạn: " in complaint, "the place is named as the page names it"
    assert complaint in unescape(answer.content.decode())
    script = fields(draft) | {"seen": "1", "version.steps": "<script>alert(1)</script>"}
    answer = client.post(f"{HERE}ban-thao/{draft.pk}/", script)
    assert answer.status_code == 422
    assert "<script>alert" not in answer.content.decode()
    draft.refresh_from_db()
    assert draft.revision == 1


def test_a_new_procedure_begins_with_its_names():
    client = keeper()
    names = {"code": "9.123456", "name": "Thủ tục mới", "short_name": "Mới", "sector": "Thử"}
    place = client.post(f"{HERE}soan-moi/", names | {"level": "commune"})["Location"]
    assert "Thủ tục mới" in client.get(place).content.decode()
    assert client.post(f"{HERE}soan-moi/", names | {"code": CODE})["Location"].endswith(f"{CODE}/")
    client.post(f"{HERE}soan-moi/", names | {"code": "mới", "level": "làng"})
    assert VersionDraft.objects.count() == 1


def test_the_national_file_is_tried_then_taken_over_and_given_out_again():
    client = everywhere()
    lines = [json.dumps(record("9.000001")), json.dumps({"ma": "x"}), json.dumps(record())]

    def file() -> SimpleUploadedFile:
        return SimpleUploadedFile("a.jsonl", "\n".join(lines).encode())

    tried = client.post(f"{HERE}nhap/", {"file": file()}).content.decode()
    assert "Mã thủ tục (ma) thiếu" in tried
    assert queries.procedure("9.000001") is None
    client.post(f"{HERE}nhap/", {"file": file(), "apply": "1"})
    assert queries.procedure("9.000001") is not None
    out = b"".join(client.get(f"{HERE}xuat/").streaming_content)
    assert [json.loads(x) for x in gzip.decompress(out).splitlines()] == [record("9.000001")]
    broken = SimpleUploadedFile("a.gz", b"\x1f\x8bbroken")
    assert client.post(f"{HERE}nhap/", {"file": broken, "apply": "1"}).status_code == 422
    assert keeper().post(f"{HERE}nhap/", {"file": file(), "apply": "1"}).status_code == 404


def test_a_decision_taken_elsewhere_is_noted_with_its_terms():
    client = keeper()
    decided = {
        "change": "amended",
        "decision": "Quyết định 5/QĐ-UBND",
        "step": "province",
        "decided_on": "2026-11-02",
        "effective": "2026-11-20",
    }
    client.post(f"{HERE}thu-tuc/{CODE}/buoc/", decided)
    client.post(f"{HERE}thu-tuc/{CODE}/buoc/", decided | {"decided_on": "hôm qua"})
    client.post(f"{HERE}thu-tuc/{CODE}/buoc/", decided | {"step": "ministry"})
    step = PublicationStep.objects.get()
    said = client.get(f"{HERE}thu-tuc/{CODE}/").content.decode()
    assert "Hạn theo luật 15/11/2026" in said
    assert "đúng hạn" in said
    client.post(f"{HERE}thu-tuc/{CODE}/buoc/{step.pk}/", {"entered_on": "2026-11-16"})
    assert "đăng tải trễ" in client.get(f"{HERE}thu-tuc/{CODE}/").content.decode()


@pytest.mark.parametrize("path", ["", f"thu-tuc/{CODE}/", "xuat/"])
def test_the_administrator_of_a_commune_finds_no_such_page(path):
    assert keeper(code=p.AGENCY).get(f"{HERE}{path}").status_code == 404


def test_any_two_versions_of_a_form_and_the_draft_are_told_apart_in_words():
    writer = keeper()
    place = writer.post(f"{HERE}thu-tuc/{CODE}/soan/", {"change": "amended"})["Location"]
    draft = VersionDraft.objects.get()
    key = draft.specification["version"]["form"]
    first = published_forms.newest(key)
    assert first is not None
    second = building.change_page(
        first.definition, first.definition["topics"][0]["key"], "Trang đầu khác", "", ""
    )
    second["title"] = "Tên mới của biểu mẫu"
    FormVersion.objects.create(
        key=key, version=first.version + 1, definition=second, published_at=clock.now()
    )
    form = f"{place}bieu-mau/"
    forward = writer.get(form, {"tu": first.version, "den": first.version + 1}).content.decode()
    assert "→ Tên mới của biểu mẫu" in forward
    back = writer.get(form, {"tu": first.version + 1, "den": first.version}).content.decode()
    assert "Tên biểu mẫu: Tên mới của biểu mẫu →" in back
    same = writer.get(form, {"tu": first.version, "den": first.version}).content.decode()
    assert 'id="so-sanh"' in same
    odd = writer.get(form, {"tu": "99", "den": "x"})
    assert odd.status_code == 200
    assert 'id="so-sanh"' not in odd.content.decode()


def test_a_draft_leads_to_a_list_of_steps_and_may_name_what_was_published():
    client = everywhere()
    names = {"code": "9.123456", "name": "Thủ tục mới", "short_name": "Mới", "sector": "Thử"}
    place = client.post(f"{HERE}soan-moi/", names | {"level": "commune"})["Location"]
    choosing = f"{place}quy-trinh/"
    page = client.get(choosing, {"mau": "direct_result"}).content.decode()
    assert "Soạn danh sách bước" in page
    begun = client.post(
        "/mot-cua/quy-trinh/soan/",
        {"key": "tt_9_123456", "name": "Mới", "template": "direct_result"},
    )
    assert "/quy-trinh/" in begun["Location"]
    assert ProcessDraft.objects.get(key="tt_9_123456").agency_id is None
    draft = VersionDraft.objects.get()
    named = {"seen": str(draft.revision), "published": "khai_sinh"}
    assert client.post(choosing, named).status_code == 302
    draft.refresh_from_db()
    assert draft.specification["version"]["process"] == "khai_sinh"
    wrong = {"seen": str(draft.revision), "published": "khong_co"}
    assert client.post(choosing, wrong).status_code == 422
    client.post(choosing, {"seen": str(draft.revision), "published": ""})
    draft.refresh_from_db()
    assert "process" not in draft.specification["version"]


def test_the_questions_of_a_group_are_written_on_its_page():
    writer = keeper()
    place = writer.post(f"{HERE}thu-tuc/{CODE}/soan/", {"change": "amended"})["Location"]
    draft = VersionDraft.objects.get()
    page = writer.get(f"{place}bieu-mau/cau-hoi/").content.decode()
    assert 'name="m0.label"' in page
    key = published_forms.newest(draft.specification["version"]["form"])
    assert key is not None
    said = {
        "seen": str(draft.revision), "label": "Các con", "type": "group", "key": "children",
        "topic": key.definition["topics"][0]["key"], "required": "no",
        "m0.label": "Họ tên con", "m0.type": "text", "m0.required": "1",
        "m1.label": "Ngày sinh con", "m1.type": "date",
    }  # fmt: skip
    answer = writer.post(f"{place}bieu-mau/cau-hoi/", said | {"m1.type": "group"})
    assert answer.status_code == 422
    assert "Họ tên con" in answer.content.decode(), "what was typed is there again"
    assert writer.post(f"{place}bieu-mau/cau-hoi/", said).status_code == 302
    draft.refresh_from_db()
    assert list(draft.form["fields"]["children"]["fields"]) == ["ho_ten_con", "ngay_sinh_con"]
