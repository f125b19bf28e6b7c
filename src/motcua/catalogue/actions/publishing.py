"""Publishing a version of a procedure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import ProtectedError

from motcua.agencies import queries as agencies
from motcua.forms.models import FormVersion
from motcua.foundation import clock, events, ledger
from motcua.processes.models import ProcessVersion

from .. import queries
from ..errors import BadSpecification, VersionsOverlap
from ..events import VersionPublished
from ..models import Competence, Procedure, ProcedureVersion
from ..search.indexing import SearchText, folded_names, index
from ..specification import Specification, parse
from .rows import delete_parts, store_parts, version_row


@transaction.atomic
def publish_version(
    raw: Mapping[str, Any], now: datetime, *, supersede: bool = False, by: str = "system"
) -> ProcedureVersion:
    """Publish the version that `raw` describes (`procedure.schema.json`); it is frozen from then.

    Publishing what is published already returns it and changes nothing. `form` and `process` name
    the newest published version of that key at this moment. Raises `BadSpecification`, and
    `VersionsOverlap` when another version is in force over part of the range; with `supersede` an
    open-ended one makes room from today, as an amendment does.
    """
    specification = parse(raw)
    procedure = _procedure(specification)
    form_id = _form(specification.version.get("form"))
    process_id = _process(specification.version.get("process"))
    digest = specification.digest(form_id, process_id)
    since, until = specification.since, specification.until
    overlapping = list(
        ProcedureVersion.objects.select_for_update()
        .filter(procedure=procedure, valid__overlap=DateRange(since, until))
        .order_by("-valid")
    )
    for other in overlapping:
        if bytes(other.digest) == digest:
            _competence(specification, procedure)
            return other
    for other in [version for version in overlapping if version.imported]:
        delete_version(other)  # what was only described gives way to what is published here
        overlapping.remove(other)
    if overlapping:
        if not supersede:
            raise VersionsOverlap(
                specification.code, overlapping[0].valid.lower, overlapping[0].valid.upper
            )
        since = _make_room(specification, overlapping, now)
    version = version_row(specification.version, procedure.pk, since, until, digest)
    version.form_id, version.process_id = form_id, process_id
    version.save(force_insert=True)
    store_parts([(version, specification.version)])
    _competence(specification, procedure)
    index([search_text(procedure, version)])
    ledger.append(
        "catalogue.published",
        specification.code,
        by,
        {"version": version.pk, "from": since, "to": until, "decision": version.decision},
    )
    events.publish(VersionPublished(version.pk, specification.code))
    queries.forget_in_force()
    transaction.on_commit(queries.forget_in_force)  # another thread may have asked meanwhile
    return version


def search_text(procedure: Procedure, version: ProcedureVersion) -> SearchText:
    """What of a procedure and its version search looks at."""
    return SearchText(
        procedure_id=procedure.pk,
        names=f"{procedure.short_name} {procedure.name}",
        keywords=procedure.keywords,
        about=" ".join([procedure.sector, *version.results.values_list("name", flat=True)]),
    )


def _procedure(specification: Specification) -> Procedure:
    said = specification.procedure
    level = specification.version["level"]
    procedure, _ = Procedure.objects.update_or_create(
        code=said["code"],
        defaults={
            "name": said["name"],
            "short_name": said["short_name"],
            "sector": said["sector"],
            "sector_code": said.get("sector_code", ""),
            "ministry": said.get("ministry", ""),
            "levels": specification.version.get("levels", [level]),
            "life_events": said.get("life_events", []),
            "keywords": "\n".join(said.get("keywords", [])),
            "folded": folded_names(said["short_name"], said["name"]),
        },
    )
    return procedure


def _form(key: str | None) -> int | None:
    """The newest published version of a form."""
    if key is None:
        return None
    row = FormVersion.objects.filter(key=key, published_at__isnull=False).order_by("-version")
    found = row.values_list("pk", flat=True).first()
    if found is None:
        raise BadSpecification("version.form", f"Chưa có biểu mẫu nào được công bố với mã {key}.")
    return found


def _process(key: str | None) -> int | None:
    """The newest published version of a process."""
    if key is None:
        return None
    row = ProcessVersion.objects.filter(key=key, published_at__isnull=False).order_by("-version")
    found = row.values_list("pk", flat=True).first()
    if found is None:
        raise BadSpecification("version.process", f"Chưa có quy trình nào được công bố: {key}.")
    return found


def _make_room(
    specification: Specification, overlapping: list[ProcedureVersion], now: datetime
) -> date:
    """End the one open-ended version in the way today and return the first day of its successor.

    One that came into force today, or later, and on which nothing rests is taken away instead.
    Raises `VersionsOverlap` when more than that stands in the way: the past is not rewritten.
    """
    other = overlapping[0]
    day = max(clock.local(now).date(), specification.since)
    problem = VersionsOverlap(specification.code, other.valid.lower, other.valid.upper)
    if len(overlapping) > 1 or specification.until is not None or other.valid.upper is not None:
        raise problem
    if other.valid.lower >= day:
        try:
            delete_version(other)
        except ProtectedError as error:
            raise problem from error
        first: date = other.valid.lower
        return first
    other.valid = DateRange(other.valid.lower, day)
    other.save(update_fields=["valid"])
    return day


def delete_version(version: ProcedureVersion) -> None:
    """Take away a version that no dossier has used. Raises `ProtectedError` when one has."""
    with transaction.atomic():
        ledger.append(
            "catalogue.version_removed", version.procedure.code, "system", {"version": version.pk}
        )
        delete_parts([version])
        version.delete()


def _competence(specification: Specification, procedure: Procedure) -> None:
    """Record who decides from the version's first day, unless somebody is recorded already."""
    said = specification.competence
    if said is None:
        return
    span = DateRange(specification.since, None)
    stated = Competence.objects.filter(procedure=procedure, case_key="", territory="")
    if stated.filter(valid__overlap=span).exists():
        return
    Competence.objects.create(
        procedure=procedure,
        agency_kind=said["agency_kind"],
        agency=agencies.agency(said["agency"]) if said.get("agency") else None,
        valid=span,
        source=said["source"],
    )


@transaction.atomic
def name_deciders(said: Iterable[tuple[str, str, str]], since: date, source: str) -> int:
    """Record named agencies as those that decide: procedure code, agency code and the territory it
    is about. What is recorded for a territory already stays; how many were added."""
    span = DateRange(since, None)
    lines = list(said)
    procedures = dict(
        Procedure.objects.filter(code__in={one[0] for one in lines}).values_list("code", "pk")
    )
    bodies = agencies.named({one[1] for one in lines}, since)
    there = set(
        Competence.objects.filter(procedure__in=procedures.values(), case_key="")
        .filter(valid__overlap=span)
        .values_list("procedure_id", "territory")
    )
    rows = [
        Competence(
            procedure_id=procedures[code],
            agency_kind=bodies[agency].kind,
            agency_id=bodies[agency].id,
            territory=territory,
            valid=span,
            source=source,
        )
        for code, agency, territory in lines
        if (procedures[code], territory) not in there
    ]
    Competence.objects.bulk_create(rows)
    if rows:
        ledger.append(
            "catalogue.deciders_named", source, "system", {"count": len(rows), "since": since}
        )
    return len(rows)
