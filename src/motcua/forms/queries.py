"""Reads of published forms. A form holds no personal data: everybody may read it."""

from __future__ import annotations

from motcua.forms.models import FormVersion


def newest(key: str) -> FormVersion | None:
    """The newest published version of the form `key`."""
    published = FormVersion.objects.filter(key=key, published_at__isnull=False)
    return published.order_by("-version").first()


def titles() -> list[tuple[str, str]]:
    """Key and title of every published form, as its newest version has it, by title."""
    rows = FormVersion.objects.filter(published_at__isnull=False).order_by("key", "-version")
    found = rows.distinct("key").values_list("key", "definition__title")
    return sorted(found, key=lambda row: (row[1], row[0]))


def versions(key: str) -> list[FormVersion]:
    """The published versions of a form, the newest first."""
    published = FormVersion.objects.filter(key=key, published_at__isnull=False)
    return list(published.order_by("-version"))
