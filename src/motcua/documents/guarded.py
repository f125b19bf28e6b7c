"""Who sees issued papers: the realm of the agency that issues them, and their holder; a vault and
its links, their holder alone. The policy of
`documents_file` is with the dossiers, which know what a file is attached to."""

from __future__ import annotations

from motcua.foundation.row_security import ORGANISATION, PERSON, any_of

_BY_OUR_AGENCY = (
    "EXISTS (SELECT FROM agencies_agency a WHERE a.id = documents_document.agency_id"
    " AND a.realm = ANY ((SELECT motcua_realms())::text[]))"
)

POLICIES = {
    "documents_document": any_of(
        PERSON.format(column="owner_id"),
        ORGANISATION.format(column="organisation_id"),
        _BY_OUR_AGENCY,
    ),
    "documents_keptpaper": any_of(
        PERSON.format(column="owner_id"), ORGANISATION.format(column="organisation_id")
    ),
    "documents_share": any_of(
        PERSON.format(column="owner_id"), ORGANISATION.format(column="organisation_id")
    ),
}
