"""Tables of the registers that the second wall leaves open, and why."""

from __future__ import annotations

OPEN = {
    "registers_entry": "an entry proves itself to whoever holds its number, in any realm; what it"
    " says is encrypted, it is written by the worker, and its readers scope by agency",
}
