"""Correcting an answer of a dossier that no result rests on yet, when its applicant asks for it as
a right (Luật 91/2025/QH15 Đ4). Once a result is being prepared, the applicant says what is wrong
when confirming the draft; once it is signed, it is corrected by a procedure of its own."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from motcua.catalogue import queries as catalogue
from motcua.catalogue import rules as law
from motcua.catalogue.facts import VersionFacts
from motcua.dossiers import places
from motcua.dossiers.actions import timing
from motcua.dossiers.actions.acting import Actor, locked, record
from motcua.dossiers.errors import NotAllowedNow, NotFound, Refused
from motcua.dossiers.models import Dossier, EarlierAnswers, Status
from motcua.forms import engine as forms
from motcua.foundation import text

CORRECTED_TYPES = frozenset({"text", "long_text"})
"""Questions answered in words; others hang together with papers, fees or the case."""
LONGEST = 1_000
_OPEN = (Status.REGISTERED, Status.ACCEPTED, Status.SUPPLEMENT, Status.IN_PROCESS)


@dataclass(frozen=True, slots=True)
class Correctable:
    """One answer that may be corrected: the dossier's number, the question, what stands there."""

    number: str
    key: str
    label: str
    answer: str


def _own(person_id: int) -> QuerySet[Dossier]:
    return Dossier.objects.filter(applicant_id=person_id, status__in=_OPEN)


def _free(dossier: Dossier) -> bool:
    """Whether no result rests on the answers, in draft or signed."""
    return not {"approved_at", "result_document"} & dossier.facts.keys()


def correctable(person_id: int, limit: int = 20) -> list[Correctable]:
    """What the person may have corrected, the newest dossier first. Answers that a register gave
    are corrected there."""
    found = []
    for dossier in _own(person_id).order_by("-submitted_at", "-pk")[:limit]:
        if _free(dossier):
            found += [
                Correctable(dossier.number, key, label, answer)
                for key, (label, answer) in _answers(dossier).items()
            ]
    return found


def _answers(dossier: Dossier) -> dict[str, tuple[str, str]]:
    """The label and the answer of each question that may be corrected."""
    facts = catalogue.version(dossier.version_id)
    if facts.form_id is None:
        return {}
    given = json.loads(dossier.answers or "{}")
    fields = forms.compiled(facts.form_id).definition.fields
    return {
        key: (fields[key].label, value)
        for key, value in given.items()
        if key in fields
        and fields[key].type in CORRECTED_TYPES
        and key not in dossier.sources
        and isinstance(value, str)
    }


def answers_of(dossier: Dossier) -> dict[str, tuple[str, str]]:
    """The questions of a dossier that a decision may have corrected: label and answer by key."""
    return _answers(dossier)


@transaction.atomic
def correct(
    person_id: int, number: str, key: str, value: str, why: str, actor: Actor, now: datetime
) -> Dossier:
    """Put `value` in the place of the person's answer. What stood there is kept as an earlier
    version; the timeline and the ledger say which question, never the words. `why` is the number of
    the request. Raises `NotFound`, `NotAllowedNow` when a result rests on the answers by now, and
    `Refused` when the form refuses the new answer or another case would follow."""
    pk = _own(person_id).filter(number=number).values_list("pk", flat=True).first()
    if pk is None:
        raise NotFound
    dossier = locked(pk)
    known = _answers(dossier)
    if dossier.status not in _OPEN or not _free(dossier) or key not in known:
        raise NotAllowedNow("sửa nội dung khai", Status(dossier.status).label)
    facts = catalogue.version(dossier.version_id)
    answers = _corrected(dossier, facts, key, value)
    EarlierAnswers.objects.create(dossier=dossier, answers=dossier.answers, at=now, why=why[:80])
    dossier.answers = json.dumps(answers, ensure_ascii=False)
    if key == facts.parameters.get("beneficiary"):
        _rename_beneficiary(dossier, str(answers.get(key, "")))
    words = f"Sửa nội dung khai theo yêu cầu {why}: {known[key][0]}."[:600]
    record(dossier, "corrected", words, actor, now, data={"field": key, "request": why})
    return dossier


def _corrected(dossier: Dossier, facts: VersionFacts, key: str, value: str) -> dict[str, object]:
    """The answers with the new one, as the form keeps them on the day they were filed."""
    assert facts.form_id is not None, "there are answers to correct"
    form = forms.compiled(facts.form_id)
    given = json.loads(dossier.answers or "{}")
    answers = {**given, key: text.nfc(value).strip()[:LONGEST]}
    filed_on = timing.local_date(dossier.submitted_at)
    communes = places.communes()
    before = {one.field for one in form.validate(given, communes=communes, today=filed_on)}
    for error in form.validate(answers, communes=communes, today=filed_on):
        if error.field == key or error.field not in before:
            raise Refused(f"Nội dung mới chưa đúng: {error.message}")
    cleaned = form.cleaned(answers, today=filed_on)
    if law.case_of(facts, cleaned).key != dossier.case_key:
        raise Refused("Sửa như vậy thì hồ sơ thuộc trường hợp khác: cần nộp hồ sơ mới.")
    return cleaned


def _rename_beneficiary(dossier: Dossier, name: str) -> None:
    """The result is for whom the answer names: the applicant, or somebody not known here."""
    dossier.beneficiary_name = name[:200]
    same = text.fold(name) == text.fold(dossier.applicant_name)
    dossier.beneficiary_id = dossier.applicant_id if same and not dossier.organisation_id else None
