"""Who is told about a dossier."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q

from motcua.dossiers.models import Dossier
from motcua.people.models import Mandate, Person


def recipients(dossier: Dossier, now: datetime) -> list[tuple[str, Person]]:
    """The people to tell, each with what tells their notice apart (empty for the applicant). Whose
    mandate has ended is told nothing more."""
    if dossier.mandate_id is None:
        return [("", dossier.applicant)]
    rows = Mandate.objects.filter(valid__contains=now).select_related("representative")
    if dossier.organisation_id is None:
        holding = rows.filter(pk=dossier.mandate_id)
        others = [mandate.representative for mandate in holding]
        return [("", dossier.applicant), *((f":{one.pk}", one) for one in others)]
    for_it = rows.filter(organisation_id=dossier.organisation_id).filter(
        Q(pk=dossier.mandate_id) | Q(ground=Mandate.Ground.LEGAL)
    )
    people = {mandate.representative_id: mandate.representative for mandate in for_it}
    return [(f":{key}", people[key]) for key in sorted(people)]
