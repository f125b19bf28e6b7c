"""The one form of each linked set, and filing it."""

from __future__ import annotations

from typing import Any

from motcua.dossiers.actions import drafting
from motcua.dossiers.models import Dossier, LinkedSet
from motcua.foundation import clock
from motcua.people.viewers import SignedInViewer

from . import answers as a
from . import people as p

POLICE = "G01.37.105"
INSURANCE = "G24.37"
BIRTH, DEATH = "2.002621", "2.002622"
PAPER = {BIRTH: "giay_chung_sinh", DEATH: "giay_bao_tu"}


def birth_form(**changes: Any) -> dict[str, Any]:
    head = a.about("cha", "head")
    return {
        **a.birth(),
        "residence_address": a.PLACE,
        "household_head_name": head["head_full_name"],
        "household_head_id": head["head_id"],
        "household_agreed": True,
        "insurance_hospital": "Trạm y tế xã",
        "card_wanted": False,
        **changes,
    }


def death_form(key: str = "doc-than", **changes: Any) -> dict[str, Any]:
    dead = a.about("cao-tuoi", "dead")
    return {
        **a.about(key),
        "deceased_full_name": dead["dead_full_name"],
        "deceased_id": dead["dead_id"],
        "deceased_birth_date": dead["dead_birth_date"],
        "death_date": a.day(-2),
        "death_cause": "Tuổi già",
        "residence_address": a.PLACE,
        "funeral_kind": "insurance",
        "payee_account": "0123456789",
        "payee_bank": "Ngân hàng thử",
        "result_way": "electronic",
        **changes,
    }


def filed_set(code: str = BIRTH, **changes: Any) -> tuple[SignedInViewer, LinkedSet, Dossier]:
    """A set filed online, the birth by the father, the death by a relative."""
    viewer = p.citizen("cha" if code == BIRTH else "doc-than")
    form = birth_form(**changes) if code == BIRTH else death_form(**changes)
    draft = p.drafted(viewer, code, form)
    now = clock.now()
    drafting.attach(viewer, draft.pk, PAPER[code], "giay.pdf", a.pdf(), now)
    first = drafting.submit(viewer, draft.pk, now)
    return viewer, LinkedSet.objects.get(first=first), first
