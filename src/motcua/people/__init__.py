"""Persons, organisations, accounts, appointments of officers, and who looked at whose data.

Identity numbers are encrypted and found through a blind index. Leaves the room: `SignedIn`.
"""
