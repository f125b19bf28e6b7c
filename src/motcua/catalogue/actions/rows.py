"""The rows of a version from what its specification says, for one version or for thousands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.backends.postgresql.psycopg_any import DateRange

from ..models import Case, Channel, Component, ProcedureVersion, ResultKind

BATCH = 1000


def version_row(
    said: Mapping[str, Any], procedure_id: int, since: date, until: date | None, digest: bytes
) -> ProcedureVersion:
    """The version itself, not yet stored; form and process are set by whoever publishes it."""
    return ProcedureVersion(
        procedure_id=procedure_id,
        valid=DateRange(since, until),
        decision=said["decision"],
        digest=digest,
        online=said["online"],
        online_reason=said.get("online_reason", ""),
        bookable=said.get("bookable", False),
        assurance=said.get("assurance", 1),
        level=said["level"],
        levels=said.get("levels", [said["level"]]),
        result_template=said.get("result_template", ""),
        register=said.get("register", ""),
        pay_at=said.get("pay_at", ProcedureVersion.PayAt.FILING),
        case_question=said.get("case_question", ""),
        subjects=said.get("subjects", ""),
        steps=said.get("steps", ""),
        conditions=said.get("conditions", ""),
        authority=said.get("authority", ""),
        legal_basis=said.get("legal_basis", []),
        parameters=said.get("parameters", {}),
        source_url=said.get("source_url", ""),
        notes=said.get("notes", []),
        service_class=said.get("service_class", ProcedureVersion.Service.PUBLIC),
    )


def store_parts(versions: Sequence[tuple[ProcedureVersion, Mapping[str, Any]]]) -> None:
    """Store the cases, channels, papers and results of stored versions, each in one go."""
    cases = Case.objects.bulk_create(
        [
            Case(version=version, key=case["key"], name=case["name"], position=position)
            for version, said in versions
            for position, case in enumerate(said["cases"])
        ],
        batch_size=BATCH,
    )
    described = [case for _, said in versions for case in said["cases"]]
    Channel.objects.bulk_create(
        [
            _channel(row, channel)
            for row, case in zip(cases, described, strict=True)
            for channel in case["channels"]
        ],
        batch_size=BATCH,
    )
    Component.objects.bulk_create(
        [row for version, said in versions for row in _components(version, said)],
        batch_size=BATCH,
    )
    ResultKind.objects.bulk_create(
        [
            ResultKind(version=version, code=result.get("code", ""), name=result["name"])
            for version, said in versions
            for result in said.get("results", [])
        ],
        batch_size=BATCH,
    )


def delete_parts(versions: Iterable[ProcedureVersion]) -> None:
    """Take away the parts of versions that are about to be deleted."""
    kept = list(versions)
    Channel.objects.filter(case__version__in=kept).delete()
    Case.objects.filter(version__in=kept).delete()
    Component.objects.filter(version__in=kept).delete()
    ResultKind.objects.filter(version__in=kept).delete()


def _channel(case: Case, channel: Mapping[str, Any]) -> Channel:
    limit = channel.get("limit") or {}
    amount = limit.get("amount")
    return Channel(
        case=case,
        way=channel["way"],
        limit_amount=None if amount is None else Decimal(str(amount)),
        limit_unit=limit.get("unit", ""),
        fee=channel.get("fee", ""),
        fee_name=channel.get("fee_name", ""),
        fee_kind=channel.get("fee_kind", ""),
        fee_text=channel.get("fee_text", ""),
        illustrative=channel.get("illustrative", False),
        source=channel.get("source", ""),
    )


def _components(version: ProcedureVersion, said: Mapping[str, Any]) -> Iterable[Component]:
    for position, component in enumerate(said.get("components", [])):
        yield Component(
            version=version,
            key=component["key"],
            name=component["name"],
            originals=component.get("originals", 0),
            copies=component.get("copies", 0),
            required=component.get("required", True),
            upload=component.get("upload", True),
            needed=component.get("needed", ""),
            replaced_by=component.get("replaced_by", ""),
            form_code=component.get("form_code", ""),
            position=position,
        )
