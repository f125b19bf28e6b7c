"""1.001612 Đăng ký thành lập hộ kinh doanh, the whole way, and what is signed."""

from __future__ import annotations

from datetime import UTC, datetime

import httpx
import pytest

from motcua.dossiers import errors
from motcua.dossiers.actions import deciding
from motcua.dossiers.models import (
    Status,
)
from motcua.dossiers.queries import citizen as mine
from motcua.foundation.models import LedgerEntry
from motcua.payments import actions as payments
from motcua.registers.models import Entry

from ..payments.conftest import callback
from ..world import NOW, settle
from . import people as p

pytestmark = [pytest.mark.usefixtures("world"), pytest.mark.django_db]


def ledger_kinds(dossier) -> list[str]:
    rows = LedgerEntry.objects.filter(subject=dossier.number).order_by("id")
    return list(rows.values_list("kind", flat=True))


def test_a_household_business_pays_at_the_bank_is_appraised_signed_and_registered(client):
    viewer, dossier = p.filed("1.001612")
    charge = mine.dossier(viewer, dossier.number, NOW).charge
    at_the_bank = datetime.now(UTC)  # its clock is its own, and its page ends in 15 minutes
    started = payments.start_attempt(
        charge.pk, "vnpay", "http://x.test/ve", "127.0.0.1", at_the_bank
    )
    page = httpx.get(started.redirect_url)
    assert page.status_code == 200
    assert "150.000 đ" in page.text
    for _ in range(2):  # the bank repeats itself
        client.get("/api/payments/ipn", callback(started.attempt.order))
    settle()
    assert mine.dossier(viewer, dossier.number, NOW).charge.state == "paid"
    p.accepted(dossier)
    p.finish(dossier, "appraise", "propose")
    p.signed(dossier)
    assert not Entry.objects.exists()
    settle()
    assert p.status(dossier) == Status.RETURNED
    entry = Entry.objects.get()
    assert (entry.register, entry.number) == ("ho_kinh_doanh", 1)
    assert entry.document_number == p.draft_of(dossier).number == "01/2026/HKD-H37.105"
    assert p.slips(dossier) == ["01", "receipt"]
    p.assert_valid(dossier)
    assert p.draft_of(dossier).data["rows"]


def test_a_draft_that_the_approver_sends_back_is_written_anew():
    _, dossier = p.filed("1.001612")
    p.paid(dossier)
    p.accepted(dossier)
    p.finish(dossier, "appraise", "refuse", note="Tên trùng.")
    settle()
    assert p.draft_of(dossier).template == "result_refusal"
    p.finish(dossier, "approve", "return", by="approver", note="Tên không trùng.")
    p.finish(dossier, "appraise", "propose")
    settle()
    result = p.draft_of(dossier)
    assert result.template == "result_household_business"
    assert result.number == "01/2026/HKD-H37.105", "the number it was given first"
    p.signed(dossier)
    settle()
    assert p.status(dossier) == Status.RETURNED
    assert Entry.objects.count() == 1


def test_a_refused_business_is_not_registered():
    _, dossier = p.filed("1.001612")
    p.paid(dossier)
    p.accepted(dossier)
    p.finish(dossier, "appraise", "refuse", note="Tên trùng.")
    p.signed(dossier)
    settle()
    assert p.status(dossier) == Status.RETURNED
    assert not Entry.objects.exists()


def test_what_was_previewed_is_what_is_signed():
    _, dossier = p.filed("1.001612")
    p.paid(dossier)
    p.accepted(dossier)
    p.finish(dossier, "appraise", "propose")
    viewer, item = p.officer("approver"), p.step(dossier, "approve")
    with pytest.raises(errors.NotReady):
        deciding.approve_and_sign(viewer, item.pk, p.seen(dossier), "", NOW)
    settle()
    with pytest.raises(errors.PreviewChanged):
        deciding.approve_and_sign(viewer, item.pk, p.seen(dossier), "00" * 32, NOW)
    other = p.officer("head" if p.draft_of(dossier).data["signer_account"] == viewer.account_id
                      else "approver")  # fmt: skip
    digest = bytes(p.draft_of(dossier).preview_sha256).hex()
    with pytest.raises(errors.Refused, match="ghi người ký là"):
        deciding.approve_and_sign(other, item.pk, p.seen(dossier), digest, NOW)


def test_every_turn_of_a_dossier_is_in_the_ledger():
    _, dossier = p.filed("1.001612")
    p.paid(dossier)
    p.accepted(dossier)
    p.finish(dossier, "appraise", "propose")
    p.signed(dossier)
    settle()
    timeline = dossier.timeline.order_by("id").values_list("kind", flat=True)
    kinds = [f"dossier.{kind}" for kind in timeline]
    assert [kind for kind in ledger_kinds(dossier) if kind.startswith("dossier.")] == kinds
