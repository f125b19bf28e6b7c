"""What every page of the portal and the desk is given."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from motcua.doors.cookies import called
from motcua.notices import queries as notices


def frame(request: HttpRequest) -> dict[str, Any]:
    """How the page is displayed, and how many notices are unread."""
    size = request.COOKIES.get(called("size"), "normal")
    contrast = request.COOKIES.get(called("contrast"), "normal")
    viewer = getattr(request, "viewer", None)
    unread = 0
    if viewer is not None and viewer.person_id is not None:
        unread = notices.unread(viewer)
    return {
        "display": {
            "size_class": f"size-{size}" if size in ("large", "larger") else "",
            "contrast_class": "contrast-high" if contrast == "high" else "",
        },
        "unread": unread,
    }
