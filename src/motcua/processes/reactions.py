"""What processes do when something happens in other rooms."""

from __future__ import annotations

from motcua.foundation.events import handles
from motcua.people.events import LeftAgency
from motcua.processes.models import WorkItem


@handles(LeftAgency)
def give_back_steps(event: LeftAgency) -> None:
    """Open steps that somebody had taken at an agency they have left wait for their role again."""
    WorkItem.objects.filter(
        assignee_id=event.account_id,
        agency_id__in=event.agency_ids,
        state=WorkItem.State.OPEN,
    ).update(assignee=None)
