"""The National Portal: what it sends comes in once, and it hears of every turn, in order."""

from __future__ import annotations

import hmac
import json
import time
from datetime import timedelta
from hashlib import sha256

import httpx
import pytest
from django.conf import settings
from django.core.wsgi import get_wsgi_application

from motcua.dossiers import jobs
from motcua.dossiers.actions import applicant, intake
from motcua.dossiers.models import Dossier, TimelineEntry
from motcua.foundation import clock, events
from motcua.foundation.models import OutboxEvent
from motcua.people import queries as people
from motcua.sharing.jobs import deliver
from sandbox.common.server import Place
from sandbox.national.app import make_app

from ..dossiers import answers as a
from ..dossiers import people as p
from ..serving import serve
from ..world import NOW, at_once, settle
from .conftest import Program

pytestmark = pytest.mark.usefixtures("world")
rolled_back = pytest.mark.django_db
PATH = "/api/national/dossiers"
WHO = p.accounts.citizen("doc-than")


def message(**changes) -> dict:
    return {
        "MaHoSo": "000.00.00.G22-261123-0001",
        "MaTTHC": "1.004873",
        "DonViXuLy": p.AGENCY,
        "ChuHoSo": WHO.full_name,
        "SoDinhDanh": WHO.id_number,
        "NgaySinh": "2001-09-09",
        "SoDienThoai": "0912345678",
        "DuLieu": a.marital_status(),
        **changes,
    }


def send(body, signature: str | None = None):
    raw = body if isinstance(body, str) else json.dumps(body)
    secret = settings.ENV.national_secret.encode()
    good = hmac.new(secret, raw.encode(), sha256).hexdigest()
    return Program().post(PATH, raw, **{"X-Signature": good if signature is None else signature})


# Coming in


@rolled_back
def test_a_dossier_the_portal_sends_is_filed_for_whom_it_names():
    answer = send(message())
    assert (answer.status_code, answer.json()["TrangThaiHoSo"]) == (200, 1)
    dossier = Dossier.objects.get()
    assert answer.json()["SoHoSo"] == dossier.number == "H37.105-261123-0001"
    assert (dossier.origin, dossier.origin_number) == ("national", message()["MaHoSo"])
    assert dossier.applicant == people.person_by_id_number(WHO.id_number)


@rolled_back
def test_the_same_dossier_again_changes_nothing_and_tells_how_it_stands_now():
    first = send(message()).json()
    p.accepted(Dossier.objects.get())
    again = send(message(DuLieu={})).json()
    assert again == {"SoHoSo": first["SoHoSo"], "TrangThaiHoSo": 2}
    assert Dossier.objects.count() == 1


def test_the_same_dossier_twice_at_once_comes_in_once(committed):
    found = at_once(*[lambda: send(message())] * 3)
    assert {answer.status_code for answer in found} == {200}
    assert len({answer.json()["SoHoSo"] for answer in found}) == 1
    assert Dossier.objects.count() == 1


@rolled_back
@pytest.mark.parametrize("signature", ["", "00" * 32, "sai", "ầ"])
def test_a_message_that_is_not_signed_by_the_portal_is_refused_unread(signature):
    for body in (message(), "{", {}):
        assert send(body, signature).status_code == 401
    assert not Dossier.objects.exists()


@rolled_back
@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"MaTTHC": "9.9"}, 404),
        ({"DonViXuLy": "H99"}, 404),
        ({"DonViXuLy": "H37.105.02"}, 422),
        ({"SoDinhDanh": "12"}, 422),
        ({"ChuHoSo": ""}, 422),
        ({"NgaySinh": "9/9/2001"}, 422),
        ({"DuLieu": {}}, 422),
        ({"DuLieu": "x"}, 422),
        ({"MaHoSo": ""}, 422),
        ({"La": 1}, 422),
    ],
)
def test_a_message_that_cannot_be_taken_in_says_why_and_may_be_sent_again(change, status):
    assert send(message(**change)).status_code == status
    assert not Dossier.objects.exists()
    assert send(message()).status_code == 200


# Going out


def told(neighbours, dossier) -> list[str]:
    """The states the portal has heard of, in the order of their arrival."""
    answer = httpx.get(f"{neighbours.national}/api/dossiers/{dossier.number}")
    return answer.json()["TrangThai"] if answer.status_code == 200 else []


@pytest.fixture(autouse=True)
def _the_portal_knows_nothing(neighbours):
    neighbours.renew()


@rolled_back
def test_the_portal_hears_of_every_turn_in_order(neighbours):
    viewer, dossier = p.filed("1.004873")
    p.accepted(dossier)
    intake.ask_supplement(
        p.officer("handler"), dossier.pk, p.seen(dossier), [{"text": "Giấy cũ"}], "", NOW
    )
    applicant.answer_supplement(viewer, dossier.number, "Đã có.", [], {}, NOW)
    p.finish(dossier, "appraise", "propose")
    settle()
    applicant.confirm_draft(viewer, dossier.number, True, "", NOW)
    p.signed(dossier)
    settle()
    while deliver():
        pass
    states = told(neighbours, dossier)
    assert (
        states == ["1", "2", "5", "4", "4", "4", "4", "9", "10", "4"]
        or states[-2:] == ["10", "4"]
        or (states[:4] == ["1", "2", "5", "4"] and states.index("9") < states.index("10"))
    )
    shown = httpx.get(f"{neighbours.national}/api/dossiers/{dossier.number}").json()
    assert shown["HoSo"]["TrangThaiHoSo"] == "10"


@rolled_back
def test_the_portal_hears_of_a_withdrawal_and_the_stop_that_follows(neighbours):
    viewer, dossier = p.filed("1.004873")
    applicant.withdraw(viewer, dossier.number, "Tôi đổi ý.", NOW)
    settle()
    while deliver():
        pass
    assert told(neighbours, dossier) == ["1", "7", "8"]


@rolled_back
def test_the_portal_hears_of_a_refusal(neighbours):
    _, dossier = p.filed("1.004873")
    intake.refuse(p.officer("receptionist"), dossier.pk, p.seen(dossier), "Sai nơi.", "", NOW)
    settle()
    while deliver():
        pass
    assert told(neighbours, dossier) == ["1", "3"]


@rolled_back
def test_a_turn_whose_news_was_held_up_still_arrives_before_the_next(neighbours):
    """Two relays, or one handler that failed: the later event may be handled first."""
    _, dossier = p.filed("1.004873")
    p.accepted(dossier)
    first = OutboxEvent.objects.get(name="dossiers.DossierSubmitted")
    held = first.payload, first.created_at
    first.delete()
    events.relay_all()
    OutboxEvent.objects.create(
        name="dossiers.DossierSubmitted", payload=held[0], created_at=held[1]
    )
    settle()
    while deliver():
        pass
    assert told(neighbours, dossier) == ["1", "2"]


@rolled_back
def test_what_the_portal_missed_while_it_was_down_arrives_later_once(neighbours):
    _, dossier = p.filed("1.004873")
    settle()
    httpx.post(f"{neighbours.national}/api/knobs", json={"down": 1}).raise_for_status()
    assert deliver() == 0
    p.accepted(dossier)
    settle()
    with clock.frozen(NOW + timedelta(hours=1)):
        while deliver():
            pass
        assert deliver() == 0
    assert told(neighbours, dossier) == ["1", "2"]


def test_a_citizen_of_the_portal_is_served_here_over_http_whatever_gets_lost(
    committed, tmp_path, neighbours
):
    """The portal's own server sends; its first answer is lost; it sends again; one dossier."""
    losing = [True]
    door = get_wsgi_application()

    def careless(environ, start):
        body = b"".join(door(environ, start if not losing else lambda *_: None))
        if losing:
            losing.clear()
            start("502 Bad Gateway", [("Content-Type", "text/plain")])
            return [b"lost"]
        return [body]

    with (
        serve(lambda _: careless) as province,
        serve(lambda url: make_app(Place(url, 0, tmp_path), province + PATH)) as portal,
    ):
        filed = message(DuLieu=a.marital_status())
        number = httpx.post(f"{portal}/api/send", json=filed).json()["MaHoSo"]
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            sent = httpx.get(f"{portal}/api/sent/{number}").json()
            if sent["state"] == "done":
                break
            time.sleep(0.05)
    assert (sent["state"], sent["tries"]) == ("done", 2)
    assert sent["answer"] == Dossier.objects.get().number
    assert TimelineEntry.objects.count() == 1


@rolled_back
def test_the_jobs_of_the_exchange_are_known_to_the_worker():
    from motcua.foundation import background

    background.discover()
    names = {periodic.name for periodic in background.periodics()}
    assert {"sharing.jobs.deliver", "dossiers.jobs.fire_due_timers"} <= names
    assert jobs.stop_unanswered.__module__ == "motcua.dossiers.jobs"
