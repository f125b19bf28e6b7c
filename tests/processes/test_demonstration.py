"""The demonstration processes and templates, walked as the law has them."""

from __future__ import annotations

import json
import random
from datetime import UTC, datetime
from pathlib import Path

import pytest

from motcua.agencies.models import Agency
from motcua.foundation import clock
from motcua.processes import actions, queries
from motcua.processes.models import ProcessInstance, WorkItem
from tests.processes.conftest import NOW
from tests.processes.test_publishing import DEMONSTRATION, OURS


def publish(name: str) -> int:
    return actions.publish(name, (DEMONSTRATION / f"{name}.bpmn").read_text(), NOW).pk


class Walk:
    """One dossier on its way; `decision` follows the outcomes as the dossier's room keeps it."""

    def __init__(self, agency: Agency, office: Agency, version: int, subject: int, way: str):
        self.subject, self.way, self.decision = subject, way, ""
        offices = {"phong-kinh-te": office.pk}
        actions.start(version, subject, agency.pk, offices, self.variables, NOW)

    @property
    def variables(self) -> dict[str, str]:
        return {"way": self.way, "decision": self.decision}

    def do(self, step: str, outcome: str) -> list[WorkItem]:
        item = next(item for item in queries.open_items(self.subject) if item.step == step)
        if item.kind in ("appraise", "work"):
            self.decision = "refuse" if outcome == "refuse" else "grant"
        return actions.complete(item.pk, outcome, None, self.variables, NOW).opened

    def follow(self, *done: tuple[str, str]) -> list[str]:
        """Do these steps; the steps open afterwards."""
        for step, outcome in done:
            self.do(step, outcome)
        return sorted(item.step for item in queries.open_items(self.subject))

    def ended(self) -> bool:
        return ProcessInstance.objects.get(subject=self.subject).state == "ended"


def test_an_online_parent_confirms_the_draft_and_the_number_comes_before_the_signature(
    agency: Agency, office: Agency
) -> None:
    version = publish("khai_sinh")
    online = Walk(agency, office, version, 1, "online")
    assert online.follow(("intake", "accept"), ("appraise", "propose")) == ["confirm"]
    assert online.follow(("confirm", "disagree")) == ["appraise"]
    assert online.follow(("appraise", "propose"), ("confirm", "agree")) == ["register"]
    assert online.follow(("register", "done"), ("assign_id", "done")) == ["sign"]
    online.follow(("sign", "approve"), ("give_back", "done"))
    assert online.ended()
    counter = Walk(agency, office, version, 2, "counter")
    assert counter.follow(("intake", "accept"), ("appraise", "propose")) == ["register"]


def test_a_parent_who_stays_silent_for_a_day_has_agreed(agency: Agency, office: Agency) -> None:
    walk = Walk(agency, office, publish("khai_sinh"), 1, "online")
    walk.follow(("intake", "accept"), ("appraise", "propose"))
    due = ProcessInstance.objects.get(subject=1).next_timer_at
    assert due is not None
    fired = actions.fire_timers(1, walk.variables, due)
    assert [item.step for item in fired.opened] == ["register"]
    assert fired.cancelled[0].outcome == "silence"


def test_a_refusal_is_signed_and_nothing_is_registered(agency: Agency, office: Agency) -> None:
    for name in ("khai_sinh", "ho_kinh_doanh", "tinh_trang_hon_nhan"):
        subject = len(name)
        walk = Walk(agency, office, publish(name), subject, "online")
        assert walk.follow(("intake", "accept"), ("appraise", "refuse")) == ["sign"]
        assert walk.follow(("sign", "approve")) == ["give_back"]
        walk.follow(("give_back", "done"))
        assert walk.ended()
        assert "register" not in {item.step for item in queries.history(subject)}


def test_the_office_asked_about_a_building_has_two_working_days(
    agency: Agency, office: Agency
) -> None:
    """NĐ 217/2026: silence is consent. Asked on Monday 23 November, which is before a holiday
    (24/11) in the calendar: the second working day after it ends on Thursday."""
    walk = Walk(agency, office, publish("giay_phep_xay_dung"), 1, "online")
    assert walk.follow(("intake", "accept"), ("appraise", "continue")) == [
        "field_check",
        "opinion",
    ]
    [opinion] = [item for item in queries.open_items(1) if item.step == "opinion"]
    assert (opinion.agency_id, opinion.role) == (office.pk, "handler")
    due = ProcessInstance.objects.get(subject=1).next_timer_at
    assert due == opinion.due_at
    assert due is not None
    assert clock.local(due).isoformat() == "2026-11-26T17:00:00+07:00"
    assert walk.follow(("field_check", "conforms")) == ["opinion"]
    fired = actions.fire_timers(1, walk.variables, due)
    assert [item.step for item in fired.opened] == ["draft"]
    assert walk.follow(("draft", "propose"), ("sign", "return")) == ["draft"]
    walk.follow(("draft", "refuse"), ("sign", "approve"), ("give_back", "done"))
    assert walk.ended()


def test_an_older_building_dossier_keeps_twelve_days_for_opinions(
    agency: Agency, office: Agency
) -> None:
    walk = Walk(agency, office, publish("giay_phep_xay_dung_truoc_01_07_2026"), 1, "online")
    walk.follow(("intake", "accept"), ("appraise", "continue"))
    due = ProcessInstance.objects.get(subject=1).next_timer_at
    assert due is not None
    # Monday 23 November + 12 days is a Saturday: it rolls to Monday's closing time.
    assert due.astimezone(UTC) == datetime(2026, 12, 7, 10, 0, tzinfo=UTC)


def test_a_copy_sent_back_by_the_approver_is_checked_again(agency: Agency, office: Agency) -> None:
    walk = Walk(agency, office, publish("chung_thuc_ban_sao"), 1, "counter")
    assert walk.follow(("intake", "accept"), ("sign", "return")) == ["recheck"]
    assert walk.follow(("recheck", "propose"), ("sign", "approve")) == ["give_back"]


@pytest.mark.parametrize("file", OURS, ids=lambda file: file.stem)
def test_whatever_people_choose_the_dossier_ends_and_its_state_stays_small(
    file: Path, agency: Agency, office: Agency
) -> None:
    version = actions.publish(file.stem, file.read_text(), NOW)
    for seed in range(6):
        chance = random.Random(seed)
        way = chance.choice(["online", "counter"])
        walk = Walk(agency, office, version.pk, seed + 1, way)
        for _ in range(200):
            items = queries.open_items(walk.subject)
            if not items:
                break
            item = chance.choice(items)
            walk.do(item.step, chance.choice(item.outcomes)["key"])
            state = ProcessInstance.objects.get(subject=walk.subject).engine_state
            assert len(json.dumps(state)) < 12_000
        assert walk.ended()
