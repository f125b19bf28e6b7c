"""A result says in whose place it was signed: “KT.” for a deputy, “TUQ.” for who was authorised,
on the paper and in the picture of the signature. What is read is the signed file."""

from __future__ import annotations

from datetime import timedelta

import pytest

from motcua.agencies import queries as agencies
from motcua.documents import actions as documents
from motcua.dossiers.actions import applicant
from motcua.dossiers.errors import NotYours
from motcua.dossiers.models import Dossier, Status
from motcua.foundation import clock
from motcua.people.actions import staffing
from motcua.people.models import Account, Delegation

from ..documents import words
from ..world import settle
from . import people as p

pytestmark = [pytest.mark.usefixtures("world"), pytest.mark.django_db]


def to_be_signed() -> Dossier:
    viewer, dossier = p.filed("1.004873")
    p.accepted(dossier)
    p.finish(dossier, "appraise", "propose")
    settle()
    applicant.confirm_draft(viewer, dossier.number, True, "", clock.now())
    settle()
    return dossier


def signed_text(dossier: Dossier) -> str:
    settle()
    assert p.status(dossier) == Status.RETURNED
    document = p.draft_of(dossier)
    assert document.file is not None
    with documents.open_file(document.file) as stream:
        return words.of_pdf(stream.read())


def delegated() -> Delegation:
    """The chairman authorises the clerk to decide and sign for a week."""
    head, clerk = (Account.objects.get(pk=p.officer(one).account_id) for one in ("head", "clerk"))
    today = clock.today()
    loan = staffing.Loan(
        ["approver"], "Công chức Văn phòng", "21/UQ-UBND", today, today + timedelta(days=7)
    )
    home = agencies.agency(p.AGENCY)
    return staffing.delegate(p.officer("head"), home, head, clerk, loan, clock.now())


def test_a_deputy_signs_in_the_chairmans_place():
    dossier = to_be_signed()
    p.signed(dossier, "approver")
    text, name = signed_text(dossier), p.officer("approver").name
    assert f"KT. CHỦ TỊCH PHÓ CHỦ TỊCH {name}" in text
    assert f"Ký bởi: KT. Chủ tịch: {name}" in text


def test_the_chairman_signs_in_nobodys_place():
    dossier = to_be_signed()
    p.signed(dossier, "head")
    text, name = signed_text(dossier), p.officer("head").name
    assert f"CHỦ TỊCH {name}" in text
    assert f"Ký bởi: {name}" in text
    assert "KT." not in text
    assert "TUQ." not in text


def test_who_was_authorised_in_writing_signs_tuq():
    dossier = to_be_signed()
    delegated()
    p.signed(dossier, "clerk")
    text, name = signed_text(dossier), p.officer("clerk").name
    assert f"TUQ. CHỦ TỊCH CÔNG CHỨC VĂN PHÒNG {name}" in text
    assert f"Ký bởi: TUQ. Chủ tịch: {name}" in text
    p.assert_valid(dossier, signer="clerk")


def test_who_is_authorised_no_more_signs_nothing():
    dossier = to_be_signed()
    given = delegated()
    staffing.end_delegation(p.officer("head"), given.pk, clock.now())
    with pytest.raises(NotYours):
        p.signed(dossier, "clerk")
