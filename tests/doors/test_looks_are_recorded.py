"""Every read of a person's data by somebody else leaves a record, whatever page of the desk it
happens on."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client
from django.urls import URLPattern, reverse

from motcua.documents import actions as documents
from motcua.doors.desk.urls import urlpatterns
from motcua.dossiers.actions import applicant
from motcua.dossiers.models import Attachment
from motcua.people.actions import mandates
from motcua.people.models import Access, Account
from motcua.privacy.actions import requests
from motcua.privacy.actions.requests import Asked

from ..dossiers import answers as a
from ..dossiers import people as p
from ..second_factor import fresh
from ..world import NOW, settle

pytestmark = [pytest.mark.usefixtures("world"), pytest.mark.django_db]


def signed_in(viewer) -> Client:
    client = Client()
    client.force_login(Account.objects.get(pk=viewer.account_id))
    session = client.session
    session["eid"] = {"assurance": 2}
    session.save()
    return client


ELSEWHERE_TESTED = {
    "accept", "ask-supplement", "refuse", "compare", "take-cash", "complete", "take", "assign",
    "prepare", "sign", "hand-over", "extend", "control-slip", "end-sessions", "clear-factors",
    "data-request-act", "record-guardian", "end-guardian",
}  # fmt: skip
"""Acts: they answer with the dossier's page, which is one of the looks below."""
NOTHING_PERSONAL = {
    "inbox", "counter", "elsewhere", "transfers", "transfer-hand-over", "hand-over-list",
    "borderless", "borderless-end", "register", "lateness", "bulk", "sign-many",
    "odd-looks", "odd-look", "staff", "proposals",
    "bodies", "officers", "appoint", "end-post", "leave-agency", "delegate", "end-delegation",
    "mark-leave", "end-leave", "decrees", "decree", "decree-approve", "decree-undo", "catalogue",
    "catalogue-end", "catalogue-entry", "catalogue-export", "catalogue-import",
    "catalogue-procedure", "catalogue-step", "draft", "draft-drop", "draft-new", "draft-publish",
    "draft-send", "draft-start", "draft-process", "draft-form", "draft-form-preview",
    "draft-form-export", "draft-form-new", "draft-form-field",
    "phrases", "phrase-remove", "phrase-restore", "data-requests",
    "processes", "process-start", "process-draft", "process-file", "process-replace",
    "process-publish", "process-drop", "process-end-own", "process-version",
    "breaches", "breach", "breach-act", "breach-notice", "kept", "lift-hold", "handed-over",
    "spared",
}  # fmt: skip
"""Lists with masked names, the pages about looks themselves, officers in their posts, the law, and
how many people a breach touched."""
BY_OTHERS = {"data-request", "guardians", "reopening"}
"""Opened by the officer in charge of personal data, by who appoints and by who carries a decision
out: tested below."""


@pytest.fixture
def scene():
    owner, dossier = p.filed("1.004873")
    clerk = p.officer("receptionist")
    paper = documents.store_upload("giay-to.pdf", a.pdf(), owner.person_id, NOW)
    Attachment.objects.create(dossier=dossier, component_key="khac", file=paper, added_at=NOW)
    settle()
    client = signed_in(clerk)
    fresh(client)
    return {"owner": owner, "dossier": dossier, "clerk": clerk, "client": client, "paper": paper}


def visit(scene, name: str) -> bytes:
    """Open the route as the receptionist, in the way that shows somebody's data."""
    client, dossier = scene["client"], scene["dossier"]
    if name == "find":
        return client.get(reverse("desk:find"), {"q": dossier.applicant.id_number})
    if name == "dossier":
        return client.get(reverse("desk:dossier", args=[dossier.number]))
    if name == "file":
        return client.get(reverse("desk:file", args=[dossier.number, scene["paper"].pk]))
    if name == "register-file":
        answer = client.get(reverse("desk:register-file"), {"dang": "csv"})
        if answer.status_code == 200:
            assert dossier.applicant_name in answer.content.decode()
        return answer
    if name == "reveal":
        asked = {"path": ["applicant_id"], "purpose": "contact"}
        return client.post(reverse("desk:reveal", args=[dossier.number]), asked)
    if name == "counter-file":
        typed = {"find": "1", "person_id_number": dossier.applicant.id_number}
        return client.post(reverse("desk:counter-file", args=["1.004873"]), typed)
    raise AssertionError(f"say how the route {name} shows personal data, or that it shows none")


def showing() -> list[str]:
    names = {one.name for one in urlpatterns if isinstance(one, URLPattern)}
    return sorted(names - ELSEWHERE_TESTED - NOTHING_PERSONAL - BY_OTHERS)


@pytest.mark.parametrize("name", showing())
def test_each_page_of_the_desk_that_shows_a_person_leaves_a_record(scene, name):
    answer = visit(scene, name)
    assert answer.status_code in (200, 302), answer.content
    (look,) = Access.objects.filter(subject_id=scene["dossier"].applicant_id)
    assert (look.viewer_id, look.agency_id) == (scene["clerk"].account_id, look.agency_id)
    assert look.agency_name
    assert look.fields
    assert look.purpose


@pytest.mark.parametrize("name", showing())
def test_without_the_record_the_page_shows_nothing(scene, name, monkeypatch):
    """The control switched off: what cannot be recorded is not shown."""

    def refuse(*_: object, **__: object) -> None:
        raise RuntimeError("no record")

    from motcua.people import actions

    monkeypatch.setattr(actions, "record_access", refuse)  # every door asks the module for it
    scene["client"].raise_request_exception = False
    answer = visit(scene, name)
    assert answer.status_code == 500
    assert scene["dossier"].applicant.id_number.encode() not in answer.content


def test_the_desks_page_masks_what_is_personal(scene):
    shown = visit(scene, "dossier").content.decode()
    assert scene["dossier"].applicant.id_number not in shown
    assert "••••" in shown


def test_a_reveal_shows_the_value_once_and_asks_for_a_second_factor(scene):
    number = scene["dossier"].applicant.id_number
    assert number in visit(scene, "reveal").content.decode()
    assert number not in visit(scene, "dossier").content.decode()
    without = signed_in(scene["clerk"])
    answer = without.get(reverse("desk:reveal", args=[scene["dossier"].number]))
    assert answer.status_code == 302


def test_the_citizen_reads_who_looked_in_words(scene):
    for name in ("dossier", "file", "reveal"):
        visit(scene, name)
    page = signed_in(scene["owner"]).get(reverse("portal:who-looked")).content.decode()
    assert page.count(scene["clerk"].name) == 2
    for words in ("tệp giấy tờ", "Số định danh cá nhân", "Liên hệ người nộp", "Bộ phận Một cửa"):
        assert words in page


def test_looking_at_ones_own_pages_is_no_record(scene):
    client = signed_in(scene["owner"])
    client.get(reverse("portal:dossier", args=[scene["dossier"].number]))
    assert not Access.objects.exists()


def test_only_inspectors_have_the_page_of_odd_looks(scene):
    assert scene["client"].get(reverse("desk:odd-looks")).status_code == 404
    assert scene["client"].post(reverse("desk:odd-look", args=[1])).status_code == 404


def test_a_request_about_ones_data_is_opened_with_a_record():
    citizen = p.citizen("doc-than")
    asked = requests.ask(citizen, Asked("restrict"), NOW)
    answer = signed_in(p.officer("H37/data-officer")).get(
        reverse("desk:data-request", args=[asked.number])
    )
    assert asked.number in answer.content.decode()
    (look,) = Access.objects.filter(subject_id=citizen.person_id)
    assert asked.number in look.purpose


def test_the_list_of_guardians_is_opened_with_a_record():
    head, ward = p.officer("head"), p.person("con-lon")
    mandates.guardian(head, p.person("cha"), ward, "QĐ 7/2026", date(2026, 12, 1), NOW)
    page = signed_in(head).get(reverse("desk:guardians")).content.decode()
    assert ward.full_name in page
    assert Access.objects.filter(subject_id=ward.pk, viewer_id=head.account_id).exists()


def test_who_carries_a_decision_out_has_looked_at_the_dossier():
    _, dossier = p.filed("1.004873")
    applicant.withdraw(p.citizen("doc-than"), dossier.number, "Tôi đổi ý.", NOW)
    approver = p.officer("approver")
    client = signed_in(approver)
    fresh(client)
    answer = client.get(reverse("desk:reopening", args=[dossier.number]))
    assert answer.status_code == 200, answer.content
    assert Access.objects.filter(
        subject_id=dossier.applicant_id, viewer_id=approver.account_id
    ).exists()
