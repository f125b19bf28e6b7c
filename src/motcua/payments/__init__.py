"""Charges, attempts to pay them, signed callbacks from the bank, reconciliation.

A charge belongs to a `subject`, an integer that means something to the room above. Only a signed
message from the bank, the bank's signed answer to a question, or cash at the counter changes its
state. Money that arrives is always recorded: what cannot pay its charge is owed back. Leaves the
room: `ChargePaid`, `ChargeExpired`, `RefundOwed`.
"""
