"""Steps that a job does: what a process calls `action` on a step of role `system`.

Each takes the dossier as it is and returns what was learnt, which goes into `Dossier.facts`. Each
is idempotent by the dossier's number.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

from motcua.catalogue.facts import VersionFacts
from motcua.dossiers.models import Dossier
from motcua.registers import actions as registers
from motcua.sharing import population


class UnknownSystemStep(Exception):
    """A process names an action that this installation does not have."""


def run(action: str, dossier: Dossier, version: VersionFacts, now: datetime) -> dict[str, Any]:
    """Do `action`. Raises `UnknownSystemStep`, or what the outside system's client raises; the
    worker tries again later."""
    try:
        step = _STEPS[action]
    except KeyError:
        raise UnknownSystemStep(action) from None
    return step(dossier, version, now)


def _record(dossier: Dossier, version: VersionFacts, now: datetime) -> dict[str, Any]:
    """Write the entry of the version's register (Luật Hộ tịch 2014 Đ16 for a birth)."""
    answers = json.loads(dossier.answers or "{}")
    entry = registers.record(
        register=version.register,
        agency_id=dossier.agency_id,
        key=f"dossier:{dossier.realm}:{dossier.number}",
        data={
            "dossier": dossier.number,
            "procedure": version.code,
            "answers": answers,
            "facts": {k: v for k, v in dossier.facts.items() if k in ("personal_id",)},
        },
        subject_id_number=dossier.applicant.id_number,
        document_number=dossier.facts.get("result_number", ""),
        now=now,
    )
    return {"register_number": entry.number, "register_year": entry.year}


def _assign_id(dossier: Dossier, version: VersionFacts, now: datetime) -> dict[str, Any]:
    """Ask the population database for the child's personal id number (NĐ 87/2020; the real service
    is sent the civil-status entry and answers with the number)."""
    answers = json.loads(dossier.answers or "{}")
    number = population.assign_id(
        request_id=f"{dossier.realm}:{dossier.number}",
        child={
            **{key: answers[key] for key in sorted(answers) if key.startswith("child_")},
            "child_birth_notice": answers.get("birth_notice_number"),
            "child_residence": answers.get("mother_address") or answers.get("father_address"),
        },
        father_id=answers.get("father_id") or None,
        mother_id=answers.get("mother_id") or None,
        purpose=f"Đăng ký khai sinh, hồ sơ {dossier.number}",
        caller=dossier.agency.code,
    )
    return {"personal_id": number}


_STEPS: dict[str, Callable[[Dossier, VersionFacts, datetime], dict[str, Any]]] = {
    "registers.record": _record,
    "registers.civil_status": _record,
    "population.assign_id": _assign_id,
}
