"""“KT.” and “TUQ.” above the signer's title, and who signs when somebody else may."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua.people import queries, signature_titles
from motcua.people.actions import staffing
from motcua.people.errors import NobodySigns

from .conftest import NOW
from .test_access import appoint
from .test_staffing import administrator, chairman, deputy, loan, officer, viewer

__all__ = ["administrator", "chairman", "deputy", "officer"]
titles = st.sampled_from(["Chủ tịch", "Giám đốc", "Trưởng phòng", "Chánh Văn phòng"])


@given(titles, titles)
def test_only_a_deputy_signs_in_the_heads_place(title, head):
    assert signature_titles.for_the_head(title, head) == ""
    assert signature_titles.for_the_head(f"Phó {title}", head) == f"KT. {head}"
    assert signature_titles.for_the_head(f"Phó {title}", "") == f"KT. {title}"


@pytest.mark.django_db
def test_the_deputy_signs_for_the_head_and_the_head_in_their_own_right(chairman, deputy, commune):
    found = queries.signer(commune.pk, "approver", None, NOW)
    assert (found.name, found.title, found.authority) == ("Phó Một", "Phó Chủ tịch", "KT. Chủ tịch")
    head = queries.signer(commune.pk, "approver", chairman.pk, NOW)
    assert (head.title, head.authority) == ("Chủ tịch", "")


@pytest.mark.django_db
def test_who_was_authorised_signs_tuq_while_it_lasts(administrator, chairman, officer, commune):
    with pytest.raises(NobodySigns):
        queries.signer(commune.pk, "approver", officer.pk, NOW)
    lent = loan("head", title="Chánh Văn phòng")
    given = staffing.delegate(viewer(administrator), commune, chairman, officer, lent, NOW)
    found = queries.signer(commune.pk, "approver", officer.pk, NOW)
    assert (found.account_id, found.title) == (officer.pk, "Chánh Văn phòng")
    assert found.authority == "TUQ. Chủ tịch"
    with pytest.raises(NobodySigns):
        queries.signer(commune.pk, "approver", officer.pk, NOW + timedelta(days=30))
    staffing.end_delegation(viewer(administrator), given.pk, NOW)
    with pytest.raises(NobodySigns):
        queries.signer(commune.pk, "approver", officer.pk, NOW)


@pytest.mark.django_db
def test_a_delegation_of_something_else_signs_nothing(administrator, deputy, officer, commune):
    appoint(deputy, commune, "handler")
    lent = loan("handler")
    staffing.delegate(viewer(administrator), commune, deputy, officer, lent, NOW)
    with pytest.raises(NobodySigns):
        queries.signer(commune.pk, "approver", officer.pk, NOW)
