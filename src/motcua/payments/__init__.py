"""Charges, attempts to pay them, signed callbacks from the bank, reconciliation.

A charge belongs to a `subject`, an integer that means something to the room above. Leaves the
room: `ChargePaid`, `ChargeExpired`.
"""
