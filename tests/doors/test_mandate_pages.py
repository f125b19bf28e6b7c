"""Acting for another is seen on every page, and who was acting when it ended is told so."""

from __future__ import annotations

import pytest
from django.test import Client

from motcua.people import actions
from motcua.people.actions import mandates

from ..dossiers import people as p
from ..dossiers.test_representing import CODE, OTHER, OWNER, filed_for, given
from ..world import NOW

pytestmark = [pytest.mark.usefixtures("world"), pytest.mark.django_db]


def signed_in(key: str) -> Client:
    client = Client()
    client.force_login(
        actions.expect_account(p.person(key)), backend="django.contrib.auth.backends.ModelBackend"
    )
    session = client.session
    session["eid"] = {"assurance": 2, "id_token": "", "at": NOW.isoformat()}
    session.save()
    return client


def test_acting_is_chosen_shown_and_over_when_it_is_revoked():
    mandate = given()
    _, dossier = filed_for(mandate)
    client = signed_in(OTHER)
    page = f"/ho-so/{dossier.number}/"
    assert client.get(page).status_code == 404
    assert "Lý Thu Trang" in client.get("/lam-thay/").content.decode()
    client.post("/lam-thay/chon/", {"mandate": mandate.pk})
    shown = client.get(page).content.decode()
    assert "Bạn đang làm thay cho <strong>Lý Thu Trang</strong>" in shown
    mandates.revoke(p.citizen(OWNER), mandate.pk, NOW)
    answer = client.post(f"/thu-tuc/{CODE}/nop/", {"agency": p.agency_id()})
    assert answer.headers["Location"] == "/lam-thay/?het=1"
    assert "đã kết thúc" in client.get("/lam-thay/?het=1").content.decode()
    assert client.get(page).status_code == 404


def test_somebody_is_let_act_and_stopped_on_the_pages():
    client, other = signed_in(OWNER), p.person(OTHER)
    assert client.get("/lam-thay/cho/").status_code == 200
    form = {
        "id_number": other.id_number,
        "full_name": other.full_name,
        "deed": ["file"],
        "procedure": [CODE],
        "since": "2026-11-23",
        "until": "2026-12-23",
        "paper": "12/UQ",
    }
    refused = client.post("/lam-thay/cho/", {**form, "full_name": "Người Khác"})
    assert "không khớp" in refused.content.decode()
    assert client.post("/lam-thay/cho/", form).status_code == 302
    page = client.get("/lam-thay/").content.decode()
    assert other.full_name in page
    assert "Chấm dứt" in page
