"""Filing: the one way in for the portal, the counter, the API and the national portal."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from motcua.agencies import queries as agencies
from motcua.catalogue import linked
from motcua.catalogue import queries as catalogue
from motcua.catalogue import rules as law
from motcua.catalogue.facts import Limit, VersionFacts
from motcua.documents.models import File
from motcua.dossiers import lookup_code, once_only, places, rules
from motcua.dossiers.actions import steps
from motcua.dossiers.actions.acting import Actor, append
from motcua.dossiers.errors import (
    CannotFileHere,
    IncompleteAnswers,
    MissingPapers,
    UnknownPapers,
)
from motcua.dossiers.events import DossierSubmitted
from motcua.dossiers.models import Attachment, Dossier, FilingWay
from motcua.forms import engine as forms
from motcua.foundation import clock, events, numbering, text
from motcua.payments import actions as payments
from motcua.people.models import Organisation, Person
from motcua.processes import actions as processes
from motcua.processes import queries as process_queries


@dataclass(frozen=True, slots=True)
class Link:
    """That a filing is a member of a linked set: which one, with what time, and how many working
    days its applicant has for a supplement. The papers were asked for once, with the set."""

    set: str
    member: str
    limit: Limit | None
    supplement_days: int

    def facts(self) -> dict[str, Any]:
        """As the dossier keeps it."""
        return {"set": self.set, "member": self.member, "supplement_days": self.supplement_days}


@dataclass(frozen=True, slots=True)
class Filing:
    """Everything a filing consists of, whichever door it came through. `applicant` is in whose name
    it is; who acts for them under a mandate is the `representative`. `reused` says of files that
    came from a vault where they are from; `lookups` and `disputes`, how the registers answered and
    what of it is said to be wrong (`once_only`)."""

    version_id: int
    agency_id: int
    way: FilingWay
    applicant: Person
    answers: Mapping[str, Any]
    actor: Actor
    files: Sequence[tuple[str, File]] = ()
    reused: Mapping[UUID, str] = field(default_factory=dict)
    sources: Mapping[str, Any] = field(default_factory=dict)
    lookups: once_only.Lookups = field(default_factory=dict)
    disputes: once_only.Disputes = field(default_factory=dict)
    organisation: Organisation | None = None
    representative: Person | None = None
    mandate_id: int | None = None
    origin: str = "here"
    origin_number: str = ""
    link: Link | None = None
    taken_in: Mapping[str, Any] | None = None


def check(filing: Filing, facts: VersionFacts) -> dict[str, Any]:
    """The cleaned answers of a filing that may be taken in.

    Raises `CannotFileHere`, `IncompleteAnswers`, `UnknownPapers` or `MissingPapers`. No SQL when
    the version, its form and the agency are cached.
    """
    if facts.form_id is None or facts.process_id is None:
        raise CannotFileHere(facts.online_reason or "Thủ tục này chưa nhận hồ sơ tại đây.")
    if linked.only_linked(facts) and filing.link is None:
        raise CannotFileHere(facts.online_reason or "Thủ tục này chỉ nhận cùng thủ tục liên thông.")
    agency = agencies.facts(filing.agency_id)
    if not catalogue.decides(facts, agency, clock.today()):
        raise CannotFileHere(f"{agency.name} không có thẩm quyền giải quyết thủ tục này.")
    form = forms.compiled(facts.form_id)
    errors = form.validate(filing.answers, communes=places.communes())
    if errors:
        raise IncompleteAnswers(errors)
    answers = form.cleaned(filing.answers)
    way = filing.way.key
    case = law.case_of(facts, answers)
    if not catalogue.decides(facts, agency, clock.today(), case.key):
        raise CannotFileHere(f"{agency.name} không có thẩm quyền giải quyết trường hợp này.")
    if law.channel(facts, case, way) is None and not (way == "online" and facts.bookable):
        raise CannotFileHere(facts.online_reason or "Thủ tục này không nhận theo cách nộp này.")
    given = {key for key, _ in filing.files}
    if unknown := given - {component.key for component in facts.components}:
        raise UnknownPapers(sorted(unknown))
    missing = [
        component
        for component in law.needed_components(facts, answers)
        if component.required
        and component.upload
        and component.key not in given
        and not once_only.is_held(component, filing.lookups, filing.disputes)
    ]
    # At the counter the originals lie on the desk; they are compared and scanned at intake.
    wanted_now = filing.way == FilingWay.ONLINE and not facts.bookable and filing.link is None
    if missing and wanted_now:
        raise MissingPapers([c.key for c in missing], [c.name for c in missing])
    return answers


@transaction.atomic(savepoint=False)
def file(filing: Filing, now: datetime) -> Dossier:
    """Take in a filing: the dossier with its number in state 1, its fee, its process.

    Raises what `check` raises. The number is taken last, when everything else is computed, so that
    the row that orders the numbers of one agency and day is locked as briefly as possible.
    """
    facts = catalogue.version(filing.version_id)
    answers = check(filing, facts)
    case = law.case_of(facts, answers)
    way = filing.way.key
    limit = (filing.link and filing.link.limit) or law.limit(facts, case, way)
    quote = law.fee(facts, case, way, answers)
    agency = agencies.agency(filing.agency_id)
    offices = agencies.offices(filing.agency_id)
    spared = once_only.spared(
        law.needed_components(facts, answers),
        {key for key, _ in filing.files},
        filing.sources,
        filing.lookups,
        filing.disputes,
    )
    named = str(answers.get(facts.parameters.get("beneficiary", "")) or "")[:200]
    dossier = Dossier(
        realm=agency.realm,
        agency_id=agency.pk,
        procedure_id=facts.procedure_id,
        version_id=facts.id,
        case_key=case.key,
        way=filing.way,
        applicant=filing.applicant,
        applicant_name=filing.applicant.full_name,
        applicant_folded=text.fold(filing.applicant.full_name),
        organisation=filing.organisation,
        beneficiary=_beneficiary(filing, named),
        beneficiary_name=named or (filing.organisation.name if filing.organisation else ""),
        representative=filing.representative,
        representative_name=filing.representative.full_name if filing.representative else "",
        mandate_id=filing.mandate_id,
        answers=json.dumps(answers, ensure_ascii=False),
        sources=dict(filing.sources),
        lookups=dict(filing.lookups),
        spared_papers=spared.papers,
        spared_answers=spared.answers,
        lookup_code=lookup_code.new(),
        origin=filing.origin,
        origin_number=filing.origin_number,
        limit_amount=limit.amount,
        limit_unit=limit.unit,
        submitted_at=now,
        facts=_first_facts(filing),
    )
    dossier.number = numbering.dossier_number(agency.code, clock.local(now).date())
    dossier.save(force_insert=True)
    dossier.filed_fee = quote.amount
    if quote.amount:
        payments.charge(
            subject=dossier.pk,
            agency=agency,
            payer_name=dossier.applicant_name,
            description=dossier.number,
            items=quote.items,
            due_at=now + rules.UNPAID_AFTER,
            now=now,
        )
    assert facts.process_id is not None
    process_id = process_queries.version_for(facts.process_id, agency.pk, clock.local(now).date())
    started = processes.start(
        version_id=process_id,
        subject=dossier.pk,
        agency_id=agency.pk,
        offices=offices,
        variables=steps.variables(dossier, answers),
        now=now,
    )
    if filing.files:
        Attachment.objects.bulk_create(
            Attachment(
                dossier=dossier,
                component_key=key,
                file=stored,
                reused_from=filing.reused.get(stored.pk, ""),
                added_at=now,
            )
            for key, stored in filing.files
        )
    entry = append(dossier, "submitted", "Đã nộp hồ sơ.", filing.actor, now, data=_how(filing))
    events.publish(DossierSubmitted(dossier.pk, entry.pk))
    steps.opened(dossier, started.items, now)
    return dossier


def _first_facts(filing: Filing) -> dict[str, Any]:
    """What is noted with the filing itself: the linked set, who took it in for the agency, what is
    said to be wrong."""
    noted: dict[str, Any] = {"linked": filing.link.facts()} if filing.link else {}
    if filing.taken_in is not None:
        noted["taken_in"] = dict(filing.taken_in)
    return noted | ({"disputes": dict(filing.disputes)} if filing.disputes else {})


def _beneficiary(filing: Filing, named: str) -> Person | None:
    """The person the result is for, where it is known: the applicant, unless an organisation or
    somebody of another name is."""
    if filing.organisation is not None:
        return None
    same = not named or text.fold(named) == text.fold(filing.applicant.full_name)
    return filing.applicant if same else None


def _how(filing: Filing) -> dict[str, int]:
    """What the ledger keeps of a filing: the way, and the mandate of who acted for another."""
    data = {"way": int(filing.way)}
    if filing.mandate_id is not None:
        data["mandate"] = filing.mandate_id
    return data
