"""The papers of a dossier go into the vault of whose dossier it is, once an agency has taken them
in (TT 01/2023/TT-VPCP): the next procedure need not ask for them again."""

from __future__ import annotations

from datetime import datetime

from motcua.catalogue import queries as catalogue
from motcua.documents.vault import actions as vault
from motcua.documents.vault.reading import Holder
from motcua.dossiers.models import Dossier, TimelineEntry


def into_vault(dossier_id: int, since_entry: int | None, now: datetime) -> int:
    """Keep what was given with the dossier, or with its timeline entry `since_entry` (the answer to
    a supplement), in the vault; how many papers are new there. What came from the vault is there
    already. Doing it twice changes nothing."""
    dossier = Dossier.objects.get(pk=dossier_id)
    if dossier.accepted_at is None:
        return 0
    given = dossier.attachments.filter(reused_from="")
    if since_entry is not None:
        given = given.filter(added_at__gte=TimelineEntry.objects.get(pk=since_entry).at)
    names = {one.key: one.name for one in catalogue.version(dossier.version_id).components}
    holder = Holder(dossier.applicant_id, dossier.organisation_id)
    papers = [
        vault.Paper(names.get(key, key), file_id)
        for key, file_id in given.values_list("component_key", "file_id")
    ]
    return vault.deposit(holder, papers, dossier.number, dossier.agency_id, now)
