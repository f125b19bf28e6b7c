"""What every answer must tell the browser, whatever it answers and whoever asks."""

from __future__ import annotations

import re
from typing import Any

from .pages import wrong_in

WANTED = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
POLICY = ("object-src", "base-uri", "frame-ancestors")
NOT_SENT = ("Access-Control-Allow-Origin", "Access-Control-Allow-Credentials", "X-Powered-By")
READ_BY_SCRIPTS: tuple[str, ...] = ()
"""Cookies that our own scripts read; they open nothing."""


def unsafe(answer: Any, signed_in: bool) -> list[str]:
    """What is missing or wrong, in words."""
    wrong = [
        f"{name}: {answer.headers.get(name)}"
        for name, value in WANTED.items()
        if answer.headers.get(name) != value
    ]
    wrong += [f"{name} is sent" for name in NOT_SENT if name in answer.headers]
    policy = answer.headers.get("Content-Security-Policy", "")
    if "default-src" not in policy or "unsafe" in policy or "*" in policy:
        wrong.append(f"Content-Security-Policy: {policy}")
    if "sandbox" not in policy:
        wrong += [f"Content-Security-Policy lacks {one}" for one in POLICY if one not in policy]
    if "Permissions-Policy" not in answer.headers:
        wrong.append("no Permissions-Policy")
    if signed_in and not re.search("no-store|public", answer.headers.get("Cache-Control", "")):
        wrong.append(f"Cache-Control: {answer.headers.get('Cache-Control')}")
    for name, cookie in answer.cookies.items():
        lax = cookie["samesite"] in ("Lax", "Strict")
        if cookie.value and not (lax and (cookie["httponly"] or name in READ_BY_SCRIPTS)):
            wrong.append(f"cookie {name} without HttpOnly or SameSite")
        if cookie["domain"]:
            wrong.append(f"cookie {name} for other hosts")
    if answer.headers.get("Content-Type", "").startswith("text/html"):
        wrong += wrong_in(answer.body)
    return wrong
