"""An open dossier passes over to the agency that a decree gives the competence to (ADR 0065).

Each in a transaction of its own, under the dossier's lock: whoever was about to act on it either
did so before, or finds it at the other agency. Safe to repeat, so that a crash loses none.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from motcua.agencies import queries as agencies
from motcua.agencies.facts import AgencyFacts
from motcua.catalogue import handing
from motcua.catalogue.models import Decree
from motcua.catalogue.passing import Passed, destination
from motcua.documents import actions as documents
from motcua.dossiers import rules
from motcua.dossiers.actions import results
from motcua.dossiers.actions.acting import SYSTEM, locked, record
from motcua.dossiers.errors import NobodyCanSign
from motcua.dossiers.events import DossierHandedOver, StepsOpened
from motcua.dossiers.models import Alert, Dossier, HandedOver, Opinion
from motcua.dossiers.queries.handover import OPEN
from motcua.foundation import clock, events
from motcua.processes.errors import NoRunningProcess, OfficeMissing
from motcua.processes.models import WorkItem
from motcua.processes.rehoming import rehome

SHOWN_TO_SOMEBODY = ("confirm", "approve")


@transaction.atomic
def hand_over(dossier_id: int, decree: Decree, passed: Sequence[Passed], now: datetime) -> bool:
    """Let one dossier pass over if the decree takes it along and it is not decided yet; True when
    it did now. One that cannot (no agency can be named, an office or a signer is missing there)
    stays where it is, with the reason on the list, and is asked again."""
    dossier = locked(dossier_id)
    if dossier.status not in OPEN or rules.is_decided(dossier.facts):
        return False
    today = clock.local(now).date()
    source = agencies.facts(dossier.agency_id)
    in_force = handing.rules_in_force(dossier.procedure_id, today)
    mine = [one for one in passed if one.procedure_id == dossier.procedure_id]
    named = communes_named(json.loads(dossier.answers or "{}"))
    found = destination(mine, in_force, dossier.case_key, source, named, today)
    if found is None:
        return False
    if found.agency is None:
        return _waits(dossier, decree, source, found.reason, now)
    try:
        with transaction.atomic():
            _pass(dossier, decree, source, found.agency, now)
    except (OfficeMissing, NoRunningProcess, NobodyCanSign) as obstacle:
        return _waits(dossier, decree, source, str(obstacle), now)
    return True


def communes_named(answers: Any) -> frozenset[str]:
    """The communes of all addresses in the answers."""
    if isinstance(answers, dict):
        here = answers.get("commune")
        own = {here} if isinstance(here, str) and len(here) == 5 and here.isdigit() else set()
        return frozenset(own).union(*map(communes_named, answers.values()))
    if isinstance(answers, list):
        return frozenset[str]().union(*map(communes_named, answers))
    return frozenset()


def _pass(
    dossier: Dossier, decree: Decree, source: AgencyFacts, target: AgencyFacts, now: datetime
) -> None:
    items = rehome(dossier.pk, target.id, agencies.offices(target.id))
    for item in items:
        asked = Opinion.objects.filter(work_item_id=item.pk, answered_at__isnull=True)
        asked.update(agency_id=item.agency_id)
    # Whom the work is with now was not told of its due date.
    Alert.objects.filter(work_item_id__in=[item.pk for item in items]).delete()
    why = f"{decree.get_kind_display()} theo {decree.number}"
    if (draft := dossier.facts.pop("result_document", None)) is not None:
        # What the first agency would have signed, under a number of its own.
        dossier.facts.pop("result_number", None)
        documents.lay_aside(draft, why, SYSTEM.ledger_name, now)
    dossier.agency = agencies.agency(target.id)
    entry = record(
        dossier,
        "handed_over",
        f"{why}: hồ sơ chuyển từ {source.name} đến {target.name} để giải quyết tiếp."[:600],
        SYSTEM,
        now,
        data={"decree": decree.pk, "from": source.code, "to": target.code},
    )
    row = {"source_id": source.id, "target_id": target.id, "moved_at": now, "reason": ""}
    HandedOver.objects.update_or_create(
        dossier=dossier, decree=decree, defaults=row, create_defaults={**row, "found_at": now}
    )
    if any(item.kind in SHOWN_TO_SOMEBODY for item in items):
        results.draft(dossier, now)
    _told(dossier, items, entry.pk)


def _told(dossier: Dossier, items: Sequence[WorkItem], entry_id: int) -> None:
    events.publish(DossierHandedOver(dossier.pk, entry_id))
    shown = [item.pk for item in items if item.kind in SHOWN_TO_SOMEBODY]
    if shown:
        events.publish(StepsOpened(dossier.pk, shown))


def _waits(
    dossier: Dossier, decree: Decree, source: AgencyFacts, reason: str, now: datetime
) -> bool:
    """Keep on the list why the dossier has not passed over. Always False."""
    row = {"source_id": source.id, "reason": reason[:300]}
    HandedOver.objects.update_or_create(
        dossier=dossier, decree=decree, defaults=row, create_defaults={**row, "found_at": now}
    )
    return False
