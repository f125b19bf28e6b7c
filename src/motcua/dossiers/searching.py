"""The search in text, as the owner of the tables: what could tell of hidden rows (LIKE) may not use
an index under a policy. Both functions keep to one agency, which must be of a realm in
sight, and so to dossiers that the policy shows (`dossiers_asked`).

A name that many bear is met soon along the list; what has not been met in `WALKED` rows
is rare enough to be found by the trigrams. Each text is planned for itself (`force_custom_plan`):
only the text tells which of its trigrams are rare.

`dossiers_sought` gives a page of one inbox. What has been returned (10) waits for nobody, and the
index that it asks leaves it out. `dossiers_found` gives the newest dossiers of an agency.
"""

from __future__ import annotations

WALKED = 2000
"""Rows of a list that are looked at one by one for a name."""

_NAMED = "({name} LIKE folded OR {name} LIKE first OR upper(d.number) LIKE prefix)"
_IN_SIGHT = """EXISTS (SELECT FROM agencies_agency a WHERE a.id = agency
           AND (motcua_sees_all() OR a.realm = ANY (motcua_realms())))"""
_PLANNED = """LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp
    SET plan_cache_mode = force_custom_plan SET random_page_cost = 1.1 SET jit = off"""
_UNINDEXED = "(d.applicant_folded || '')"
"""The name as an expression, which has no index: so the list is what is gone through."""

_STEPS = """processes_workitem w
    WHERE w.agency_id = agency AND w.role = duty AND w.state = 'open'
      AND (tab <> 'return' OR w.kind = 'return')
      AND (tab <> 'mine' OR w.assignee_id = ANY (assignees))"""
_AFTER = """(after_due IS NULL OR (w.due_at, w.id) > (after_due, after_id))
    ORDER BY w.due_at, w.id"""
_WAITING = f"""d.status <> 10
      AND (tab <> 'waiting' OR d.status = 5)
      AND (wanted = '' OR d.procedure_id = (
          SELECT c.id FROM catalogue_procedure c WHERE c.code = wanted))
      AND {_NAMED}"""  # noqa: S608 parts of this file
INBOX_WALKED = f"""
    SELECT w.id FROM (SELECT w.id, w.subject, w.due_at FROM {_STEPS} AND {_AFTER}
        LIMIT {WALKED}) w JOIN dossiers_dossier d ON d.id = w.subject
    WHERE {_WAITING.format(name=_UNINDEXED)} ORDER BY w.due_at, w.id LIMIT most"""  # noqa: S608 parts of this file
INBOX_BY_INDEX = f"""
    SELECT w.id FROM (SELECT d.id FROM dossiers_dossier d
        WHERE {_WAITING.format(name="d.applicant_folded")} OFFSET 0) d
        JOIN (SELECT w.id, w.subject, w.due_at FROM {_STEPS}) w ON w.subject = d.id
    WHERE (w.due_at, w.id) > (last_due, last_id) OR w.due_at IS NULL
    ORDER BY w.due_at, w.id LIMIT most - met"""  # noqa: S608 parts of this file

FOUND_WALKED = f"""
    SELECT d.id FROM (SELECT d.id, d.number, d.applicant_folded, d.submitted_at
        FROM dossiers_dossier d WHERE d.agency_id = agency
        ORDER BY d.submitted_at DESC LIMIT {WALKED}) d
    WHERE {_NAMED.format(name=_UNINDEXED)} ORDER BY d.submitted_at DESC LIMIT most"""  # noqa: S608 parts of this file
FOUND_BY_INDEX = f"""
    SELECT d.id FROM (SELECT d.id, d.agency_id, d.submitted_at FROM dossiers_dossier d
        WHERE {_NAMED.format(name="d.applicant_folded")} OFFSET 0) d
    WHERE d.agency_id = agency ORDER BY d.submitted_at DESC LIMIT most"""  # noqa: S608 parts of this file

FUNCTIONS = f"""
DROP FUNCTION IF EXISTS dossiers_found(text, text, bigint[]);
CREATE OR REPLACE FUNCTION dossiers_sought(prefix text, folded text, first text, agency bigint,
        duty text, tab text, assignees bigint[], wanted text, after_due timestamptz,
        after_id bigint, most int)
    RETURNS SETOF bigint {_PLANNED} ROWS 51 AS
    $$ DECLARE met int ; last_due timestamptz ; last_id bigint
       ; BEGIN IF NOT {_IN_SIGHT} THEN RETURN ; END IF
       ; RETURN QUERY {INBOX_WALKED}
       ; GET DIAGNOSTICS met = ROW_COUNT
       ; IF met >= most THEN RETURN ; END IF
       ; SELECT w.due_at, w.id INTO last_due, last_id FROM {_STEPS} AND {_AFTER}
         OFFSET {WALKED} - 1 LIMIT 1
       ; IF last_due IS NULL THEN RETURN ; END IF
       ; RETURN QUERY {INBOX_BY_INDEX}
       ; END $$;
REVOKE ALL ON FUNCTION dossiers_sought(
    text, text, text, bigint, text, text, bigint[], text, timestamptz, bigint, int) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION dossiers_sought(
    text, text, text, bigint, text, text, bigint[], text, timestamptz, bigint, int) TO motcua_app;
CREATE OR REPLACE FUNCTION dossiers_found(prefix text, folded text, first text, agency bigint,
        most int)
    RETURNS SETOF bigint {_PLANNED} ROWS 20 AS
    $$ DECLARE walked bigint[]
       ; BEGIN IF NOT {_IN_SIGHT} THEN RETURN ; END IF
       ; walked := ARRAY({FOUND_WALKED})
       ; IF cardinality(walked) >= most THEN RETURN QUERY SELECT unnest(walked)
       ; ELSE RETURN QUERY {FOUND_BY_INDEX}
       ; END IF ; END $$;
REVOKE ALL ON FUNCTION dossiers_found(text, text, text, bigint, int) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION dossiers_found(text, text, text, bigint, int) TO motcua_app;
"""  # noqa: S608 parts of this file
