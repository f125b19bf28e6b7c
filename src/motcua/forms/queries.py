"""Reads of published forms. A form holds no personal data: everybody may read it."""

from __future__ import annotations

from motcua.forms.models import FormVersion


def newest(key: str) -> FormVersion | None:
    """The newest published version of the form `key`."""
    published = FormVersion.objects.filter(key=key, published_at__isnull=False)
    return published.order_by("-version").first()
