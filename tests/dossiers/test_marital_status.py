"""1.004873 Giấy xác nhận tình trạng hôn nhân: the plain online journey."""

from __future__ import annotations

import pytest

from motcua.dossiers.actions import applicant, returning
from motcua.dossiers.models import (
    Status,
)
from motcua.dossiers.queries import citizen as mine
from motcua.registers.models import Entry

from ..world import NOW, settle
from . import people as p

pytestmark = [pytest.mark.usefixtures("world"), pytest.mark.django_db]


def test_a_marital_status_paper_goes_all_the_way():
    viewer, dossier = p.filed("1.004873")
    p.accepted(dossier)
    p.finish(dossier, "appraise", "propose")
    settle()
    applicant.confirm_draft(viewer, dossier.number, True, "", NOW)
    p.signed(dossier, by="head")
    settle()
    assert p.status(dossier) == Status.RETURNED
    assert p.states(dossier) == [1, 2, 4, 9, 10]
    assert Entry.objects.get().register == "tinh_trang_hon_nhan"
    p.assert_valid(dossier, signer="head")
    assert mine.file_of(viewer, dossier.number, str(p.draft_of(dossier).file_id))


def test_who_wants_the_paper_at_the_counter_gets_it_there():
    viewer, dossier = p.filed("1.004873", result_way="counter")
    p.accepted(dossier)
    p.finish(dossier, "appraise", "propose")
    settle()
    applicant.confirm_draft(viewer, dossier.number, True, "", NOW)
    p.signed(dossier)
    settle()
    assert p.status(dossier) == Status.DONE
    clerk = p.officer("receptionist")
    returning.hand_over(clerk, p.step(dossier, "return").pk, p.seen(dossier), "", NOW)
    assert p.status(dossier) == Status.RETURNED
