"""Requests about one's data: made by the person, answered, extended and decided by the officer in
charge of personal data."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from django.db import transaction

from motcua.agencies import queries as agencies
from motcua.agencies.models import Agency
from motcua.dossiers.actions import correcting
from motcua.foundation import clock, ledger, sight, text
from motcua.foundation.holdings import everything
from motcua.foundation.numbering import next_value
from motcua.foundation.viewer import Viewer
from motcua.notices import actions as notices
from motcua.people.models import Person, Role
from motcua.people.purposes import CONSENTS, OBJECTABLE
from motcua.privacy import effects, queries, rules
from motcua.privacy.actions.whole import WHOLE
from motcua.privacy.errors import (
    BeingErased,
    Incomplete,
    NobodyAnswers,
    NotNow,
    RequestChanged,
)
from motcua.privacy.grounds import GROUNDS
from motcua.privacy.models import PrivacyRequest, RequestEntry
from motcua.privacy.rights import LONGEST_EXTENSION_DAYS, RIGHTS, RightKey

LONGEST_TEXT = 2_000
_MAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


@dataclass(frozen=True, slots=True)
class Asked:
    """What a person asks: the right, what it is about (kinds of data, or activities), their words,
    and for a correction the new values (`phone`, `email`; `answer` names a dossier and a
    question of it, `value` is what shall stand there; absent ones stay)."""

    right: str
    about: Sequence[str] = ()
    said: str = ""
    wanted: Mapping[str, str] = field(default_factory=dict)


@transaction.atomic
def ask(viewer: Viewer, asked: Asked, now: datetime) -> PrivacyRequest:
    """Make a request; it is numbered and its clock runs at once. The same right asked again while
    one about the same is open answers with that one. Raises `Incomplete` and `NobodyAnswers`."""
    assert viewer.person_id is not None, "who asks has signed in as a person"
    checked = _about_an_answer(_checked(asked), viewer.person_id)
    person = Person.objects.select_for_update().get(pk=viewer.person_id)
    open_one = PrivacyRequest.objects.filter(
        person=person,
        right=checked.right,
        asked=list(checked.about),
        state__in=rules.OPEN,
    )
    for earlier in open_one:
        if (earlier.said, earlier.wanted) == (checked.said, dict(checked.wanted)):
            return earlier
    agency = _competent(person, now)
    prefix = f"DL-{agency.code}-{clock.local(now):%y%m%d}"
    request = PrivacyRequest.objects.create(
        number=f"{prefix}-{next_value(f'privacy {prefix}'):04d}",
        person=person,
        agency=agency,
        right=checked.right,
        asked=list(checked.about),
        said=checked.said,
        wanted=dict(checked.wanted),
        received_at=now,
    )
    terms = queries.terms_of(request)
    until = _day(terms.answer_by)
    _tell(
        request,
        "received",
        f"Đã nhận yêu cầu “{RIGHTS[request.right].name}”. {agency.name} trả lời lần đầu trước"
        f" {until}, thực hiện trước {_day(terms.done_by)}.",
        viewer.name,
        "",
        now,
        by=f"person:{person.pk}",
    )
    return request


@transaction.atomic
def withdraw(viewer: Viewer, number: str, now: datetime) -> PrivacyRequest:
    """The person takes their request back. Raises `NoSuchRequest` and `NotNow`."""
    request = queries.own(viewer, number, lock=True)
    if queries.being_erased(request):
        raise BeingErased
    if request.state not in rules.OPEN:
        raise NotNow
    request.state = PrivacyRequest.State.WITHDRAWN
    request.decided_at = now
    _save(request)
    _tell(request, "withdrawn", "Bạn đã rút yêu cầu.", viewer.name, "", now,
          by=f"person:{request.person_id}")  # fmt: skip
    return request


@transaction.atomic
def take_up(
    viewer: Viewer, number: str, seen: int, now: datetime, *, others_involved: bool = False
) -> PrivacyRequest:
    """The first answer, within two working days: the request is taken up, and whether somebody else
    processes the data too, which makes the term longer. Raises `NoSuchRequest`, `RequestChanged`,
    `NotNow`."""
    request = _for_officer(viewer, number, seen)
    if request.state != PrivacyRequest.State.RECEIVED:
        raise NotNow
    request.state = PrivacyRequest.State.IN_HAND
    request.answered_at = now
    request.others_involved = others_involved
    _save(request)
    more = " Việc này cần bên khác cùng xử lý dữ liệu." if others_involved else ""
    terms = queries.terms_of(request)
    _tell_by_officer(
        request,
        "taken_up",
        f"Yêu cầu hợp lệ và đang được giải quyết, xong trước {_day(terms.done_by)}.{more}",
        viewer,
        now,
    )
    return request


@transaction.atomic
def extend(
    viewer: Viewer, number: str, seen: int, days: int, reason: str, now: datetime
) -> PrivacyRequest:
    """Take the one extension, of at most fifteen days, and say why. Raises `Incomplete` without a
    reason or beyond the law, `NotNow` when it was taken or the term has run out."""
    request = _for_officer(viewer, number, seen)
    words = _words(reason)
    if not words:
        raise Incomplete("Ghi lý do gia hạn để người yêu cầu biết.")
    if not 1 <= days <= LONGEST_EXTENSION_DAYS:
        raise Incomplete(f"Chỉ được gia hạn từ 1 đến {LONGEST_EXTENSION_DAYS} ngày.")
    if not rules.may_extend(request.state, request.extension_days, queries.terms_of(request), now):
        raise NotNow("Chỉ được gia hạn một lần, khi yêu cầu còn trong hạn.")
    request.extension_days = days
    request.answered_at = request.answered_at or now
    request.state = PrivacyRequest.State.IN_HAND
    _save(request)
    until = _day(queries.terms_of(request).done_by)
    _tell_by_officer(
        request,
        "extended",
        f"Gia hạn {days} ngày, xong trước {until}. Lý do: {words}",
        viewer,
        now,
    )
    return request


@transaction.atomic
def grant(viewer: Viewer, number: str, seen: int, answer: str, now: datetime) -> PrivacyRequest:
    """Do what was asked, as far as the law lets, and answer. What a rule keeps is named in the
    answer; when a rule keeps all of it, the request ends as refused. Raises `NoSuchRequest`,
    `RequestChanged`, `NotNow`, and `Incomplete` when an answer in words is the whole effect and
    there are none."""
    request = _for_officer(viewer, number, seen)
    if request.state not in rules.OPEN:
        raise NotNow
    words = _words(answer)
    if request.right in (RightKey.SEE, RightKey.GET) and not words:
        raise Incomplete("Ghi câu trả lời cho người yêu cầu.")
    outcome = effects.carry_out(request, f"account:{viewer.account_id}", now)
    if outcome.pending:
        return _being_erased(request, outcome, words, viewer, now)
    state = PrivacyRequest.State
    request.state = state.GRANTED
    if outcome.kept:
        request.state = state.PARTLY if outcome.done else state.REFUSED
        request.ground = "law_keeps"
    request.effects = {"done": outcome.done, "kept": outcome.kept}
    request.answer = "\n".join(filter(None, [words, *_kept_words(outcome.kept)]))
    _decided(request, viewer, now)
    return request


@transaction.atomic
def refuse(
    viewer: Viewer, number: str, seen: int, ground: str, answer: str, now: datetime
) -> PrivacyRequest:
    """Refuse on a legal ground, and explain it. Raises `Incomplete` without one or the other."""
    request = _for_officer(viewer, number, seen)
    if request.state not in rules.OPEN:
        raise NotNow
    words = _words(answer)
    if ground not in GROUNDS or not words:
        raise Incomplete("Chọn căn cứ và giải thích để người yêu cầu hiểu vì sao.")
    request.state = PrivacyRequest.State.REFUSED
    request.ground = ground
    request.answer = words
    _decided(request, viewer, now)
    return request


def _being_erased(
    request: PrivacyRequest, outcome: effects.Outcome, words: str, viewer: Viewer, now: datetime
) -> PrivacyRequest:
    """The request was granted and closes when every room has answered. The person is told nothing
    in an inbox that is going."""
    request.state = PrivacyRequest.State.IN_HAND
    request.answered_at = request.answered_at or now
    request.decided_by_id = viewer.account_id
    request.effects = {"done": outcome.done, "kept": {}}
    request.answer = words
    _save(request)
    told = "Chấp thuận xóa toàn bộ. Tài khoản đã đóng; đang chờ mọi nơi trả lời."
    _note(request, "erasing", told, viewer.name, Role.DATA_OFFICER, now,
          by=f"account:{viewer.account_id}")  # fmt: skip
    return request


def _decided(request: PrivacyRequest, viewer: Viewer, now: datetime) -> None:
    request.answered_at = request.answered_at or now
    request.decided_at = now
    request.decided_by_id = viewer.account_id
    _save(request)
    label = PrivacyRequest.State(request.state).label
    ground = f" Căn cứ: {GROUNDS[request.ground]}." if request.ground else ""
    told = f"{label}.{ground} {request.answer}".strip()
    _tell_by_officer(request, "decided", told, viewer, now)


def _kept_words(kept: Mapping[str, str]) -> list[str]:
    titles = {one.key: one.title for one in everything()}
    return [f"{titles[key]}: không xóa được. {rule}." for key, rule in kept.items()]


def _checked(asked: Asked) -> Asked:
    """What was asked, tidy. Raises `Incomplete`, saying what is missing."""
    if asked.right not in RIGHTS:
        raise Incomplete("Chọn một quyền.")
    said = _words(asked.said)
    choices: dict[str, set[str]] = {
        RightKey.DELETE: {WHOLE, *(one.key for one in everything())},
        RightKey.OBJECT: {one.key for one in OBJECTABLE},
        RightKey.WITHDRAW: {one.key for one in CONSENTS},
    }
    about = sorted(set(asked.about) & choices.get(asked.right, set()))
    if asked.right in choices and not about:
        raise Incomplete("Chọn ít nhất một mục mà yêu cầu nói đến.")
    wanted: dict[str, str] = {}
    if asked.right == RightKey.CORRECT:
        wanted = {
            key: text.nfc(value).strip()
            for key, value in asked.wanted.items()
            if key in ("phone", "email", "answer", "value") and value.strip()
        }
        if ("answer" in wanted) != ("value" in wanted):
            raise Incomplete("Chọn nội dung khai cần sửa và ghi nội dung đúng.")
        if not wanted and not said:
            raise Incomplete("Ghi điều cần sửa: liên hệ, nội dung khai, hoặc điều khác.")
        if "email" in wanted and not _MAIL.fullmatch(wanted["email"]):
            raise Incomplete("Địa chỉ thư điện tử chưa đúng, ví dụ ten@example.com.")
        if "phone" in wanted and sum(c.isdigit() for c in wanted["phone"]) not in range(9, 13):
            raise Incomplete("Số điện thoại chưa đúng: cần 9 đến 12 chữ số.")
    if asked.right in (RightKey.SEE, RightKey.GET) and not said:
        raise Incomplete("Ghi điều bạn muốn biết hoặc muốn nhận.")
    return Asked(asked.right, about, said, wanted)


def _about_an_answer(asked: Asked, person_id: int) -> Asked:
    """The same with the question in words, when an answer in a dossier is to be corrected. Raises
    `Incomplete` when there is no such answer of the person's that may be."""
    named = asked.wanted.get("answer")
    if not named:
        return asked
    for one in correcting.correctable(person_id):
        if f"{one.number}/{one.key}" == named:
            return replace(asked, wanted={**asked.wanted, "label": one.label})
    raise Incomplete("Nội dung khai này không sửa theo yêu cầu được nữa.")


def _competent(person: Person, now: datetime) -> Agency:
    """Who answers for the house: the body whose officer in charge of personal data holds that post
    today, the one of the person's province first. Raises `NobodyAnswers`."""
    found = queries.answering_agencies(now)
    if not found:
        raise NobodyAnswers
    home = agencies.competent_commune(person.residence_code, clock.local(now).date())
    realm = home.realm if home else ""
    return min(found, key=lambda agency: (agency.realm != realm, agency.pk))


def _for_officer(viewer: Viewer, number: str, seen: int) -> PrivacyRequest:
    request = queries.for_officer(viewer, number, lock=True)
    if request.revision != seen:
        raise RequestChanged
    if queries.being_erased(request):
        raise BeingErased
    return request


def _save(request: PrivacyRequest) -> None:
    request.revision += 1
    request.save()


def _tell_by_officer(
    request: PrivacyRequest, kind: str, words: str, viewer: Viewer, now: datetime
) -> None:
    _tell(request, kind, words, viewer.name, Role.DATA_OFFICER, now,
          by=f"account:{viewer.account_id}")  # fmt: skip


def _tell(
    request: PrivacyRequest,
    kind: str,
    words: str,
    actor: str,
    role: str,
    now: datetime,
    *,
    by: str,
) -> None:
    """One step in the story, for the ledger (by reference), and for the person's inbox."""
    entry = _note(request, kind, words, actor, role, now, by=by)
    with sight.seeing(sight.EVERYTHING):  # the inbox is its person's, who is not always at work
        notices.send(
            key=f"privacy:{entry.pk}",
            person_id=request.person_id,
            title=f"Yêu cầu về dữ liệu cá nhân {request.number}",
            body=words,
            link=f"/tai-khoan/du-lieu/yeu-cau/{request.number}/",
            email=None,
            now=now,
        )


def _note(
    request: PrivacyRequest,
    kind: str,
    words: str,
    actor: str,
    role: str,
    now: datetime,
    *,
    by: str,
) -> RequestEntry:
    """One step in the story, and for the ledger by reference."""
    entry = RequestEntry.objects.create(
        request=request, at=now, kind=kind, text=words, actor_name=actor[:120], actor_role=role
    )
    told = {
        "right": request.right,
        "state": request.state,
        "ground": request.ground,
        "effects": request.effects.get("done", {}) if kind == "decided" else {},
        "extension_days": request.extension_days,
    }
    ledger.append(f"privacy.request_{kind}", request.number, by, told)
    return entry


def _words(typed: str) -> str:
    return text.nfc(typed).strip()[:LONGEST_TEXT]


def _day(moment: datetime) -> str:
    return clock.local(moment).strftime("%H:%M ngày %d/%m/%Y")
