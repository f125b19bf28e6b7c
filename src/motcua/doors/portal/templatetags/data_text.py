"""Values of a copy of one's data, in words."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import template
from django.utils.translation import gettext as _

from motcua.foundation import clock
from motcua.foundation.viewer import Viewer
from motcua.privacy import queries

register = template.Library()


@register.filter
def plain_words(value: Any) -> str:
    """A JSON value as a person reads it: moments on the Vietnamese clock, lists one after another,
    nested values as pairs."""
    if isinstance(value, bool):
        return _("có") if value else _("không")
    if isinstance(value, dict):
        return "; ".join(f"{key}: {plain_words(one)}" for key, one in value.items())
    if isinstance(value, list):
        return "; ".join(plain_words(one) for one in value)
    if isinstance(value, str) and len(value) > 16 and value[4:5] == "-" and "T" in value:
        try:
            return clock.local(datetime.fromisoformat(value)).strftime("%H:%M:%S %d/%m/%Y")
        except ValueError:
            return value
    return "" if value is None else str(value)


@register.filter
def answers_for_data(viewer: Viewer) -> bool:
    """Whether the viewer is in charge of personal data somewhere."""
    return queries.answers_for(viewer)
