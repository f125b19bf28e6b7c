"""Filing: nothing typed is lost, nothing is filed twice, nothing incomplete is taken in."""

from __future__ import annotations

import pytest

from motcua.dossiers.actions import drafting

from . import people as p

pytestmark = [pytest.mark.usefixtures("world"), pytest.mark.django_db]


def test_a_filing_is_numbered_by_agency_and_day():
    _, first = p.filed("1.004873")
    _, second = p.filed("1.001612")
    assert first.number == "H37.105-261123-0001"
    assert second.number == "H37.105-261123-0002"
