"""Terms of keeping that an authority has decided, in place of those the house starts with.

`retention.RULES` are a beginning where the law leaves the term to the archive authority's lists. A
decision (number, date, who) sets another one for a kind; the last one counts, earlier ones stay.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from django.db import transaction

from motcua.foundation import ledger, text
from motcua.privacy.errors import Incomplete
from motcua.privacy.models import DecidedTerm
from motcua.privacy.retention import RULES, Rule

LONGEST_YEARS = 200


def rules() -> dict[str, Rule]:
    """The rules in force, by kind: those of the house with what has been decided. One statement."""
    found = dict(RULES)
    for one in DecidedTerm.objects.order_by("pk"):
        if (rule := found.get(one.kind)) is not None:
            basis = f"{RULES[one.kind].basis}; {one.decision}"
            found[one.kind] = replace(rule, years=one.years, days=one.days, basis=basis)
    return found


@transaction.atomic
def decide(kind: str, years: int, days: int, decision: str, now: datetime) -> DecidedTerm:
    """Keep this kind of data so long from now on, by a decision. Raises `Incomplete` for a kind
    that is kept for good or unknown, for no term at all, and without a decision."""
    words = text.nfc(decision).strip()[:200]
    if kind not in RULES or RULES[kind].for_good:
        known = ", ".join(sorted(key for key, rule in RULES.items() if not rule.for_good))
        raise Incomplete(f"Loại dữ liệu phải là một trong: {known}.")
    if not (0 <= years <= LONGEST_YEARS and 0 <= days <= 366 and years + days):
        raise Incomplete("Thời hạn phải có ít nhất một ngày và không quá 200 năm.")
    if not words:
        raise Incomplete("Hãy ghi số, ngày và cơ quan ra quyết định.")
    term = DecidedTerm.objects.create(
        kind=kind, years=years, days=days, decision=words, decided_at=now
    )
    told = {"years": years, "days": days, "decision": words}
    ledger.append("privacy.term_decided", f"retention:{kind}", "operator", told)
    return term
