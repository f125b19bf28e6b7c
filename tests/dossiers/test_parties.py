"""Applicant, beneficiary and representative stay apart wherever a dossier is shown: in the API and
on the slips."""

from __future__ import annotations

from datetime import timedelta

import pytest

from motcua.documents import actions as documents
from motcua.dossiers.actions import applicant, drafting, intake
from motcua.dossiers.models import Dossier, Slip
from motcua.people import actions as accounts
from motcua.people import queries
from motcua.people.actions import mandates
from motcua.people.representation import ALL_DEEDS

from ..api.conftest import Program, mint, signing_key  # noqa: F401 fixtures
from ..documents import words
from ..world import NOW, settle
from . import answers as a
from . import people as p

pytestmark = [pytest.mark.usefixtures("world"), pytest.mark.django_db]
CODE, FATHER, FILES, CHILD = "1.001193", "cha", "xay-nha", "Hoàng Minh Châu"


def filed_for_the_father() -> Dossier:
    """A birth: the father applies, his neighbour files for him, the child gets the result."""
    terms = mandates.Terms(
        procedures=[CODE],
        deeds=sorted(ALL_DEEDS),
        paper="12/UQ",
        starts=NOW,
        ends=NOW + timedelta(days=30),
    )
    mandate = mandates.authorise(p.citizen(FATHER), p.person(FILES), terms, NOW)
    account = accounts.expect_account(p.person(FILES))
    viewer = queries.viewer_of(account, 2, NOW, mandate.pk)
    draft = p.drafted(viewer, CODE, a.birth())
    for component in p.needed(CODE, a.birth()):
        drafting.attach(viewer, draft.pk, component, f"{component}.pdf", a.pdf(), NOW)
    return drafting.submit(viewer, draft.pk, NOW)


def names() -> dict[str, str]:
    return {
        "applicant": p.person(FATHER).full_name,
        "beneficiary": CHILD,
        "representative": p.person(FILES).full_name,
    }


def said(dossier: Dossier, form: str) -> str:
    """The words of the slip, as a reader copies them."""
    stored = Slip.objects.get(dossier=dossier, form=form).document.file
    assert stored is not None
    return bare(words.of_pdf(documents.open_file(stored).read()))


def bare(text: str) -> str:
    """Without spaces: where letters change from thin to bold, a reader finds none or two."""
    return "".join(text.split())


def test_the_api_names_each_of_the_three_in_a_place_of_its_own(mint):  # noqa: F811 the fixture
    dossier = filed_for_the_father()
    shown = Program(mint(FATHER)).get(f"/api/v1/dossiers/{dossier.number}").json()
    assert shown["parties"] == {**names(), "organisation": ""}
    stranger = Program(mint(FILES)).get(f"/api/v1/dossiers/{dossier.number}")
    assert stranger.status_code == 404, "with a token of their own they act for nobody"


def test_who_files_for_themselves_has_no_representative(mint):  # noqa: F811 the fixture
    viewer, dossier = p.filed("1.004873")
    shown = Program(mint("doc-than")).get(f"/api/v1/dossiers/{dossier.number}").json()
    assert shown["parties"]["applicant"] == viewer.name
    assert shown["parties"]["representative"] == ""


def test_the_receipt_names_each_of_the_three():
    dossier = filed_for_the_father()
    p.accepted(dossier)
    settle()
    text = said(dossier, "01")
    known = names()
    for wanted in (
        f"Tiếp nhận hồ sơ của: {known['applicant']}",
        f"Chủ hồ sơ: {known['beneficiary']}",
        f"Người đại diện: {known['representative']}",
    ):
        assert bare(wanted) in text


def test_so_does_the_request_to_complete_it():
    dossier = filed_for_the_father()
    p.ask(dossier)
    settle()
    known = names()
    wanted = (
        f"Hồ sơ của: {known['applicant']} (chủ hồ sơ: {known['beneficiary']})"
        f" (người đại diện: {known['representative']})"
    )
    assert bare(wanted) in said(dossier, "02")


def test_a_refusal_of_somebodys_own_dossier_names_nobody_else():
    viewer, dossier = p.filed("1.004873")
    clerk, seen = p.officer("receptionist"), p.seen(dossier)
    intake.refuse(clerk, dossier.pk, seen, "Không thuộc thẩm quyền.", "", NOW)
    settle()
    text = said(dossier, "03")
    assert bare(f"Hồ sơ của: {viewer.name}. Nội dung") in text


def test_the_notice_that_a_dossier_has_stopped_names_each_of_the_three_and_why():
    dossier = filed_for_the_father()
    applicant.withdraw(p.citizen(FATHER), dossier.number, "Con đã được đăng ký nơi khác.", NOW)
    settle()
    known, text = names(), said(dossier, "05")
    wanted = (
        f"Hồ sơ của: {known['applicant']} (chủ hồ sơ: {known['beneficiary']})"
        f" (người đại diện: {known['representative']})"
    )
    assert bare(wanted) in text
    assert bare(f"Số: {dossier.number}") in text
    assert bare("Con đã được đăng ký nơi khác.") in text
    paper = Slip.objects.get(dossier=dossier, form="05").document
    assert paper.owner == p.person(FATHER), "the notice is the applicant's to keep"
    assert paper.agency == dossier.agency


def test_the_notice_that_somebodys_own_dossier_has_stopped_names_nobody_else():
    viewer, dossier = p.filed("1.004873")
    applicant.withdraw(viewer, dossier.number, "Không cần nữa.", NOW)
    settle()
    assert bare(f"Hồ sơ của: {viewer.name}. Nội dung") in said(dossier, "05")
