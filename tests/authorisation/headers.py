"""What every answer must tell the browser, whatever it answers and whoever asks."""

from __future__ import annotations

import re
from typing import Any

WANTED = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
POLICY = ("object-src", "base-uri", "frame-ancestors")
INLINE = re.compile(r"<script(?![^>]*\bsrc=)|<style\b|\sstyle=\"|\son[a-z]+=\"|javascript:", re.I)


def unsafe(answer: Any, signed_in: bool) -> list[str]:
    """What is missing or wrong, in words."""
    wrong = [
        f"{name}: {answer.headers.get(name)}"
        for name, value in WANTED.items()
        if answer.headers.get(name) != value
    ]
    policy = answer.headers.get("Content-Security-Policy", "")
    if "default-src" not in policy or "unsafe" in policy:
        wrong.append(f"Content-Security-Policy: {policy}")
    if "sandbox" not in policy:
        wrong += [f"Content-Security-Policy lacks {one}" for one in POLICY if one not in policy]
    if "Permissions-Policy" not in answer.headers:
        wrong.append("no Permissions-Policy")
    if signed_in and not re.search("no-store|public", answer.headers.get("Cache-Control", "")):
        wrong.append(f"Cache-Control: {answer.headers.get('Cache-Control')}")
    for name in ("motcua_session", "motcua_csrf"):
        cookie = answer.cookies.get(name)
        if cookie is not None and cookie.value and not (cookie["httponly"] and cookie["samesite"]):
            wrong.append(f"cookie {name} without HttpOnly or SameSite")
    html = answer.headers.get("Content-Type", "").startswith("text/html")
    if html and (found := INLINE.search(answer.body)):
        wrong.append(f"inline: {found[0]}")
    return wrong
