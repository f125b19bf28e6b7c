"""What this room answers when a person is erased as a whole. Their requests stay as proof that they
were answered in time; what was said in them is unreadable once the person's keys are destroyed."""

from __future__ import annotations

from datetime import datetime

from motcua.foundation.disposal import ANONYMOUS
from motcua.foundation.holdings import Whose
from motcua.privacy.models import Export, ExportPart, RequestEntry


def forget(whose: Whose, by: str, now: datetime) -> dict[str, int]:
    """Copies that are still kept, and the person's name under the steps of their requests."""
    copies = Export.objects.filter(person_id=whose.person_id)
    parts, _ = ExportPart.objects.filter(export__in=copies).delete()
    copies.exclude(state=Export.State.EXPIRED).update(state=Export.State.EXPIRED)
    steps = RequestEntry.objects.filter(request__person_id=whose.person_id, actor_role="")
    named = steps.exclude(actor_name=ANONYMOUS).update(actor_name=ANONYMOUS)
    return {"exports": parts, "request_story": named}
