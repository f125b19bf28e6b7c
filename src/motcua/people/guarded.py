"""Tables about people that the second wall leaves open, and why. They are guarded by recorded
access: who is not known yet must be found by an id number, at any door and in any realm."""

from __future__ import annotations

_SIGNING_IN = "read to find out who somebody is, before there is anybody in whose sight to read it"

OPEN = {
    "people_person": "found by id number in every realm; number, phone, e-mail and residence are"
    " encrypted, and every look is recorded (`people.access`)",
    "people_organisation": "found by tax code in every realm; the register is public, the address"
    " encrypted",
    "people_account": _SIGNING_IN,
    "people_appointment": _SIGNING_IN,
    "people_delegation": _SIGNING_IN,
    "people_leave": _SIGNING_IN,
    "people_mandate": _SIGNING_IN + ": for whom they may act",
    "people_factor": _SIGNING_IN + "; the secret is encrypted",
    "people_recoverycode": _SIGNING_IN + "; digests only",
    "people_session": _SIGNING_IN,
    "people_access": "every door adds to it, about anybody; read by whom it is about and by"
    " inspectors, and only ever grows but for being judged",
    "people_oddlook": "found by the worker in every realm, for inspectors; the note is encrypted",
    "people_kinship": "two blind indexes, no more; the worker compares looks of every realm",
    "people_consent": "read where a purpose is served, in any realm",
    "people_processingstop": "read where a purpose is served, in any realm",
}
