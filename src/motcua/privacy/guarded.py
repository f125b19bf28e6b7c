"""Who sees what people ask about their data: they themselves, and the realm of the agency asked. A
copy of everything about somebody is for that person alone."""

from __future__ import annotations

from motcua.foundation.row_security import PERSON, any_of

_BY_OUR_AGENCY = (
    "EXISTS (SELECT FROM agencies_agency a WHERE a.id = privacy_privacyrequest.agency_id"
    " AND a.realm = ANY ((SELECT motcua_realms())::text[]))"
)

_OURS = (
    "EXISTS (SELECT FROM agencies_agency a WHERE a.id = privacy_breach.agency_id"
    " AND a.realm = ANY ((SELECT motcua_realms())::text[]))"
)
_OF_A_BREACH = "EXISTS (SELECT FROM privacy_breach b WHERE b.id = {table}.breach_id)"

OPEN = {
    "privacy_erasure": "the worker renews keys in every realm; it says whose, and nothing of them",
    "privacy_legalhold": "the work at night must see, for every realm, what may not be deleted; the"
    " reason is encrypted",
}

POLICIES = {
    "privacy_breach": any_of(_OURS),
    "privacy_affected": any_of(_OF_A_BREACH.format(table="privacy_affected")),
    "privacy_breachentry": any_of(_OF_A_BREACH.format(table="privacy_breachentry")),
    "privacy_privacyrequest": any_of(PERSON.format(column="person_id"), _BY_OUR_AGENCY),
    "privacy_requestentry": any_of(
        "EXISTS (SELECT FROM privacy_privacyrequest r WHERE r.id = privacy_requestentry.request_id)"
    ),
    "privacy_export": any_of(PERSON.format(column="person_id")),
    "privacy_exportpart": any_of(
        "EXISTS (SELECT FROM privacy_export e WHERE e.id = privacy_exportpart.export_id)"
    ),
}
