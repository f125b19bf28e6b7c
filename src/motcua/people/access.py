"""A look at somebody else's data, as the query that reveals it returns it to the door."""

from __future__ import annotations

from dataclasses import dataclass

from motcua.foundation.viewer import Viewer


@dataclass(frozen=True, slots=True)
class AccessNote:
    """Who looked at whose data, as what, and why. The door hands it to `actions.record_access`
    before it shows anything; what cannot be recorded is not shown.

    `fields` are keys of the doors' list of words (`papers`), or the label of one question of a
    form. `subject_indexes` are blind indexes of id numbers nobody here has yet.
    """

    viewer: Viewer
    subject_ids: tuple[int, ...]
    role: str
    agency_id: int | None
    purpose: str
    dossier_number: str = ""
    fields: tuple[str, ...] = ()
    subject_indexes: tuple[bytes, ...] = ()
