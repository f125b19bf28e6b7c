"""An administrator edits a process as a list of steps on a page, sees what is found and how it
would run, and lets the agency run it from a day on."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from motcua.agencies import queries as agencies
from motcua.doors.desk import process_form
from motcua.foundation import clock
from motcua.people import actions as people
from motcua.people.models import Account, Role
from motcua.processes import queries, steplist
from motcua.processes.models import ProcessDraft, ProcessInstance
from tests.dossiers import people as p
from tests.second_factor import fresh

pytestmark = [pytest.mark.usefixtures("world"), pytest.mark.django_db]

HERE = "/mot-cua/quy-trinh/"
CODE = "1.004873"


def window(account: Account) -> Client:
    client = Client()
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    fresh(client)
    return client


def administrator(code: str, who: str = "chu-tiem") -> Client:
    account = Account.objects.get(pk=p.citizen(who).account_id)
    at = agencies.agency(code)
    people.appoint(account, at, Role.ADMINISTRATOR, title="", since=clock.today(), source="thử")
    return window(account)


def everywhere() -> Client:
    return window(Account.objects.get(subject="quan-tri"))


def sent(draft: ProcessDraft) -> dict[str, str]:
    """What the form of a draft sends when nothing is changed."""
    given = steplist.read(draft.bpmn)
    said = {"seen": str(draft.revision), "name": given.name, "description": given.description}
    for f in process_form.fields(given):
        step = f.step
        said |= {
            f"{f.prefix}-key": step.key, f"{f.prefix}-name": step.name,
            f"{f.prefix}-order": str(f.number), f"{f.prefix}-role": step.role,
            f"{f.prefix}-kind": step.kind, f"{f.prefix}-hours": f.hours,
            f"{f.prefix}-office": step.office, f"{f.prefix}-asked": f.asked,
            f"{f.prefix}-answers": str(step.answers or ""),
            f"{f.prefix}-days": str(step.answer_days or ""),
        }  # fmt: skip
        for k in f.outcomes:
            said |= {f"{k.prefix}-key": k.way.key, f"{k.prefix}-label": k.way.label}
            said[f"{k.prefix}-to"] = k.way.to
    return said


@pytest.mark.parametrize("template", [one.key for one in queries.templates()])
def test_a_form_sent_back_unchanged_changes_nothing(template: str) -> None:
    client = everywhere()
    client.post(f"{HERE}soan/", {"template": template, "key": "thu_mot", "name": "Thử một"})
    draft = ProcessDraft.objects.get()
    page = client.get(f"{HERE}ban-thao/{draft.pk}/").content.decode()
    assert "Không có gì cần sửa." in page
    assert client.post(f"{HERE}ban-thao/{draft.pk}/", sent(draft)).status_code == 302
    again = ProcessDraft.objects.get()
    assert (again.bpmn, again.revision) == (draft.bpmn, 1)


def test_a_step_is_added_moved_and_taken_away_and_the_picture_shows_it() -> None:
    client = everywhere()
    client.post(
        f"{HERE}soan/", {"template": "appraise_and_sign", "key": "thu_hai", "name": "Thử hai"}
    )
    draft = ProcessDraft.objects.get()
    place = f"{HERE}ban-thao/{draft.pk}/"
    changed = sent(draft) | {
        "b4-name": "Kiểm tra của văn thư", "b4-role": "clerk", "b4-order": "2.5", "b4-hours": "1,5",
        "b4-kind": "work", "b4-k0-label": "Thể thức đúng", "b4-k1-label": "Thể thức sai",
        "b4-k1-to": "appraise",
    }  # fmt: skip
    assert client.post(place, changed).status_code == 302
    draft.refresh_from_db()
    given = steplist.read(draft.bpmn)
    assert [s.key for s in given.steps] == [
        "intake", "appraise", "kiem_tra_cua_van_thu", "sign", "give_back",
    ]  # fmt: skip
    added = given.steps[2]
    assert [(w.key, w.to) for w in added.outcomes] == [
        ("the_thuc_dung", ""),
        ("the_thuc_sai", "appraise"),
    ]
    page = client.get(place).content.decode()
    assert page.count('data-step="') == 5
    assert client.post(place, sent(draft) | {"b2-drop": "1"}).status_code == 302
    draft.refresh_from_db()
    assert len(steplist.read(draft.bpmn).steps) == 4


def test_what_is_wrong_is_named_and_stays_typed() -> None:
    client = everywhere()
    client.post(f"{HERE}soan/", {"template": "direct_result", "key": "thu_ba", "name": "Thử ba"})
    draft = ProcessDraft.objects.get()
    wrong = sent(draft) | {"b1-hours": "mười", "b1-name": "<script>alert(1)</script>"}
    answer = client.post(f"{HERE}ban-thao/{draft.pk}/", wrong)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "số giờ phải là số dương" in page
    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert(1)" not in page
    old = sent(draft) | {"seen": "7", "b1-name": "Tên khác"}
    assert client.post(f"{HERE}ban-thao/{draft.pk}/", old).status_code == 422
    draft.refresh_from_db()
    assert draft.revision == 1


def test_a_file_comes_in_and_goes_out_as_it_is() -> None:
    client = everywhere()
    text = queries.from_template("with_council", "hoi_dong", "Hội đồng")
    file = SimpleUploadedFile("x.bpmn", text.encode(), "application/xml")
    client.post(f"{HERE}soan/", {"key": "hoi_dong", "file": file})
    draft = ProcessDraft.objects.get()
    place = f"{HERE}ban-thao/{draft.pk}/"
    assert client.get(f"{place}tep/").content.decode() == text
    more = text.replace("bpmn:exclusiveGateway", "bpmn:complexGateway")
    file = SimpleUploadedFile("y.bpmn", more.encode(), "application/xml")
    answer = client.post(f"{place}nhap/", {"seen": "1", "file": file}, follow=True)
    assert "complexGateway chưa được hỗ trợ" in answer.content.decode()
    file = SimpleUploadedFile("z.bpmn", b"\xff\xfe", "application/xml")
    answer = client.post(f"{place}nhap/", {"seen": "1", "file": file}, follow=True)
    assert "UTF-8" in answer.content.decode()


def test_a_draft_is_tried_on_the_page() -> None:
    client = everywhere()
    client.post(f"{HERE}soan/", {"template": "direct_result", "key": "thu_tu", "name": "Thử tư"})
    draft = ProcessDraft.objects.get()
    place = f"{HERE}ban-thao/{draft.pk}/"
    page = client.get(f"{place}?n=20&day=10&effort=25&seed=1").content.decode()
    assert "Chín phần mười hồ sơ xong trong" in page
    again = client.get(f"{place}?n=20&day=10&effort=25&seed=1").content.decode()
    table = page.partition("<table")[2].partition("</table>")[0]
    assert table.count("giờ") >= 8
    assert again.partition("<table")[2].partition("</table>")[0] == table
    assert "Nhập số nguyên" in client.get(f"{place}?n=many").content.decode()


def test_an_agency_runs_its_own_from_tomorrow_and_open_dossiers_keep_theirs() -> None:
    _, before = p.filed(CODE, result_way="counter")
    here = before.agency
    client = administrator(here.code)
    standard = before.version.process
    assert standard is not None
    client.post(f"{HERE}soan/", {"key": standard.key, "agency": str(here.pk)})
    draft = ProcessDraft.objects.get()
    place = f"{HERE}ban-thao/{draft.pk}/"
    mine = queries.from_template("direct_result", standard.key, "Của riêng xã")
    file = SimpleUploadedFile("x.bpmn", mine.encode(), "application/xml")
    client.post(f"{place}nhap/", {"seen": "1", "file": file})
    page = client.get(place).content.decode()
    assert "Không có gì cần sửa." in page
    tomorrow = clock.today() + timedelta(days=1)
    client.post(f"{place}cong-bo/", {"seen": "2", "since": tomorrow.isoformat()})
    draft.refresh_from_db()
    assert draft.state == ProcessDraft.State.PUBLISHED
    assert queries.version_for(standard.pk, here.pk, tomorrow) == draft.published_id
    assert ProcessInstance.objects.get(subject=before.pk).version_id == standard.pk
    assert "Của riêng xã" in client.get(HERE).content.decode()
    shown = client.get(f"{HERE}{standard.key}@{here.code}/phien-ban/1/").content.decode()
    assert "Của riêng xã" in shown


def test_a_dossier_filed_where_an_agency_runs_its_own_runs_that(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    _, first = p.filed(CODE, result_way="counter")
    standard = first.version.process
    assert standard is not None
    from motcua.processes import actions

    text = queries.from_template("direct_result", "rieng", "Của riêng xã")
    mine = actions.publish("rieng", text, clock.now())
    monkeypatch.setattr(
        "motcua.processes.own._rows",
        lambda: ((standard.key, first.agency_id, clock.today(), None, mine.pk),),
    )
    _, second = p.filed(CODE, result_way="counter")
    assert second.agency_id == first.agency_id
    assert ProcessInstance.objects.get(subject=second.pk).version_id == mine.pk


def test_a_commune_neither_sees_nor_begins_what_is_not_its_own() -> None:
    everywhere().post(f"{HERE}soan/", {"template": "internal", "key": "chung", "name": "Chung"})
    draft = ProcessDraft.objects.get()
    client = administrator("H37.105")
    assert client.get(HERE).status_code == 200
    assert client.get(f"{HERE}ban-thao/{draft.pk}/").status_code == 404
    assert client.get(f"{HERE}ban-thao/{draft.pk}/tep/").status_code == 404
    assert client.post(f"{HERE}ban-thao/{draft.pk}/bo/").status_code == 404
    assert client.post(f"{HERE}soan/", {"key": "khai_sinh"}).status_code == 404
    other = agencies.agency("H37.101").pk
    assert (
        client.post(f"{HERE}soan/", {"key": "khai_sinh", "agency": str(other)}).status_code == 404
    )
