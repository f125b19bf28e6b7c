"""The control slip (TT 03/2025, Mẫu 06): who had a dossier from when to when, on paper."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from motcua.dossiers.actions.acting import Actor, concerned, locked
from motcua.dossiers.models import Dossier
from motcua.foundation import background, ledger
from motcua.foundation.viewer import Viewer


@transaction.atomic
def ask_control_slip(viewer: Viewer, dossier_id: int, now: datetime) -> Dossier:
    """Have the worker make slip 06 as the dossier stands now. Whoever settles dossiers of its
    agency may; asking twice without anything having happened gives the same slip. Raises
    `NotFound`."""
    dossier = locked(dossier_id)
    concerned(viewer, dossier.agency_id)
    actor = Actor(viewer.name, "officer", dossier.agency.name, viewer.account_id)
    ledger.append(
        "dossier.control_slip", dossier.number, actor.ledger_name, {"at": now.isoformat()}
    )
    background.defer("dossiers.slip", dossier_id=dossier.pk, form="06", about=dossier.revision)
    return dossier
