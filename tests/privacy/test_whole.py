"""A person is erased as a whole when nothing must be kept: every room answers, then the keys go."""

from __future__ import annotations

import pytest

from motcua.dossiers.actions import intake
from motcua.dossiers.models import Draft
from motcua.foundation import clock, crypto, forgetting, ledger, person_keys
from motcua.foundation.disposal import ANONYMOUS
from motcua.foundation.models import LedgerEntry
from motcua.foundation.person_keys import ERASED
from motcua.notices import actions as notices
from motcua.notices.models import Notice
from motcua.people import actions as people
from motcua.people import own_data, purposes
from motcua.people.access import AccessNote
from motcua.people.errors import AccountClosed
from motcua.people.models import Access, Account, Factor, Person, Session
from motcua.privacy.actions import holding, requests, whole
from motcua.privacy.actions.holding import NewHold
from motcua.privacy.actions.requests import Asked
from motcua.privacy.errors import BeingErased
from motcua.privacy.models import Erasure, PrivacyRequest, RequestEntry, RoomAnswer

from ..dossiers import answers as a
from ..dossiers import people as p
from ..people.conftest import claims
from ..second_factor import give_app
from ..world import NOW, settle
from .test_disposing import in_charge
from .test_erasure import raw

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("world")]
CODE, WHO = "1.004873", "doc-than"


def asked(who: str = WHO) -> PrivacyRequest:
    return requests.ask(p.citizen(who), Asked("delete", [whole.WHOLE], "Tôi không dùng nữa."), NOW)


def granted(request: PrivacyRequest) -> PrivacyRequest:
    request.refresh_from_db()
    officer = p.officer("H37/data-officer")
    return requests.grant(officer, request.number, request.revision, "Đồng ý.", NOW)


def lived() -> Account:
    """Somebody who has signed in, agreed, typed a draft, been told things, been looked at."""
    known = p.person(WHO)
    account = people.sign_in_from_claims(claims(known.id_number, known.full_name), NOW)
    viewer = p.citizen(WHO)
    p.drafted(viewer, CODE, a.marital_status(WHO))
    own_data.agree(known.pk, purposes.PURPOSES[purposes.EMAIL_EXTRA], NOW)
    notices.send("k1", known.pk, "Tiêu đề", "Nội dung", now=NOW)
    give_app(account.pk)
    Session.objects.create(
        session_key="phiên", session_data="", account=account, expire_date=NOW.replace(year=2030)
    )
    handler = p.officer("handler")
    note = AccessNote(handler, (known.pk,), "handler", p.agency_id(), "Xem", fields=("full_name",))
    people.record_access(note, NOW)
    return account


def test_every_room_answers_the_keys_go_and_only_then_the_request_closes():
    account = lived()
    person = Person.objects.get(pk=account.person_id)
    before = {name: raw(Person, name, person.pk) for name in ("id_number", "phone")}
    number, index = person.id_number, bytes(person.id_index)
    request = granted(asked())
    assert request.state == PrivacyRequest.State.IN_HAND, "the rooms have not answered"
    account.refresh_from_db()
    assert not account.is_active
    assert not Session.objects.filter(account=account).exists()
    assert not Factor.objects.filter(account=account).exists()
    with pytest.raises(AccountClosed):
        people.sign_in_from_claims(claims(number, "Lý Thu Trang"), NOW)
    settle()
    request.refresh_from_db()
    assert request.state == PrivacyRequest.State.GRANTED
    answered = RoomAnswer.objects.filter(erasure__request=request)
    assert set(answered.values_list("room", flat=True)) == set(forgetting.rooms())
    assert request.effects["done"]["rooms"]["people"]["identity"] == 1

    person.refresh_from_db()
    assert (person.full_name, person.birth_date, person.sex) == (ANONYMOUS, None, "")
    assert (person.residence, person.phone, person.email) == (None, None, None)
    assert bytes(person.id_index) != index
    for name, sealed in before.items():
        with pytest.raises(person_keys.Erased):
            crypto.decrypt(sealed, f"people_person.{name}")
    account.refresh_from_db()
    assert account.display_name == ANONYMOUS
    assert account.subject.startswith("erased:")
    assert not Draft.objects.filter(person=person).exists()
    assert not Notice.objects.filter(person=person).exists()
    assert request.said == ERASED
    assert Access.objects.filter(subject=person).exists(), "that somebody looked stays"
    names = RequestEntry.objects.filter(request=request, actor_role="")
    assert set(names.values_list("actor_name", flat=True)) == {ANONYMOUS, "Hệ thống"}


def test_the_ledger_tells_all_of_it_without_a_name_and_verifies():
    account = lived()
    granted(asked())
    settle()
    while ledger.seal_once():
        pass
    assert ledger.verify().ok
    kinds = set(LedgerEntry.objects.values_list("kind", flat=True))
    assert {
        "people.account_closed",
        "privacy.erasure_asked",
        "privacy.room_answered",
        "people.person_erased",
        "privacy.erased",
        "privacy.request_decided",
    } <= kinds
    known = p.accounts.citizen(WHO)
    for body in LedgerEntry.objects.values_list("body", flat=True):
        assert known.id_number not in body
        assert known.full_name not in body
    assert account.person_id is not None


def test_the_same_number_later_is_somebody_new():
    account = lived()
    number = p.accounts.citizen(WHO).id_number
    granted(asked())
    settle()
    again = people.sign_in_from_claims(claims(number, "Lý Thu Trang"), NOW)
    assert again.pk != account.pk
    assert again.person_id != account.person_id
    assert again.person is not None
    assert again.person.id_number == number


def test_a_filed_dossier_keeps_the_person_and_the_rest_goes():
    viewer, _ = p.filed(CODE)
    settle()
    request = granted(asked())
    assert (request.state, request.ground) == ("partly", "law_keeps")
    assert "dossiers" in request.effects["kept"]
    assert "Luật Lưu trữ" in request.answer
    assert Account.objects.get(pk=viewer.account_id).is_active
    assert not Erasure.objects.filter(whole=True).exists()


def test_standing_in_somebody_elses_dossier_keeps_the_person():
    _, dossier = p.filed(CODE)
    dossier.representative = p.person("xay-nha")
    dossier.save()
    request = granted(asked("xay-nha"))
    assert set(request.effects["kept"]) == {"dossiers"}


def test_an_officer_is_kept_as_long_as_their_post_must_be_known():
    boss = p.officer("handler")
    row = requests.ask(boss, Asked("delete", [whole.WHOLE]), NOW)
    assert "posts" in granted(row).effects["kept"]


def test_a_legal_hold_and_another_open_request_keep_the_person():
    person = p.person(WHO)
    holding.set_hold(in_charge(), NewHold("QĐ 1", "Điều tra", person_id=person.pk), NOW)
    requests.ask(p.citizen(WHO), Asked("see", said="Ai xem?"), NOW)
    request = granted(asked())
    assert {"identity", "requests"} <= set(request.effects["kept"])
    person.refresh_from_db()
    assert person.full_name != ANONYMOUS


def test_what_was_filed_meanwhile_stops_it_and_the_person_may_come_back():
    account = lived()
    request = granted(asked())
    clerk = p.officer("receptionist")
    intake.file_at_counter(
        clerk, p.version_id(CODE), p.agency_id(), p.person(WHO), a.marital_status(WHO), [], NOW
    )
    settle()
    request.refresh_from_db()
    assert (request.state, request.ground) == ("partly", "law_keeps")
    person = Person.objects.get(pk=account.person_id)
    assert person.full_name == p.accounts.citizen(WHO).full_name
    assert person.id_number == p.accounts.citizen(WHO).id_number, "its key was not destroyed"
    back = people.sign_in_from_claims(claims(person.id_number, person.full_name), NOW)
    assert (back.pk, back.is_active) == (account.pk, True)


def test_a_stopped_round_goes_on_where_it_stopped(monkeypatch):
    lived()
    request = granted(asked())
    erasure = Erasure.objects.get(request=request)
    real, seen = forgetting.forget, []

    def breaks(room, *rest):
        if room == "notices":
            raise OSError("the machine stops")
        seen.append(room)
        return real(room, *rest)

    monkeypatch.setattr(forgetting, "forget", breaks)
    with pytest.raises(OSError, match="stops"):
        whole.carry_out(erasure.pk, NOW)
    request.refresh_from_db()
    assert request.state == PrivacyRequest.State.IN_HAND
    monkeypatch.setattr(forgetting, "forget", real)
    whole.carry_out(erasure.pk, NOW)
    whole.carry_out(erasure.pk, NOW)
    request.refresh_from_db()
    assert request.state == PrivacyRequest.State.GRANTED
    assert RoomAnswer.objects.filter(erasure=erasure).count() == len(forgetting.rooms())
    told = LedgerEntry.objects.filter(kind="privacy.room_answered")
    assert told.count() == len(forgetting.rooms()), "no room answered twice"


def test_nothing_else_is_done_with_a_request_while_rooms_answer():
    request = granted(asked())
    officer = p.officer("H37/data-officer")
    for act in (
        lambda: requests.grant(officer, request.number, request.revision, "", NOW),
        lambda: requests.extend(officer, request.number, request.revision, 3, "Lý do", NOW),
        lambda: requests.withdraw(p.citizen(WHO), request.number, NOW),
    ):
        with pytest.raises(BeingErased):
            act()


def test_whoever_keeps_something_by_law_says_whether_it_stands_in_the_way():
    """A kind that goes with the person must not be one that names them by itself."""
    with_person = {held.key for held in forgetting.everything() if held.with_person}
    assert {"identity", "accounts", "looks"} <= with_person
    assert with_person.isdisjoint({"dossiers", "charges", "registers", "posts", "looked", "papers"})
    assert clock.now() == NOW
