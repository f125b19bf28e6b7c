"""Taking in: who may, when the clock starts, what has to be paid and how it is refused."""

from __future__ import annotations

import pytest

from motcua.dossiers import errors
from motcua.dossiers.actions import applicant, intake
from motcua.dossiers.models import (
    Slip,
    Status,
)
from motcua.foundation import clock
from motcua.notices.models import Notice
from motcua.payments.models import Charge

from ..world import NOW, settle
from . import people as p

pytestmark = [pytest.mark.usefixtures("world"), pytest.mark.django_db]


@pytest.mark.parametrize(
    ("at", "due"),
    [
        ("2026-11-23T09:00", "2026-11-27T17:00"),  # 24 November is a holiday
        ("2026-11-26T16:59", "2026-12-01T17:00"),  # over a weekend
        ("2026-11-28T10:00", "2026-12-03T17:00"),  # a Saturday counts as Monday
        ("2026-12-30T09:00", "2027-01-05T17:00"),  # over New Year's day
    ],
)
def test_the_clock_starts_when_the_dossier_is_accepted(at, due):
    with clock.frozen(p.local(at)):
        _, dossier = p.filed("1.004873")
        assert p.fresh(dossier).due_at is None
        p.accepted(dossier)
    row = p.fresh(dossier)
    assert (row.status, row.accepted_at, row.due_at) == (Status.ACCEPTED, p.local(at), p.local(due))


@pytest.mark.parametrize(
    ("at", "due"),
    [
        ("2026-11-23T14:59", "2026-11-23T17:00"),
        ("2026-11-23T15:01", "2026-11-25T17:00"),  # after 15:00: the next working day
    ],
)
def test_a_birth_is_registered_within_the_day(at, due):
    with clock.frozen(p.local(at)):
        _, dossier = p.filed("1.001193")
        p.accepted(dossier)
    assert p.fresh(dossier).due_at == p.local(due)


def test_an_unpaid_dossier_is_not_taken_in_where_the_fee_is_due_at_filing():
    _, dossier = p.filed("1.001612")
    with pytest.raises(errors.Unpaid) as refused:
        p.accepted(dossier)
    assert "150.000 đ" in refused.value.message
    assert p.status(dossier) == Status.REGISTERED


def test_cash_is_taken_once_and_then_the_dossier_goes_in():
    clerk = p.officer("receptionist")
    _, dossier = p.filed("1.001612")
    intake.take_cash(clerk, dossier.pk, p.seen(dossier), NOW)
    with pytest.raises(errors.NotAllowedNow):
        intake.take_cash(clerk, dossier.pk, p.seen(dossier), NOW)
    settle()
    assert Charge.objects.get(subject=dossier.pk).state == "paid"
    assert p.status(p.accepted(dossier)) == Status.ACCEPTED
    kinds = list(dossier.timeline.order_by("id").values_list("kind", flat=True))
    assert kinds == ["submitted", "cash_taken", "paid", "accepted"]


@pytest.mark.parametrize("by", ["handler", "approver", "clerk"])
def test_only_a_receptionist_takes_in(by):
    _, dossier = p.filed("1.004873")
    with pytest.raises(errors.NotYours) as refused:
        p.accepted(dossier, by)
    assert "người tiếp nhận" in refused.value.message.lower()


def test_a_dossier_is_accepted_once():
    _, dossier = p.filed("1.004873")
    p.accepted(dossier)
    with pytest.raises(errors.NotAllowedNow):
        p.accepted(dossier)


def test_a_refusal_needs_a_reason_and_ends_the_dossier_with_slip_03():
    viewer, dossier = p.filed("1.001612")
    clerk = p.officer("receptionist")
    with pytest.raises(errors.Refused):
        intake.refuse(clerk, dossier.pk, p.seen(dossier), "  ", "", NOW)
    intake.refuse(clerk, dossier.pk, p.seen(dossier), "Không thuộc thẩm quyền.", "NĐ 118", NOW)
    settle()
    assert p.status(dossier) == Status.REFUSED
    assert Slip.objects.get(dossier=dossier).form == "03"
    assert Charge.objects.get(subject=dossier.pk).state == "cancelled"
    assert (
        "Không thuộc thẩm quyền." in Notice.objects.filter(title__contains="không được").get().body
    )
    with pytest.raises(errors.NotAllowedNow):
        applicant.withdraw(viewer, dossier.number, "", NOW)
