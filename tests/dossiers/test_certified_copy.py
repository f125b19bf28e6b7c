"""2.000815 Chứng thực bản sao, the whole way, at the counter and booked online."""

from __future__ import annotations

import io

import pikepdf
import pytest
from django.test import Client

from motcua.documents import actions as documents
from motcua.dossiers import errors
from motcua.dossiers.actions import intake, returning
from motcua.dossiers.models import (
    Status,
)
from motcua.dossiers.queries import citizen as mine
from motcua.payments.models import Charge
from motcua.people.models import Account

from ..world import NOW, settle
from . import answers as a
from . import people as p

pytestmark = [pytest.mark.usefixtures("world"), pytest.mark.django_db]


def desk_page(viewer, dossier) -> str:
    client = Client()
    client.force_login(Account.objects.get(pk=viewer.account_id))
    return client.get(f"/mot-cua/ho-so/{dossier.number}/").content.decode()


def at_the_counter(pages=4, copies=2):
    clerk = p.officer("receptionist")
    dossier = intake.file_at_counter(
        clerk, p.version_id("2.000815"), p.agency_id(), p.person("cao-tuoi"),
        a.certified_copy(pages=pages, copies=copies), [], NOW,
    )  # fmt: skip
    return clerk, dossier


def test_a_certified_copy_is_compared_counted_paid_for_signed_and_handed_over():
    clerk, dossier = at_the_counter()
    with pytest.raises(errors.Refused, match="đối chiếu bản chính"):
        p.accepted(dossier)
    scan = documents.store_upload("ban-chinh.pdf", a.pdf(pages=3), None, NOW)
    intake.compare_original(clerk, dossier.pk, p.seen(dossier), 3, 2, scan, NOW)
    assert Charge.objects.get(subject=dossier.pk).amount == 2 * (2_000 + 2_000 + 1_000)
    p.accepted(dossier)
    p.signed(dossier)
    settle()
    item = p.step(dossier, "return")
    assert "Thu tiền mặt tại quầy" in desk_page(clerk, dossier)
    with pytest.raises(errors.Unpaid) as refused:
        returning.hand_over(clerk, item.pk, p.seen(dossier), "", NOW)
    assert "10.000 đ" in refused.value.message
    intake.take_cash(clerk, dossier.pk, p.seen(dossier), NOW)
    settle()
    returning.hand_over(clerk, item.pk, p.seen(dossier), "", NOW)
    settle()
    assert p.status(dossier) == Status.RETURNED
    assert p.slips(dossier) == ["01", "receipt"]
    p.assert_valid(dossier)
    with documents.open_file(p.draft_of(dossier).file) as stream:
        copy = pikepdf.open(io.BytesIO(stream.read()))
    assert len(copy.pages) == 1 + 3, "the statement, and the pages of the original"


@pytest.mark.parametrize(
    ("pages", "copies", "fee"), [(1, 1, 2_000), (2, 3, 12_000), (5, 1, 7_000), (500, 2, 400_000)]
)
def test_the_fee_follows_the_pages_that_are_really_there(pages, copies, fee):
    """TT 226/2016: c × min(200.000; 2.000·min(p,2) + 1.000·max(p−2,0))."""
    clerk, dossier = at_the_counter(pages=1, copies=1)
    intake.compare_original(clerk, dossier.pk, p.seen(dossier), pages, copies, None, NOW)
    assert Charge.objects.get(subject=dossier.pk).amount == fee


@pytest.mark.parametrize(("pages", "copies"), [(0, 1), (1, 0), (-1, -1), (10**9, 1)])
def test_a_count_that_cannot_be_is_refused(pages, copies):
    clerk, dossier = at_the_counter()
    with pytest.raises(errors.Refused):
        intake.compare_original(clerk, dossier.pk, p.seen(dossier), pages, copies, None, NOW)


def test_a_certified_copy_is_booked_online_with_its_estimated_fee_and_collected_at_the_counter():
    clerk = p.officer("receptionist")
    viewer, dossier = p.filed("2.000815", pages=4, copies=1)
    assert mine.dossier(viewer, dossier.number, NOW).charge.amount == 6_000
    intake.compare_original(clerk, dossier.pk, p.seen(dossier), 4, 1, None, NOW)
    intake.take_cash(clerk, dossier.pk, p.seen(dossier), NOW)
    p.accepted(dossier)
    p.signed(dossier)
    settle()
    assert p.status(dossier) == Status.DONE, "the paper copies wait at the counter"
    assert mine.dossier(viewer, dossier.number, NOW).result is not None
    returning.hand_over(clerk, p.step(dossier, "return").pk, p.seen(dossier), "", NOW)
    assert p.status(dossier) == Status.RETURNED
