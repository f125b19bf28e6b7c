"""The law of a dossier's life as pure functions: which state may follow which and why, how often
an applicant may be asked for more, what the clock is given."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from motcua.dossiers.models import Status
from motcua.foundation.calendar import WorkingCalendar
from motcua.foundation.clock import local
from motcua.foundation.deadlines import Deadline, Pause, compute

UNPAID_AFTER = timedelta(days=15)
"""An unpaid filing is withdrawn after this long, with a notice."""

DRAFT_KEPT = timedelta(days=60)
"""A draft that nobody touched is put away after this long."""

SUPPLEMENT_DAYS = 15
"""Working time to answer a supplement request where the version sets none."""

OFFICE_SLIPS = frozenset({"06"})
"""Slips of the office's own work (TT 03/2025, Mẫu 06): the applicant neither owns nor sees them."""


@dataclass(frozen=True, slots=True)
class Transition:
    """One row of the table: from, to, and the legal reason."""

    before: Status
    after: Status
    reason: str


S = Status
TRANSITIONS: tuple[Transition, ...] = (
    Transition(S.REGISTERED, S.ACCEPTED, "NĐ 118/2025 Đ17: hồ sơ đầy đủ, hợp lệ"),
    Transition(S.REGISTERED, S.REFUSED, "NĐ 118/2025 Đ17: từ chối, nêu rõ lý do (Mẫu 03)"),
    Transition(S.REGISTERED, S.SUPPLEMENT, "NĐ 118/2025 Đ17: hồ sơ chưa đầy đủ (Mẫu 02)"),
    Transition(S.REGISTERED, S.WITHDRAWAL, "NĐ 118/2025 Đ21: người nộp rút hồ sơ"),
    Transition(S.ACCEPTED, S.IN_PROCESS, "NĐ 118/2025 Đ18: chuyển đến đơn vị giải quyết"),
    Transition(S.ACCEPTED, S.SUPPLEMENT, "NĐ 63/2010 Đ20: yêu cầu bổ sung khi giải quyết"),
    Transition(S.ACCEPTED, S.WITHDRAWAL, "NĐ 118/2025 Đ21: người nộp rút hồ sơ"),
    Transition(S.ACCEPTED, S.DONE, "NĐ 118/2025 Đ22: có kết quả ngay"),
    Transition(S.IN_PROCESS, S.SUPPLEMENT, "NĐ 63/2010 Đ20: yêu cầu bổ sung khi giải quyết"),
    Transition(S.IN_PROCESS, S.PAYMENT, "NĐ 118/2025 Đ24: nghĩa vụ tài chính"),
    Transition(S.IN_PROCESS, S.WITHDRAWAL, "NĐ 118/2025 Đ21: người nộp rút hồ sơ"),
    Transition(S.IN_PROCESS, S.STOPPED, "NĐ 118/2025 Đ21: dừng giải quyết (Mẫu 05)"),
    Transition(S.IN_PROCESS, S.DONE, "NĐ 118/2025 Đ22: có kết quả"),
    Transition(S.SUPPLEMENT, S.REGISTERED, "Đã bổ sung trước khi tiếp nhận"),
    Transition(S.SUPPLEMENT, S.ACCEPTED, "Đã bổ sung"),
    Transition(S.SUPPLEMENT, S.IN_PROCESS, "Đã bổ sung, tiếp tục giải quyết"),
    Transition(S.SUPPLEMENT, S.WITHDRAWAL, "NĐ 118/2025 Đ21: người nộp rút hồ sơ"),
    Transition(S.SUPPLEMENT, S.STOPPED, "Không bổ sung trong thời hạn"),
    Transition(S.PAYMENT, S.IN_PROCESS, "NĐ 118/2025 Đ24: đã thực hiện nghĩa vụ tài chính"),
    Transition(S.PAYMENT, S.WITHDRAWAL, "NĐ 118/2025 Đ21: người nộp rút hồ sơ"),
    Transition(S.PAYMENT, S.STOPPED, "Không thực hiện nghĩa vụ tài chính trong thời hạn"),
    Transition(S.WITHDRAWAL, S.STOPPED, "NĐ 118/2025 Đ21: dừng theo yêu cầu (Mẫu 05)"),
    Transition(S.DONE, S.RETURNED, "NĐ 118/2025 Đ22: trả kết quả"),
)
_ALLOWED = {(t.before, t.after): t for t in TRANSITIONS}

REOPENINGS: tuple[Transition, ...] = (
    Transition(S.REFUSED, S.REGISTERED, "Mở lại theo quyết định của người có thẩm quyền"),
    Transition(S.STOPPED, S.REGISTERED, "Mở lại theo quyết định, hồ sơ chưa từng được tiếp nhận"),
    Transition(S.STOPPED, S.IN_PROCESS, "Mở lại theo quyết định của người có thẩm quyền"),
    Transition(S.DONE, S.IN_PROCESS, "Giải quyết lại theo quyết định, để sửa hoặc thay kết quả"),
    Transition(S.RETURNED, S.IN_PROCESS, "Giải quyết lại theo quyết định, để sửa, thay kết quả"),
)
"""The only ways back from an end, and only with a written decision (ADR 0067)."""

ENDED = frozenset({S.REFUSED, S.STOPPED, S.RETURNED})
WITH_OFFICERS = frozenset({S.ACCEPTED, S.IN_PROCESS})


def transition(before: int, after: int) -> Transition | None:
    """The row that lets a dossier go from `before` to `after`, or None when none does."""
    return _ALLOWED.get((Status(before), Status(after)))


def reopening(status: int, *, taken_in: bool) -> Transition | None:
    """The row by which a decision opens a dossier in this state again, or None for one that is
    still open. One that was never `taken_in` goes back to the counter."""
    rows = [row for row in REOPENINGS if row.before == status]
    wanted = S.IN_PROCESS if taken_in else S.REGISTERED
    return next((row for row in rows if row.after == wanted), None)


def may_withdraw(status: int, decided: bool = False) -> bool:
    """The applicant may withdraw while there is no decision (NĐ 118/2025 Đ21)."""
    return not decided and transition(status, Status.WITHDRAWAL) is not None


def is_decided(facts: Mapping[str, Any]) -> bool:
    """Whether the approver has signed off; the signature itself follows within seconds."""
    return "approved_at" in facts


def is_owed(charge_state: str | None) -> bool:
    """Whether a fee in this state is still to be paid. One whose time to pay ran out is owed all
    the same, if the dossier lives on."""
    return charge_state in ("pending", "expired")


def returned_online(way: str, online: str, answers: Mapping[str, Any]) -> bool:
    """Whether the result goes to the applicant through the vault alone (NĐ 118/2025 Đ22): filed
    online, not bound to the counter by its kind, and no paper asked for."""
    return way == "online" and online != "counter" and answers.get("result_way") in (
        None,
        "electronic",
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class SupplementVerdict:
    """Whether more may be asked; `message` says why not."""

    allowed: bool
    message: str = ""


def may_ask_supplement(
    asked: int, role: str, limit: int | None, not_followed: bool = False
) -> SupplementVerdict:
    """Whether another supplement request may go out after `asked` earlier ones.

    One notice lists everything (NĐ 309/2026 sửa NĐ 118/2025 Đ17 k2a); a second needs an approver
    (NĐ 63/2010 Đ20 lets an office ask at most twice, and again only when the applicant has
    `not_followed` what the last notice guided them to do); `limit` is the version's own stricter
    bound (NĐ 217/2026: once), which knows no exception.
    """
    bound = 2 if limit is None else min(limit, 2)
    if asked >= bound and bound < 2:
        return SupplementVerdict(False, f"Thủ tục này chỉ cho yêu cầu bổ sung {bound} lần.")
    if asked >= bound and not not_followed:
        return SupplementVerdict(
            False,
            "Thủ tục này chỉ cho yêu cầu bổ sung 2 lần. Chỉ được yêu cầu nữa khi người nộp không"
            " làm theo hướng dẫn lần trước; khi đó hãy ghi rõ điểm nào chưa làm theo.",
        )
    if asked >= 1 and role not in ("approver", "head"):
        return SupplementVerdict(
            False, "Yêu cầu bổ sung từ lần thứ hai phải do lãnh đạo ký; hãy trình lãnh đạo."
        )
    return SupplementVerdict(True)


def kept(due: datetime | None, done: datetime | None, at: datetime) -> str:
    """Whether a step or a dossier kept to `due`, as 2.4.1 (9) words it: early, on_time or late when
    it is done; running or overdue at `at` while it is not; empty where nothing was due."""
    if due is None:
        return ""
    if done is None:
        return "overdue" if at > due else "running"
    if local(done).date() < local(due).date():
        return "early"
    return "on_time" if done <= due else "late"


@dataclass(frozen=True, slots=True)
class ExtensionVerdict:
    """Whether the time may be extended; `message` says why not."""

    allowed: bool
    message: str = ""


def may_extend(unit: str, extended: bool, due: datetime, at: datetime) -> ExtensionVerdict:
    """Whether the applicant may be given a later date at `at`.

    The apology (slip 04) goes out at least one day before the date it moves, and a dossier gets a
    new date once (TT 03/2025, Mẫu 04; `rules.md` 2.3 step 6). A limit "within the day" has no day
    before it.
    """
    if unit == "within_day":
        return ExtensionVerdict(False, "Thủ tục trả kết quả trong ngày không được gia hạn.")
    if extended:
        return ExtensionVerdict(
            False, "Hồ sơ này đã được gia hạn một lần; pháp luật chỉ cho hẹn lại một lần."
        )
    if local(at).date() >= local(due).date():
        return ExtensionVerdict(
            False,
            "Đã quá muộn để gia hạn: văn bản xin lỗi phải gửi trước ngày hẹn trả ít nhất một ngày.",
        )
    return ExtensionVerdict(True)


def is_extended(extended_to: Decimal | None, facts: Mapping[str, Any]) -> bool:
    """Whether the one later date was given, in this settling or in one before it was reopened."""
    return extended_to is not None or "extension_spent" in facts


def last_day_to_extend(due: datetime, calendar: WorkingCalendar) -> date:
    """The last working day on which slip 04 may still go out for a dossier due at `due`."""
    day = local(due).date() - timedelta(days=1)
    while not calendar.is_working_day(day):
        day -= timedelta(days=1)
    return day


@dataclass(frozen=True, slots=True)
class Clock:
    """What the deadline of a dossier is computed from; `extended_to` is the new total of the one
    extension, in the same unit."""

    received: datetime
    amount: Decimal | None
    unit: str
    pauses: tuple[Pause, ...]
    extended_to: Decimal | None = None

    def looked_at(
        self, calendar: WorkingCalendar, at: datetime | None = None, done: datetime | None = None
    ) -> Deadline:
        """The deadline as it stands at `at`, or when the result was ready at `done`."""
        return compute(
            self.received,
            self.amount,
            self.unit,
            calendar,
            self.pauses,
            extend=self.extended_to,
            at=at,
            done=done,
        )


def due_moment(clock: Clock, calendar: WorkingCalendar, at: datetime) -> datetime:
    """When the result is due, as it stands at `at` (2.4.1: an open pause ends at `at`)."""
    return clock.looked_at(calendar, at=at).due


def standing(clock: Clock, calendar: WorkingCalendar, at: datetime, done: datetime | None) -> str:
    """The verdict of 2.4.1 (9, 10): early, on_time, late, or running, due_soon, overdue, paused."""
    answer = clock.looked_at(calendar, done=done) if done else clock.looked_at(calendar, at=at)
    return answer.verdict or "running"


SOON = timedelta(hours=8)
"""Working time before a due moment from which it is due soon (`rules.md` 2.4.1.10)."""


def stood_still(
    since: datetime, until: datetime, pauses: Iterable[Pause], calendar: WorkingCalendar
) -> timedelta:
    """The working time between two moments in which the clock stood still. Pauses do not overlap;
    an open one lasts."""
    return sum(
        (
            calendar.working_time(max(one.start, since), min(one.end or until, until))
            for one in pauses
        ),
        timedelta(),
    )


def step_used(
    opened: datetime, until: datetime, pauses: Iterable[Pause], calendar: WorkingCalendar
) -> timedelta:
    """The working time a step has used by `until`, without the time the clock stood still."""
    return calendar.working_time(opened, until) - stood_still(opened, until, pauses, calendar)


def step_due(
    opened: datetime,
    due: datetime,
    at: datetime,
    pauses: Iterable[Pause],
    calendar: WorkingCalendar,
) -> datetime:
    """When a step is due that was due at `due` without the pauses since it was opened, as it stands
    at `at`."""
    moved = stood_still(opened, at, pauses, calendar)
    return calendar.after_working(due, moved) if moved > timedelta() else due


def soon_before(hours: Decimal | None) -> timedelta:
    """How much working time before its due moment a step that may take `hours` is due soon: half of
    them, so that a short step is not due soon from its beginning, and `SOON` at most."""
    return SOON if hours is None else min(SOON, timedelta(hours=float(hours)) / 2)


def alert_owed(
    due: datetime, at: datetime, calendar: WorkingCalendar, soon: timedelta = SOON
) -> str:
    """What whoever holds a step is to be told at `at`: `late` once it is past its due moment,
    `soon` within that much working time of it, nothing before, and nothing while nobody works."""
    if not calendar.is_open(at):
        return ""
    if at > due:
        return "late"
    return "soon" if calendar.working_time(at, due) <= soon else ""
