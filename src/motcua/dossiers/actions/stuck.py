"""A step of the system that another system refuses for good, or has not answered for an hour: an
officer and the administrators know at once, and the officer has it in the inbox."""

from __future__ import annotations

from datetime import datetime, timedelta

import structlog
from django.db import transaction

from motcua.agencies import queries as agencies
from motcua.dossiers import rules
from motcua.dossiers.actions.acting import SYSTEM, append, locked, officer, record
from motcua.dossiers.models import Dossier
from motcua.foundation import background
from motcua.foundation.viewer import Viewer
from motcua.notices import actions as notices
from motcua.people import queries as people
from motcua.people.models import Role
from motcua.processes import turning
from motcua.processes.models import WorkItem
from motcua.sharing.errors import ServiceRefused, SharingFailed

log = structlog.get_logger()

PATIENCE = timedelta(hours=1)
"""So long a system that does not answer is asked again before anybody is troubled."""


def is_stuck(item: WorkItem, failed: SharingFailed, now: datetime) -> bool:
    """Whether people must look: the other system said no, or nothing for an hour."""
    return isinstance(failed, ServiceRefused) or now - turning.tried_since(item) >= PATIENCE


@transaction.atomic
def put_before_people(
    dossier_id: int, item: WorkItem, service: str, reason: str, now: datetime
) -> None:
    """Put the step into the inbox of whoever handled the dossier last (or of all who handle
    dossiers of its agency), and tell them and the administrators. `service` and `reason` are what
    the other system's client says: names and codes, nothing of a person."""
    dossier = locked(dossier_id)
    waiting = WorkItem.objects.filter(pk=item.pk, state=WorkItem.State.OPEN)
    if dossier.status in rules.ENDED or not waiting.exclude(kind=turning.KIND).exists():
        return
    agency_id, account_id = _handler(dossier, now)
    turning.to_people(item.pk, Role.HANDLER, agency_id, account_id, now)
    entry = append(
        dossier,
        "step_stuck",
        f"{item.name}: chưa làm được. Cơ quan giải quyết đang xử lý, bạn không phải làm gì."[:600],
        SYSTEM,
        now,
        note=f"{service}: {reason}",
        data={"step": item.step, "service": service, "reason": reason},
    )
    log.error("step_stuck", dossier=dossier.pk, step=item.step, service=service, reason=reason)
    handlers = people.holders(agency_id, Role.HANDLER, now)
    if account_id is not None:
        handlers = handlers.filter(account_id=account_id)
    link = f"/mot-cua/ho-so/{dossier.number}/"
    told = {post.account.person_id: link for post in handlers}
    told |= dict.fromkeys(_administrators(dossier.agency_id, now) - set(told), "")
    for person_id, place in told.items():
        if person_id is not None:
            _tell(dossier, entry.pk, item, person_id, place, now)


def _handler(dossier: Dossier, now: datetime) -> tuple[int, int | None]:
    """The agency and the account that handled the dossier last and still may; the dossier's own
    agency and nobody in particular when there is none."""
    done = WorkItem.objects.filter(
        subject=dossier.pk, role=Role.HANDLER, done_by__isnull=False
    ).order_by("-done_at", "-pk")
    last = done.first()
    if last is None:
        return dossier.agency_id, None
    assert last.done_by_id is not None
    still = people.colleague(last.done_by_id, last.agency_id, Role.HANDLER, now)
    return last.agency_id, still.pk if still else None


def _administrators(agency_id: int, now: datetime) -> set[int | None]:
    """The people who administer the body the agency works for, or the one above it."""
    body = agencies.facts(agencies.facts(agency_id).works_for)
    return {
        post.account.person_id
        for place in (body.id, body.parent_id)
        if place is not None
        for post in people.holders(place, Role.ADMINISTRATOR, now)
    }


def _tell(
    dossier: Dossier, entry: int, item: WorkItem, person_id: int, link: str, now: datetime
) -> None:
    notices.send(
        key=f"stuck:{entry}:{person_id}",
        person_id=person_id,
        title=f"Hồ sơ {dossier.number}: một bước chưa làm được",
        body=f"Bước “{item.name}” bị hệ thống khác từ chối hoặc không trả lời. Người xử lý hồ sơ"
        " xem lý do trên trang hồ sơ, làm rõ với cơ quan kia rồi bấm Gửi lại.",
        link=link,
        now=now,
    )


def try_again(
    viewer: Viewer, dossier: Dossier, item: WorkItem, note: str, now: datetime
) -> Dossier:
    """An officer has cleared it up: the system tries again. The caller holds the dossier's lock
    and has compared its revision. Raises `NotYours`."""
    actor = officer(viewer, item.agency_id, item.agency.name, [item.role])
    turning.to_the_system(item.pk, now)
    record(
        dossier,
        "step_again",
        f"{item.name}: gửi lại."[:600],
        actor,
        now,
        note=note.strip(),
        data={"step": item.step},
    )
    background.defer("dossiers.system_step", dossier_id=dossier.pk, item_id=item.pk)
    return dossier
