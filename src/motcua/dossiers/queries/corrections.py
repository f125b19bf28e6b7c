"""What stood in a dossier before an answer was corrected, for its applicant."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from motcua.dossiers import places
from motcua.dossiers.models import EarlierAnswers
from motcua.dossiers.queries.citizen import DossierPage
from motcua.forms import engine as forms
from motcua.forms.display import Row

Topics = Sequence[tuple[str, Sequence[Row]]]


@dataclass(frozen=True, slots=True)
class Correction:
    """One corrected answer: the question, what stood there until `at`, by which request."""

    at: datetime
    why: str
    label: str
    before: str


def of(page: DossierPage, now_stands: Topics) -> list[Correction]:
    """Every answer of a dossier that `citizen.dossier` gave which stood there differently, the
    latest correction first. `now_stands` are its answers as they are read today. One statement."""
    assert page.version.form_id is not None
    form = forms.compiled(page.version.form_id)
    fields = form.definition.fields
    worked_out = {key for key, one in fields.items() if one.type == "computed"}
    after = _by_path(now_stands)
    found = []
    for row in EarlierAnswers.objects.filter(dossier=page.dossier).order_by("-at", "-pk"):
        before = _by_path(form.readable(json.loads(row.answers or "{}"), places.name_of))
        found += [
            Correction(row.at, row.why, label, text)
            for path, (label, text) in before.items()
            if after.get(path, ("", ""))[1] != text and path not in worked_out
        ]
        after = before
    return found


def _by_path(topics: Topics) -> dict[str, tuple[str, str]]:
    return {path: (label, text) for _, rows in topics for label, text, path in rows}
