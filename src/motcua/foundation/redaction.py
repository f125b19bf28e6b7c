"""Numbers of people taken out of words that are kept where personal data has no place: logs, and
what another system said when it failed."""

from __future__ import annotations

import re
from collections.abc import MutableMapping
from typing import Any

GONE = "•••"
# Identity numbers and phone numbers begin with 0; moments, dossier numbers and amounts do not.
_NUMBER = re.compile(r"(?<![0-9A-Za-z])(?:\+84\d{8,10}|0\d{8,11})(?![0-9A-Za-z])")
_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")


def redacted(words: str) -> str:
    """`words` without identity numbers, phone numbers and mail addresses."""
    return _MAIL.sub(GONE, _NUMBER.sub(GONE, words))


def processor(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """The same for everything a log line says, however deep."""
    return {key: _through(value) for key, value in event.items()}


def _through(value: Any) -> Any:
    if isinstance(value, str):
        return redacted(value)
    if isinstance(value, dict):
        return {key: _through(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_through(one) for one in value]
    return redacted(str(value)) if isinstance(value, BaseException) else value
