"""Judging one answer against graded procedures: pure arithmetic."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

DEPTH = 10
RIGHT = 2
"""A procedure of this grade or more answers what was asked."""
QUERIES = Path(__file__).with_name("queries.tsv")
UNSEEN = Path(__file__).with_name("unseen.tsv")
UNSEEN_TOO = Path(__file__).with_name("unseen2.tsv")


@dataclass(frozen=True, slots=True)
class Query:
    """What somebody types, of a kind, with the grades of the procedures that answer it."""

    kind: str
    typed: str
    grades: Mapping[str, int]

    @property
    def held_out(self) -> bool:
        """Whether this is one of the third that nobody looks at while improving search: decided by
        its letters alone, so that nobody chooses."""
        return sha256(self.typed.encode()).digest()[0] % 3 == 0


@dataclass(frozen=True, slots=True)
class Figures:
    """The means over some queries, from 0 to 1; `count` is how many."""

    count: int
    mrr: float
    success: float
    ndcg: float


def queries(path: Path = QUERIES) -> list[Query]:
    """The evaluation set."""
    read = []
    for line in path.read_text(encoding="utf-8").splitlines():
        if not line or line.startswith("#"):
            continue
        kind, typed, graded = line.split("\t")
        pairs = (pair.split(":") for pair in graded.split())
        read.append(Query(kind, typed, {code: int(grade) for code, grade in pairs}))
    return read


def reciprocal_rank(found: Sequence[str], grades: Mapping[str, int]) -> float:
    """1 when the first of `found` is right, 1/2 when the second is, 0 when none of ten is."""
    for place, code in enumerate(found[:DEPTH], 1):
        if grades.get(code, 0) >= RIGHT:
            return 1 / place
    return 0.0


def ndcg(found: Sequence[str], grades: Mapping[str, int]) -> float:
    """Discounted gain of the first ten beside that of the best order, 0 to 1."""
    best = _gain(sorted(grades.values(), reverse=True))
    return _gain([grades.get(code, 0) for code in found]) / best if best else 0.0


def _gain(grades: Sequence[int]) -> float:
    return sum((2**g - 1) / math.log2(place + 2) for place, g in enumerate(grades[:DEPTH]))


def figures(judged: Sequence[tuple[Query, Sequence[str]]]) -> Figures:
    """The means over queries with what was found for each."""
    count = len(judged)
    ranks = [reciprocal_rank(found, query.grades) for query, found in judged]
    return Figures(
        count,
        sum(ranks) / count if count else 0.0,
        sum(rank == 1.0 for rank in ranks) / count if count else 0.0,
        sum(ndcg(found, query.grades) for query, found in judged) / count if count else 0.0,
    )
