"""The floor of `bench.submit`: the statements of one filing, replayed by pgbench.

One filing is made in this process with every statement recorded as it was sent; what differs from
filing to filing (keys, numbers, row ids) becomes a variable of the script. Simple protocol, the
same number of clients, the same server.
"""

from __future__ import annotations

import os
import re
import tempfile
from typing import Any

from bench.server import Server

ROWS = {"dossiers_dossier": 7_100_000_000, "processes_processinstance": 7_200_000_000}
"""Tables whose new ids later statements mention, each counted from a number of its own."""
SECONDS = 10


def measured_floor(
    server: Server, surroundings: dict[str, str], request: bytes, clients: int
) -> tuple[float, int]:
    """Transactions a second of the same statements, and how many statements that is (without
    BEGIN, COMMIT and savepoints). `surroundings` are the environment of the running house."""
    os.environ.update(surroundings, DATABASE_URL=server.cluster.url)
    statements = _recorded(server, request)
    counted = [s for s in statements if not _is_frame(s)]
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as script:
        script.write(_script(counted))
        script.flush()
        os.chmod(script.name, 0o644)
        printed = server.run(
            "pgbench", "-n", "-M", "simple", "-f", script.name,
            "-c", str(clients), "-j", "2", "-T", str(SECONDS),
        )  # fmt: skip
    found = re.search(r"tps = ([\d.]+)", printed)
    assert found is not None, printed
    return float(found.group(1)), len(counted)


def _is_frame(statement: str) -> bool:
    return statement.split(" ", 1)[0].upper() in ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")


def _recorded(server: Server, request: bytes) -> list[str]:
    """The statements of one filing through the API's own code."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "motcua.runtime.settings")
    import django

    django.setup()
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    head, _, body = request.partition(b"\r\n\r\n")
    headers = dict(line.split(": ", 1) for line in head.decode().split("\r\n")[1:])
    for table, first in ROWS.items():
        server.one(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), {first})")
    captured: list[dict[str, Any]] = []
    for key in ("bench-floor-warm", "bench-floor-kept"):
        with CaptureQueriesContext(connection) as caught:
            answer = Client().post(
                "/api/v1/dossiers",
                body,
                content_type="application/json",
                headers={"Authorization": headers["Authorization"], "Idempotency-Key": key},
            )
        assert answer.status_code == 201, answer.content
        captured = list(caught.captured_queries)
    return [query["sql"] for query in captured]


def _script(statements: list[str]) -> str:
    """The statements as one pgbench transaction."""
    lines = [
        "\\set agency random(101, 165)",
        "\\set once random(1, 1000000000000)",
        "BEGIN;",
    ]
    number = re.search(r"H37\.\d+-\d{6}-\d+", " ".join(statements))
    assert number is not None
    known = {number.group(0): "X:once", "bench-floor-kept": "bench-:client_id-:once"}
    for table, first in ROWS.items():
        known[str(first + 2)] = f":{table}_id"  # the filing that is replayed is the second
    for statement in statements:
        text = re.sub(r"(dossier H37\.)\d{3}", r"\g<1>:agency", statement)
        for literal, variable in known.items():
            text = text.replace(literal, variable)
        table = re.match(r'INSERT INTO "(\w+)"', text)
        if table and table.group(1) in ROWS:
            lines.append(f"{text} \\gset {table.group(1)}_")
        else:
            lines.append(f"{text};")
    return "\n".join([*lines, "COMMIT;", ""])
