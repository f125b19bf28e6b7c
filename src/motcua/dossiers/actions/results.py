"""The result of a dossier as a document: drafted before it is confirmed or approved, drafted again
when what it says has changed, signed by the worker after the approver decided."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from motcua.agencies import queries as agencies
from motcua.catalogue import queries as catalogue
from motcua.documents import actions as documents
from motcua.documents.models import Document
from motcua.dossiers import composition
from motcua.dossiers.errors import NobodyCanSign
from motcua.dossiers.models import Dossier
from motcua.foundation import clock, numbering
from motcua.people import queries as people
from motcua.people.errors import NobodySigns
from motcua.people.models import Role


def draft(dossier: Dossier, now: datetime, signer_account_id: int | None = None) -> Document:
    """Draft the result (or draft it again with what is known now). Keeps the number it was given
    the first time. The caller holds the dossier's lock and saves nothing: `facts` is saved here.
    Raises `NobodyCanSign`."""
    facts = catalogue.version(dossier.version_id)
    try:
        signer = people.signer(dossier.agency_id, Role.APPROVER, signer_account_id, now)
    except NobodySigns as nobody:
        raise NobodyCanSign(agencies.agency(dossier.agency_id).name) from nobody
    number = dossier.facts.get("result_number") or _number(dossier, facts.parameters, now)
    template = (
        "result_refusal" if dossier.facts.get("decision") == "refuse" else facts.result_template
    )
    data = composition.result(dossier, facts, number, signer, now)
    title = data["title"]
    existing = dossier.facts.get("result_document")
    if existing is None:
        document = documents.draft(
            kind="result",
            template=template,
            data=data,
            number=number,
            title=title,
            agency_id=dossier.agency_id,
            owner_id=dossier.applicant_id,
            organisation_id=dossier.organisation_id,
            subject=dossier.pk,
            valid_months=facts.parameters.get("result_valid_months"),
            now=now,
        )
    else:
        document = documents.redraft(existing, template=template, title=title, data=data, now=now)
    dossier.facts |= {"result_document": document.pk, "result_number": number}
    dossier.save(update_fields=["facts"])
    return document


def _number(dossier: Dossier, parameters: Mapping[str, Any], now: datetime) -> str:
    """`12/2026/GKS-H37.105`: the n-th of its kind of this agency in this year. The pattern is ours
    until each register's own numbering is configured."""
    year = clock.local(now).year
    kind = parameters.get("result_abbreviation", "KQ")
    n = numbering.next_value(f"result:{kind}:{dossier.agency.code}:{year}")
    return f"{n:02d}/{year}/{kind}-{dossier.agency.code}"
