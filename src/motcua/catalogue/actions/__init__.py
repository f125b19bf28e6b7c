"""The use cases that write the catalogue."""

from .decrees import (
    bring_into_force,
    load_decree,
    rehearsal_of,
    schedule_decree,
    settle_decree,
    undo_decree,
)
from .drafting import (
    Decision,
    drop_draft,
    end_procedure,
    publish_draft,
    record_entry,
    record_step,
    save_draft,
    save_form,
    save_process,
    send_for_review,
    start_draft,
)
from .importing import ImportReport, Rejection, import_records
from .phrases import (
    make_search_vectors,
    put_phrase,
    read_phrase,
    remove_phrase,
    restore_phrase,
)
from .publishing import name_deciders, publish_version

__all__ = [
    "Decision",
    "ImportReport",
    "Rejection",
    "bring_into_force",
    "drop_draft",
    "end_procedure",
    "import_records",
    "load_decree",
    "make_search_vectors",
    "name_deciders",
    "publish_draft",
    "publish_version",
    "put_phrase",
    "read_phrase",
    "record_entry",
    "record_step",
    "rehearsal_of",
    "remove_phrase",
    "restore_phrase",
    "save_draft",
    "save_form",
    "save_process",
    "schedule_decree",
    "send_for_review",
    "settle_decree",
    "start_draft",
    "undo_decree",
]
