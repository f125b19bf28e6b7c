"""How often a person, an address or a program may do what costs much or guesses at a secret.

The limits are data (`table.py`). Guesses are counted by address and target together, so that
nobody can use up what belongs to the owner, and a device that the owner has used before is counted
for itself (`devices.py`).
"""
