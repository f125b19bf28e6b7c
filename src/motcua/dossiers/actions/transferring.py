"""Taking in for an agency elsewhere, and handing over to it (NĐ 309/2026/NĐ-CP)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from motcua.agencies import queries as agencies
from motcua.catalogue import borderless
from motcua.catalogue import queries as catalogue
from motcua.documents.models import File
from motcua.dossiers import transfer_rules as rules
from motcua.dossiers.actions.acting import SYSTEM, concerned, locked, officer, record
from motcua.dossiers.actions.filing import Filing, file
from motcua.dossiers.composition import moment
from motcua.dossiers.errors import Refused
from motcua.dossiers.events import DossierProgressed
from motcua.dossiers.models import Dossier, FilingWay, HandOverList, Transfer
from motcua.foundation import clock, events, ledger, numbering, sight
from motcua.foundation.viewer import Viewer
from motcua.notices import actions as notices
from motcua.people import queries as people
from motcua.people.models import Person, Role

TAKEN = "taken_in"
"""Where a dossier keeps which body took it in, whether it has handed it over, and where the result
goes."""


def take_in(
    viewer: Viewer,
    centre_id: int,
    version_id: int,
    agency_id: int,
    person: Person,
    answers: Mapping[str, Any],
    files: Sequence[tuple[str, File]],
    return_at: str,
    now: datetime,
) -> Dossier:
    """A receptionist of `centre_id` files with `agency_id`, which decides it, for the person at the
    counter. Its clock starts when that agency has it (Đ17 k3). Raises `NotYours`, `Refused` for
    what may not be taken in here, and what `filing.check` raises."""
    concerned(viewer, centre_id)
    centre, agency = agencies.facts(centre_id), agencies.facts(agency_id)
    actor = officer(viewer, centre_id, centre.name, [Role.RECEPTIONIST])
    version = catalogue.version(version_id)
    on = clock.local(now).date()
    listed = centre.realm == agency.realm or borderless.is_listed(version.procedure_id, on)
    if why := rules.refusal(centre.realm, agency.realm, listed):
        raise Refused(why)
    if return_at not in Transfer.Return.values:
        raise Refused("Chọn nơi nhận kết quả.")
    # Of another realm, the dossier is the deciding agency's; who takes it in may write it once.
    with sight.seeing(sight.EVERYTHING), transaction.atomic():
        dossier = file(
            Filing(
                version_id=version_id,
                agency_id=agency_id,
                way=FilingWay.COUNTER,
                applicant=person,
                answers=answers,
                actor=actor,
                files=files,
                taken_in={"centre": centre_id, "handed": False, "return": return_at},
            ),
            now,
        )
        Transfer.objects.create(
            dossier=dossier,
            number=dossier.number,
            procedure=version.short_name[:300],
            centre_id=centre_id,
            centre_realm=centre.realm,
            agency_id=agency_id,
            return_at=return_at,
            papers=len(files),
            status=dossier.status,
            taken_at=now,
            due_at=rules.hand_over_by(now, agencies.calendar_of(centre_id, on)),
        )
        ledger.append(
            "transfer.taken_in",
            dossier.number,
            actor.ledger_name,
            {"centre": centre.code, "agency": agency.code},
        )
    return dossier


@transaction.atomic
def hand_over(viewer: Viewer, centre_id: int, agency_id: int, now: datetime) -> HandOverList:
    """Hand over all that the centre took in for one agency and still has, with one list. Raises
    `NotFound` for who does not work there, `NotYours`, and `Refused` when there is nothing."""
    concerned(viewer, centre_id)
    centre = agencies.facts(centre_id)
    actor = officer(viewer, centre_id, centre.name, [Role.RECEPTIONIST])
    agency = agencies.facts(agency_id)
    rows = list(
        Transfer.objects.select_for_update(of=("self",))
        .filter(centre_id=centre_id, agency_id=agency_id, handed_at__isnull=True)
        .order_by("taken_at", "pk")
    )
    if not rows:
        raise Refused("Không còn hồ sơ nào chờ bàn giao cho cơ quan này.")
    day = clock.local(now).date()
    n = numbering.next_value(f"hand-over:{centre.code}:{day:%y%m%d}")
    handed = HandOverList.objects.create(
        number=f"BG-{centre.code}-{day:%y%m%d}-{n:02d}",
        centre_id=centre_id,
        agency_id=agency_id,
        realms=sorted({centre.realm, agency.realm}),
        handed_at=now,
        handed_by=actor.name,
    )
    for row in rows:
        dossier = locked(row.dossier_id)
        dossier.facts[TAKEN] = {**dossier.facts[TAKEN], "handed": True}
        entry = record(
            dossier,
            "handed_over",
            f"Đã chuyển hồ sơ đến {agency.name}, danh sách bàn giao {handed.number}."[:600],
            actor,
            now,
        )
        events.publish(DossierProgressed(dossier.pk, entry.pk))
    # Last: from here on a centre of another province no longer sees the dossiers.
    Transfer.objects.filter(pk__in=[row.pk for row in rows]).update(list=handed, handed_at=now)
    ledger.append(
        "transfer.handed_over",
        handed.number,
        actor.ledger_name,
        {"agency": agency.code, "dossiers": [row.number for row in rows]},
    )
    return handed


def must_be_here(dossier: Dossier) -> None:
    """Raise `Refused` while the dossier is still with the centre that took it in."""
    taken = dossier.facts.get(TAKEN)
    if taken is not None and not taken["handed"]:
        raise Refused("Hồ sơ đang ở nơi tiếp nhận, chưa được bàn giao đến cơ quan giải quyết.")


def moved(dossier_id: int) -> None:
    """Let the centre know the state of what it took in. One statement."""
    status = Dossier.objects.filter(pk=dossier_id).values("status")
    Transfer.objects.filter(dossier_id=dossier_id).update(status=status[:1])


def late(now: datetime) -> list[int]:
    """What should have been handed over and was not, and of which nobody was told yet (by key)."""
    rows = Transfer.objects.filter(handed_at__isnull=True, alarmed_at__isnull=True, due_at__lt=now)
    return list(rows.order_by("due_at").values_list("pk", flat=True)[:1000])


@transaction.atomic
def alarm(transfer_id: int, now: datetime) -> bool:
    """Tell who takes in at the centre, and its head, that a dossier was not handed over in time.
    Once; True when they were told now."""
    row = (
        Transfer.objects.select_for_update(of=("self",))
        .select_related("agency")
        .get(pk=transfer_id)
    )
    if row.handed_at is not None or row.alarmed_at is not None or row.due_at >= now:
        return False
    row.alarmed_at = now
    row.save(update_fields=["alarmed_at"])
    found = [
        one
        for role in (Role.RECEPTIONIST, Role.HEAD)
        for one in people.colleagues(row.centre_id, role, now)
        if one.person_id is not None
    ]
    told = {one.pk: one for one in found}
    for account in told.values():
        assert account.person_id is not None
        notices.send(
            key=f"transfer-late:{row.pk}:{account.pk}",
            person_id=account.person_id,
            title=f"Quá hạn bàn giao: {row.number}",
            body=f"Hồ sơ {row.number} phải chuyển đến {row.agency.name} trước"
            f" {moment(row.due_at)}. Hãy lập danh sách bàn giao ngay.",
            link="/mot-cua/chuyen-ho-so/",
            subject=row.dossier_id,
            now=now,
        )
    ledger.append("transfer.late", row.number, SYSTEM.ledger_name, {"told": len(told)})
    return True
