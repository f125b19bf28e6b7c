"""Drafts of the law are read by those who keep the catalogue, whatever page asks."""

from __future__ import annotations

from dataclasses import replace

import pytest

from motcua.catalogue import actions, keeping, queries
from motcua.doors.desk import drafting
from motcua.foundation import clock

from ..dossiers import people as p

pytestmark = [pytest.mark.usefixtures("world"), pytest.mark.django_db]


@pytest.fixture
def draft():
    law = queries.facts_in_force("1.004873", clock.today())
    assert law is not None
    said = keeping.draft_of(law, clock.today())
    return actions.start_draft(said, "amended", "account:1", clock.now())


def test_others_than_keepers_find_no_draft(draft):
    for other in (p.officer("head"), p.citizen("cha")):
        assert keeping.draft(other, draft.pk) is None
        assert list(keeping.drafts(other)) == []
        assert drafting.editable(other, draft.pk) is None


def test_whoever_keeps_the_catalogue_finds_it(draft):
    keeper = replace(p.officer("head"), is_administrator=True)
    assert keeping.draft(keeper, draft.pk) == draft
    assert draft in keeping.drafts(keeper)
    assert drafting.editable(keeper, draft.pk) == draft
