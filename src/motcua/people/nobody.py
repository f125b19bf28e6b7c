"""The person who stands where somebody stood whose data is kept no longer."""

from __future__ import annotations

from datetime import datetime

from motcua.foundation import crypto
from motcua.foundation.disposal import ANONYMOUS
from motcua.people.models import Person


def nobody(now: datetime) -> Person:
    """The one row without an id number; made when it is first needed."""
    found, _ = Person.objects.get_or_create(
        id_index=crypto.blind_index("nobody", ""),
        defaults={
            "id_number": "",
            "full_name": ANONYMOUS,
            "folded_name": "",
            "updated_at": now,
        },
    )
    return found
