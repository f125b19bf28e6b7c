"""A term of keeping is what was decided last; without a decision, what the house starts with."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction

from motcua.doors.cli.main import main
from motcua.foundation.models import LedgerEntry
from motcua.notices import actions as notices
from motcua.notices.models import Notice
from motcua.privacy import terms
from motcua.privacy.actions import disposing
from motcua.privacy.errors import Incomplete
from motcua.privacy.models import DecidedTerm
from motcua.privacy.retention import RULES

from ..dossiers import people as p
from ..owner import the_owner
from ..world import NOW

pytestmark = [pytest.mark.usefixtures("world"), pytest.mark.django_db]
YEAR = timedelta(days=366)


def test_without_a_decision_the_house_has_its_own_rules():
    assert terms.rules() == RULES


def test_the_last_decision_counts_and_is_named_beside_the_law():
    terms.decide("dossier", 20, 0, "QĐ 1/2026", NOW)
    terms.decide("dossier", 15, 10, "QĐ 2/2027", NOW)
    rule = terms.rules()["dossier"]
    assert (rule.years, rule.days, rule.warn_days) == (15, 10, RULES["dossier"].warn_days)
    assert rule.basis == f"{RULES['dossier'].basis}; QĐ 2/2027"
    assert terms.rules()["notice"] == RULES["notice"]
    told = LedgerEntry.objects.filter(kind="privacy.term_decided").order_by("pk")
    assert [json.loads(one.body)["data"]["decision"] for one in told] == ["QĐ 1/2026", "QĐ 2/2027"]


def test_what_is_decided_is_what_the_night_does():
    notices.send("k", p.person("doc-than").pk, "Tiêu đề", "Nội dung", now=NOW)
    terms.decide("notice", 5, 0, "QĐ 1/2026", NOW)
    disposing.run(NOW + 3 * YEAR)
    assert Notice.objects.filter(key="k").exists(), "two years are no longer enough"
    disposing.run(NOW + 5 * YEAR)
    assert not Notice.objects.filter(key="k").exists()


@pytest.mark.parametrize(
    ("kind", "years", "days", "decision"),
    [
        ("nothing", 1, 0, "QĐ"),
        ("register", 1, 0, "QĐ"),  # kept for good, by law
        ("dossier", 0, 0, "QĐ"),
        ("dossier", -1, 30, "QĐ"),
        ("dossier", 1, 0, "  "),
        ("dossier", 201, 0, "QĐ"),
    ],
)
def test_what_lacks_something_is_refused(kind, years, days, decision):
    with pytest.raises(Incomplete):
        terms.decide(kind, years, days, decision, NOW)
    assert not DecidedTerm.objects.exists()


def test_a_decision_stays():
    terms.decide("dossier", 20, 0, "QĐ 1/2026", NOW)
    for act in ("UPDATE privacy_decidedterm SET years = 1", "DELETE FROM privacy_decidedterm"):
        with (
            pytest.raises(DatabaseError, match="append-only"),
            the_owner() as cursor,
            transaction.atomic(),
        ):
            cursor.execute(act)


def test_the_command_says_what_was_decided(capsys, monkeypatch):
    from contextlib import nullcontext

    from motcua.doors.cli.commands import retention as command

    monkeypatch.setattr(command, "database", nullcontext)
    assert main(["retention", "term", "notice", "--years", "3", "--decision", "QĐ 9/2026"]) == 0
    assert "3 năm 0 ngày" in capsys.readouterr().out
    assert main(["retention", "term", "register", "--years", "3", "--decision", "QĐ"]) != 0
