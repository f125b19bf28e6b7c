"""How a process would run: synthetic dossiers played through it with a calendar and a staff.

Pure and repeatable: the same plan gives the same result to the last minute. The real engine runs
each dossier, so gateways, timers and steps that several do behave as they will; only people are
imitated. What a person needs for a step is drawn for that dossier, step and round alone, so two
plans that differ in staff work on the very same dossiers.
"""

from __future__ import annotations

import heapq
import random
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from motcua.foundation import deadlines
from motcua.foundation.calendar import WorkingCalendar
from motcua.processes import timers
from motcua.processes.definition import APPLICANT, SYSTEM, Definition, Node
from motcua.processes.engine import Compiled, Context, OpenStep, Run
from motcua.processes.errors import BadPlan

MOST_DOSSIERS = 5_000
MOST_ROUNDS = 4
"""How often a step is done again before everybody agrees: else a dossier might turn for ever."""
_LONGEST_RUN = 400  # steps of one dossier

Station = tuple[str, str]
"""An office key (empty: the agency) and a role: who shares one queue."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What to imitate. `per_day` dossiers arrive on average in eight working hours from `start`;
    `staff` people hold a role (1 where nothing is said; by "office/role" for an office's own);
    people are busy with a step for `effort` of its hours on average (half to one and a half of
    that), steps without hours as if they had `bare_hours`; the first outcome is chosen in
    `first_share` of all cases. `limit` is the procedure's (amount, unit of
    `foundation.deadlines`). `case` are values for conditions."""

    number: int
    seed: int
    start: datetime
    calendar: WorkingCalendar
    per_day: Decimal = Decimal(10)
    staff: Mapping[str, int] = field(default_factory=dict)
    effort: Decimal = Decimal("0.25")
    bare_hours: Decimal = Decimal(1)
    first_share: float = 0.8
    limit: tuple[Decimal, str] | None = None
    case: Mapping[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class OfStep:
    """One step over all dossiers, in working time: how often it was done, how long it waited for
    somebody and was worked on, how many waited at most, and in how many cases it was done within
    the step's own hours (of those that have them)."""

    step: str
    name: str
    role: str
    done: int = 0
    waited: timedelta = timedelta()
    worked: timedelta = timedelta()
    longest_queue: int = 0
    timed: int = 0
    in_time: int = 0

    @property
    def mean_wait(self) -> timedelta:
        return self.waited / self.done if self.done else timedelta()

    @property
    def mean_work(self) -> timedelta:
        return self.worked / self.done if self.done else timedelta()

    @property
    def share_in_time(self) -> float | None:
        """Between 0 and 1; None when the step has no hours or was never done."""
        return self.in_time / self.timed if self.timed else None


@dataclass(frozen=True, slots=True)
class OfDossier:
    """One dossier: from when to when, in working time how long, and whether within the limit."""

    arrived: datetime
    ended: datetime
    took: timedelta
    on_time: bool | None


@dataclass(frozen=True, slots=True)
class Result:
    """What came of a plan."""

    steps: tuple[OfStep, ...]
    dossiers: tuple[OfDossier, ...]

    @property
    def mean(self) -> timedelta:
        """Working time of a dossier from arrival to end, on average."""
        return sum((one.took for one in self.dossiers), timedelta()) / len(self.dossiers)

    @property
    def ninth_in_ten(self) -> timedelta:
        """Nine in ten dossiers took no longer than this."""
        ordered = sorted(one.took for one in self.dossiers)
        return ordered[-(-len(ordered) * 9 // 10) - 1]

    @property
    def share_on_time(self) -> float | None:
        """Between 0 and 1; None without a limit."""
        judged = [one.on_time for one in self.dossiers if one.on_time is not None]
        return sum(judged) / len(judged) if judged else None


def simulate(definition: Definition, plan: Plan) -> Result:
    """Play the plan. The definition has passed `rules.check`. Raises `BadPlan` for a plan that
    makes no sense, `CannotContinue` when a condition asks for a value that `case` lacks, and
    `CalendarError` when the work runs beyond the years of the calendar."""
    if not 1 <= plan.number <= MOST_DOSSIERS:
        raise BadPlan(f"Số hồ sơ từ 1 đến {MOST_DOSSIERS}.")
    if not 0 < plan.per_day <= 10_000 or not 0 < plan.effort <= 1 or plan.bare_hours <= 0:
        raise BadPlan("Số hồ sơ mỗi ngày và tỷ lệ thời gian làm phải lớn hơn 0.")
    if any(not 1 <= people <= 1_000 for people in plan.staff.values()):
        raise BadPlan("Số người giữ một vai trò từ 1 đến 1.000.")
    if not 0 <= plan.first_share <= 1:
        raise BadPlan("Tỷ lệ chọn kết quả đầu tiên từ 0 đến 1.")
    return _Play(definition, plan).run()


@dataclass(slots=True)
class _Job:
    dossier: int
    serial: int
    node: Node
    station: Station
    opened: datetime
    needs: timedelta
    outcome: str
    begun: datetime | None = None
    gone: bool = False


class _Play:
    def __init__(self, definition: Definition, plan: Plan) -> None:
        self.plan = plan
        self.compiled = Compiled(definition)
        self.steps = {
            node.id: OfStep(node.id, node.name, step.role) for node, step in definition.steps()
        }
        self.events: list[tuple[datetime, int, int, _Job | None]] = []
        self.counter = 0
        self.states: dict[int, dict[str, Any]] = {}
        self.jobs: dict[int, dict[int, _Job]] = {}
        self.rounds: dict[tuple[int, str], int] = {}
        self.turns: dict[int, int] = {}
        self.queues: dict[Station, deque[_Job]] = {}
        self.free: dict[Station, int] = {}
        self.arrived: list[datetime] = []
        self.ended: dict[int, datetime] = {}

    def run(self) -> Result:
        chance = random.Random(f"{self.plan.seed}/arrivals")  # noqa: S311 - imitates, keeps no secret
        moment = self.plan.calendar.next_opening(self.plan.start)
        for dossier in range(self.plan.number):
            apart = chance.expovariate(float(self.plan.per_day) / 8)
            moment = self.plan.calendar.after_working(moment, _time(apart))
            self.arrived.append(moment)
            self.put(moment, dossier, None)
        while self.events:
            at, _, dossier, job = heapq.heappop(self.events)
            if job is not None:
                if not job.gone:
                    self.finish(job, at)
            elif dossier not in self.states:
                self.advance(dossier, Run(self.compiled, self.context(at), None), at)
            elif dossier not in self.ended:
                run = self.resume(dossier, at)
                due = run.next_timer()
                if due is not None and due <= at:
                    run.fire_timers()
                    self.advance(dossier, run, at)
        return Result(tuple(self.steps.values()), tuple(map(self.outcome, range(self.plan.number))))

    def put(self, at: datetime, dossier: int, job: _Job | None) -> None:
        """Something happens at a moment; of what happens at once, the first put is first."""
        self.counter += 1
        heapq.heappush(self.events, (at, self.counter, dossier, job))

    def context(self, now: datetime) -> Context:
        def due(node: Node) -> datetime:
            assert node.timer is not None
            return timers.due(node.timer, now, self.plan.case, self.plan.calendar)

        return Context(now, self.plan.case, due)

    def resume(self, dossier: int, now: datetime) -> Run:
        return Run(self.compiled, self.context(now), self.states[dossier])

    def advance(self, dossier: int, run: Run, now: datetime) -> None:
        """Take over what is open after a dossier has moved."""
        self.turns[dossier] = self.turns.get(dossier, 0) + 1
        if self.turns[dossier] > _LONGEST_RUN:
            raise BadPlan("Có hồ sơ đi vòng mãi không kết thúc; hãy xem lại các bước quay lại.")
        self.states[dossier] = run.save()
        opened = run.open_steps()
        mine = self.jobs.setdefault(dossier, {})
        for serial in [serial for serial in mine if serial not in opened]:
            self.take_back(mine.pop(serial), now)
        for serial, step in opened.items():
            if serial not in mine:
                mine[serial] = self.job(dossier, serial, step, now)
                self.open(mine[serial], now)
        due = run.next_timer()
        if due is not None:
            self.put(due, dossier, None)
        if run.ended():
            self.ended[dossier] = now

    def job(self, dossier: int, serial: int, opening: OpenStep, now: datetime) -> _Job:
        node, step = opening.node, opening.node.step
        assert step is not None
        part = opening.part
        again = self.rounds.get((dossier, f"{node.id} {part}"), 0)
        self.rounds[dossier, f"{node.id} {part}"] = again + 1
        chance = random.Random(  # noqa: S311 - imitates, keeps no secret
            f"{self.plan.seed}/{dossier}/{node.id}/{part}/{again}"
        )
        hours = float((step.hours or self.plan.bare_hours) * self.plan.effort)
        needs = _time(hours * chance.uniform(0.5, 1.5))
        keys = [outcome.key for outcome in step.outcomes]
        first = chance.random() < self.plan.first_share or again >= MOST_ROUNDS or len(keys) == 1
        outcome = keys[0] if first else chance.choice(keys[1:])
        station = (opening.office or step.office, step.role)
        return _Job(dossier, serial, node, station, now, needs, outcome)

    def open(self, job: _Job, now: datetime) -> None:
        if job.station[1] in (APPLICANT, SYSTEM):  # everybody waits for themselves alone
            self.begin(job, now)
            return
        queue = self.queues.setdefault(job.station, deque())
        if self.free.setdefault(job.station, self.people(job.station)):
            self.free[job.station] -= 1
            self.begin(job, now)
        else:
            queue.append(job)
            waiting = sum(1 for other in queue if other.node.id == job.node.id)
            of = self.steps[job.node.id]
            of.longest_queue = max(of.longest_queue, waiting)

    def people(self, station: Station) -> int:
        office, role = station
        return self.plan.staff.get(f"{office}/{role}", self.plan.staff.get(role, 1))

    def begin(self, job: _Job, now: datetime) -> None:
        job.begun = now
        self.put(self.plan.calendar.after_working(now, job.needs), job.dossier, job)

    def finish(self, job: _Job, now: datetime) -> None:
        of = self.steps[job.node.id]
        assert job.begun is not None
        of.done += 1
        of.waited += self.plan.calendar.working_time(job.opened, job.begun)
        of.worked += job.needs
        if job.node.step is not None and job.node.step.hours is not None:
            of.timed += 1
            allowed = timedelta(hours=float(job.node.step.hours))
            of.in_time += self.plan.calendar.working_time(job.opened, now) <= allowed
        self.release(job.station, now)
        del self.jobs[job.dossier][job.serial]
        run = self.resume(job.dossier, now)
        if not run.complete(job.serial, job.outcome):
            raise AssertionError("an open step could not be finished")
        self.advance(job.dossier, run, now)

    def take_back(self, job: _Job, now: datetime) -> None:
        """A timer, or an answer that was enough, took the place of a step."""
        job.gone = True
        if job.begun is None:
            self.queues[job.station].remove(job)
        else:
            self.release(job.station, now)

    def release(self, station: Station, now: datetime) -> None:
        """Somebody is free and takes who has waited longest."""
        if station[1] in (APPLICANT, SYSTEM):
            return
        if queue := self.queues[station]:
            self.begin(queue.popleft(), now)
        else:
            self.free[station] += 1

    def outcome(self, dossier: int) -> OfDossier:
        arrived, ended = self.arrived[dossier], self.ended[dossier]
        on_time = None
        if self.plan.limit is not None:
            amount, unit = self.plan.limit
            due = deadlines.compute(arrived, amount, unit, self.plan.calendar).due
            on_time = ended <= due
        took = self.plan.calendar.working_time(arrived, ended)
        return OfDossier(arrived, ended, took, on_time)


def _time(hours: float) -> timedelta:
    """Whole seconds, at least one: the calendar counts no shorter work."""
    return timedelta(seconds=max(round(hours * 3600), 1))
