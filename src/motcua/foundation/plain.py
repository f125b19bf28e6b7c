"""Texts of the law are plain: what looks like HTML in one is a mistake or an attack."""

from __future__ import annotations

import re

_MARKUP = re.compile(
    r"<!--|<!doctype|</?(?:a|b|base|body|br|button|div|em|embed|font|form|frame|h[1-6]|head|hr|html|"
    r"i|iframe|img|input|li|link|math|meta|object|ol|p|script|span|strong|style|sub|sup|svg|table|"
    r"tbody|td|template|textarea|th|tr|u|ul|video)(?:[\s/][^>]*)?>",
    re.IGNORECASE,
)


def markup(text: str) -> str:
    """The first HTML tag in `text`, at most 40 letters of it, or nothing."""
    found = _MARKUP.search(text)
    return found.group()[:40] if found else ""
