"""Who sees the rows of a dossier: its realm, its people, its organisation, and the realm of an
agency that is asked to do a step of it. What belongs to a dossier is seen by whoever sees the
dossier (a look at one row of its primary key)."""

from __future__ import annotations

from motcua.dossiers import searching
from motcua.foundation.row_security import ORGANISATION, PERSON, REALM, any_of

_OF_DOSSIER = "EXISTS (SELECT FROM dossiers_dossier d WHERE d.id = {table}.dossier_id)"
_PARTS = (
    "dossiers_timelineentry",
    "dossiers_pause",
    "dossiers_supplementrequest",
    "dossiers_earlieranswers",
    "dossiers_slip",
    "dossiers_opinion",
    "dossiers_fieldcheck",
    "dossiers_extension",
    "dossiers_rating",
    "dossiers_alert",
    "dossiers_handedover",
)
_FILE_IN_USE = (
    "EXISTS (SELECT FROM dossiers_attachment a WHERE a.file_id = documents_file.id)",
    "EXISTS (SELECT FROM documents_document d WHERE d.file_id = documents_file.id)",
    "EXISTS (SELECT FROM documents_keptpaper k WHERE k.file_id = documents_file.id)",
)

FUNCTIONS = """
CREATE OR REPLACE FUNCTION dossiers_asked(dossier bigint)
    RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp AS
    $$ SELECT EXISTS (
           SELECT FROM processes_workitem w JOIN agencies_agency a ON a.id = w.agency_id
           WHERE w.subject = dossier AND a.realm = ANY (motcua_realms())) $$;
REVOKE ALL ON FUNCTION dossiers_asked(bigint) FROM PUBLIC;
CREATE OR REPLACE FUNCTION dossiers_taken_in(dossier bigint)
    RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp AS
    $$ SELECT EXISTS (
           SELECT FROM dossiers_transfer t
           WHERE t.dossier_id = dossier AND t.handed_at IS NULL
             AND t.centre_realm = ANY (motcua_realms())) $$;
REVOKE ALL ON FUNCTION dossiers_taken_in(bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION dossiers_taken_in(bigint) TO motcua_app;
GRANT EXECUTE ON FUNCTION dossiers_asked(bigint) TO motcua_app;
CREATE OR REPLACE FUNCTION dossiers_timeline_disposed(
        entry bigint, words bytea, nothing bytea, anonymous text)
    RETURNS bigint LANGUAGE sql VOLATILE SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp AS
    $$ SELECT set_config('motcua.sealed_anew', 'on', true)
       ; UPDATE dossiers_timelineentry t SET text = words, note = nothing,
           actor_name = CASE actor_role WHEN 'applicant' THEN anonymous ELSE actor_name END
       FROM dossiers_dossier d JOIN people_person p ON p.id = d.applicant_id
       WHERE t.id = entry AND d.id = t.dossier_id AND d.finished_at IS NOT NULL
         AND d.applicant_folded = '' AND p.folded_name = ''
       RETURNING t.id $$;
REVOKE ALL ON FUNCTION dossiers_timeline_disposed(bigint, bytea, bytea, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION dossiers_timeline_disposed(bigint, bytea, bytea, text) TO motcua_app;
"""
FUNCTIONS += searching.FUNCTIONS
"""`dossiers_asked`: whether a step of the dossier is, or was, for an agency of a realm in sight, as
an opinion of another province. Asked last, so only of rows that nothing else shows.

`dossiers_taken_in`: whether a centre of a realm in sight took the dossier in for its agency and has
not handed it over yet.

`dossiers_timeline_disposed`: takes the words out of one line of a timeline, which otherwise only
grows: of a dossier that has ended and whose applicant is nobody any more."""

POLICIES = {
    "dossiers_dossier": any_of(
        REALM.format(column="realm"),
        PERSON.format(column="applicant_id"),
        ORGANISATION.format(column="organisation_id"),
        "((SELECT motcua_realms()) <> '{}'::text[] AND dossiers_asked(id))",
        "((SELECT motcua_realms()) <> '{}'::text[] AND dossiers_taken_in(id))",
    ),
    "dossiers_draft": any_of(PERSON.format(column="person_id")),
    "dossiers_attachment": any_of(
        _OF_DOSSIER.format(table="dossiers_attachment"),
        "EXISTS (SELECT FROM dossiers_draft d WHERE d.id = dossiers_attachment.draft_id)",
    ),
    **{table: any_of(_OF_DOSSIER.format(table=table)) for table in _PARTS},
    "dossiers_linkedset": any_of(
        "realms && (SELECT motcua_realms())::varchar[]",
        "EXISTS (SELECT FROM dossiers_dossier d WHERE d.id = dossiers_linkedset.first_id)",
    ),
    "dossiers_linkedmember": any_of(
        "EXISTS (SELECT FROM dossiers_linkedset s WHERE s.id = dossiers_linkedmember.set_id)"
    ),
    "dossiers_transfer": any_of(
        REALM.format(column="centre_realm"), _OF_DOSSIER.format(table="dossiers_transfer")
    ),
    "dossiers_handoverlist": any_of("realms ?| (SELECT motcua_realms())::text[]"),
    "dossiers_linkedalarm": any_of(
        "EXISTS (SELECT FROM dossiers_linkedmember m WHERE m.id = dossiers_linkedalarm.member_id)"
    ),
    "documents_file": any_of(PERSON.format(column="owner_id"), *_FILE_IN_USE),
}
"""A file is seen by its owner and by whoever sees what it is attached to; only this room knows
both."""

INSERTS = {"documents_file": "true"}
"""Whoever is at work may store a file, before it is anybody's: an officer's scan is seen once it is
attached."""

OPEN = {
    "dossiers_outage": "announced to everybody; it names the operator who announced it",
}
