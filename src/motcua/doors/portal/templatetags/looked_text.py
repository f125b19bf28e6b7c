"""Looks at personal data in words."""

from __future__ import annotations

from collections.abc import Iterable

from django import template

from motcua.doors import looked_words

register = template.Library()


@register.filter
def fields_seen(fields: Iterable[str]) -> str:
    return looked_words.field_names(fields)


@register.filter
def odd_reason(key: str) -> str:
    return looked_words.reason(key)
