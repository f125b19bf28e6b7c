"""Drawing the questions of a form: `{% field view errors %}`, `{% topic_fields topic errors %}`.

A question is drawn from its `FieldView` and the errors of the page alone; which communes an address
offers comes from the territory. Everything works without scripts: a commune that the list does not
offer is typed by name, and `doors.addresses.find_commune` reads it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from motcua.doors import addresses
from motcua.forms.pages import FieldView, TopicView
from motcua.forms.wording import FieldError

register = template.Library()

MOST_RADIOS = 7
_TEMPLATES = {
    "person_id": "text",
    "tax_code": "text",
    "phone": "text",
    "email": "text",
    "money": "number",
}


@register.simple_tag
def field(view: FieldView, errors: Iterable[FieldError] = (), unlocked: bool = False) -> SafeString:
    """One question with its help, its error and, where it came from a register, its source.

    `unlocked` draws the inputs of a locked answer, for the part that disputes it.
    """
    said = {error.field: error.message for error in errors or ()}
    name = _template(view, locked=view.locked and not unlocked)
    if unlocked:
        view = replace(view, source_note="")  # said above the inputs already
    return render_to_string(f"portal/fields/{name}.html", _context(view, said, errors))


@register.inclusion_tag("portal/fields/_topic.html")
def topic_fields(topic: TopicView, errors: Iterable[FieldError] = ()) -> dict[str, Any]:
    """All questions of a page. The first button of the page is an unseen one that just saves, so
    that Enter in a text never adds or removes a line of a group."""
    return {"topic": topic, "errors": list(errors or ())}


def _template(view: FieldView, *, locked: bool) -> str:
    if locked:
        return "locked"
    if view.type == "choice":
        return "radios" if len(view.options) <= MOST_RADIOS else "select"
    return _TEMPLATES.get(view.type, view.type)


def _context(view: FieldView, said: dict[str, str], errors: Iterable[FieldError]) -> dict[str, Any]:
    error = said.get(view.path, "")
    inside = {
        part: message
        for part in ("province", "commune", "detail")
        if (message := said.get(f"{view.path}.{part}"))
    }
    notes = (("help", view.help), ("error", error), ("source", view.source_note))
    context: dict[str, Any] = {
        "field": view,
        "error": error,
        "errors": errors,
        "inside": inside,
        "wrong": bool(error or inside),
        "described": " ".join(f"{view.anchor}-{name}" for name, words in notes if words),
        "pattern": "[0-9 .]{12,16}" if view.type == "person_id" else "",
    }
    if view.type == "address":
        context["provinces"] = addresses.provinces()
        context["communes"] = addresses.communes_to_choose(view.parts.get("province", ""))
    if view.type == "group":
        context["lines"] = [
            {
                "path": f"{view.path}.{i}",
                "number": i + 1,
                "views": views,
                "error": said.get(f"{view.path}.{i}", ""),
            }
            for i, views in enumerate(view.items)
        ]
    return context
