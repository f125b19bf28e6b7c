"""Erasing a person as a whole, when nothing is left that must be kept (Luật 91/2025/QH15 Đ4, Đ14).

The account is closed in the transaction that grants the request. Then every room answers, each in a
transaction of its own; when all have, the person's keys are destroyed, and only then the request
closes. Should something that must be kept turn up meanwhile (a dossier taken at a counter), the
person stays, and the request says by which rule.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from motcua.foundation import forgetting, ledger, person_keys, personal_fields
from motcua.foundation.background import defer
from motcua.foundation.holdings import everything
from motcua.foundation.person_keys import Part
from motcua.people.actions import closing
from motcua.people.models import Person
from motcua.privacy import holds, queries, rules
from motcua.privacy.models import Erasure, PrivacyRequest, RequestEntry, RoomAnswer

WHOLE = "person"
"""What is asked for when all of it shall go."""
WHOLE_TITLE = "Toàn bộ: mọi dữ liệu và tài khoản của tôi"
_HELD = "Đang phải giữ theo quyết định của cơ quan có thẩm quyền"
_OPEN = "Còn yêu cầu khác của chính người này đang được giải quyết"
_PEOPLE = "people"


def what_keeps(person_id: int, but: PrivacyRequest, now: datetime) -> dict[str, str]:
    """The rules by which the person must be kept, by kind of data; empty when nothing stands in the
    way. `but` is the request that asks."""
    duties = {held.key: held.duty for held in everything()}
    found = {
        key: duties[key] for key, _ in forgetting.standing_in_the_way(queries.whose(person_id))
    }
    if holds.holds_person(person_id, now):
        found["identity"] = _HELD
    others = PrivacyRequest.objects.filter(person_id=person_id, state__in=rules.OPEN)
    if others.exclude(pk=but.pk).exists():
        found["requests"] = _OPEN
    return found


@transaction.atomic
def begin(request: PrivacyRequest, by: str, now: datetime) -> Erasure:
    """Shut the account of the person of the locked `request`, and have every room asked. Who calls
    has seen that nothing keeps them."""
    holds.one_at_a_time()
    closing.shut(request.person_id, by, now)
    erasure = Erasure.objects.create(
        person_id=request.person_id,
        parts=sorted(Part),
        why=request.number[:80],
        whole=True,
        request=request,
        asked_at=now,
    )
    told = {"parts": erasure.parts, "why": erasure.why, "whole": True}
    ledger.append("privacy.erasure_asked", f"person:{request.person_id}", by, told)
    defer("privacy.erase_whole", erasure=erasure.pk)
    return erasure


def carry_out(erasure_id: int, now: datetime) -> None:
    """Ask every room that has not answered, destroy the keys, close the request. Safe to stop and
    to repeat at any point."""
    erasure = Erasure.objects.select_related("request").get(pk=erasure_id)
    if erasure.done_at is not None:
        return
    for room in forgetting.rooms():
        if not _ask(erasure, room, now):
            return
    owner = personal_fields.owner_of(Person, erasure.person_id)
    assert owner is not None, "people are never deleted"
    destroyed = person_keys.destroy(owner, list(Part))
    _close(erasure, destroyed, now)


@transaction.atomic
def _ask(erasure: Erasure, room: str, now: datetime) -> bool:
    """Whether the room has answered; False when the person must be kept after all."""
    Erasure.objects.select_for_update().get(pk=erasure.pk)
    if RoomAnswer.objects.filter(erasure=erasure, room=room).exists():
        return True
    whose = queries.whose(erasure.person_id)
    request = erasure.request
    assert request is not None, "who goes as a whole has asked for it"
    if room == _PEOPLE:
        holds.one_at_a_time()
        # Held to the end: whoever files for this person now comes before us, or meets a new one.
        Person.objects.select_for_update().only("pk").get(pk=erasure.person_id)
        kept = what_keeps(erasure.person_id, request, now)
        if kept:
            _keep(erasure, kept, now)
            return False
    counts = forgetting.forget(room, whose, "system", now)
    RoomAnswer.objects.create(erasure=erasure, room=room, counts=counts, answered_at=now)
    told = {"room": room, "counts": counts}
    ledger.append("privacy.room_answered", f"person:{erasure.person_id}", "system", told)
    return True


def _keep(erasure: Erasure, kept: dict[str, str], now: datetime) -> None:
    """The person stays: their account may be opened again, and the request says why."""
    closing.let_come_back(erasure.person_id, now)
    titles = {one.key: one.title for one in everything()}
    words = "\n".join(f"{titles[key]}: không xóa được. {rule}." for key, rule in kept.items())
    _decide(erasure, PrivacyRequest.State.PARTLY, "law_keeps", words, kept, now)
    erasure.done_at = now
    erasure.save(update_fields=["done_at"])


@transaction.atomic
def _close(erasure: Erasure, destroyed: int, now: datetime) -> None:
    locked = Erasure.objects.select_for_update().get(pk=erasure.pk)
    if locked.done_at is not None:
        return
    locked.done_at = now
    locked.save(update_fields=["done_at"])
    told = {"parts": locked.parts, "kept": 0, "keys_destroyed": destroyed, "whole": True}
    ledger.append("privacy.erased", f"person:{locked.person_id}", "system", told)
    words = "Mọi nơi đã trả lời. Dữ liệu đã xóa, khóa mã hóa của người này đã hủy."
    _decide(erasure, PrivacyRequest.State.GRANTED, "", words, {}, now)


def _decide(
    erasure: Erasure, state: str, ground: str, words: str, kept: dict[str, str], now: datetime
) -> None:
    """Close the request. Nobody is told: there is no inbox any more, or its owner reads the answer
    when they come back."""
    request = PrivacyRequest.objects.select_for_update(of=("self",)).get(erasures=erasure)
    answers = RoomAnswer.objects.filter(erasure=erasure)
    counts = {one.room: one.counts for one in answers.order_by("pk")}
    done = {**request.effects.get("done", {}), "rooms": counts}
    request.state, request.ground, request.decided_at = state, ground, now
    request.effects = {"done": done, "kept": kept}
    request.answer = words
    request.revision += 1
    request.save()
    RequestEntry.objects.create(
        request=request, at=now, kind="decided", text=words, actor_name="Hệ thống", actor_role=""
    )
    told = {"right": request.right, "state": state, "ground": ground, "effects": done}
    ledger.append("privacy.request_decided", request.number, "system", told)
