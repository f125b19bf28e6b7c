"""From the rows of one version to its frozen facts."""

from __future__ import annotations

from types import MappingProxyType

from .errors import UnknownVersion
from .facts import (
    CaseFacts,
    ChannelFacts,
    ComponentFacts,
    Limit,
    ResultFacts,
    VersionFacts,
)
from .models import Channel, Component, ProcedureVersion


def read(version_id: int) -> VersionFacts:
    """The facts of a version, in five statements. Raises `UnknownVersion`."""
    row = ProcedureVersion.objects.select_related("procedure").filter(pk=version_id).first()
    if row is None:
        raise UnknownVersion(version_id)
    procedure = row.procedure
    channels: dict[int, list[Channel]] = {}
    for channel in Channel.objects.filter(case__version_id=version_id).order_by("pk"):
        channels.setdefault(channel.case_id, []).append(channel)
    return VersionFacts(
        id=row.pk,
        procedure_id=procedure.pk,
        code=procedure.code,
        name=procedure.name,
        short_name=procedure.short_name,
        sector=procedure.sector,
        sector_code=procedure.sector_code,
        valid_from=row.valid.lower,
        decision=row.decision,
        imported=row.imported,
        online=row.online,
        online_reason=row.online_reason,
        bookable=row.bookable,
        assurance=row.assurance,
        level=row.level,
        levels=tuple(row.levels),
        form_id=row.form_id,
        process_id=row.process_id,
        result_template=row.result_template,
        register=row.register,
        pay_at=row.pay_at,
        case_question=row.case_question,
        subjects=row.subjects,
        steps=row.steps,
        conditions=row.conditions,
        authority=row.authority,
        legal_basis=tuple(MappingProxyType(basis) for basis in row.legal_basis),
        parameters=MappingProxyType(row.parameters),
        source_url=row.source_url,
        notes=tuple(row.notes),
        cases=tuple(
            CaseFacts(case.key, case.name, tuple(_channel(c) for c in channels.get(case.pk, ())))
            for case in row.cases.order_by("position")
        ),
        components=tuple(_component(c) for c in row.components.order_by("position")),
        results=tuple(ResultFacts(r.code, r.name) for r in row.results.order_by("pk")),
        service_class=row.service_class,
    )


def _channel(row: Channel) -> ChannelFacts:
    return ChannelFacts(
        way=row.way,
        limit=Limit(row.limit_amount, row.limit_unit) if row.limit_unit else None,
        fee=row.fee,
        fee_name=row.fee_name,
        fee_kind=row.fee_kind,
        fee_text=row.fee_text,
        illustrative=row.illustrative,
        source=row.source,
    )


def _component(row: Component) -> ComponentFacts:
    return ComponentFacts(
        key=row.key,
        name=row.name,
        originals=row.originals,
        copies=row.copies,
        required=row.required,
        upload=row.upload,
        needed=row.needed,
        replaced_by=row.replaced_by,
        form_code=row.form_code,
    )
