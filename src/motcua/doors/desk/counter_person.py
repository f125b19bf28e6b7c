"""Who stands at the counter: asked of the population register by the number on their card."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from motcua.dossiers import prefill
from motcua.forms.engine import CompiledForm
from motcua.foundation import clock
from motcua.foundation.viewer import Viewer
from motcua.people import actions as people
from motcua.people import looks, rules
from motcua.people.models import Person
from motcua.sharing import population
from motcua.sharing.errors import SharingFailed

CALLER = "bo-phan-mot-cua"
"""Who asks, in the register's own records: the counter, for the person in front of it."""


@dataclass(frozen=True, slots=True)
class Found:
    """`person` by the names of the counter's inputs, `answers` for the form; or why not."""

    person: dict[str, str] = field(default_factory=dict)
    answers: dict[str, Any] = field(default_factory=dict)
    refused: str = ""


def look_up(
    id_number: str, form: CompiledForm, purpose: str, viewer: Viewer, agency_id: int
) -> Found:
    """What the register says of this number, for the page to show. Nothing is kept of it but that
    this officer looked, before they see it."""
    try:
        number = rules.id_number(id_number)
        known = population.person(number, purpose=purpose, caller=CALLER)
    except rules.BadIdNumber as error:
        return Found(refused=str(error))
    except SharingFailed:
        return Found(refused=_("CSDL dân cư chưa trả lời. Hãy nhập theo thẻ căn cước."))
    if known is None:
        return Found(refused=_("Không có ai mang số này trong CSDL dân cư."))
    note = looks.at_the_counter(viewer, agency_id, number, purpose)
    people.record_access(note, clock.now())
    asked = Person(id_number=number, full_name=known.full_name, phone=known.phone or None)
    return Found(
        person={
            "person_full_name": known.full_name,
            "person_birth_date": known.birth_date.isoformat(),
            "person_phone": known.phone,
        },
        answers=prefill.gather(asked, form, purpose).answers,
    )
