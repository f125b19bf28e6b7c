"""A decree is rehearsed, takes effect on its day, can be undone before it, and never half."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange

from motcua.agencies import cache
from motcua.agencies import queries as agencies
from motcua.agencies.models import Agency
from motcua.catalogue import actions, queries
from motcua.catalogue.errors import BadDecree, DecreeGone, DecreeHasProblems, LaterDecree
from motcua.catalogue.models import Competence, Decree
from motcua.foundation.models import LedgerEntry, OutboxEvent
from tests.catalogue.specs import CODE, case, specification
from tests.world import NOW

TODAY = date(2026, 11, 23)
SWITCH = date(2026, 12, 1)
EVE = SWITCH - timedelta(days=1)
HOME = "06427"
HEADING = "procedure,case,territory,from,to,date,until\n"

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def published(world):
    cases = [case("new"), case("again")]
    actions.publish_version(specification(cases=cases, case_question='"new"'), NOW)
    yield
    cache.forget()


def load(*lines: str, number: str = "NĐ 7/2026/NĐ-CP", province: str = "") -> Decree:
    content = (HEADING + "\n".join(lines)).encode()
    return actions.load_decree(number, "", "phan_cap", content, province, "account:1", NOW)


def schedule(decree: Decree) -> Decree:
    return actions.schedule_decree(decree.pk, "account:1", NOW)


def decider(on: date, place: str = HOME, case: str = "") -> str:
    cache.forget()
    found = queries.competent_agency(CODE, place, on, case)
    return found.agency.code if found.agency else found.reason


def rules() -> list[tuple]:
    rows = Competence.objects.filter(procedure__code=CODE).order_by("valid")
    return [(r.case_key, r.territory, r.agency_kind, r.valid) for r in rows]


def problems(decree: Decree) -> list[tuple[int, str]]:
    found = actions.rehearsal_of(decree, TODAY)
    return [(problem.line, problem.column) for problem in found.problems]


def test_the_switch_happens_at_midnight_and_the_days_before_keep_their_agency():
    commune = decider(EVE)
    decree = load(f"{CODE},,,commune,province,2026-12-01,")
    assert decider(SWITCH) == commune, "a rehearsal changes nothing"
    schedule(decree)
    assert decider(EVE) == commune
    assert decider(SWITCH) == "H37"
    entry = LedgerEntry.objects.get(kind="catalogue.decree_scheduled")
    assert entry.actor == "account:1"


def test_a_decree_for_a_time_gives_the_procedure_back_afterwards():
    commune = decider(EVE)
    schedule(load(f"{CODE},,,commune,province,2026-12-01,2027-03-01"))
    assert decider(date(2027, 2, 28)) == "H37"
    assert decider(date(2027, 3, 1)) == commune


def test_one_case_or_one_commune_can_pass_over_alone():
    commune = decider(EVE)
    schedule(load(f"{CODE},new,,commune,province,2026-12-01,", f"{CODE},,06187,,H37,2026-12-01,"))
    assert decider(SWITCH, case="new") == "H37"
    assert decider(SWITCH, case="again") == commune
    assert "trường hợp" in decider(SWITCH)
    assert decider(SWITCH, "06187", "again") == "H37"


def test_undoing_before_the_day_leaves_no_trace_in_the_rules():
    before = rules()
    decree = schedule(load(f"{CODE},,,commune,province,2026-12-01,2027-03-01"))
    assert rules() != before
    actions.undo_decree(decree.pk, "account:2", NOW)
    assert rules() == before
    assert Decree.objects.get().state == Decree.State.UNDONE
    with pytest.raises(DecreeGone):
        actions.undo_decree(decree.pk, "account:2", NOW)


def test_on_its_day_it_is_in_force_and_cannot_be_undone():
    decree = schedule(load(f"{CODE},,,commune,province,2026-12-01,"))
    assert actions.bring_into_force(NOW) == 0
    midnight = datetime(2026, 11, 30, 17, 0, tzinfo=UTC)
    with pytest.raises(DecreeGone):
        actions.undo_decree(decree.pk, "account:1", midnight)
    assert actions.bring_into_force(midnight) == 1
    assert actions.bring_into_force(midnight) == 0
    assert OutboxEvent.objects.filter(name="catalogue.DecreeInForce").count() == 1


def test_a_decree_on_which_another_builds_is_undone_after_it():
    first = schedule(load(f"{CODE},,,commune,province,2026-12-01,"))
    second = schedule(load(f"{CODE},,,province,commune,2027-01-01,", number="NĐ 8"))
    with pytest.raises(LaterDecree):
        actions.undo_decree(first.pk, "account:1", NOW)
    actions.undo_decree(second.pk, "account:1", NOW)
    actions.undo_decree(first.pk, "account:1", NOW)
    assert decider(SWITCH) not in ("H37", "")


@pytest.mark.parametrize(
    ("line", "column"),
    [
        ("1.999999,,,commune,province,2026-12-01,", "procedure"),
        (f"{CODE},third,,commune,province,2026-12-01,", "case"),
        (f"{CODE},,99999,commune,province,2026-12-01,", "territory"),
        (f"{CODE},,,commune,H37.9999,2026-12-01,", "to"),
        (f"{CODE},,,province,commune,2026-12-01,", "from"),
        (f"{CODE},,,commune,province,2026-11-01,", "date"),
        (f"{CODE},,,commune,province,2025-07-01,", "date"),
    ],
)
def test_a_line_that_names_something_unknown_stops_the_whole_decree(line, column):
    before = rules()
    decree = load(f"{CODE},again,,commune,province,2026-12-01,", line)
    assert problems(decree) == [(3, column)]
    with pytest.raises(DecreeHasProblems):
        schedule(decree)
    assert rules() == before
    assert Decree.objects.get().state == Decree.State.REHEARSED


def test_the_rules_at_the_moment_of_the_decision_count_not_those_of_the_rehearsal():
    one = load(f"{CODE},,,commune,province,2026-12-01,")
    other = load(f"{CODE},,,commune,province,2026-12-15,", number="NĐ 8")
    assert problems(other) == []
    schedule(one)
    assert problems(other) == [(2, "from")]
    with pytest.raises(DecreeHasProblems):
        schedule(other)


def test_a_province_hands_over_its_own_and_nobody_elses():
    decree = load(f"{CODE},,,commune,H37,2026-12-01,", province="20")
    schedule(decree)
    assert decider(SWITCH) == "H37"
    assert Competence.objects.get(decree=decree).territory == "20"
    assert problems(load(f"{CODE},,00004,commune,H37,2026-12-01,", province="20")) == [
        (2, "territory")
    ]


def test_where_nobody_would_decide_is_said_before():
    gone = agencies.competent_commune(HOME, TODAY)
    assert gone is not None
    Agency.objects.filter(pk=gone.id).update(valid=DateRange(date(2025, 7, 1), SWITCH))
    found = actions.rehearsal_of(load(f"{CODE},again,20,,commune,2026-12-01,"), TODAY)
    assert [(one.lines, len(one.examples)) for one in found.nobody] == [(1, 1)]
    clash = load(f"{CODE},new,,,province,2026-12-01,", f"{CODE},,20,,H37,2026-12-01,")
    said = [one.what for one in actions.rehearsal_of(clash, TODAY).nobody]
    assert any("Hai quy định" in what for what in said)


@pytest.mark.parametrize(
    ("number", "kind", "content"),
    [
        ("", "phan_cap", b"x"),
        ("NĐ 7", "cho", b"x"),
        ("NĐ 7", "phan_cap", b"\xff\xfe"),
        ("<b>7</b>", "phan_cap", b"x"),
        ("NĐ 7", "phan_cap", b"a\0b"),
    ],
)
def test_what_is_no_decree_is_not_kept(number, kind, content):
    with pytest.raises(BadDecree):
        actions.load_decree(number, "", kind, content, "", "account:1", NOW)
    assert not Decree.objects.exists()
