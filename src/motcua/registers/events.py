"""What leaves the room."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class EntryRecorded:
    """A new entry stands in a register; `supersedes_id` is the entry it corrects."""

    entry_id: int
    register: str
    agency_id: int
    supersedes_id: int | None
