"""What the National Portal is told about a dossier at every turn (`rules.md` 2.7)."""

from __future__ import annotations

from datetime import datetime

from motcua.catalogue import queries as catalogue
from motcua.documents.models import Document
from motcua.dossiers.models import Dossier, TimelineEntry
from motcua.payments import queries as charges
from motcua.sharing import actions as sharing
from motcua.sharing import national


def key_of(entry: TimelineEntry) -> str:
    """What the message about this entry is known by, here and at the portal."""
    return f"timeline:{entry.pk}"


def report(dossier: Dossier, entry: TimelineEntry, now: datetime) -> None:
    """Queue the dossier's state as of `entry` for the National Portal: in order per dossier, once
    per entry, delivered until acknowledged."""
    version = catalogue.version(dossier.version_id)
    charge = charges.charge(dossier.pk)
    result = (
        Document.objects.filter(pk=dossier.facts.get("result_document")).first()
        if dossier.finished_at is not None
        else None
    )
    payload = national.payload(
        national.NationalDossier(
            number=dossier.number,
            procedure_code=version.code,
            procedure_name=version.name,
            sector_code=version.sector_code,
            sector_name=version.sector,
            channel=dossier.way,
            owner_name=dossier.beneficiary_name or dossier.applicant_name,
            owner_id_number=dossier.applicant.id_number or "",
            subject_kind=2 if dossier.organisation_id else 1,
            abstract=version.short_name,
            submitted_at=dossier.submitted_at,
            received_at=dossier.accepted_at or dossier.submitted_at,
            due_at=dossier.due_at,
            status=entry.status,
            finished_at=dossier.finished_at,
            returned_at=dossier.returned_at,
            unit=dossier.agency.name,
            note=entry.text,
            handler=entry.actor_name,
            handler_title=entry.actor_role,
            fee_name=charge.items[0]["name"] if charge and charge.items else "",
            fee_amount=charge.amount if charge else 0,
            fee_paid=bool(charge and charge.state == "paid"),
            result_number=result.number if result else "",
            result_name=result.title if result else "",
            verified_account=True,
            origin_number=dossier.origin_number,
            happened_at=entry.at,
        )
    )
    sharing.enqueue(
        target="national",
        stream=f"{dossier.realm}:{dossier.number}",
        kind="status",
        key=key_of(entry),
        payload=payload,
        now=now,
    )
