"""What a granted request really does, in the rooms that hold the data.

Each effect runs in the transaction of the decision and says in counts what it did; nothing personal
is in them, so that they may stand in the ledger.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from motcua.documents.vault import actions as vault
from motcua.dossiers.actions.acting import Actor
from motcua.dossiers.actions.correcting import correct
from motcua.dossiers.actions.erasing import erase_drafts
from motcua.dossiers.errors import Refused
from motcua.foundation import sight
from motcua.foundation.person_keys import Part
from motcua.notices.actions import erase_inbox
from motcua.people import own_data
from motcua.people.models import Role
from motcua.people.purposes import PURPOSES
from motcua.privacy.actions import whole
from motcua.privacy.actions.erasure import erase
from motcua.privacy.duties import duty
from motcua.privacy.errors import CannotCorrect
from motcua.privacy.models import PrivacyRequest
from motcua.privacy.rights import RightKey


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was done: `done` in counts by kind, `kept` the rule by which each kind that was asked
    for stays."""

    done: dict[str, Any] = field(default_factory=dict)
    kept: dict[str, str] = field(default_factory=dict)
    pending: bool = False
    """Whether rooms are still to answer: the request stays open until they have."""


def carry_out(request: PrivacyRequest, by: str, now: datetime) -> Outcome:
    """Do what the locked `request` asks, as far as the law lets. What it touches is not for the
    officer's eyes (drafts, the inbox), so it is done as the system."""
    with sight.seeing(sight.EVERYTHING):
        return _EFFECTS[RightKey(request.right)](request, by, now)


def _nothing_to_change(request: PrivacyRequest, by: str, now: datetime) -> Outcome:
    """Seeing and getting: the officer's answer is the effect; the copy is the person's to make."""
    return Outcome({"answered": 1})


def _correct(request: PrivacyRequest, by: str, now: datetime) -> Outcome:
    wanted: dict[str, str] = request.wanted
    done: dict[str, int] = {}
    if "answer" in wanted:
        number, _, key = wanted["answer"].partition("/")
        account = by.removeprefix("account:")
        officer = int(account) if account.isdigit() else None
        actor = Actor(Role.DATA_OFFICER.label, Role.DATA_OFFICER, account_id=officer)
        try:
            correct(request.person_id, number, key, wanted["value"], request.number, actor, now)
        except Refused as error:
            raise CannotCorrect(error.message) from error
        done["answers"] = 1
    if "phone" in wanted or "email" in wanted:
        changed = own_data.set_contact(
            request.person_id, phone=wanted.get("phone"), email=wanted.get("email"), by=by, now=now
        )
        done |= dict.fromkeys(changed, 1)
    return Outcome(done)


def _erase(request: PrivacyRequest, by: str, now: datetime) -> Outcome:
    done: dict[str, Any] = {}
    kept: dict[str, str] = {}
    everything_goes = whole.WHOLE in request.asked
    for key in sorted(ERASERS) if everything_goes else request.asked:
        if (rule := duty(key, request.person_id, now)) is not None:
            kept[key] = rule.rule
        else:
            done[key] = ERASERS[key](request.person_id, by, now)
    if everything_goes:
        kept |= whole.what_keeps(request.person_id, request, now)
        if not kept:
            whole.begin(request, by, now)
            return Outcome(done, pending=True)
    if done:  # and from old backups, a moment later
        erase(request.person_id, [Part.VOLUNTARY], request.number, by, now)
    return Outcome(done, kept)


def _restrict(request: PrivacyRequest, by: str, now: datetime) -> Outcome:
    return _stop(request, list(PURPOSES), by, now)


def _object(request: PrivacyRequest, by: str, now: datetime) -> Outcome:
    return _stop(request, request.asked, by, now)


def _stop(request: PrivacyRequest, activities: Sequence[str], by: str, now: datetime) -> Outcome:
    stopped = own_data.stop_uses(
        request.person_id, activities, now, by=by, request_number=request.number
    )
    return Outcome(dict.fromkeys(stopped, 1))


def _withdraw(request: PrivacyRequest, by: str, now: datetime) -> Outcome:
    ended = own_data.withdraw_all(request.person_id, request.asked, now)
    return Outcome(dict.fromkeys(ended, 1))


_EFFECTS: dict[RightKey, Callable[[PrivacyRequest, str, datetime], Outcome]] = {
    RightKey.SEE: _nothing_to_change,
    RightKey.GET: _nothing_to_change,
    RightKey.CORRECT: _correct,
    RightKey.DELETE: _erase,
    RightKey.RESTRICT: _restrict,
    RightKey.OBJECT: _object,
    RightKey.WITHDRAW: _withdraw,
}


def _erase_contact(person_id: int, by: str, now: datetime) -> int:
    return len(own_data.set_contact(person_id, phone="", email="", by=by, now=now))


ERASERS: dict[str, Callable[[int, str, datetime], int]] = {
    "contact": _erase_contact,
    "drafts": lambda person_id, by, now: erase_drafts(person_id, by),
    "notices": lambda person_id, by, now: erase_inbox(person_id, by),
    "mails": lambda person_id, by, now: erase_inbox(person_id, by),
    "kept_papers": lambda person_id, by, now: vault.forget_papers(person_id, by)["kept_papers"],
    "shares": lambda person_id, by, now: vault.forget_links(person_id, by),
}
"""How each kind of data that no law keeps is erased. A kind without a duty and without an eraser
fails `tests/privacy/test_requests.py`."""
