"""Tables with secrets that the second wall leaves open, and why."""

from __future__ import annotations

OPEN = {
    "machines_tokenkey": "the house signs and checks every token with it, before the caller is"
    " known; the private part is encrypted",
}
