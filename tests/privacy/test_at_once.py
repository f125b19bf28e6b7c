"""Two people, or two tabs, at the same moment."""

from __future__ import annotations

import pytest

from motcua.foundation import clock
from motcua.privacy.actions import requests
from motcua.privacy.actions.requests import Asked
from motcua.privacy.errors import NotNow, RequestChanged
from motcua.privacy.models import PrivacyRequest, RequestEntry

from ..dossiers import people as p
from ..world import at_once

pytestmark = pytest.mark.usefixtures("committed")


def test_two_clicks_at_once_make_one_request():
    citizen = p.citizen("doc-than")
    asked = Asked("restrict")
    made = at_once(*[lambda: requests.ask(citizen, asked, clock.now()).pk] * 4)
    assert len(set(made)) == 1
    assert PrivacyRequest.objects.count() == 1


def test_granting_and_taking_back_at_once_do_not_both_win():
    citizen, officer = p.citizen("doc-than"), p.officer("H37/data-officer")
    number = requests.ask(citizen, Asked("restrict"), clock.now()).number
    results = at_once(
        lambda: requests.grant(officer, number, 1, "", clock.now()),
        lambda: requests.withdraw(citizen, number, clock.now()),
        lambda: requests.refuse(officer, number, 1, "others", "Không được.", clock.now()),
    )
    won = [one for one in results if isinstance(one, PrivacyRequest)]
    lost = [one for one in results if isinstance(one, NotNow | RequestChanged)]
    assert (len(won), len(lost)) == (1, 2), results
    ends = RequestEntry.objects.filter(kind__in=["decided", "withdrawn"])
    assert ends.count() == 1
