"""The use cases that write the catalogue."""

from .decrees import bring_into_force, load_decree, rehearsal_of, schedule_decree, undo_decree
from .importing import ImportReport, Rejection, import_records
from .publishing import publish_version

__all__ = [
    "ImportReport",
    "Rejection",
    "bring_into_force",
    "import_records",
    "load_decree",
    "publish_version",
    "rehearsal_of",
    "schedule_decree",
    "undo_decree",
]
