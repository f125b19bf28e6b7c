"""What weighs most waits for a second factor, and goes on as it was sent."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.http import HttpResponse
from django.test import Client, override_settings
from django.urls import include, path
from django.views.decorators.http import require_POST

from motcua.doors import step_up
from motcua.doors.access import any_account
from motcua.foundation import clock
from motcua.foundation.models import LedgerEntry
from motcua.people import actions, factors
from motcua.people.errors import WrongPasskey
from motcua.people.passkeys import Site
from tests.people.conftest import NOW, claims
from tests.second_factor import SEED, code, give_app

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]
done: list[dict[str, list[str]]] = []


@any_account
@require_POST
@step_up.fresh_second_factor
def weighty(request, what):
    done.append({"what": [what], **dict(request.POST.lists())})
    return HttpResponse(f"done {request.GET.get('x', '')}")


@any_account
@step_up.fresh_second_factor
def secret_page(request):
    return HttpResponse("secret")


@any_account
@step_up.level_two
def sensitive(request):
    return HttpResponse("sensitive")


urlpatterns = [
    path("viec/<str:what>/", weighty),
    path("kin/", secret_page),
    path("nhay-cam/", sensitive),
    path("", include("motcua.runtime.urls")),
]


@pytest.fixture
def moment():
    """A clock that the test may move: `moment.now`."""
    holder = SimpleNamespace(now=NOW)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clock, "now", lambda: holder.now)
        yield holder


@pytest.fixture
def account(moment):
    done.clear()
    return actions.sign_in_from_claims(claims(), moment.now)


def signed_in(account, assurance=1, at=None) -> Client:
    client = Client()
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    session = client.session
    session["eid"] = {"assurance": assurance, "id_token": "", "at": (at or NOW).isoformat()}
    session.save()
    return client


def test_a_form_waits_for_the_second_factor_and_is_then_carried_out_as_it_was_sent(account):
    give_app(account.pk)
    client = signed_in(account)
    sent = {"note": "chữ có dấu & ký tự <lạ>", "item": ["a", "b"]}
    answer = client.post("/viec/ky/?x=7", sent)
    assert (answer.status_code, answer["Location"]) == (302, "/tai-khoan/xac-nhan/")
    assert not done
    assert "Xác nhận đúng là bạn" in client.get("/tai-khoan/xac-nhan/").content.decode()
    answer = client.post("/tai-khoan/xac-nhan/", {"ma": code()})
    assert answer.content == b"done 7"
    assert done == [{"what": ["ky"], "note": [sent["note"]], "item": ["a", "b"]}]
    # Once: asking again with nothing waiting does nothing.
    client.post("/tai-khoan/xac-nhan/", {"ma": code()})
    assert len(done) == 1


def test_what_was_typed_lies_encrypted_in_the_session(account):
    give_app(account.pk)
    client = signed_in(account)
    client.post("/viec/ky/", {"note": "bi-mat-cua-toi"})
    assert "bi-mat-cua-toi" not in str(dict(client.session))


def test_a_wrong_code_is_told_and_what_waits_goes_on_waiting(account):
    give_app(account.pk)
    client = signed_in(account)
    client.post("/viec/ky/", {"note": "x"})
    refused = client.post("/tai-khoan/xac-nhan/", {"ma": "000"})
    assert refused.status_code == 403
    assert "Mã không đúng" in refused.content.decode()
    assert not done
    client.post("/tai-khoan/xac-nhan/", {"ma": code()})
    assert done[0]["note"] == ["x"]


def test_for_ten_minutes_nobody_is_asked_again(account, moment):
    give_app(account.pk)
    client = signed_in(account)
    client.get("/kin/")
    answer = client.post("/tai-khoan/xac-nhan/", {"ma": code()})
    assert (answer.status_code, answer["Location"]) == (302, "/kin/")
    moment.now = NOW + timedelta(minutes=9, seconds=59)
    assert client.get("/kin/").content == b"secret"
    moment.now = NOW + timedelta(minutes=10)
    assert client.get("/kin/").status_code == 302


def test_what_waited_half_an_hour_is_forgotten(account, moment):
    give_app(account.pk)
    client = signed_in(account)
    client.post("/viec/ky/", {"note": "x"})
    moment.now = NOW + timedelta(minutes=16)
    client.get("/tai-khoan/xac-nhan/")  # somebody is still there
    moment.now = NOW + timedelta(minutes=31)
    answer = client.post("/tai-khoan/xac-nhan/", {"ma": code()})
    assert answer["Location"] == "/tai-khoan/bao-mat/"
    assert not done


def test_a_proof_counts_in_its_own_session_only(account):
    give_app(account.pk)
    client, elsewhere = signed_in(account), signed_in(account)
    client.get("/kin/")
    client.post("/tai-khoan/xac-nhan/", {"ma": code()})
    assert client.get("/kin/").content == b"secret"
    assert elsewhere.get("/kin/").status_code == 302


def test_who_has_not_signed_in_signs_in_first():
    assert "/dang-nhap/" in Client().get("/kin/")["Location"]
    assert "/dang-nhap/" in Client().get("/tai-khoan/bao-mat/")["Location"]


def test_a_citizen_without_a_factor_proves_themselves_at_the_national_eid(account, moment):
    client = signed_in(account, assurance=1)
    client.get("/kin/")
    answer = client.get("/tai-khoan/xac-nhan/")
    assert answer["Location"].startswith("/dang-nhap/vneid/?muc=2&lai=1")
    just_back = signed_in(account, assurance=2)
    assert just_back.get("/kin/").content == b"secret"
    moment.now = NOW + timedelta(minutes=11)
    assert just_back.get("/kin/").status_code == 302


def test_a_form_that_waited_for_the_national_eid_goes_on_by_one_press(account, moment):
    moment.now = NOW + timedelta(minutes=20)
    client = signed_in(account, assurance=2)
    client.post("/viec/xuat/", {"note": "x"})
    session = client.session
    session["eid"] = {"assurance": 2, "id_token": "", "at": moment.now.isoformat()}
    session.save()
    assert "Tiếp tục" in client.get("/tai-khoan/xac-nhan/").content.decode()
    assert not done  # opening a page does nothing yet
    assert client.post("/tai-khoan/xac-nhan/").content == b"done "
    assert done[0]["note"] == ["x"]


def test_level_two_sends_a_level_one_person_to_the_eid_and_back(account):
    client = signed_in(account, assurance=1)
    answer = client.get("/nhay-cam/?a=1")
    assert answer["Location"] == "/dang-nhap/vneid/?muc=2&lai=1&next=/tai-khoan/xac-nhan/"
    assert signed_in(account, assurance=2).get("/nhay-cam/").content == b"sensitive"


def test_an_app_is_added_on_its_page_and_recovery_codes_are_shown_once(account):
    client = signed_in(account)
    page = client.get("/tai-khoan/bao-mat/ung-dung/").content.decode()
    seed = page.split("<code>")[1].split("</code>")[0].replace(" ", "")
    refused = client.post("/tai-khoan/bao-mat/ung-dung/", {"ma": "1", "ten": "Máy tôi"})
    assert seed in refused.content.decode().replace(
        " ", ""
    )  # the same seed: scanning once is enough
    assert "Máy tôi" in refused.content.decode()
    answer = client.post("/tai-khoan/bao-mat/ung-dung/", {"ma": code(seed), "ten": "Máy tôi"})
    assert answer["Location"] == "/tai-khoan/bao-mat/ma-du-phong/"
    shown = client.get(answer["Location"]).content.decode()
    assert shown.count("<li><code>") == 10
    assert client.get(answer["Location"])["Location"] == "/tai-khoan/bao-mat/"
    assert "Máy tôi" in client.get("/tai-khoan/bao-mat/").content.decode()
    assert client.get("/kin/").content == b"secret"  # making a factor is showing it
    factor = factors.of(account.pk)[0]
    client.post(f"/tai-khoan/bao-mat/{factor.pk}/bo/")
    assert not factors.of(account.pk)


def test_nobody_adds_a_factor_in_a_session_that_was_left_alone(account, moment):
    client = signed_in(account)
    moment.now = NOW + timedelta(minutes=11)
    answer = client.get("/tai-khoan/bao-mat/ung-dung/")
    assert answer["Location"].startswith("/dang-nhap/vneid/?muc=1&lai=1")
    give_app(account.pk)
    fresh_at_the_eid = signed_in(account, at=moment.now)
    answer = fresh_at_the_eid.get("/tai-khoan/bao-mat/ung-dung/")
    assert answer["Location"] == "/tai-khoan/xac-nhan/"  # who has a factor shows that one
    factor = factors.of(account.pk)[0]
    fresh_at_the_eid.post(f"/tai-khoan/bao-mat/{factor.pk}/bo/")
    assert factors.of(account.pk)


def test_every_step_up_is_in_the_ledger(account):
    give_app(account.pk)
    client = signed_in(account)
    client.get("/kin/")
    client.post("/tai-khoan/xac-nhan/", {"ma": code()})
    entry = LedgerEntry.objects.latest("pk")
    assert (entry.kind, entry.actor) == ("people.second_factor", f"account:{account.pk}")
    assert SEED not in entry.body


@pytest.mark.parametrize(
    "answer", ["", "{}", "[]", '{"id": 1}', "x" * 30_000, '{"response": null}']
)
def test_an_odd_answer_of_a_passkey_is_refused(account, answer):
    site = Site("localhost", "http://localhost")
    with pytest.raises(WrongPasskey):
        factors.prove_by_passkey(account.pk, site, {}, answer, NOW)
    with pytest.raises(WrongPasskey):
        factors.add_passkey(account.pk, site, {"challenge": "aa"}, answer, "", NOW)


@override_settings(ALLOWED_HOSTS=["*"])
def test_passkeys_are_offered_where_browsers_take_them(account):
    client = signed_in(account)
    assert (
        "data-passkey"
        not in client.get(
            "/tai-khoan/bao-mat/khoa/", headers={"Host": "127.0.0.1:8000"}
        ).content.decode()
    )
    assert (
        "data-passkey"
        in client.get(
            "/tai-khoan/bao-mat/khoa/", headers={"Host": "localhost:8000"}
        ).content.decode()
    )
