"""A request about one's data, from asking to the effect that really happens."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from motcua.documents.models import File
from motcua.doors import sighting
from motcua.dossiers import places
from motcua.dossiers.actions import correcting, drafting
from motcua.dossiers.models import Dossier, Draft, EarlierAnswers
from motcua.dossiers.queries import citizen as mine
from motcua.dossiers.queries import corrections
from motcua.forms import engine as forms
from motcua.foundation import clock, holdings, person_keys, sight
from motcua.foundation.models import LedgerEntry
from motcua.notices.models import Delivery, Notice
from motcua.people import own_data, purposes
from motcua.people.models import Person
from motcua.privacy import effects, queries
from motcua.privacy.actions import requests
from motcua.privacy.actions.requests import Asked
from motcua.privacy.errors import (
    CannotCorrect,
    Incomplete,
    NobodyAnswers,
    NoSuchRequest,
    NotNow,
    RequestChanged,
)
from motcua.privacy.models import PrivacyRequest, RequestEntry
from motcua.privacy.rights import RIGHTS, RightKey

from ..dossiers import answers as a
from ..dossiers import people as p
from ..world import settle
from .test_erasure import raw

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("world")]
CODE = "1.004873"
OFFICER = "H37/data-officer"


@pytest.fixture
def citizen(world):
    return p.citizen("doc-than")


@pytest.fixture
def officer(world):
    return p.officer(OFFICER)


def ask(viewer, right, about=(), said="", **wanted):
    return requests.ask(viewer, Asked(right, about, said, wanted), clock.now())


def grant(officer, request, answer="Đã thực hiện."):
    request.refresh_from_db()
    return requests.grant(officer, request.number, request.revision, answer, clock.now())


def test_a_request_is_numbered_and_its_clock_runs_at_once(citizen):
    request = ask(citizen, "restrict")
    assert request.number == "DL-H37-261123-0001"
    (line,) = queries.mine(citizen, clock.now())
    assert line.standing is not None
    assert line.standing.first_answer
    assert line.terms.answer_by < line.terms.done_by
    assert Notice.objects.filter(person_id=citizen.person_id, title__contains=request.number)
    assert ask(citizen, "restrict") == request, "a second click is no second request"


@pytest.mark.parametrize(
    ("right", "about", "said", "wanted"),
    [
        ("fly", (), "x", {}),
        ("delete", (), "x", {}),
        ("delete", ("nothing-we-know",), "x", {}),
        ("object", ("survey",), "", {}),
        ("withdraw", ("email",), "", {}),
        ("correct", (), " ", {}),
        ("correct", (), "", {"email": "không phải thư"}),
        ("correct", (), "", {"phone": "12"}),
        ("see", (), "", {}),
    ],
)
def test_what_lacks_something_is_refused_in_words(citizen, right, about, said, wanted):
    with pytest.raises(Incomplete) as refused:
        ask(citizen, right, about, said, **wanted)
    assert refused.value.message.endswith(".")
    assert not PrivacyRequest.objects.exists()


def test_with_nobody_to_answer_the_person_is_told_so(citizen, officer):
    from motcua.people.actions import end_appointment
    from motcua.people.models import Appointment

    post = Appointment.objects.get(account_id=officer.account_id)
    end_appointment(post.pk, clock.today())
    with pytest.raises(NobodyAnswers):
        ask(citizen, "restrict")


def test_restricting_stops_every_use_the_law_does_not_require(citizen, officer):
    own_data.agree(citizen.person_id, purposes.PURPOSES[purposes.SURVEY], clock.now())
    done = grant(officer, ask(citizen, "restrict"))
    assert done.state == "granted"
    assert set(done.effects["done"]) == set(purposes.PURPOSES)
    assert not any(own_data.may_use(citizen.person_id, key) for key in purposes.PURPOSES)
    stop = next(one.stop for one in own_data.uses(citizen.person_id))
    assert stop.request_number == done.number


def test_objecting_stops_the_one_use_and_no_other(citizen, officer):
    grant(officer, ask(citizen, "object", [purposes.PREFILL]))
    assert not own_data.may_use(citizen.person_id, purposes.PREFILL)
    assert own_data.may_use(citizen.person_id, purposes.EMAIL)


def test_withdrawing_by_request_ends_the_consent(citizen, officer):
    own_data.agree(citizen.person_id, purposes.PURPOSES[purposes.SURVEY], clock.now())
    grant(officer, ask(citizen, "withdraw", [purposes.SURVEY]))
    assert not own_data.may_use(citizen.person_id, purposes.SURVEY)


def test_correcting_changes_the_contact_data(citizen, officer):
    done = grant(officer, ask(citizen, "correct", phone="0500999888", email="moi@example.com"))
    person = Person.objects.get(pk=citizen.person_id)
    assert (person.phone, person.email) == ("0500999888", "moi@example.com")
    assert done.effects["done"] == {"phone": 1, "email": 1}


def test_erasing_removes_what_no_law_keeps_and_names_the_rule_for_the_rest(citizen, officer):
    draft = p.drafted(citizen, CODE, a.marital_status())
    paper = drafting.attach(citizen, draft.pk, "giay_cu", "giay.pdf", a.pdf(), clock.now())
    _, dossier = p.filed(CODE)
    settle()
    asked = ["contact", "drafts", "notices", "dossiers", "registers"]
    done = grant(officer, ask(citizen, "delete", asked), "")
    assert done.state == "partly"
    assert set(done.effects["done"]) == {"contact", "drafts", "notices"}
    assert set(done.effects["kept"]) == {"dossiers", "registers"}
    assert "Luật Lưu trữ 2024" in done.answer
    person = Person.objects.get(pk=citizen.person_id)
    assert (person.phone, person.email) == (None, None)
    assert not Draft.objects.filter(pk=draft.pk).exists()
    assert not File.objects.filter(pk=paper.file_id).exists()
    assert Draft.objects.filter(submitted_as=dossier).exists(), "what was filed stays"
    left = Notice.objects.filter(person_id=citizen.person_id)
    assert left.count() == 1, "only the answer itself"
    assert not Delivery.objects.filter(notice__person_id=citizen.person_id).exists()
    assert Dossier.objects.filter(pk=dossier.pk).exists()


def test_the_effect_reaches_what_the_wall_hides_from_the_officer(citizen, officer):
    p.drafted(citizen, CODE, a.marital_status())
    with sight.seeing(sighting.sight_of(citizen)):
        request = ask(citizen, "delete", ["drafts", "notices"])
    with sight.seeing(sighting.sight_of(officer)):
        assert not Draft.objects.filter(person_id=citizen.person_id).exists(), "hidden from them"
        done = grant(officer, request, "")
    assert done.effects["done"]["drafts"] == 1
    assert not Draft.objects.filter(person_id=citizen.person_id).exists()
    assert Notice.objects.filter(person_id=citizen.person_id).count() == 1


def test_what_the_law_keeps_altogether_ends_as_refused_with_its_rule(citizen, officer):
    done = grant(officer, ask(citizen, "delete", ["dossiers"]), "")
    assert (done.state, done.ground) == ("refused", "law_keeps")


def test_every_kind_that_no_law_keeps_can_be_erased() -> None:
    free = {held.key for held in holdings.everything() if queries.duty(held.key) is None}
    assert free == set(effects.ERASERS)
    assert set(effects._EFFECTS) == set(RightKey) == set(RIGHTS)


def test_the_officer_takes_up_extends_once_and_answers(citizen, officer):
    request = ask(citizen, "delete", ["drafts"])
    before = queries.terms_of(request)
    now = clock.now()
    taken = requests.take_up(officer, request.number, request.revision, now, others_involved=True)
    longer = queries.terms_of(taken)
    assert longer.done_by > before.done_by
    with pytest.raises(Incomplete):
        requests.extend(officer, request.number, taken.revision, 16, "lâu", now)
    with pytest.raises(Incomplete):
        requests.extend(officer, request.number, taken.revision, 5, "  ", now)
    extended = requests.extend(officer, request.number, taken.revision, 15, "Nhiều kho", now)
    assert queries.terms_of(extended).done_by - longer.done_by >= timedelta(days=13)
    with pytest.raises(NotNow):
        requests.extend(officer, request.number, extended.revision, 1, "nữa", now)
    story = [one.kind for one in RequestEntry.objects.filter(request=request).order_by("pk")]
    assert story == ["received", "taken_up", "extended"]


def test_a_refusal_needs_a_ground_and_words(citizen, officer):
    request = ask(citizen, "correct", said="Sửa họ tên của tôi")
    for ground, answer in (("", "x"), ("because", "x"), ("from_register", " ")):
        with pytest.raises(Incomplete):
            requests.refuse(officer, request.number, 1, ground, answer, clock.now())
    done = requests.refuse(
        officer, request.number, 1, "from_register", "Họ tên sửa tại công an.", clock.now()
    )
    assert done.state == "refused"
    notice = Notice.objects.filter(person_id=citizen.person_id).latest("pk")
    assert "cơ sở dữ liệu quốc gia" in notice.body
    for act in (lambda: grant(officer, request), lambda: requests.withdraw(
        citizen, request.number, clock.now())):  # fmt: skip
        with pytest.raises(NotNow):
            act()


def test_a_request_is_taken_back_by_its_person_alone(citizen, officer):
    request = ask(citizen, "restrict")
    with pytest.raises(NoSuchRequest):
        requests.withdraw(p.citizen("me"), request.number, clock.now())
    assert requests.withdraw(citizen, request.number, clock.now()).state == "withdrawn"
    assert own_data.may_use(citizen.person_id, purposes.EMAIL)


def test_only_the_officer_in_charge_sees_it_and_never_their_own(citizen, officer):
    request = ask(citizen, "restrict")
    assert [one.row for one in queries.queue(officer, clock.now())] == [request]
    for other in (p.officer("head"), p.officer("H37/administrator"), citizen, p.citizen("me")):
        assert queries.queue(other, clock.now()) == []
        with pytest.raises(NoSuchRequest):
            requests.grant(other, request.number, 1, "x", clock.now())
    own = ask(officer, "restrict")
    with pytest.raises(NoSuchRequest):
        requests.grant(officer, own.number, own.revision, "x", clock.now())


def test_who_saw_an_older_page_acts_on_nothing(citizen, officer):
    request = ask(citizen, "restrict")
    requests.take_up(officer, request.number, 1, clock.now())
    with pytest.raises(RequestChanged):
        requests.grant(officer, request.number, 1, "", clock.now())


def test_the_ledger_has_every_turn_and_none_of_the_words(citizen, officer):
    request = ask(citizen, "correct", said="Số mới của bà Lý", phone="0500999888")
    grant(officer, request, "Đã sửa cho bà Lý.")
    rows = LedgerEntry.objects.filter(subject=request.number).order_by("pk")
    assert [row.kind for row in rows] == ["privacy.request_received", "privacy.request_decided"]
    bodies = "".join(LedgerEntry.objects.values_list("body", flat=True))
    assert "0500999888" not in bodies
    assert "Lý" not in bodies


def test_queue_is_ordered_by_what_is_due(citizen, officer):
    later = ask(citizen, "see", said="Cơ quan giữ gì?")
    requests.take_up(officer, later.number, 1, clock.now())
    first = ask(citizen, "restrict")
    assert [one.row.pk for one in queries.queue(officer, clock.now())] == [first.pk, later.pk]
    grant(officer, first)
    assert [one.row.pk for one in queries.queue(officer, clock.now(), closed=True)] == [first.pk]


def correction(viewer, dossier, key, value):
    return ask(viewer, "correct", answer=f"{dossier.number}/{key}", value=value)


def test_a_wrong_answer_is_put_right_and_what_stood_there_is_kept_sealed(officer):
    viewer, dossier = p.filed("1.001612")
    before = dossier.answers
    offered = {(one.number, one.key) for one in correcting.correctable(viewer.person_id)}
    assert (dossier.number, "business_name") in offered
    revision = dossier.revision
    done = grant(officer, correction(viewer, dossier, "business_name", "Phở Chua Đúng"), "")
    assert (done.state, done.effects["done"]) == ("granted", {"answers": 1})
    dossier.refresh_from_db()
    assert json.loads(dossier.answers)["business_name"] == "Phở Chua Đúng"
    assert dossier.revision == revision + 1, "an officer with an older page is told"
    (kept,) = EarlierAnswers.objects.filter(dossier=dossier)
    assert (json.loads(kept.answers), kept.why) == (json.loads(before), done.number)
    sealed = raw(EarlierAnswers, "answers", kept.pk)
    assert sealed[0] == person_keys.MARK, "under the person's own key"
    page = mine.dossier(viewer, dossier.number, clock.now())
    assert page.version.form_id is not None
    now_stands = forms.compiled(page.version.form_id).readable(page.answers, places.name_of)
    told = [(one.before, one.why) for one in corrections.of(page, now_stands)]
    assert told == [(json.loads(before)["business_name"], done.number)]
    line = dossier.timeline.get(kind="corrected")
    assert done.number in line.text
    assert "Phở" not in line.text
    entry = LedgerEntry.objects.get(kind="dossier.corrected")
    assert "Phở" not in entry.body


def test_an_answer_that_does_not_fit_the_form_is_refused_to_the_officer(officer):
    viewer, dossier = p.filed("1.001612")
    request = correction(viewer, dossier, "business_name", "x" * 900)
    with pytest.raises(CannotCorrect):
        grant(officer, request)
    request.refresh_from_db()
    assert request.state == "received"
    assert not EarlierAnswers.objects.exists()


def test_what_a_result_rests_on_is_not_corrected_by_request(officer):
    viewer, dossier = p.filed("1.001612")
    request = correction(viewer, dossier, "business_name", "Phở Chua Đúng")
    dossier.facts["approved_at"] = clock.now().isoformat()
    dossier.save()
    with pytest.raises(CannotCorrect):
        grant(officer, request)
    assert correcting.correctable(viewer.person_id) == []


def test_somebody_elses_answer_and_one_that_is_no_text_cannot_be_asked_for(citizen):
    viewer, dossier = p.filed("1.001612")
    for who, key in ((citizen, "business_name"), (viewer, "capital"), (viewer, "no_such")):
        with pytest.raises(Incomplete):
            correction(who, dossier, key, "Khác")
    with pytest.raises(Incomplete):
        ask(viewer, "correct", answer=f"{dossier.number}/business_name")
