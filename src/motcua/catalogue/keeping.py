"""What those who keep the catalogue read: drafts, versions, decisions and their terms."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from motcua.forms import engine as forms
from motcua.forms import queries as published_forms
from motcua.forms.definition import Definition
from motcua.forms.models import FormVersion
from motcua.foundation import calendar
from motcua.foundation.viewer import Viewer
from motcua.people.viewers import SignedInViewer
from motcua.processes.models import ProcessVersion

from . import keepers, queries
from .describing import describe
from .facts import VersionFacts
from .models import NationalRecord, Procedure, ProcedureVersion, PublicationStep, VersionDraft
from .once_only import Held, held
from .terms import MINISTRY, PROVINCE, Counts, Publication, Terms, counts, terms

ON_WORK = (VersionDraft.State.WRITING, VersionDraft.State.REVIEW)
COUNTED = {PublicationStep.Step.MINISTRY: MINISTRY, PublicationStep.Step.PROVINCE: PROVINCE}
"""The steps that have a term, and whose term it is."""


def drafts(viewer: Viewer) -> QuerySet[VersionDraft]:
    """Drafts on which work goes on, the last changed first; none for who keeps no catalogue."""
    return _kept_by(viewer).filter(state__in=ON_WORK).order_by("-changed_at")


def draft(viewer: Viewer, draft_id: int) -> VersionDraft | None:
    """One draft, in whatever state; None for who keeps no catalogue, as where there is none."""
    return _kept_by(viewer).filter(pk=draft_id).first()


def _kept_by(viewer: Viewer) -> QuerySet[VersionDraft]:
    rows = VersionDraft.objects.all()
    keeps = isinstance(viewer, SignedInViewer) and keepers.reach(viewer) is not None
    return rows if keeps else rows.none()


def specification_of(version: VersionFacts) -> dict[str, Any]:
    """The specification of a published version, as a new draft begins."""
    form_of = FormVersion.objects.filter(pk=version.form_id or 0)
    process_of = ProcessVersion.objects.filter(pk=version.process_id or 0)
    form = form_of.values_list("key", flat=True).first()
    process = process_of.values_list("key", flat=True).first()
    procedure = Procedure.objects.get(pk=version.procedure_id)
    said: dict[str, Any] = {
        "code": procedure.code,
        "name": procedure.name,
        "short_name": procedure.short_name,
        "sector": procedure.sector,
    }
    more = {
        "sector_code": procedure.sector_code,
        "ministry": procedure.ministry,
        "life_events": procedure.life_events,
        "keywords": procedure.keywords.split("\n") if procedure.keywords else [],
    }
    said |= {name: value for name, value in more.items() if value}
    return {"procedure": said, "version": describe(version, form, process)}


UNDECIDED = "(bản thảo)"


def draft_of(version: VersionFacts, since: date) -> dict[str, Any]:
    """How a draft that amends a version begins: the same, from `since`, not decided yet."""
    said = specification_of(version)
    changed = said["version"]
    changed |= {"from": since.isoformat(), "decision": UNDECIDED}
    if len(changed["cases"]) > 1 and not changed.get("case_question"):
        # An imported text has no question: every dossier is its first case, until one is written.
        changed["case_question"] = json.dumps(changed["cases"][0]["key"])
    return said


def blank(procedure: Mapping[str, str], level: str, since: date) -> dict[str, Any]:
    """How a draft of a new procedure begins: its names, and one case filed online or in person."""
    channels = [{"way": way} for way in ("online", "counter")]
    return {
        "procedure": dict(procedure),
        "version": {
            "from": since.isoformat(),
            "decision": UNDECIDED,
            "online": "full",
            "level": level,
            "cases": [{"key": "all", "name": "Mọi trường hợp", "channels": channels}],
        },
    }


def asked_again(
    version: Mapping[str, Any], own_form: Mapping[str, Any] | None = None
) -> list[Held]:
    """What a version (of a specification) asks for although a register holds it, its form's
    questions too; `own_form` is the definition that is written with it."""
    definition = form_of(version, own_form)
    fields = definition.fields if definition is not None else {}
    return held(version, [(name, one.label, one.source) for name, one in fields.items()])


def form_of(
    version: Mapping[str, Any], own_form: Mapping[str, Any] | None = None
) -> Definition | None:
    """The form of a version (of a specification): the one written with it, else the newest
    published one of its key, None when there is none."""
    if own_form is not None:
        return forms.compiled(own_form).definition
    row = published_forms.newest(version.get("form") or "")
    return forms.compiled(row.pk).definition if row is not None else None


@dataclass(frozen=True, slots=True)
class StepOnTime:
    """A decision of the chain with its terms; None where the law sets none."""

    step: PublicationStep
    terms: Terms | None

    @property
    def late(self) -> bool:
        """Whether the decision came after the term of the law."""
        return self.terms is not None and self.step.decided_on > self.terms.decide_by

    @property
    def entered_late(self) -> bool:
        """Whether it was entered in the national database after the term of the law."""
        last = self.terms.enter_by if self.terms else None
        return last is not None and self.step.entered_on is not None and self.step.entered_on > last


def chain(code: str) -> list[StepOnTime]:
    """The decisions about a procedure, the newest first, with their terms."""
    rows = PublicationStep.objects.filter(procedure__code=code).order_by("-decided_on", "-pk")
    return [StepOnTime(row, _terms(row)) for row in rows]


def _terms(row: PublicationStep) -> Terms | None:
    """The terms of a decision, None for one without, and for days that lie outside the years of
    the working calendar."""
    if row.step not in COUNTED:
        return None
    try:
        return terms(_publication(row), calendar.standard())
    except calendar.CalendarError:
        return None


def publication_counts(since: date, until: date, today: date) -> Counts:
    """The index's parts 1.1 and 1.2 for documents that take effect from `since` to before `until`,
    of the decisions recorded here."""
    rows = PublicationStep.objects.filter(
        effective__gte=since, effective__lt=until, step__in=COUNTED
    )
    known = [_publication(row) for row in rows if _terms(row) is not None]
    return counts(known, calendar.standard(), today)


def _publication(row: PublicationStep) -> Publication:
    return Publication(
        COUNTED[PublicationStep.Step(row.step)],
        row.effective,
        row.shortened_issue,
        row.decided_on,
        row.entered_on,
    )


def found(text: str, on: date) -> list[ProcedureVersion]:
    """Versions in force by code or words of the name, at most 50."""
    rows = ProcedureVersion.objects.select_related("procedure").filter(valid__contains=on)
    words = text.strip()
    if words:
        codes = [hit.code for hit in queries.search(words, limit=50, on=on)]
        rows = rows.filter(Q(procedure__code__in=codes) | Q(procedure__code=words))
    return list(rows.order_by("procedure__code")[:50])


def records() -> Iterable[Mapping[str, Any]]:
    """The records of the national catalogue as they were imported, word for word, by code."""
    rows = NationalRecord.objects.order_by("procedure__code").values_list("record", flat=True)
    return rows.iterator(chunk_size=200)
