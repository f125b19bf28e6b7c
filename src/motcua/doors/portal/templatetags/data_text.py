"""Values of a copy of one's data, in words."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.translation import gettext as _

from motcua.foundation.viewer import Viewer
from motcua.privacy import copied_words, queries

register = template.Library()


@register.filter
def plain_words(value: Any) -> str:
    """A JSON value as a person reads it."""
    return copied_words.plain_words(value, _("có"), _("không"))


@register.filter
def answers_for_data(viewer: Viewer) -> bool:
    """Whether the viewer is in charge of personal data somewhere."""
    return queries.answers_for(viewer)
