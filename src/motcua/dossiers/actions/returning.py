"""Giving the result: into the vault for an online filing, over the counter for the others."""

from __future__ import annotations

import json
from datetime import datetime

from django.db import transaction

from motcua.catalogue import queries as catalogue
from motcua.dossiers import rules
from motcua.dossiers.actions import steps
from motcua.dossiers.actions.acting import (
    SYSTEM,
    Actor,
    locked,
    officer,
    record,
    require,
    unchanged,
)
from motcua.dossiers.actions.handling import must_be_open, step_of
from motcua.dossiers.errors import NotReady, Refused, Unpaid
from motcua.dossiers.events import DossierReturned
from motcua.dossiers.models import Dossier, FilingWay, Status
from motcua.foundation import events, money
from motcua.foundation.viewer import Viewer
from motcua.payments import queries as charges
from motcua.people.models import Role
from motcua.processes.models import WorkItem


def _return_item(dossier: Dossier) -> WorkItem | None:
    return WorkItem.objects.filter(
        subject=dossier.pk, kind="return", state=WorkItem.State.OPEN
    ).first()


def deliver_online(dossier: Dossier, now: datetime) -> bool:
    """Return the result of a locked, finished online dossier through the vault when its process has
    come to the return step and nothing is owed. True when it was returned now."""
    if dossier.status != Status.DONE:
        return False
    version = catalogue.version(dossier.version_id)
    answers = json.loads(dossier.answers or "{}")
    to_vault = dossier.facts.get("taken_in", {}).get("return") == "vault"
    way = FilingWay.ONLINE if to_vault else FilingWay(dossier.way)
    if to_vault:
        answers = {}  # said at the counter where it was taken in, not in the form
    if not rules.returned_online(way.key, version.online, answers):
        return False
    charge = charges.charge(dossier.pk)
    if charge is not None and rules.is_owed(charge.state):
        return False
    item = _return_item(dossier)
    if item is None:
        return False
    _return(dossier, item, SYSTEM, "Đã trả kết quả điện tử vào Kho dữ liệu của bạn.", None, now)
    return True


@transaction.atomic
def deliver(dossier_id: int, now: datetime) -> bool:
    """`deliver_online` by id, for the worker."""
    return deliver_online(locked(dossier_id), now)


@transaction.atomic
def hand_over(viewer: Viewer, item_id: int, seen: int, how: str, now: datetime) -> Dossier:
    """The receptionist gives the result to the person at the counter (`how` says to whom, against
    what). Raises `NotReady` while it is being signed, `Unpaid` when a fee is open."""
    item, dossier = step_of(viewer, item_id)
    actor = officer(viewer, item.agency_id, item.agency.name, [Role.RECEPTIONIST])
    unchanged(dossier, seen)
    must_be_open(item)
    if item.kind != "return":
        raise Refused("Bước này không phải bước trả kết quả.")
    if dossier.status in rules.WITH_OFFICERS:
        raise NotReady("Kết quả đang được ký số. Hãy đợi vài giây rồi tải lại trang.")
    require(dossier, [Status.DONE], "trả kết quả")
    charge = charges.charge(dossier.pk)
    if charge is not None and rules.is_owed(charge.state):
        raise Unpaid(money.vnd(charge.amount))
    text = "Đã trả kết quả tại quầy" + (f": {how.strip()}." if how.strip() else ".")
    _return(dossier, item, actor, text[:600], viewer.account_id, now)
    return dossier


def _return(
    dossier: Dossier,
    item: WorkItem,
    actor: Actor,
    text: str,
    account_id: int | None,
    now: datetime,
) -> None:
    dossier.returned_at = now
    entry = record(dossier, "returned", text, actor, now, to=Status.RETURNED)
    outcome = item.outcomes[0]["key"] if item.outcomes else "done"
    steps.complete(dossier, item, outcome, account_id, now)
    events.publish(DossierReturned(dossier.pk, entry.pk))
