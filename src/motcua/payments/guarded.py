"""Tables about money that the second wall leaves open, and why."""

from __future__ import annotations

_BANK = "the bank's messages come without a person in whose sight to read; found by random order"

OPEN = {
    "payments_charge": _BANK + "; holds the payer's name and the dossier's number",
    "payments_payment": _BANK,
    "payments_callback": _BANK + "; kept as it came, and only grows",
    "payments_bankkey": "the house checks every message of the bank with it; encrypted",
}
