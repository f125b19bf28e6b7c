"""An administrator ends what an officer's lost telephone could open; nobody else can."""

from __future__ import annotations

import pytest
from django.test import Client

from motcua.foundation import clock
from motcua.foundation.models import LedgerEntry
from motcua.people import actions, factors
from motcua.people.models import Account, Session
from tests.people.conftest import agency
from tests.people.test_sessions import open_session
from tests.second_factor import fresh, give_app

pytestmark = pytest.mark.django_db


def officer(number: str, name: str, at, role: str) -> Account:
    person = actions.upsert_person(number, name, now=clock.now())
    account = actions.expect_account(person)
    today = clock.today()
    actions.appoint(account, at, role, title="", since=today, source="QĐ thử")
    return account


@pytest.fixture
def people():
    province = agency("H37", "province")
    commune, other = agency("H37.105", "commune", province), agency("H38", "province")
    return {
        "handler": officer("020194900103", "Bế Thanh Ánh", commune, "handler"),
        "stranger": officer("020194900104", "Lê Văn Xa", other, "handler"),
        "administrator": officer("020194900105", "Quản Trị Tỉnh", province, "administrator"),
        "approver": officer("020194900106", "Phó Chủ Tịch", commune, "approver"),
    }


def window(account: Account) -> Client:
    client = Client()
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_the_administrator_of_the_province_signs_an_officer_out_everywhere(people):
    give_app(people["administrator"].pk)
    at_work = window(people["handler"])
    assert at_work.get("/mot-cua/").status_code == 200
    admin = window(people["administrator"])
    page = admin.get("/mot-cua/can-bo/?q=be thanh").content.decode()
    assert "Bế Thanh Ánh" in page
    assert "Đang đăng nhập ở 1 nơi" in page
    assert "Lê Văn Xa" not in admin.get("/mot-cua/can-bo/").content.decode()
    place = f"/mot-cua/can-bo/{people['handler'].pk}/ket-thuc-phien/"
    assert admin.post(place)["Location"] == "/tai-khoan/xac-nhan/", "it asks for a second factor"
    assert at_work.get("/mot-cua/").status_code == 200
    fresh(admin)
    admin.post(place)
    assert at_work.get("/mot-cua/").status_code == 302
    entry = LedgerEntry.objects.latest("pk")
    assert entry.kind == "people.sessions_ended"
    assert entry.actor == f"account:{people['administrator'].pk}"


def test_lost_factors_are_removed_and_the_officer_signed_out(people):
    give_app(people["handler"].pk)
    open_session(people["handler"])
    admin = window(people["administrator"])
    fresh(admin)
    admin.post(f"/mot-cua/can-bo/{people['handler'].pk}/bo-xac-nhan/")
    assert not factors.of(people["handler"].pk)
    assert not Session.objects.filter(account=people["handler"]).exists()


@pytest.mark.parametrize("who", ["handler", "approver", "stranger"])
def test_to_officers_who_administer_nothing_there_is_no_such_page(people, who):
    client = window(people[who])
    fresh(client)
    open_session(people["approver"])
    assert client.get("/mot-cua/can-bo/").status_code == 404
    place = f"/mot-cua/can-bo/{people['approver'].pk}/ket-thuc-phien/"
    assert client.post(place).status_code == 404
    assert Session.objects.filter(account=people["approver"]).exists()


def test_an_officer_of_another_province_does_not_exist_for_the_administrator(people):
    open_session(people["stranger"])
    give_app(people["stranger"].pk)
    admin = window(people["administrator"])
    fresh(admin)
    for act in ("ket-thuc-phien", "bo-xac-nhan"):
        assert admin.post(f"/mot-cua/can-bo/{people['stranger'].pk}/{act}/").status_code == 404
    assert Session.objects.filter(account=people["stranger"]).exists()
    assert factors.of(people["stranger"].pk)
