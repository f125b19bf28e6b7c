"""Linked sets: one filing becomes several dossiers, each started when its papers are there."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.db import transaction

from motcua.agencies import queries as agencies
from motcua.agencies.facts import AgencyFacts
from motcua.catalogue import linked
from motcua.catalogue import queries as catalogue
from motcua.catalogue.facts import VersionFacts
from motcua.catalogue.linked import Member
from motcua.documents.models import File
from motcua.dossiers import linked_rules as rules
from motcua.dossiers import places
from motcua.dossiers.actions import filing as one_filing
from motcua.dossiers.actions.filing import Filing, Link
from motcua.dossiers.errors import (
    CannotFileHere,
    IncompleteAnswers,
)
from motcua.dossiers.linked_rules import State
from motcua.dossiers.models import (
    Dossier,
    LinkedMember,
    LinkedSet,
)
from motcua.forms import engine as forms
from motcua.foundation import clock, ledger

PREFIX = "LT-"
"""What the number of a set begins with; the number of its first dossier follows."""

FORM = "linked_form"
"""Where the first dossier keeps the one form until the last member has started."""


@dataclass(frozen=True, slots=True)
class Part:
    """A wanted member as it would be filed: its version, who decides, what its form is told."""

    member: Member
    version: VersionFacts
    agency: AgencyFacts
    answers: dict[str, Any]


def file(filing: Filing, now: datetime) -> Dossier:
    """Take in a filing. One of a linked set makes the set, its members and the dossiers of those
    that wait for nothing, in one transaction, and gives the first of them; any other filing goes
    its ordinary way, without a statement more. Raises what `filing.check` raises."""
    version = catalogue.version(filing.version_id)
    key = linked.key_of(version)
    if not key:
        return one_filing.file(filing, now)
    return _file_set(filing, version, linked.in_force(key, clock.local(now).date()), now)


@transaction.atomic(savepoint=False)
def _file_set(
    filing: Filing, version: VersionFacts, definition: linked.LinkedSet, now: datetime
) -> Dossier:
    answers = one_filing.check(filing, version)
    on = clock.local(now).date()
    wanted = [one for one in definition.members if rules.is_wanted(one, answers)]
    parts = {one.key: part_of(one, filing, answers, {}, on) for one in wanted}
    for part in parts.values():
        _fits(part)
    identity = str(uuid.uuid4())
    files = dict[str, list[File]]()
    for key, stored in filing.files:
        files.setdefault(key, []).append(stored)
    started: dict[str, Dossier] = {}
    for part in parts.values():
        if not set(part.member.after) & parts.keys():
            link = link_of(identity, part.member, definition)
            given = papers_of(part, files, {})
            started[part.member.key] = one_filing.file(filing_of(filing, part, given, link), now)
    first = next(iter(started.values()))
    if len(started) < len(parts):
        first.facts[FORM] = {
            "answers": answers,
            "sources": dict(filing.sources),
            "papers": {key: [str(one.pk) for one in some] for key, some in files.items()},
        }
        first.save(update_fields=["facts"])
    row = LinkedSet.objects.create(
        id=identity,
        number=f"{PREFIX}{first.number}",
        key=definition.key,
        since=definition.since,
        first=first,
        realms=sorted({part.agency.realm for part in parts.values()}),
        filed_at=now,
    )
    LinkedMember.objects.bulk_create(
        _row(row, place, member, parts.get(member.key), started.get(member.key), now)
        for place, member in enumerate(definition.members)
    )
    ledger.append(
        "linked.filed",
        row.number,
        filing.actor.ledger_name,
        {"set": definition.key, "since": definition.since, "members": list(parts)},
    )
    return first


def _row(
    row: LinkedSet,
    place: int,
    member: Member,
    part: Part | None,
    dossier: Dossier | None,
    now: datetime,
) -> LinkedMember:
    state = State.UNWANTED if part is None else State.RUNNING if dossier else State.WAITING
    return LinkedMember(
        set=row,
        key=member.key,
        position=place,
        name=member.name,
        agency_id=part.agency.id if part else None,
        state=state,
        dossier=dossier,
        started_at=now if dossier else None,
        ended_at=now if part is None else None,
    )


def part_of(
    member: Member,
    filing: Filing,
    answers: Mapping[str, Any],
    made: Mapping[str, Mapping[str, Any]],
    on: date,
) -> Part:
    """The member as these answers make it. Raises `CannotFileHere` where nobody decides it."""
    version = catalogue.facts_in_force(member.procedure, on)
    if version is None or version.form_id is None or version.process_id is None:
        raise CannotFileHere(f"{member.name}: thủ tục này chưa nhận hồ sơ tại đây.")
    if not member.place and catalogue.decides(version, agencies.facts(filing.agency_id), on):
        agency: AgencyFacts | None = agencies.facts(filing.agency_id)
        reason = ""
    else:
        where = rules.place(member, answers) or agencies.facts(filing.agency_id).territory_code
        found = catalogue.competent_agency(member.procedure, where, on)
        agency, reason = found.agency, found.reason
    if agency is None:
        raise CannotFileHere(f"{member.name}: {reason}")
    fields = forms.compiled(version.form_id).definition.fields
    return Part(member, version, agency, rules.answers_for(member, answers, made, fields))


def _fits(part: Part) -> None:
    """Raise `IncompleteAnswers` for what the member's own form would refuse later: better asked now
    than when nobody sits before the form. What a result will fill is not asked for."""
    assert part.version.form_id is not None
    later = rules.known_later(part.member)
    wrong = [
        error
        for error in forms.compiled(part.version.form_id).validate(
            part.answers, communes=places.communes()
        )
        if error.field.partition(".")[0] not in later
    ]
    if wrong:
        raise IncompleteAnswers(wrong)


def link_of(identity: str, member: Member, definition: linked.LinkedSet) -> Link:
    return Link(identity, member.key, member.limit, definition.supplement_days)


def filing_of(filing: Filing, part: Part, files: list[tuple[str, File]], link: Link) -> Filing:
    """The member's own filing, by whom and in whose name the set was filed."""
    return replace(
        filing,
        version_id=part.version.id,
        agency_id=part.agency.id,
        answers=part.answers,
        files=files,
        sources={k: v for k, v in filing.sources.items() if k in part.answers},
        link=link,
    )


def papers_of(
    part: Part, given: Mapping[str, list[File]], results: Mapping[str, File]
) -> list[tuple[str, File]]:
    """The member's papers: of the set's what its procedure asks for too, and the results it is
    built on."""
    keys = {component.key for component in part.version.components}
    said = {key: key for key in given if key in keys} | dict(part.member.papers)
    found: list[tuple[str, File]] = []
    for key, source in said.items():
        kind, _, name = source.rpartition(":")
        if kind == "result":
            found += [(key, results[name])] if name in results else []
        else:
            found += [(key, one) for one in given.get(name, [])]
    return found
