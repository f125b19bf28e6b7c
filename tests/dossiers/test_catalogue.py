"""No start button leads nowhere: every published procedure is filed and finished here, or says
plainly why it is not."""

from __future__ import annotations

from importlib.resources import files

import pytest

from motcua.catalogue import linked
from motcua.catalogue import queries as catalogue
from motcua.catalogue import rules as law
from motcua.dossiers import errors
from motcua.dossiers.actions import applicant, drafting, intake, returning
from motcua.dossiers.models import Status
from motcua.processes.models import WorkItem

from ..world import NOW, settle
from . import answers as a
from . import people as p
from .linked_forms import BIRTH, DEATH

pytestmark = [pytest.mark.usefixtures("world"), pytest.mark.django_db]

CODES = sorted(
    entry.name.removesuffix(".json")
    for entry in files("motcua.demo").joinpath("data/procedures").iterdir()
)
OTHERS = [code for code in CODES if code not in (*a.FIVE, BIRTH, DEATH)]
"""Those with a form of their own, and the linked sets (`test_linked`), are filed elsewhere."""


def facts(code):
    return catalogue.version(p.version_id(code))


def test_there_are_at_least_twenty_more_than_the_five():
    assert len(OTHERS) >= 20


@pytest.mark.parametrize("code", OTHERS)
def test_a_procedure_is_filed_and_finished_or_says_why_not(code, neighbours):
    """Every role does whatever step is theirs, with its first outcome, until the result is given.
    What is rendered and signed is the same for all; `test_ways` looks at that."""
    version = facts(code)
    viewer = p.citizen("doc-than")
    online, counter = law.can_file_online(version), law.can_file_at_counter(version)
    if not online.allowed:
        assert len(online.reason) > 20
        with pytest.raises(errors.CannotFileHere) as refused:
            drafting.start_draft(viewer, version.id, p.agency_id(), NOW)
        assert refused.value.message == online.reason
    if not online.allowed and not counter.allowed:
        assert version.form_id is None or linked.only_linked(version)
        return
    clerk = p.officer("receptionist")
    if online.allowed:
        draft = p.drafted(viewer, code, a.general())
        for component in p.needed(code, a.general()):
            drafting.attach(viewer, draft.pk, component, "a.pdf", a.pdf(), NOW)
        dossier = drafting.submit(viewer, draft.pk, NOW)
    else:
        dossier = intake.file_at_counter(
            clerk, version.id, p.agency_id(), p.person("doc-than"), a.general(), [], NOW
        )
    if dossier.filed_fee:
        intake.take_cash(clerk, dossier.pk, p.seen(dossier), NOW)
    p.accepted(dossier)
    for _ in range(12):
        item = WorkItem.objects.filter(subject=dossier.pk, state=WorkItem.State.OPEN).first()
        if item is None:
            break
        if item.kind == "approve":
            p.signed(dossier)
            settle()
        elif item.kind == "confirm":
            applicant.confirm_draft(viewer, dossier.number, True, "", NOW)
        elif item.kind == "return":
            returning.hand_over(clerk, item.pk, p.seen(dossier), "", NOW)
        else:
            p.finish(dossier, item.kind, item.outcomes[0]["key"], by=item.role)
    assert p.fresh(dossier).status == Status.RETURNED
    assert p.draft_of(dossier).signed_at is not None
