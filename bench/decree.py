"""How long a decree of 976 lines takes: `python -m bench.decree` prints one JSON line per figure.

976 procedures of the communes, all provinces and communes of the country, 2,000 rules that were
there before. The floor is one statement that reads the rules of all of these procedures. Without
`DATABASE_URL` it starts a PostgreSQL of its own.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

from bench.process import database, server

LINES = 976
BOUND = 10.0
NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
DAY = date(2026, 12, 1)


def procedures() -> list[str]:
    """Procedures with a rule for the communes, half of them with one for Hà Nội beside it."""
    from django.db.backends.postgresql.psycopg_any import DateRange

    from motcua.catalogue.models import Competence, Procedure

    rows = Procedure.objects.bulk_create(
        [
            Procedure(
                code=f"9.{n:06d}",
                name=f"Thủ tục số {n}",
                short_name=f"Thủ tục số {n}",
                sector="Đo",
                folded=f"thu tuc so {n}",
            )
            for n in range(LINES)
        ]
    )
    Competence.objects.bulk_create(
        [
            Competence(
                procedure=row,
                territory=territory,
                agency_kind=kind,
                valid=DateRange(date(2025, 7, 1), None),
                source="bench",
            )
            for row in rows
            for territory, kind in (("", "commune"), ("01", "province"))
        ]
    )
    return [row.code for row in rows]


def took(work: Callable[[], Any]) -> tuple[float, Any]:
    start = time.perf_counter()
    answer = work()
    return time.perf_counter() - start, answer


def report() -> bool:
    """Print the figures; whether the rehearsal kept its bound."""
    from motcua.catalogue import actions, queries
    from motcua.catalogue.models import Competence
    from motcua.demo import load
    from motcua.dossiers.queries import handover

    load.load_agencies()
    codes = procedures()
    lines = "".join(f"{code},,,commune,province,{DAY}\n" for code in codes)
    content = ("procedure,case,territory,from,to,date\n" + lines).encode()
    floor, _ = took(lambda: list(Competence.objects.filter(procedure__code__in=codes)))
    decree = actions.load_decree("NĐ đo", "", "phan_cap", content, "", "bench", NOW)

    def rehearse() -> Any:
        plan = actions.rehearsal_of(decree, NOW.date())
        handover.touched(plan)
        return plan

    seconds, plan = took(rehearse)
    assert len(plan.handed) == LINES, plan.problems[:3]
    figures = {"rehearse 976 lines": seconds}
    figures["approve"], _ = took(lambda: actions.schedule_decree(decree.pk, "bench", NOW))
    asked, _ = took(lambda: [queries.competent_agency(code, "06427", DAY) for code in codes])
    figures["one answer"] = asked / LINES
    figures["take back"], _ = took(lambda: actions.undo_decree(decree.pk, "bench", NOW))
    for name, value in figures.items():
        line: dict[str, Any] = {"bench": "decree", "figure": name, "seconds": round(value, 4)}
        line |= {"floor": round(floor, 4), "ratio": round(value / floor, 1)}
        if name.startswith("rehearse"):
            line["bound"] = BOUND
        print(json.dumps(line, ensure_ascii=False), flush=True)
    return seconds < BOUND


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "motcua.runtime.settings")
    with server(), database():
        return 0 if report() else 1


if __name__ == "__main__":
    raise SystemExit(main())
