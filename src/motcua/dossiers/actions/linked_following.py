"""A linked set on its way: what its dossiers' moves start, drop and end."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from motcua.catalogue import linked
from motcua.catalogue.linked import Member
from motcua.documents.models import Document, File
from motcua.dossiers import linked_rules as rules
from motcua.dossiers.actions import filing as one_filing
from motcua.dossiers.actions.acting import SYSTEM, account_of, applicant, locked
from motcua.dossiers.actions.filing import Filing
from motcua.dossiers.actions.linking import FORM, filing_of, link_of, papers_of, part_of
from motcua.dossiers.errors import CannotFileHere, NotAllowedNow, NotFound, Refused
from motcua.dossiers.linked_rules import State
from motcua.dossiers.models import (
    Attachment,
    Dossier,
    FilingWay,
    LinkedMember,
    LinkedSet,
    Status,
)
from motcua.dossiers.queries import scope
from motcua.dossiers.recipients import recipients
from motcua.foundation import clock, ledger
from motcua.foundation.viewer import Viewer
from motcua.notices import actions as notices

REUSED_RESULT = 3
"""`DuocSoHoa` of the National Portal: a paper that is the result of another procedure."""


@transaction.atomic
def moved(dossier_id: int, now: datetime) -> None:
    """A dossier has moved: note where its member stands, and start or drop what follows. Safe to
    run twice and at once with another member's: the set is locked, and what has started waits no
    more."""
    known = LinkedMember.objects.filter(dossier_id=dossier_id).values_list("set_id", "pk").first()
    if known is None:
        return
    row = LinkedSet.objects.select_for_update().get(pk=known[0])
    member = LinkedMember.objects.select_related("dossier").get(pk=known[1])
    _note(member, now)
    _go_on(row, now)


def _note(member: LinkedMember, now: datetime) -> None:
    """Keep with the member where its dossier stands."""
    dossier = member.dossier
    assert dossier is not None
    state = rules.state_of(dossier.status, dossier.facts.get("decision", ""))
    if dossier.status != Status.REGISTERED and member.confirmed_at is None:
        member.confirmed_at = now
    if state != member.state:
        member.state = state
        member.ended_at = now if state not in rules.OPEN else None
    member.save()


def _go_on(row: LinkedSet, now: datetime) -> None:
    """Start and drop what the states of the locked set's members ask for."""
    definition = linked.as_filed(row.key, row.since)
    members = {one.key: one for one in row.members.select_related("dossier").order_by("position")}
    todo = rules.following(
        rules.chain(definition), {key: State(one.state) for key, one in members.items()}
    )
    for key in todo.drop:
        one = members[key]
        missing = [
            members[need].name
            for need in definition.member(key).after
            if members[need].state in rules.FRUITLESS
        ]
        one.state, one.ended_at = State.DROPPED, now
        one.why = f"Không có kết quả: {', '.join(missing)}."[:300]
        one.save()
        ledger.append("linked.dropped", row.number, SYSTEM.ledger_name, {"member": key})
        _tell(row, one, now)
    for key in todo.start:
        _start(row, definition, members, key, now)
    states = [one.state for one in members.values()]
    if State.WAITING not in states and State.STUCK not in states:
        _forget_form(row)
    if row.ended_at is None and not set(states) & rules.OPEN:
        row.ended_at = now
        row.save(update_fields=["ended_at"])


def _tell(row: LinkedSet, one: LinkedMember, now: datetime) -> None:
    """Tell the applicant that a member will not be done, and what they can do."""
    first = Dossier.objects.select_related("applicant").get(pk=row.first_id)
    for suffix, person in recipients(first, now):
        notices.send(
            key=f"linked:{row.number}:{one.key}{suffix}",
            person_id=person.pk,
            title=f"Không thực hiện: {one.name}"[:200],
            body=f"{one.why} Các thủ tục khác trong hồ sơ {row.number} không bị ảnh hưởng; bạn có"
            " thể nộp riêng thủ tục này sau.",
            link=f"/lien-thong/{row.number}/",
            subject=first.pk,
            now=now,
        )


def _start(
    row: LinkedSet,
    definition: linked.LinkedSet,
    members: Mapping[str, LinkedMember],
    key: str,
    now: datetime,
) -> None:
    """File the dossier of a member whose turn has come. One that cannot be filed is put before
    people, with the reason; the others go on."""
    one, member = members[key], definition.member(key)
    one.ready_at = one.ready_at or now
    try:
        with transaction.atomic():
            one.dossier = _file_later(row, definition, member, members, now)
    except Refused as refused:
        one.state, one.why = State.STUCK, refused.message[:300]
        ledger.append("linked.stuck", row.number, SYSTEM.ledger_name, {"member": key})
    else:
        one.state, one.started_at, one.why = State.RUNNING, now, ""
        one.agency_id = one.dossier.agency_id
        ledger.append(
            "linked.started",
            row.number,
            SYSTEM.ledger_name,
            {"member": key, "dossier": one.dossier.number},
        )
    one.save()


def _file_later(
    row: LinkedSet,
    definition: linked.LinkedSet,
    member: Member,
    members: Mapping[str, LinkedMember],
    now: datetime,
) -> Dossier:
    first = Dossier.objects.select_related("applicant", "organisation").get(pk=row.first_id)
    form = first.facts.get(FORM)
    if form is None:
        raise CannotFileHere("Tờ khai chung không còn được giữ.")
    made = {k: _made(one.dossier) for k, one in members.items() if one.dossier is not None}
    whole = Filing(
        version_id=first.version_id,
        agency_id=first.agency_id,
        way=FilingWay(first.way),
        applicant=first.applicant,
        answers=form["answers"],
        actor=SYSTEM,
        sources=form["sources"],
        organisation=first.organisation,
        representative=first.representative,
        mandate_id=first.mandate_id,
    )
    part = part_of(member, whole, form["answers"], made, clock.local(now).date())
    stored = {
        str(one.pk): one
        for one in File.objects.filter(
            pk__in=[one for some in form["papers"].values() for one in some]
        )
    }
    given = {k: [stored[one] for one in some] for k, some in form["papers"].items()}
    results = {k: found for k in member.after if (found := _result(members[k].dossier))}
    link = link_of(str(row.pk), member, definition)
    dossier = one_filing.file(filing_of(whole, part, papers_of(part, given, results), link), now)
    reused = [key for key, source in member.papers.items() if source.startswith("result:")]
    Attachment.objects.filter(dossier=dossier, component_key__in=reused).update(
        digitised=REUSED_RESULT
    )
    return dossier


def _made(dossier: Dossier) -> dict[str, Any]:
    """What a dossier gives to those that follow it."""
    return {
        "number": dossier.number,
        "agency": dossier.agency.name,
        "result_number": dossier.facts.get("result_number"),
        "personal_id": dossier.facts.get("personal_id"),
    }


def _result(dossier: Dossier | None) -> File | None:
    """The signed result of a dossier."""
    if dossier is None:
        return None
    document = Document.objects.select_related("file").filter(
        pk=dossier.facts.get("result_document"), signed_at__isnull=False
    )
    found = document.first()
    return found.file if found else None


def _forget_form(row: LinkedSet) -> None:
    """The one form has been handed on: what each agency needs stands in its own dossier."""
    first = locked(row.first_id)
    if first.facts.pop(FORM, None) is not None:
        first.save(update_fields=["facts"])


@transaction.atomic
def leave_out(viewer: Viewer, number: str, key: str, now: datetime) -> LinkedSet:
    """The applicant does not want a member that has not started; what waited for it goes on.
    Raises `NotFound` and `NotAllowedNow`."""
    account_of(viewer)
    mine = Dossier.objects.filter(scope.visible(viewer)).values("pk")
    row = LinkedSet.objects.select_for_update().filter(number=number, first__in=mine).first()
    member = row.members.filter(key=key).first() if row else None
    if row is None or member is None:
        raise NotFound
    if member.state not in (State.WAITING, State.STUCK):
        raise NotAllowedNow("bỏ phần việc này", "Đã bắt đầu hoặc đã kết thúc")
    member.state, member.ended_at = State.UNWANTED, now
    member.why = "Bạn không yêu cầu nữa."
    member.save()
    ledger.append("linked.left_out", row.number, applicant(viewer).ledger_name, {"member": key})
    _go_on(row, now)
    return row


@transaction.atomic
def catch_up(set_id: uuid.UUID, now: datetime) -> None:
    """Note where every member stands, whatever event was lost, and try again to start what could
    not be started. Safe to run at any time."""
    row = LinkedSet.objects.select_for_update().get(pk=set_id)
    row.members.filter(state=State.STUCK).update(state=State.WAITING)
    for member in row.members.select_related("dossier").filter(dossier__isnull=False):
        _note(member, now)
    _go_on(row, now)


def needs_of(member: LinkedMember) -> list[LinkedMember]:
    """The members whose results this one waits for, with their dossiers."""
    definition = linked.as_filed(member.set.key, member.set.since)
    keys = definition.member(member.key).after
    rows = LinkedMember.objects.select_related("dossier")
    return list(rows.filter(set_id=member.set_id, key__in=keys))
