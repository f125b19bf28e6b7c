"""The administrator of a province rehearses a decree, approves it and takes it back; nobody below
a province finds the page."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from motcua.agencies import cache
from motcua.agencies import queries as agencies
from motcua.catalogue import actions, queries
from motcua.catalogue.models import Competence, Decree
from motcua.demo import accounts
from motcua.dossiers import jobs
from motcua.dossiers.models import Dossier
from motcua.foundation import clock
from motcua.people import actions as people
from motcua.people.models import Account, Role
from tests.dossiers import people as p
from tests.second_factor import fresh

pytestmark = [pytest.mark.usefixtures("world"), pytest.mark.django_db]

CODE = "1.004873"
PLACE = "/mot-cua/phan-cap/"


def keeper(code: str = "H37") -> Client:
    account = Account.objects.get(pk=p.citizen("chu-tiem").account_id)
    at = agencies.agency(code)
    people.appoint(account, at, Role.ADMINISTRATOR, title="", since=clock.today(), source="thử")
    client = Client()
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    return client


def upload(client: Client, line: str, **more: str):
    file = SimpleUploadedFile("nd.csv", f"procedure,from,to,date\n{line}\n".encode())
    form = {"number": "NĐ 7/2026/NĐ-CP", "kind": "phan_cap", "file": file, **more}
    return client.post(PLACE, form)


def test_a_decree_is_rehearsed_approved_and_taken_back():
    _, dossier = p.filed(CODE, result_way="counter")
    client = keeper()
    day = clock.today() + timedelta(days=7)
    sent = upload(client, f"{CODE},commune,H37,{day}")
    page = client.get(sent["Location"])
    said = page.content.decode()
    assert dossier.number in said, "the open dossier is named"
    assert "Bản khai" not in said
    assert p.citizen("doc-than").name not in said
    decree = Decree.objects.get()
    approve = f"{PLACE}{decree.pk}/duyet/"
    assert client.post(approve)["Location"] == "/tai-khoan/xac-nhan/", "a second factor first"
    assert not Competence.objects.filter(decree=decree).exists()
    fresh(client)
    assert client.post(approve)["Location"] == f"{PLACE}{decree.pk}/"
    found = queries.competent_agency(CODE, p.HOME.code, day)
    assert found.agency is not None
    assert found.agency.code == "H37"
    assert Dossier.objects.get(pk=dossier.pk).agency.code == p.AGENCY, "no dossier moves"
    assert "Rút lại" in client.get(f"{PLACE}{decree.pk}/").content.decode()
    client.post(f"{PLACE}{decree.pk}/rut/")
    assert not Competence.objects.filter(decree=decree).exists()


def test_the_administrator_of_the_installation_is_told_of_open_dossiers_too():
    _, dossier = p.filed(CODE, result_way="counter")
    client = Client()
    account = Account.objects.get(subject="quan-tri")
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    fresh(client)
    sent = upload(client, f"{CODE},commune,province,2030-01-01")
    assert dossier.number in client.get(sent["Location"]).content.decode()


def test_open_dossiers_that_move_are_said_before_and_listed_after():
    _, dossier = p.filed(CODE)
    client, officer = keeper(), Client()
    officer.force_login(
        Account.objects.get(pk=p.officer("receptionist").account_id),
        backend="django.contrib.auth.backends.ModelBackend",
    )
    there = accounts.staffed_communes()[1].agency_code
    day = clock.today() + timedelta(days=1)
    content = f"procedure,territory,to,date,open\n{CODE},{p.HOME.code},{there},{day},moves\n"
    file = SimpleUploadedFile("nd.csv", content.encode())
    sent = client.post(PLACE, {"number": "NĐ 7", "kind": "phan_cap", "file": file})
    said = client.get(sent["Location"]).content.decode()
    assert f"{agencies.agency(there).name}" in said
    assert '<span class="tag info">chuyển</span>' in said
    fresh(client)
    client.post(f"{sent['Location']}duyet/")
    assert "Chưa có hồ sơ nào" in officer.get("/mot-cua/ban-giao/").content.decode()
    with clock.frozen(clock.now() + timedelta(days=1)):
        cache.forget()
        jobs.pass_over_by_decree()
    cache.forget()
    listed = officer.get("/mot-cua/ban-giao/").content.decode()
    assert dossier.number in listed
    assert p.citizen("doc-than").name not in listed
    assert "ban-giao" in officer.get("/mot-cua/so-theo-doi/").content.decode()


def test_a_bad_line_is_named_and_cannot_be_approved():
    client = keeper()
    sent = upload(client, "9.999999,commune,H37,2026-13-01")
    said = client.get(sent["Location"]).content.decode()
    assert "Không phải ngày" in said
    assert "Duyệt, áp dụng" not in said
    fresh(client)
    client.post(f"{sent['Location']}duyet/")
    assert Decree.objects.get().state == Decree.State.REHEARSED


def test_another_provinces_decree_is_not_found():
    foreign = actions.load_decree(
        "NĐ 8", "", "phan_cap", b"procedure,to,date\n", "01", "account:1", clock.now()
    )
    client = keeper()
    assert client.get(f"{PLACE}{foreign.pk}/").status_code == 404
    fresh(client)
    assert client.post(f"{PLACE}{foreign.pk}/rut/").status_code == 404
    assert "NĐ 8" not in client.get(PLACE).content.decode()


def test_the_administrator_of_a_commune_keeps_no_law():
    client = keeper(p.AGENCY)
    assert client.get(PLACE).status_code == 404
    assert upload(client, f"{CODE},commune,H37,2027-01-01").status_code == 404
    assert not Decree.objects.exists()


@pytest.mark.parametrize("form", [{"number": ""}, {"kind": "cho"}, {"file": ""}])
def test_what_is_missing_is_said_and_nothing_is_kept(form):
    sent = upload(keeper(), f"{CODE},commune,H37,2027-01-01", **form)
    assert sent.status_code == 422
    assert 'role="alert"' in sent.content.decode()
    assert not Decree.objects.exists()
