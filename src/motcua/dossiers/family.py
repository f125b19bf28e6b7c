"""Parents and children, as the population register knows them: who may act for a minor."""

from __future__ import annotations

from datetime import datetime

from motcua.dossiers.prefill import CALLER
from motcua.foundation import clock
from motcua.foundation.viewer import Viewer
from motcua.people import actions as people
from motcua.people.actions import mandates
from motcua.people.models import Person
from motcua.people.representation import is_minor
from motcua.sharing import population

PURPOSE = "Xác định người đại diện theo pháp luật của con chưa thành niên"
SOURCE = "CSDL quốc gia về dân cư"


def know_children(viewer: Viewer, now: datetime) -> int:
    """Ask the register for the viewer's minor children, for whom the viewer may act from now until
    they are eighteen (BLDS 2015 Đ136); how many there are. Raises `SharingFailed`."""
    me = Person.objects.filter(pk__in=filter(None, [viewer.person_id])).first()
    if me is None or not me.id_number:
        return 0
    found = population.family(me.id_number, purpose=PURPOSE, caller=CALLER)
    today = clock.local(now).date()
    count = 0
    for child in found.children if found else ():
        if not child.alive or not is_minor(child.birth_date, today):
            continue
        row = people.upsert_person(
            child.id_number, child.full_name, child.birth_date, child.sex, now=now
        )
        if mandates.parent(me.pk, row, SOURCE, now) is not None:
            count += 1
    return count
