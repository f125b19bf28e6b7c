"""Persons, organisations, accounts, appointments of officers, and who looked at whose data.

A *person* is known by the personal id number, which is encrypted and found through a blind index.
An *account* is somebody who can sign in: a person, a person in the name of an organisation, or a
local account for the day the national eID is down. An *appointment* makes a person an officer of
an agency in a role, over a range of days. Leaves the room: `SignedIn`.
"""
