"""How many acts a second the ledger takes down from 8 writers, and how soon all are sealed.

`python -m bench.ledger [--seconds 10] [--writers 8]` prints one JSON line. Without `DATABASE_URL`
it starts a PostgreSQL of its own with the settings of production (fsync on) and removes it
afterwards; with it, it makes and drops a database on that server. The sealer works all the while,
every half second, as in the worker; two seconds after the last act nothing may be unsealed, and
the whole ledger must verify. The floor is the bare INSERT of the same size in a transaction of its
own, by psycopg with as many writers, with no sealer beside it.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import sys
import threading
import time
from collections.abc import Callable

from bench.process import database, measure, server

BOUND = 400
SEALED_WITHIN = 2.0
DATA = {"from": 2, "to": 4, "agency": "H37.105", "role": "handler", "entry": 123456, "revision": 7}


def append(chance: random.Random) -> int:
    """One act, in a transaction of its own."""
    from django.db import transaction

    from motcua.foundation import ledger

    subject = f"H37.{chance.randint(101, 165)}-261122-{chance.randint(1, 9999):04}"
    with transaction.atomic():
        ledger.append("dossiers.accept", subject, "account:12", DATA)
    return 1


def bare() -> Callable[[random.Random], int]:
    """The same row again, with nothing of ours in between: statement and values are prepared."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT kind, subject, actor, at, body, digest FROM foundation_ledgerentry LIMIT 1"
        )
        row = cursor.fetchone()
    statement = (
        "INSERT INTO foundation_ledgerentry (kind, subject, actor, at, body, digest)"
        " VALUES (%s, %s, %s, %s, %s, %s)"
    )

    def act(chance: random.Random) -> int:
        connection.ensure_connection()
        raw = connection.connection
        with raw.transaction():
            raw.execute(statement, row)
        return 1

    return act


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--writers", type=int, default=8)
    args = parser.parse_args()
    with server():
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "motcua.runtime.settings")
        from django.conf import settings

        # A connection for each writer, the sealer and us.
        settings.DATABASES["default"]["OPTIONS"]["pool"]["max_size"] = args.writers + 2
        with database():
            figures = run(args.seconds, args.writers)
    print(json.dumps(figures), flush=True)
    return 0 if figures["ok"] else 1


def run(seconds: float, writers: int) -> dict[str, object]:
    """Measure in the database that is there."""
    from django.db import connection

    from motcua.foundation import ledger
    from motcua.foundation.worker import SEAL_EVERY

    append(random.Random(0))
    ended = threading.Event()

    def seal() -> None:
        while not ended.is_set():
            ledger.seal_once()
            ended.wait(SEAL_EVERY)
        connection.close()

    sealer = threading.Thread(target=seal)
    sealer.start()
    measure(append, 1.0, writers)  # warm up
    rate = measure(append, seconds, writers)
    since = time.perf_counter()
    while waiting() and time.perf_counter() - since < 30:
        time.sleep(0.02)
    sealed_after = time.perf_counter() - since
    ended.set()
    sealer.join()
    whole = ledger.verify()
    floor = measure(bare(), seconds / 2, writers)
    return {
        "figure": "ledger",
        "per_second": round(rate, 1),
        "bound": BOUND,
        "writers": writers,
        "sealed_after_seconds": round(sealed_after, 2),
        "entries": whole.sealed_to,
        "verified": whole.ok,
        "floor_per_second": round(floor, 1),
        "ratio": round(rate / floor, 3),
        "ok": rate >= BOUND and sealed_after <= SEALED_WITHIN and whole.ok,
    }


def waiting() -> bool:
    """Whether an entry is still unsealed."""
    from motcua.foundation.models import LedgerPending

    return LedgerPending.objects.exists()


if __name__ == "__main__":
    sys.exit(main())
