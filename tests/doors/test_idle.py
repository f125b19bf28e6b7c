"""A session in which nothing is done ends by itself, an officer's sooner; what was typed is kept
for who typed it."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.http import HttpResponse
from django.test import Client
from django.urls import include, path
from django.views.decorators.http import require_POST

from motcua.doors import kept_acts, step_up
from motcua.doors.access import any_account
from motcua.foundation import clock
from motcua.people import actions, sessions
from motcua.people.models import Session
from tests.people.conftest import NOW, agency, claims
from tests.second_factor import code, give_app

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]
done: list[dict[str, list[str]]] = []
PAGE = "/tai-khoan/"
CITIZEN = timedelta(minutes=settings.ENV.citizen_idle_minutes)
OFFICER = timedelta(minutes=settings.ENV.officer_idle_minutes)


@any_account
@require_POST
def plain(request):
    done.append(dict(request.POST.lists()))
    return HttpResponse("done")


@any_account
@require_POST
@step_up.fresh_second_factor
def weighty(request):
    done.append(dict(request.POST.lists()))
    return HttpResponse("done")


urlpatterns = [
    path("viec/", plain),
    path("viec-nang/", weighty),
    path("", include("motcua.runtime.urls")),
]


@pytest.fixture
def moment():
    """A clock that the test may move: `moment.now`."""
    done.clear()
    holder = SimpleNamespace(now=NOW)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clock, "now", lambda: holder.now)
        yield holder


@pytest.fixture
def citizen(moment):
    return actions.sign_in_from_claims(claims(), moment.now)


@pytest.fixture
def officer(citizen):
    actions.appoint(
        citizen,
        agency("H37.105", "commune"),
        "handler",
        title="",
        since=clock.today(),
        source="QĐ thử",
    )
    return citizen


def window(account, client: Client | None = None) -> Client:
    """Signed in now; in a browser that was here before, as its next visit."""
    client = client or Client()
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    session = client.session
    session["eid"] = {"assurance": 1, "id_token": "", "at": clock.now().isoformat()}
    session.save()
    return client


def is_in(client: Client) -> bool:
    return client.get(PAGE).status_code == 200


def test_a_session_in_which_nothing_is_done_ends_by_itself(citizen, moment):
    client = window(citizen)
    moment.now = NOW + CITIZEN - timedelta(seconds=1)
    assert is_in(client)
    moment.now += CITIZEN
    assert not is_in(client)


def test_an_officers_ends_sooner_than_a_citizens(officer, moment):
    assert OFFICER < CITIZEN
    client = window(officer)
    assert is_in(client)
    moment.now = NOW + OFFICER
    assert not is_in(client)


def test_whatever_is_done_a_session_ends_hours_after_signing_in(citizen, moment):
    client = window(citizen)
    longest = timedelta(hours=settings.ENV.session_hours)
    while moment.now + timedelta(minutes=10) < NOW + longest:
        moment.now += timedelta(minutes=10)
        assert is_in(client)
        client.get("/tai-khoan/bao-mat/ung-dung/")  # this page writes into the session
    moment.now = NOW + longest
    assert not is_in(client)


def test_the_end_is_noted_once_a_minute_at_most(citizen, moment):
    client = window(citizen)
    row = Session.objects.get(account=citizen)
    moment.now = NOW + timedelta(seconds=59)
    client.get(PAGE)
    assert Session.objects.get(pk=row.pk).expire_date == row.expire_date
    moment.now = NOW + timedelta(seconds=61)
    client.get(PAGE)
    assert Session.objects.get(pk=row.pk).expire_date == moment.now + CITIZEN


def test_the_page_says_when_to_warn_and_one_press_moves_the_end_on(officer, moment):
    client = window(officer)
    client.get(PAGE)
    page = client.get(PAGE).content.decode()
    assert f'data-session="{int(OFFICER.total_seconds())}"' in page
    assert 'data-warn="120"' in page
    moment.now = NOW + OFFICER - timedelta(minutes=1)
    assert client.post("/tai-khoan/phien/con-day/").json() == {
        "seconds": int(OFFICER.total_seconds())
    }
    moment.now += timedelta(minutes=2)
    assert is_in(client)
    assert "data-session" not in Client().get("/").content.decode()


def test_what_was_typed_waits_for_who_typed_it_and_is_then_sent_as_it_was(citizen, moment):
    client = window(citizen)
    moment.now = NOW + CITIZEN
    answer = client.post("/viec/?x=1", {"note": "chữ có dấu & ký tự <lạ>"})
    assert answer["Location"] == "/dang-nhap/?next=/tai-khoan/lam-tiep/"
    assert not done
    page = client.get(answer["Location"]).content.decode()
    assert "vì lâu không có thao tác nào" in page
    assert "được giữ lại" in page
    window(citizen, client)
    assert "vẫn còn và chưa được gửi đi" in client.get("/tai-khoan/lam-tiep/").content.decode()
    assert not done, "opening a page does nothing yet"
    assert client.post("/tai-khoan/lam-tiep/").content == b"done"
    assert done == [{"note": ["chữ có dấu & ký tự <lạ>"]}]
    assert client.post("/tai-khoan/lam-tiep/")["Location"] == "/"
    assert len(done) == 1


def test_it_is_kept_though_another_page_was_opened_first(citizen, moment):
    client = window(citizen)
    moment.now = NOW + CITIZEN
    client.get("/")  # another window of the same browser
    client.post("/viec/", {"note": "x"})
    window(citizen, client)
    client.post("/tai-khoan/lam-tiep/")
    assert done == [{"note": ["x"]}]


def test_somebody_else_who_signs_in_there_neither_sees_nor_sends_it(citizen, moment):
    client = window(citizen)
    moment.now = NOW + CITIZEN
    client.post("/viec/", {"note": "của người trước"})
    other = actions.sign_in_from_claims(
        {**claims(), "sub": "somebody-else", "id_number": "020194900888"}, moment.now
    )
    window(other, client)
    assert client.get("/tai-khoan/lam-tiep/")["Location"] == "/"
    assert client.post("/tai-khoan/lam-tiep/")["Location"] == "/"
    assert not done


def test_nothing_is_kept_of_a_session_that_somebody_ended(citizen, moment):
    client = window(citizen)
    sessions.end_all(citizen.pk, "operator")
    answer = client.post("/viec/", {"note": "x"})
    assert answer["Location"] == "/dang-nhap/?next=/viec/"
    assert kept_acts.ENDED not in client.session


def test_what_was_meant_for_another_is_not_sent_in_ones_own_name(citizen, moment):
    client = window(citizen)
    session = client.session
    session["acting"] = 4711
    session.save()
    moment.now = NOW + CITIZEN
    assert client.post("/viec/", {"note": "x"})["Location"] == "/dang-nhap/?next=/viec/"


def test_nothing_is_kept_of_a_stranger(moment):
    client = Client()
    assert client.post("/viec/", {"note": "x"})["Location"] == "/dang-nhap/?next=/viec/"


def test_what_weighs_most_still_asks_for_the_second_factor(citizen, moment):
    give_app(citizen.pk)
    client = window(citizen)
    moment.now = NOW + CITIZEN
    client.post("/viec-nang/", {"note": "x"})
    window(citizen, client)
    answer = client.post("/tai-khoan/lam-tiep/")
    assert answer["Location"] == "/tai-khoan/xac-nhan/"
    assert not done
    assert client.post("/tai-khoan/xac-nhan/", {"ma": code()}).content == b"done"
    assert done == [{"note": ["x"]}]


def test_what_is_left_of_ended_sessions_goes_after_a_day(citizen, moment):
    window(citizen)
    moment.now = NOW + CITIZEN + timedelta(hours=23)
    assert sessions.forget_ended(moment.now) == 0
    moment.now += timedelta(hours=1)
    assert sessions.forget_ended(moment.now) == 1
    assert not Session.objects.exists()
