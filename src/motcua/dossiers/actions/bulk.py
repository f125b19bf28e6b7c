"""Many steps at once, each for itself: its own transaction, its own check that nothing has changed
since the list was shown, its own line that says what came of it. One that is refused, or fails,
never stops or undoes another."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import structlog
from django.db import transaction

from motcua.dossiers.actions import deciding, handling, intake, returning
from motcua.dossiers.actions.acting import unchanged
from motcua.dossiers.actions.handling import must_be_open, step_of
from motcua.dossiers.errors import NotFound, Refused
from motcua.dossiers.models import Dossier
from motcua.foundation.viewer import Viewer
from motcua.payments.errors import PaymentRefused
from motcua.processes.errors import ProcessError
from motcua.processes.models import WorkItem

log = structlog.get_logger()

MOST = 100
"""So many at once; a page of the inbox has fewer."""


@dataclass(frozen=True, slots=True)
class Picked:
    """A step as the list showed it: `seen` is the revision of its dossier then, `sha256` (hex) what
    the approver was shown of the draft."""

    item_id: int
    seen: int
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """What came of one. `number` is empty for what does not exist for the viewer; `why` says why it
    was not done."""

    number: str
    done: bool
    why: str = ""


Act = Callable[[WorkItem, Dossier, Picked], Any]


def _each(viewer: Viewer, picked: Sequence[Picked], act: Act) -> list[Line]:
    if len(picked) > MOST:
        raise Refused(f"Chọn nhiều nhất {MOST} hồ sơ một lần.")
    return [_one(viewer, one, act) for one in dict.fromkeys(picked)]


def _one(viewer: Viewer, one: Picked, act: Act) -> Line:
    number = ""
    try:
        with transaction.atomic():
            item, dossier = step_of(viewer, one.item_id)
            number = dossier.number
            unchanged(dossier, one.seen)
            must_be_open(item)
            act(item, dossier, one)
    except (Refused, PaymentRefused) as error:
        return Line("" if isinstance(error, NotFound) else number, False, error.message)
    except ProcessError as error:
        return Line(number, False, str(error))
    except Exception:
        log.exception("bulk_failed", item=one.item_id)
        return Line(number, False, "Hệ thống gặp lỗi ở hồ sơ này; hãy mở hồ sơ và làm lại.")
    return Line(number, True)


def take(viewer: Viewer, picked: Sequence[Picked], now: datetime) -> list[Line]:
    """Take steps of the viewer's role that nobody holds."""
    return _each(viewer, picked, lambda item, _dossier, _one: handling.take(viewer, item.pk, now))


def assign(
    viewer: Viewer, picked: Sequence[Picked], account_id: int | None, now: datetime
) -> list[Line]:
    """Give steps to a colleague, or (None) back to everybody of the role."""
    return _each(
        viewer,
        picked,
        lambda item, _dossier, _one: handling.assign(viewer, item.pk, account_id, now),
    )


def accept(viewer: Viewer, picked: Sequence[Picked], now: datetime) -> list[Line]:
    """Take dossiers in."""

    def act(item: WorkItem, dossier: Dossier, one: Picked) -> None:
        if item.kind != "intake":
            raise Refused("Bước này không phải bước tiếp nhận.")
        intake.accept(viewer, dossier.pk, one.seen, now)

    return _each(viewer, picked, act)


def ask_supplement(
    viewer: Viewer,
    picked: Sequence[Picked],
    items: Sequence[Mapping[str, str]],
    reason: str,
    now: datetime,
) -> list[Line]:
    """Ask the applicants of all for the same; the law's limits hold for each."""
    return _each(
        viewer,
        picked,
        lambda _item, dossier, one: intake.ask_supplement(
            viewer, dossier.pk, one.seen, items, reason, now
        ),
    )


def hand_over(viewer: Viewer, picked: Sequence[Picked], how: str, now: datetime) -> list[Line]:
    """Give results to who stands at the counter, all in the same way."""
    return _each(
        viewer,
        picked,
        lambda item, _dossier, one: returning.hand_over(viewer, item.pk, one.seen, how, now),
    )


def sign(viewer: Viewer, picked: Sequence[Picked], now: datetime) -> list[Line]:
    """Approve and sign what was previewed; each draft must be the one that was shown."""
    return _each(
        viewer,
        picked,
        lambda item, _dossier, one: deciding.approve_and_sign(
            viewer, item.pk, one.seen, one.sha256, now
        ),
    )
