"""Tables of the foundation that name people and that the second wall leaves open, and why."""

from __future__ import annotations

OPEN = {
    "django_session": "found by its random key alone; it is read before anybody is known",
    "foundation_outboxevent": "holds row ids; whoever acts adds to it, the worker alone reads it",
    "foundation_idempotencykey": "found by scope and key of whoever sent the request; the answer is"
    " encrypted",
    "foundation_ledgerentry": "one chain of everybody's, personal data by reference only; the house"
    " may add to it and no more, and everybody may check it",
}
