"""A process goes on at another agency: what was open there is open here, for the same role."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction

from motcua.processes.engine import compiled
from motcua.processes.errors import NoRunningProcess, OfficeMissing
from motcua.processes.models import ProcessInstance, WorkItem


@transaction.atomic
def rehome(subject: int, agency_id: int, offices: Mapping[str, int]) -> list[WorkItem]:
    """Let the process of `subject` go on at an agency with these `offices`; the steps that are open
    now, each with the same role at the agency or its office of the same key, held by nobody. When a
    step is due does not change. Steps that are done keep the agency that did them.

    Raises `NoRunningProcess`, and `OfficeMissing` when the process needs an office that the agency
    does not have: then nothing has changed.
    """
    running = ProcessInstance.State.RUNNING
    instance = ProcessInstance.objects.select_for_update().filter(subject=subject).first()
    if instance is None or instance.state != running:
        raise NoRunningProcess(subject)
    process = compiled(instance.version_id)
    for office, steps in process.offices.items():
        if office not in offices:
            raise OfficeMissing(office, steps)
    before = {instance.agency_id, *map(int, instance.offices.values())}
    instance.agency_id = agency_id
    instance.offices = {office: offices[office] for office in process.offices}
    instance.save(update_fields=["agency", "offices"])
    moved = []
    open_now = WorkItem.objects.select_for_update().filter(
        instance=instance, state=WorkItem.State.OPEN
    )
    for item in open_now.order_by("pk"):
        if item.agency_id not in before:
            continue  # asked of somebody else, who still is
        office = item.settings.get("office", "")
        item.agency_id = int(instance.offices[office]) if office else agency_id
        item.assignee_id = None
        moved.append(item)
    WorkItem.objects.bulk_update(moved, ["agency", "assignee"])
    return moved
