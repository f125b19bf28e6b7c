"""Whatever people do to a dossier, in whatever order, what the law says of it stays true.

A machine draws acts at random, some lawful and some not, with the clock running on between them. A
lawful act is done by the people who may do it through the same actions the pages call; an unlawful
one is refused and leaves no trace. After each act the dossier is held against its own history.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from motcua.agencies import queries as agencies
from motcua.documents.models import Document
from motcua.dossiers import errors, jobs, rules
from motcua.dossiers.actions import (
    applicant,
    deciding,
    extending,
    handling,
    intake,
    reopening,
    returning,
)
from motcua.dossiers.models import Dossier, Pause, Slip, Status, TimelineEntry
from motcua.foundation import clock, ledger
from motcua.foundation.models import LedgerEntry
from motcua.processes.models import WorkItem

from ..world import NOW, settle
from . import people as p

pytestmark = [pytest.mark.usefixtures("world"), pytest.mark.django_db]

S = Status
WAYS = (
    ("1.004873", {}),
    ("1.004873", {"result_way": "counter"}),
    ("1.001612", {}),
    ("1.013225", {}),
)
"""Procedures by how the fee, the applicant's word and the result go their ways."""
DESK = ("receptionist", "handler", "handler-2", "approver", "head")
OPEN = {S.REGISTERED, S.ACCEPTED, S.IN_PROCESS}
WITH_OFFICERS = {S.ACCEPTED, S.IN_PROCESS}
LIVE = OPEN | {S.SUPPLEMENT, S.PAYMENT}
SLIP_OF = {"accepted": "01", "refused": "03", "extended": "04", "stopped": "05"}
"""The slip each turn owes (TT 03/2025, Phụ lục I)."""


REACHED: set[int] = set()
"""The states some drawn life came to: a machine that never comes far proves nothing."""


class Life(RuleBasedStateMachine):
    """One dossier and everybody who has to do with it."""

    def __init__(self) -> None:
        super().__init__()
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        self.now = NOW
        self.pk = 0
        self.number = ""

    def teardown(self) -> None:
        """The ledger holds at the end of each life, which is then taken back."""
        try:
            ledger.seal_once()
            found = ledger.verify(self.now)
            assert found.ok, found.first_break
        finally:
            transaction.set_rollback(True)
            self.atomic.__exit__(None, None, None)

    # What stands there now.

    @property
    def row(self) -> Dossier:
        return Dossier.objects.get(pk=self.pk)

    def items(self) -> list[WorkItem]:
        found = WorkItem.objects.filter(subject=self.pk, state=WorkItem.State.OPEN)
        return list(found.order_by("pk"))

    def trace(self) -> tuple[Any, ...]:
        """Everything a refused act must leave as it was."""
        row = Dossier.objects.filter(pk=self.pk).values().get()
        return (
            row,
            TimelineEntry.objects.filter(dossier=self.pk).count(),
            LedgerEntry.objects.filter(subject=self.number).count(),
            list(Pause.objects.filter(dossier=self.pk).order_by("pk").values()),
            [(item.pk, item.assignee_id) for item in self.items()],
            Slip.objects.filter(dossier=self.pk).count(),
        )

    def attempt(self, lawful: bool, act: Callable[[], Any]) -> bool:
        """Try the act; whether it was done. What the law forbids must be refused (`lawful` False);
        what it allows may still be refused for who asks or what is missing."""
        before = self.trace()
        try:
            with transaction.atomic():
                act()
        except errors.Refused:
            assert self.trace() == before, "a refused act left a trace"
            return False
        assert lawful, "an act was done that the law does not know in this state"
        settle()
        REACHED.add(self.row.status)
        return True

    @contextlib.contextmanager
    def at(self) -> Any:
        with clock.frozen(self.now):
            yield self.now

    # What people do.

    @initialize(way=st.sampled_from(WAYS), far=st.integers(0, 6), asked=st.booleans())
    def somebody_files(self, way: tuple[str, dict[str, str]], far: int, asked: bool) -> None:
        """A filing, and how far it has come in the ordinary way when the drawn acts begin."""
        with self.at():
            self.viewer, dossier = p.filed(way[0], self.now, **way[1])
            self.pk, self.number = dossier.pk, dossier.number
            settle()
        if far:
            self.is_taken_in_and_paid()
        self.the_right_officers_go_on(far - 1)
        if asked:
            self.asks_for_more("approver", "")

    @rule(hours=st.integers(1, 80))
    def time_passes(self, hours: int) -> None:
        self.now += timedelta(hours=hours)

    def with_dossier(self, lawful_in: set[Status], act: Callable[[Dossier], Any]) -> bool:
        with self.at():
            row = self.row
            return self.attempt(row.status in lawful_in, lambda: act(row))

    @rule(by=st.sampled_from(DESK))
    def accepts(self, by: str) -> None:
        self.with_dossier(
            {S.REGISTERED}, lambda d: intake.accept(p.officer(by), d.pk, d.revision, self.now)
        )

    @rule()
    def is_taken_in_and_paid(self) -> None:
        """The ordinary way, so that most dossiers come far."""
        self.with_dossier({S.REGISTERED, *LIVE, S.DONE}, p.paid)
        self.accepts("receptionist")

    @rule(
        by=st.sampled_from(("receptionist", "handler")),
        reason=st.sampled_from(["Không thuộc thẩm quyền.", ""]),
    )
    def refuses(self, by: str, reason: str) -> None:
        self.with_dossier(
            {S.REGISTERED},
            lambda d: intake.refuse(p.officer(by), d.pk, d.revision, reason, "", self.now),
        )

    @rule(by=st.sampled_from(DESK), unfollowed=st.sampled_from(["", "Bản chụp vẫn mờ."]))
    def asks_for_more(self, by: str, unfollowed: str) -> None:
        asked = self.row.supplements
        done = self.with_dossier(
            OPEN,
            lambda d: intake.ask_supplement(
                p.officer(by), d.pk, d.revision, p.MISSING, "Thiếu.", self.now, unfollowed
            ),
        )
        if done:
            assert asked == 0 or by in ("approver", "head"), "NĐ 63/2010 Đ20"
            assert asked < 2 or unfollowed, "a third request without the one ground for it"

    @rule(text=st.sampled_from(["", "Tôi đã bổ sung."]))
    def answers(self, text: str) -> None:
        self.with_dossier(
            {S.SUPPLEMENT},
            lambda d: applicant.answer_supplement(self.viewer, d.number, text, [], {}, self.now),
        )

    @rule()
    def changes_their_mind(self) -> None:
        decided = rules.is_decided(self.row.facts)
        self.with_dossier(
            set() if decided else LIVE,
            lambda d: applicant.withdraw(self.viewer, d.number, "Tôi đổi ý.", self.now),
        )

    @rule()
    def the_night_job_runs(self) -> None:
        with self.at():
            before = self.row
            jobs.stop_unanswered()
            settle()
            after = self.row
        if before.status != after.status:
            assert (before.status, after.status) == (S.SUPPLEMENT, S.STOPPED)

    @rule(by=st.sampled_from(DESK), how=st.sampled_from(["propose", "grant", "decline"]))
    def wants_more_time(self, by: str, how: str) -> None:
        had = self.row.extended_to

        def act(d: Dossier) -> Any:
            if how == "decline":
                return extending.decline(p.officer(by), d.pk, d.revision, "", self.now)
            deed = extending.propose if how == "propose" else extending.grant
            return deed(p.officer(by), d.pk, d.revision, Decimal(2), "Cần xác minh.", self.now)

        lawful = set(S) if how == "decline" else WITH_OFFICERS
        if self.with_dossier(lawful, act) and how == "grant":
            assert had is None, "extended twice"

    @rule(by=st.sampled_from(DESK), data=st.data())
    def works_on_a_step(self, by: str, data: st.DataObject) -> None:
        items = self.items()
        if not items:
            return
        item = data.draw(st.sampled_from(items))
        keys = [one["key"] for one in item.outcomes] or ["done"]
        outcome = data.draw(st.sampled_from(keys))
        words = data.draw(st.sampled_from(["", "Đã xem."]))
        facts = {"on": clock.local(self.now).date(), "people": "Một người", "minutes": "Đúng."}
        self.with_dossier(
            WITH_OFFICERS,
            lambda d: handling.complete_step(
                p.officer(by), item.pk, d.revision, outcome, words, facts, self.now
            ),
        )

    @rule(steps=st.integers(1, 4))
    def the_right_officers_go_on(self, steps: int) -> None:
        """Steps finished by who holds the role, with their first outcome."""
        for _ in range(steps):
            if items := self.items():
                self.goes_on(items[0])

    def goes_on(self, item: WorkItem) -> None:
        if item.role == "applicant":
            with self.at():
                self.attempt(
                    self.row.status in WITH_OFFICERS,
                    lambda: applicant.confirm_draft(self.viewer, self.number, True, "", self.now),
                )
        elif item.kind == "approve":
            self.signs("approver")
        elif item.kind == "return":
            self.hands_over("receptionist")
        elif item.role in DESK:
            self.works_on(item, item.role)

    def works_on(self, item: WorkItem, by: str) -> None:
        outcome = item.outcomes[0]["key"] if item.outcomes else "done"
        facts = {"on": clock.local(self.now).date(), "people": "Một người", "minutes": "Đúng."}
        self.with_dossier(
            WITH_OFFICERS,
            lambda d: handling.complete_step(
                p.officer(by), item.pk, d.revision, outcome, "", facts, self.now
            ),
        )

    @rule(by=st.sampled_from(DESK), data=st.data())
    def takes_or_gives_a_step(self, by: str, data: st.DataObject) -> None:
        items = self.items()
        if not items:
            return
        item = data.draw(st.sampled_from(items))
        to = data.draw(st.sampled_from([None, "handler-2", "receptionist"]))
        with self.at():
            if to is None:
                self.attempt(True, lambda: handling.take(p.officer(by), item.pk, self.now))
                return
            account = p.officer(to).account_id
            self.attempt(True, lambda: handling.assign(p.officer(by), item.pk, account, self.now))

    @rule(by=st.sampled_from(DESK))
    def signs(self, by: str) -> None:
        item = next((one for one in self.items() if one.kind == "approve"), None)
        if item is None:
            return
        with self.at():
            if by in ("approver", "head") and self.row.status in WITH_OFFICERS:
                deciding.prepare_for_me(p.officer(by), item.pk, self.now)
                settle()
            digest = bytes(p.draft_of(self.row).preview_sha256 or b"").hex()
            seen = self.row.revision
            self.attempt(
                self.row.status in WITH_OFFICERS,
                lambda: deciding.approve_and_sign(p.officer(by), item.pk, seen, digest, self.now),
            )

    @rule(by=st.sampled_from(DESK))
    def hands_over(self, by: str) -> None:
        item = next((one for one in self.items() if one.kind == "return"), None)
        if item is None:
            return
        self.with_dossier(
            {S.DONE},
            lambda d: returning.hand_over(p.officer(by), item.pk, d.revision, "", self.now),
        )

    @rule(by=st.sampled_from(DESK), how=st.sampled_from(["revoke", "reopen"]))
    def a_decision_comes(self, by: str, how: str) -> None:
        deed = reopening.revoke if how == "revoke" else reopening.reopen
        lawful = {S.DONE, S.RETURNED} | (set() if how == "revoke" else {S.REFUSED, S.STOPPED})
        written = reopening.Decision("1/QĐ", clock.local(self.now).date(), "Sai.")
        self.with_dossier(
            lawful, lambda d: deed(p.officer(by), d.pk, d.revision, written, self.now)
        )

    @rule(by=st.sampled_from(DESK))
    def acts_on_a_page_of_yesterday(self, by: str) -> None:
        """Nobody acts on what they have not seen."""
        self.with_dossier(
            set(), lambda d: intake.ask_supplement(
                p.officer(by), d.pk, d.revision - 1, p.MISSING, "", self.now
            ),
        )  # fmt: skip

    # What stays true.

    @invariant()
    def only_listed_moves_between_the_ten_states(self) -> None:
        went = p.states(self.row)
        assert set(went) <= {int(one) for one in S}
        assert went[0] == S.REGISTERED
        for before, after in pairwise(went):
            by_decision = any((r.before, r.after) == (before, after) for r in rules.REOPENINGS)
            assert rules.transition(before, after) or by_decision, f"{before} -> {after}"

    @invariant()
    def the_timeline_rebuilds_the_row(self) -> None:
        row, said = self.row, list(TimelineEntry.objects.filter(dossier=self.pk).order_by("id"))

        again = [n for n, one in enumerate(said) if one.kind == "reopened"]
        settling = said[again[-1] :] if again else said

        def last(*kinds: str) -> datetime | None:
            return next((one.at for one in reversed(settling) if one.kind in kinds), None)

        assert said[-1].status == row.status
        taken_in = any(one.kind == "accepted" for one in said)
        began = last("accepted") or (last("reopened") if taken_in else None)
        assert began == row.accepted_at
        assert last("returned") == row.returned_at
        assert last("completed", "stopped", "refused") == row.finished_at
        assert sum(one.kind == "supplement_asked" for one in said) == row.supplements
        assert (last("extended") is not None) == (row.extended_to is not None)
        assert (row.finished_at is not None) == (row.status in (*rules.ENDED, S.DONE))

    @invariant()
    def time_used_and_time_paused_are_the_time_that_passed(self) -> None:
        if self.row.accepted_at is None:
            return
        row = self.row
        until = row.finished_at or self.now
        pauses = list(
            Pause.objects.filter(dossier=self.pk, started_at__gte=row.accepted_at).order_by("pk")
        )
        edges = [row.accepted_at]
        for one in pauses:
            edges += [one.started_at, one.ended_at or until]
        edges.append(until)
        assert edges == sorted(edges), "pauses overlap, or stick out of the time they are part of"
        calendar = agencies.calendar_of(row.agency_id, clock.local(self.now).date())
        pieces = [calendar.working_time(a, b) for a, b in pairwise(edges)]
        used, paused = sum(pieces[::2], timedelta()), sum(pieces[1::2], timedelta())
        assert used + paused == calendar.working_time(row.accepted_at, until)
        standing = [one for one in pauses if one.ended_at is None]
        assert bool(standing) == (row.status == S.SUPPLEMENT)
        assert row.paused_since == (standing[0].started_at if standing else None)

    @invariant()
    def an_ended_dossier_waits_for_nobody(self) -> None:
        if self.row.status in rules.ENDED:
            assert not self.items()

    @invariant()
    def a_dossier_has_one_valid_result_or_none(self) -> None:
        valid = Document.objects.filter(
            subject=self.pk, kind="result", state=Document.State.CURRENT, signed_at__isnull=False
        ).count()
        kinds = list(
            TimelineEntry.objects.filter(dossier=self.pk, kind__in=("completed", "result_revoked"))
            .order_by("id")
            .values_list("kind", flat=True)
        )
        assert valid == (1 if kinds and kinds[-1] == "completed" else 0)

    @invariant()
    def every_turn_left_its_slip(self) -> None:
        kinds = TimelineEntry.objects.filter(dossier=self.pk).values_list("kind", flat=True)
        forms = p.slips(self.row)
        for kind, form in SLIP_OF.items():
            assert (form in forms) == (kind in kinds), f"{kind}: slip {form}"
        assert forms.count("02") == self.row.supplements


def test_no_order_of_acts_breaks_the_law() -> None:
    run_state_machine_as_test(
        Life,
        settings=settings(
            max_examples=12,
            stateful_step_count=12,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert {S.IN_PROCESS, S.SUPPLEMENT, S.STOPPED, S.RETURNED} <= REACHED
