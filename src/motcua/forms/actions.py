"""Publishing forms."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import connection, transaction

from motcua.forms.analysis import Finding, findings
from motcua.forms.definition import parse
from motcua.forms.models import FormVersion
from motcua.foundation import ledger


class NotFitToPublish(ValueError):
    """The definition has mistakes that a citizen would meet. Carries `findings`."""

    def __init__(self, found: list[Finding]) -> None:
        self.findings = found
        words = "; ".join(f"{one.place}: {one.message}" for one in found)
        super().__init__(f"Biểu mẫu chưa công bố được: {words}")


@transaction.atomic
def publish(key: str, definition: dict[str, Any], now: datetime, by: str = "system") -> FormVersion:
    """Publish `definition` as the next version of the form `key`, frozen from then on.

    The newest version is returned as it is when it is equal: publishing twice is publishing once.
    Raises `BadDefinition`, `NotFitToPublish`.
    """
    parsed = parse(definition)
    mistakes = [one for one in findings(parsed) if one.grave]
    if mistakes:
        raise NotFitToPublish(mistakes)
    _one_at_a_time(key)
    newest = FormVersion.objects.filter(key=key).order_by("-version").first()
    kept = in_order(definition)
    if newest is not None and newest.definition == kept:
        return newest
    fresh = FormVersion.objects.create(
        key=key,
        version=newest.version + 1 if newest else 1,
        definition=kept,
        published_at=now,
    )
    ledger.append("forms.published", key, by, {"version": fresh.version})
    return fresh


def in_order(definition: dict[str, Any]) -> dict[str, Any]:
    """The definition with the order of each group's questions written down: a JSON object in
    PostgreSQL keeps none."""
    fields = {
        key: {**one, "order": one.get("order", list(one["fields"]))} if "fields" in one else one
        for key, one in definition.get("fields", {}).items()
    }
    return {**definition, "fields": fields}


def _one_at_a_time(key: str) -> None:
    """Two that publish the same form wait for each other: there may be no row to lock yet."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"forms:{key}"])
