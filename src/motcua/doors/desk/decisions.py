"""Reading a publishing decision from a form."""

from __future__ import annotations

from datetime import date

from django.http import QueryDict
from django.utils.translation import gettext as _

from motcua.catalogue.actions import Decision
from motcua.catalogue.errors import CatalogueError
from motcua.catalogue.keepers import Reach
from motcua.catalogue.models import PublicationStep


def decision_of(posted: QueryDict, reach: Reach) -> Decision:
    """The decision in a form. Who keeps the catalogue of a province decides for the province, not
    for a ministry. Raises `CatalogueError`."""
    step = posted.get("step", "")
    if reach.province and step == PublicationStep.Step.MINISTRY:
        raise CatalogueError(_("Quyết định của bộ do quản trị của bộ ghi."))
    shortened = posted.get("shortened_issue", "").strip()
    return Decision(
        posted.get("decision", "")[:300],
        day_of(posted.get("decided_on", "")),
        step,
        day_of(posted.get("effective", "")),
        day_of(shortened) if shortened else None,
    )


def day_of(said: str) -> date:
    """A day of a form. Raises `CatalogueError`."""
    try:
        return date.fromisoformat(said.strip())
    except ValueError as error:
        raise CatalogueError(_("Ngày chưa nhập hoặc không đúng.")) from error
