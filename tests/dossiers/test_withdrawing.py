"""Withdrawing: by who filed, or because nobody paid."""

from __future__ import annotations

from datetime import timedelta

import pytest

from motcua.dossiers import errors
from motcua.dossiers.actions import applicant
from motcua.dossiers.models import (
    Pause,
    Slip,
    Status,
)
from motcua.dossiers.queries import citizen as mine
from motcua.dossiers.queries import desk
from motcua.foundation import clock
from motcua.notices.models import Notice
from motcua.payments import actions as payments
from motcua.payments.models import Charge

from ..world import NOW, settle
from . import answers as a
from . import people as p

pytestmark = [pytest.mark.usefixtures("world"), pytest.mark.django_db]


def test_a_withdrawal_passes_through_state_7_and_ends_in_8_with_slip_05():
    viewer, dossier = p.filed("1.001612")
    applicant.withdraw(viewer, dossier.number, "Tôi đổi ý.", NOW)
    settle()
    states = list(dossier.timeline.order_by("id").values_list("status", flat=True))
    assert states == [Status.REGISTERED, Status.WITHDRAWAL, Status.STOPPED]
    assert Slip.objects.get(dossier=dossier).form == "05"
    assert Charge.objects.get(subject=dossier.pk).state == "cancelled"
    assert not desk.inbox(p.officer("receptionist"), NOW).rows
    with pytest.raises(errors.NotAllowedNow):
        p.accepted(dossier)


def test_who_withdraws_while_the_clock_stands_still_ends_the_pause_too():
    viewer, dossier = p.filed("1.004873")
    p.accepted(dossier)
    p.ask(dossier, "handler")
    applicant.withdraw(viewer, dossier.number, "", NOW + timedelta(days=1))
    assert not Pause.objects.filter(ended_at__isnull=True).exists()
    assert mine.dossier(viewer, dossier.number, NOW + timedelta(days=9)).standing is not None


def test_an_unpaid_filing_is_withdrawn_after_fifteen_days_with_a_notice():
    _, dossier = p.filed("1.001612")
    assert payments.expire(NOW + timedelta(days=14, hours=23)) == 0
    with clock.frozen(NOW + timedelta(days=15)) as later:
        assert payments.expire(later) == 1
        settle()
    assert p.status(dossier) == Status.STOPPED
    told = Notice.objects.filter(title__startswith="Đã dừng giải quyết").get()
    assert "quá 15 ngày chưa nộp" in told.body
    assert Slip.objects.get(dossier=dossier).form == "05"


def test_asking_for_more_does_not_let_an_unpaid_filing_slip_in():
    _, dossier = p.filed("1.001612")
    p.ask(dossier)
    with clock.frozen(NOW + timedelta(days=15)) as later:
        payments.expire(later)
        settle()
    assert p.status(dossier) == Status.STOPPED


def test_a_fee_that_is_paid_with_the_result_is_owed_for_as_long_as_the_dossier_lives():
    """A booking for the counter is not withdrawn because nobody has paid yet."""
    _, dossier = p.filed("2.000815", visit_date=a.day(30))
    with clock.frozen(NOW + timedelta(days=15)) as later:
        assert payments.expire(later) == 1
        settle()
    assert p.status(dossier) == Status.REGISTERED
    owed = Charge.objects.filter(subject=dossier.pk).latest("pk")
    assert (owed.state, owed.amount) == ("pending", 12_000)
