"""Looks that belong to no row of a room above: what a door records of them before it shows
anything."""

from __future__ import annotations

from motcua.foundation.viewer import Viewer
from motcua.people import queries
from motcua.people.access import AccessNote
from motcua.people.models import Role


def at_the_counter(viewer: Viewer, agency_id: int, id_number: str, purpose: str) -> AccessNote:
    """The look that asking the population register at the counter is, at whoever has this number,
    known here or not. `purpose` is the procedure."""
    known, unknown = queries.known_by_id_number([id_number])
    return AccessNote(
        viewer=viewer,
        subject_ids=known,
        subject_indexes=unknown,
        role=Role.RECEPTIONIST,
        agency_id=agency_id,
        purpose=f"Tra cứu tại quầy để làm thủ tục {purpose}",
        fields=("population",),
    )
