"""What somebody signed in with, in words they recognise: "Chrome trên Windows"."""

from __future__ import annotations

_PROGRAMS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("coc_coc_browser", "Cốc Cốc"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("FxiOS/", "Firefox"),
    ("Firefox/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
"""The first that occurs counts: every browser also names those it wants to be taken for."""
_MACHINES = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "điện thoại Android"),
    ("Windows", "máy tính Windows"),
    ("Macintosh", "máy Mac"),
    ("CrOS", "máy Chromebook"),
    ("Linux", "máy tính Linux"),
)


def in_words(user_agent: str) -> str:
    """Browser and machine as the browser presents itself; nothing is concluded from it."""
    program = next((name for sign, name in _PROGRAMS if sign in user_agent), "")
    machine = next((name for sign, name in _MACHINES if sign in user_agent), "")
    if program and machine:
        return f"{program} trên {machine}"
    return program or machine or "thiết bị không rõ"
