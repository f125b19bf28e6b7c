"""How well and how fast procedures are found: `python -m bench.search`.

Takes the national catalogue (2,642 records in `../shared`, or the file that `MOTCUA_CATALOGUE`
names) into an empty database of its own, answers the queries of `queries.tsv` one by one, and
prints a JSON line per kind of query: MRR@10, success@1 and nDCG@10, of all, of those that search
was improved with, and of the third that was held out; then the same for `unseen.tsv` and
`unseen2.tsv`. Then latency over the same queries, with the catalogue as it is and with perturbed
copies up to 6,000 procedures,
and the ratio to the floor: PostgreSQL's own full text search for the same words, asked in the same
run. With `--misses` also what went wrong.
"""

from __future__ import annotations

import argparse
import gzip
import io
import json
import os
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench.search.judging import (
    UNSEEN,
    UNSEEN_TOO,
    Figures,
    Query,
    figures,
    queries,
    reciprocal_rank,
)

SHARED = Path("../shared/data/procedures/procedures_2642.jsonl.gz")
MANY = 6000
ROUNDS = 3
BOUND_MS = 20.0
BOUNDS = {"all": 0.85, "everyday": 0.75}


def catalogue() -> Path | None:
    """The file with the records, or None where there is none."""
    named = os.environ.get("MOTCUA_CATALOGUE")
    candidates = [Path(named)] if named else [SHARED, Path("..") / SHARED]
    return next((path for path in candidates if path.is_file()), None)


def copies(records: list[dict[str, Any]], count: int) -> Iterator[dict[str, Any]]:
    """`count` records like these with codes of their own, words of the names dropped and swapped;
    the same ones in every run."""
    chance = random.Random(1)  # repeatable, not secret
    for number in range(count):
        record = dict(chance.choice(records))
        names = record["ten"].split()
        if len(names) > 3:
            names.pop(chance.randrange(len(names)))
            a, b = chance.sample(range(len(names)), 2)
            names[a], names[b] = names[b], names[a]
        yield {**record, "ma": f"8.{number:06d}", "ten": " ".join(names)}


@contextmanager
def empty_house() -> Iterator[None]:
    """A database of its own, gone afterwards; or with `MOTCUA_BENCH_DATABASE` the one it names, as
    it is, for looking into misses."""
    from motcua.runtime.database import database

    with tempfile.TemporaryDirectory(prefix="bench-search-") as home:
        os.environ.pop("DATABASE_URL", None)
        os.environ["MOTCUA_HOME"] = home
        if kept := os.environ.get("MOTCUA_BENCH_DATABASE"):
            os.environ["DATABASE_URL"] = kept
        with database(migrate=True):
            yield


def take_in(records: list[dict[str, Any]]) -> None:
    """Import records as an administrator does."""
    from motcua.catalogue.actions import import_records
    from motcua.foundation import clock

    lines = "\n".join(json.dumps(record) for record in records).encode()
    report = import_records(io.BytesIO(lines), clock.now())
    if report.rejected:
        raise RuntimeError(f"{len(report.rejected)} records were rejected.")


def answers(asked: list[Query]) -> list[tuple[Query, list[str]]]:
    """The codes found for each query."""
    from motcua.catalogue.queries import search

    return [(query, [hit.code for hit in search(query.typed)]) for query in asked]


def latencies(asked: list[Query]) -> tuple[list[float], list[float]]:
    """Milliseconds of every answer, and of the floor for the same queries, each sorted."""
    from django.db import connection

    from motcua.catalogue.queries import search
    from motcua.catalogue.search.words import plain_words

    taken, floor = [], []
    for _ in range(ROUNDS):
        for query in asked:
            started = time.perf_counter()
            search(query.typed)
            taken.append((time.perf_counter() - started) * 1000)
            either = " | ".join(plain_words(query.typed)) or "x"
            started = time.perf_counter()
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT code, name, ts_rank(search, q) FROM catalogue_procedure, "
                    "to_tsquery('simple', %s) q WHERE search @@ q ORDER BY 3 DESC LIMIT 10",
                    [either],
                )
                cursor.fetchall()
            floor.append((time.perf_counter() - started) * 1000)
    return sorted(taken), sorted(floor)


def said(name: str, measured: Figures) -> dict[str, Any]:
    """Figures as they are printed."""
    return {
        f"{name}_queries": measured.count,
        f"{name}_mrr": round(measured.mrr, 3),
        f"{name}_success": round(measured.success, 3),
        f"{name}_ndcg": round(measured.ndcg, 3),
    }


def quality(judged: list[tuple[Query, list[str]]]) -> bool:
    """Print the figures by kind; whether all bounds are kept."""
    kept = True
    for kind in ("all", *dict.fromkeys(query.kind for query, _ in judged)):
        of_kind = [one for one in judged if kind in ("all", one[0].kind)]
        whole = figures(of_kind)
        line = {"bench": "search", "kind": kind, **said("all", whole)}
        line |= said("tuned", figures([one for one in of_kind if not one[0].held_out]))
        line |= said("held_out", figures([one for one in of_kind if one[0].held_out]))
        if kind in BOUNDS:
            line["bound_mrr"] = BOUNDS[kind]
            kept &= whole.mrr >= BOUNDS[kind]
        print(json.dumps(line, ensure_ascii=False))
    return kept


def unseen(judged: list[tuple[Query, list[str]]]) -> dict[str, dict[str, Any]]:
    """The figures of the queries that were written last."""
    everyday = [one for one in judged if one[0].kind == "everyday"]
    return {
        "all": said("unseen", figures(judged)),
        "everyday": said("unseen", figures(everyday)),
    }


def speed(asked: list[Query], procedures: int) -> bool:
    """Print the latency; whether the bound is kept."""
    taken, floor = latencies(asked)
    p95 = taken[len(taken) * 95 // 100]
    floor_p95 = floor[len(floor) * 95 // 100]
    line = {
        "bench": "search",
        "procedures": procedures,
        "p50_ms": round(taken[len(taken) // 2], 1),
        "p95_ms": round(p95, 1),
        "bound_ms": BOUND_MS,
        "floor_p95_ms": round(floor_p95, 1),
        "ratio": round(p95 / floor_p95, 2),
    }
    print(json.dumps(line))
    return p95 < BOUND_MS


def main() -> int:
    """1 when a bound is broken; 0 also where there is no catalogue to search."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--misses", action="store_true", help="print what was not found first")
    parser.add_argument("--quality", action="store_true", help="leave latency out")
    wanted = parser.parse_args()
    file = catalogue()
    if file is None:
        print(f"search: skipped, there is no {SHARED} (name another with MOTCUA_CATALOGUE).")
        return 0
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        records = [json.loads(line) for line in lines]
    asked = queries()
    with empty_house():
        from motcua.catalogue.models import Procedure

        if not Procedure.objects.exists():
            take_in(records)
        judged = answers(asked)
        kept = quality(judged)
        for asked_last in (UNSEEN, UNSEEN_TOO):
            for kind, line in unseen(answers(queries(asked_last))).items():
                named = {"bench": "search", "file": asked_last.name, "kind": kind}
                print(json.dumps(named | line))
        if wanted.misses:
            for query, found in judged:
                if not query.held_out and reciprocal_rank(found, query.grades) < 1:
                    print(json.dumps([query.kind, query.typed, dict(query.grades), found[:4]]))
        if not wanted.quality:
            kept &= speed(asked, len(records))
            take_in(list(copies(records, MANY - len(records))))
            kept &= speed(asked, MANY)
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
