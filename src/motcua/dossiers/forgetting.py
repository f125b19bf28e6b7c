"""What this room answers when a person is erased as a whole."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q

from motcua.dossiers.actions.erasing import erase_drafts
from motcua.dossiers.models import Dossier
from motcua.foundation.holdings import Whose


def keeps(whose: Whose) -> dict[str, int]:
    """Dossiers of others that the person stands in, as who is to have the result or who acted."""
    theirs = Q(beneficiary_id=whose.person_id) | Q(representative_id=whose.person_id)
    count = Dossier.objects.filter(theirs).count()
    return {"dossiers": count} if count else {}


def forget(whose: Whose, by: str, now: datetime) -> dict[str, int]:
    """Drafts that were not filed, with their papers."""
    return {"drafts": erase_drafts(whose.person_id, by)}
