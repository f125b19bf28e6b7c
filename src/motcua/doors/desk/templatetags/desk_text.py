"""Words and marks of the desk."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django import template
from django.utils.translation import gettext as _

from motcua.catalogue import keepers
from motcua.catalogue.rehearsal import WORDS
from motcua.dossiers.actions.acting import serves
from motcua.dossiers.queries import lateness
from motcua.dossiers.queries.desk import COUNT_TO
from motcua.dossiers.queries.scope import mask_name
from motcua.foundation.viewer import Viewer
from motcua.people import inspecting
from motcua.people.viewers import SignedInViewer
from motcua.privacy import breaches

register = template.Library()
SOON_HOURS = 8


@register.filter
def inspects(viewer: Viewer) -> bool:
    return inspecting.inspects(viewer)


@register.filter
def keeps_catalogue(viewer: SignedInViewer) -> bool:
    return keepers.reach(viewer) is not None


@register.filter
def answers_for_data(viewer: Viewer) -> bool:
    return breaches.works_here(viewer)


@register.filter
def masked_name(name: str) -> str:
    return mask_name(name)


@register.filter
def working_time(time: timedelta) -> str:
    """A length of working time in hours, to a tenth."""
    return _("%(hours)s giờ") % {"hours": f"{time.total_seconds() / 3600:.1f}".replace(".", ",")}


@register.filter
def share(part: float) -> str:
    """A share between 0 and 1 as a percentage."""
    return f"{part * 100:.0f}%"


@register.filter
def body_kind(kind: str) -> str:
    """The body of the place that a rule of competence means."""
    return WORDS.get(kind, kind)


@register.filter
def at(mapping: Mapping[Any, Any], key: Any) -> Any:
    return mapping.get(key)


@register.filter
def tab_names(counts: Mapping[str, int]) -> list[tuple[str, str]]:
    """Tabs with their counts; a count that was not taken to its end says so."""
    names = {
        "todo": _("Cần làm"),
        "mine": _("Của tôi"),
        "waiting": _("Chờ bổ sung"),
        "return": _("Trả kết quả"),
    }
    return [
        (key, f"{names[key]} ({n if n <= COUNT_TO else f'{COUNT_TO}+'})")
        for key, n in counts.items()
    ]


@register.filter
def unit_word(unit: str) -> str:
    """The unit of a limit, as a label."""
    return {
        "working_day": _("ngày làm việc"),
        "working_hour": _("giờ làm việc"),
        "day": _("ngày"),
        "month": _("tháng"),
    }.get(unit, unit)


@register.filter
def plain_number(value: Decimal) -> str:
    """`3.00` as one types it: `3`; `1.50` as `1,5`."""
    return f"{value.normalize():f}".replace(".", ",")


@register.filter
def urgency(hours: float | None) -> str:
    """The row's class: late, soon or none; the words in the row say the same."""
    if hours is None:
        return ""
    return "late" if hours < 0 else "soon" if hours <= SOON_HOURS else ""


@register.filter
def time_left(hours: float | None) -> str:
    """Working time left, in words."""
    if hours is None:
        return "—"
    amount = f"{abs(hours):.1f}".replace(".", ",")
    if hours < 0:
        return _("Quá hạn %s giờ làm việc") % amount
    return _("%s giờ làm việc") % amount


@register.filter
def register_state(key: str) -> str:
    """What the register can be narrowed to, in words."""
    return {"open": _("Đang giải quyết"), "done": _("Đã xong"), "late": _("Quá hạn")}.get(key, key)


@register.filter
def kept_word(verdict: str) -> str:
    """Whether a due moment was kept, in words."""
    return {
        "early": _("trước hạn"),
        "on_time": _("đúng hạn"),
        "late": _("quá hạn"),
        "running": _("còn hạn"),
        "overdue": _("đã quá hạn"),
    }.get(verdict, "")


@register.filter
def leads(viewer: Viewer) -> bool:
    return bool(lateness.led_by(viewer))


@register.filter
def settles_dossiers(viewer: Viewer) -> bool:
    return bool(serves(viewer))


@register.filter
def opinion_word(answer: str) -> str:
    return {"silent": _("Hết thời hạn, coi như đồng ý"), "agree": _("Đồng ý")}.get(answer, answer)
