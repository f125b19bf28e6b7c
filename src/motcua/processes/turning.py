"""Steps of the system that the system cannot do: people look after them until it can."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from motcua.processes.errors import WorkItemGone
from motcua.processes.models import WorkItem

KIND = "stuck"
"""The kind of a step while people look after it."""
AGAIN = "again"
"""Its one outcome: let the system try again."""
_WAS = "was"
_TRIED_SINCE = "tried_since"


@transaction.atomic
def to_people(
    item_id: int, role: str, agency_id: int, account_id: int | None, now: datetime
) -> WorkItem:
    """Put an open step of the system before `role` of an agency, due at once, for one account or
    (None) for all of them. Raises `WorkItemGone`, also when people have it already."""
    item = _open(item_id)
    if item.kind == KIND:
        raise WorkItemGone(item_id, item.name)
    was = {"role": item.role, "kind": item.kind, "agency": item.agency_id}
    item.settings = {**item.settings, _WAS: {**was, "outcomes": item.outcomes}}
    item.role, item.kind, item.agency_id = role, KIND, agency_id
    item.outcomes = [{"key": AGAIN, "label": "Gửi lại"}]
    item.assignee_id, item.due_at = account_id, now
    item.save()
    return item


@transaction.atomic
def to_the_system(item_id: int, now: datetime) -> WorkItem:
    """Give a step back to the system, which tries anew from `now` on. Raises `WorkItemGone`, also
    when the system has it already."""
    item = _open(item_id)
    was = item.settings.get(_WAS)
    if item.kind != KIND or was is None:
        raise WorkItemGone(item_id, item.name)
    rest = {key: value for key, value in item.settings.items() if key != _WAS}
    item.settings = {**rest, _TRIED_SINCE: now.isoformat()}
    item.role, item.kind, item.agency_id = was["role"], was["kind"], was["agency"]
    item.outcomes, item.assignee_id, item.due_at = was["outcomes"], None, None
    item.save()
    return item


def tried_since(item: WorkItem) -> datetime:
    """Since when the system has been trying to do the step."""
    given = item.settings.get(_TRIED_SINCE)
    return datetime.fromisoformat(given) if given else item.opened_at


def _open(item_id: int) -> WorkItem:
    item = WorkItem.objects.select_for_update().filter(pk=item_id).first()
    if item is None or item.state != WorkItem.State.OPEN:
        raise WorkItemGone(item_id, item.name if item is not None else "")
    return item
