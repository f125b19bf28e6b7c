"""One code base, three roles: a province shows no filing door, the national portal no desk."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.conf import settings
from django.test import Client

from motcua.dossiers.models import Dossier, Draft
from motcua.people.models import Account

from ..dossiers import answers as a
from ..dossiers import people as p
from .conftest import Program

pytestmark = [pytest.mark.usefixtures("world"), pytest.mark.django_db]
PROCEDURE = "/thu-tuc/1.004873/"
START = f"{PROCEDURE}nop/"


@pytest.fixture
def role(monkeypatch):
    def play(name: str) -> None:
        monkeypatch.setattr(settings, "ENV", replace(settings.ENV, role=name))

    return play


def browser(viewer) -> Client:
    client = Client()
    client.force_login(Account.objects.get(pk=viewer.account_id))
    session = client.session
    session["eid"] = {"assurance": 2}
    session.save()
    return client


@pytest.mark.parametrize(
    ("name", "files"), [("both", True), ("national", True), ("province", False)]
)
def test_the_start_button_is_there_only_where_it_leads_somewhere(role, client, name, files):
    role(name)
    page = client.get(PROCEDURE).content.decode()
    assert (f'href="{START}"' in page) is files
    assert ("Cổng Dịch vụ công quốc gia" in page) is not files


def test_in_a_province_nothing_is_filed_and_the_page_says_where(role):
    citizen = p.citizen("doc-than")
    draft = p.drafted(citizen, "1.004873", a.marital_status())
    role("province")
    client = browser(citizen)
    for path in (START, f"/nop/{draft.pk}/", f"/nop/{draft.pk}/kiem-tra/", f"/nop/{draft.pk}/xoa/"):
        for answer in (client.get(path), client.post(path, {"true": "on", "agency": "1"})):
            assert answer.status_code == 403
            assert "Cổng Dịch vụ công quốc gia" in answer.content.decode()
            assert settings.ENV.national_url in answer.content.decode()
    assert not Dossier.objects.exists()
    assert Draft.objects.get().discarded_at is None


def test_in_a_province_the_api_files_nothing_but_for_the_national_portal(role, program, filing):
    role("province")
    for answer in (program.post("/api/v1/dossiers", filing), program.upload("a.pdf", a.pdf())):
        assert (answer.status_code, answer.json()["type"]) == (
            403, "urn:motcua:problem:file_nationally",
        )  # fmt: skip
    assert program.get("/api/v1/dossiers").status_code == 200
    assert program.post("/api/national/dossiers", {}).status_code == 401


def test_in_a_province_dossiers_are_followed_and_worked_on(role):
    citizen, dossier = p.filed("1.004873")
    role("province")
    assert browser(citizen).get(f"/ho-so/{dossier.number}/").status_code == 200
    assert browser(p.officer("receptionist")).get("/mot-cua/").status_code == 200


def test_at_the_national_portal_there_is_no_desk(role):
    _, dossier = p.filed("1.004873")
    role("national")
    client = browser(p.officer("receptionist"))
    for path in ("/mot-cua/", "/mot-cua/quay/", f"/mot-cua/ho-so/{dossier.number}/"):
        assert client.get(path).status_code == 404
        assert client.post(path).status_code == 404
    assert "/mot-cua/" not in client.get("/").content.decode()
    assert Program().post("/api/national/dossiers", {}).status_code == 404


def test_at_the_national_portal_citizens_file(role, program, filing):
    role("national")
    assert program.post("/api/v1/dossiers", filing).status_code == 201
    assert browser(p.citizen("doc-than")).get(START).status_code == 200


def test_where_both_are_everything_is_open(role, program, filing):
    role("both")
    assert program.post("/api/v1/dossiers", filing).status_code == 201
    client = browser(p.officer("receptionist"))
    assert client.get("/mot-cua/").status_code == 200
    assert "/mot-cua/" in client.get("/").content.decode()
