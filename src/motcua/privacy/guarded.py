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

FUNCTIONS = """
CREATE OR REPLACE FUNCTION privacy_timeline_sealed_anew(entry bigint, was bytea, anew bytea)
    RETURNS bigint LANGUAGE sql VOLATILE SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp AS
    $$ SELECT set_config('motcua.sealed_anew', 'on', true)
       ; UPDATE dossiers_timelineentry t SET
           text = CASE t.text WHEN was THEN anew ELSE t.text END,
           note = CASE t.note WHEN was THEN anew ELSE t.note END
       FROM dossiers_dossier d
       WHERE t.id = entry AND was IN (t.text, t.note) AND d.id = t.dossier_id
         AND get_byte(was, 0) = 0 AND get_byte(anew, 0) = 0
         AND substr(was, 2, 16) <> substr(anew, 2, 16) AND length(was) = length(anew)
         AND EXISTS (SELECT FROM privacy_erasure e
                     WHERE e.person_id = d.applicant_id AND e.done_at IS NULL)
       RETURNING t.id $$;
REVOKE ALL ON FUNCTION privacy_timeline_sealed_anew(bigint, bytea, bytea) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION privacy_timeline_sealed_anew(bigint, bytea, bytea) TO motcua_app;
"""
"""The timeline only grows. Words in it are written under another key of their person, as long as
before, while an erasure of that person is under way, and never else."""

OPEN = {
    "privacy_erasure": "the worker renews keys in every realm; it says whose, and nothing of them",
    "privacy_roomanswer": "counts, by the name of a room; the worker writes it in every realm",
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
