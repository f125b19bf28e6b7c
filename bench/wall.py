"""What the second wall costs: the inbox and filing with row-level security and without.

`python -m bench.wall` starts the demonstration with 100,000 open dossiers in one commune's inbox.
In the same house, in turns (on, off, off, on, …), row-level security is switched on and off on all
guarded tables; what else is done for it stays and has a figure of its own (`frame`: a transaction
that is told whose sight it has, against a bare one). It prints a JSON line per figure: the medians
of all turns, the cost in percent, and the ratio to the floor of the same run (a static file; the
filings of `pgbench` are in `bench.submit`). The cost may be 10 % (`bound_percent`).

Other work on the machine easily makes more of a difference to the clock than that. So what counts
is processor time: what web processes and PostgreSQL spent on a page or a filing (`cpu`), which
others change little. `spread` says how far apart the turns lie.
"""

from __future__ import annotations

import json
import re
import statistics
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import httpx
import psycopg

from bench.pages import AGENCY, DOSSIERS, FILL, SOUGHT
from bench.server import Server
from bench.submit import load, requests
from journey.house import House
from journey.people import Officer
from motcua.demo import accounts

ROUNDS = 12
"""Each has two turns with the wall and two without."""
ASKED = 8
"""Times a page is asked for in one turn, besides two to warm up."""
FILING_ROUNDS = 4
FILING = 3.0
"""Seconds of filing in one turn."""
FRAMES = 1_500
BOUND_PERCENT = 10

Taken = tuple[float, float]
"""Milliseconds by the clock, and of processor time, of one page or filing."""


class Wall:
    """Row-level security of the running house, on and off."""

    def __init__(self, server: Server) -> None:
        self._server = server
        found = server.one(
            "SELECT string_agg(relname::text, ' ') FROM pg_class"
            " WHERE relrowsecurity AND relforcerowsecurity"
        )
        self.tables = str(found).split()

    def stand(self, *, on: bool) -> None:
        """One table after the other: the worker holds some of them meanwhile."""
        verb = "ENABLE" if on else "DISABLE"
        for table in self.tables:
            self._server.fill(f"ALTER TABLE {table} {verb} ROW LEVEL SECURITY")


class Processor:
    """Processor time of the running house: web processes and PostgreSQL, without worker and
    sandboxes."""

    def __init__(self, house: House) -> None:
        assert house._process is not None
        self._root = house._process.pid

    def milliseconds(self) -> float:
        """Spent until now by all their threads that still run."""
        children: dict[int, list[int]] = {}
        for stat in Path("/proc").glob("[0-9]*/stat"):
            with suppress(OSError):
                parent = int(stat.read_text().rpartition(")")[2].split()[1])
                children.setdefault(parent, []).append(int(stat.parent.name))
        spent, waiting = 0, [self._root]
        while waiting:
            pid = waiting.pop()
            if not _is_beside(pid):
                spent += _spent(pid)
                waiting += children.get(pid, [])
        return spent / 1e6


def _is_beside(pid: int) -> bool:
    try:
        told = Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return True
    return b"motcua.runtime.worker" in told or b"sandbox." in told


def _spent(pid: int) -> int:
    """Nanoseconds on a processor."""
    spent = 0
    for thread in Path(f"/proc/{pid}/task").glob("*/schedstat"):
        with suppress(OSError):
            spent += int(thread.read_text().split()[0])
    return spent


def in_turns(wall: Wall, rounds: int, one: Callable[[], Taken]) -> tuple[list[Taken], list[Taken]]:
    """The results of `one` with the wall and without."""
    with_it: list[Taken] = []
    without: list[Taken] = []
    for _ in range(rounds):
        for on in (True, False, False, True):
            wall.stand(on=on)
            (with_it if on else without).append(one())
    wall.stand(on=True)
    return with_it, without


def asked(client: httpx.Client, path: str, processor: Processor) -> Taken:
    """The median of some answers by the clock, and the processor time of each on average."""
    taken = []
    before = 0.0
    for turn in range(ASKED + 2):
        if turn == 2:
            before = processor.milliseconds()
        started = time.perf_counter()
        answer = client.get(path)
        if turn >= 2:
            taken.append(1000 * (time.perf_counter() - started))
        if answer.status_code != 200:
            raise SystemExit(f"{path}: {answer.status_code}")
    return statistics.median(taken), (processor.milliseconds() - before) / ASKED


def report(name: str, on: list[Taken], off: list[Taken], **more: float) -> None:
    """One line."""
    clock_on, cpu_on = (statistics.median(column) for column in zip(*on, strict=True))
    clock_off, cpu_off = (statistics.median(column) for column in zip(*off, strict=True))
    figures = {
        "figure": f"wall: {name}",
        "on_ms": round(clock_on, 2),
        "off_ms": round(clock_off, 2),
        "on_cpu_ms": round(cpu_on, 2),
        "off_cpu_ms": round(cpu_off, 2),
        "cost_percent": round(100 * (cpu_on / cpu_off - 1), 1),
        "cost_percent_by_clock": round(100 * (clock_on / clock_off - 1), 1),
        "bound_percent": BOUND_PERCENT,
        "spread": round(max(_spread([cpu for _, cpu in turns]) for turns in (on, off)), 3),
        **more,
    }
    print(json.dumps(figures), flush=True)


def _spread(values: list[float]) -> float:
    """Half the distance of the quartiles, as a part of the median."""
    low, _, high = statistics.quantiles(values, n=4)
    return (high - low) / 2 / statistics.median(values)


def page(
    wall: Wall, processor: Processor, client: httpx.Client, name: str, path: str, floor: float
) -> None:
    on, off = in_turns(wall, ROUNDS, lambda: asked(client, path, processor))
    ratios = [round(statistics.median(one for one, _ in turns) / floor, 1) for turns in (on, off)]
    report(name, on, off, ratio_on=ratios[0], ratio_off=ratios[1])


def filing(wall: Wall, processor: Processor, house: House) -> None:
    prepared = requests(house)
    load(house.port, prepared, FILING)

    def one() -> Taken:
        before = processor.milliseconds()
        taken, failed, seconds = load(house.port, prepared, FILING)
        if failed:
            raise SystemExit(failed[0])
        spent = processor.milliseconds() - before
        return 1000 * seconds / len(taken), spent / len(taken)

    report("submit, a filing", *in_turns(wall, FILING_ROUNDS, one))


def frames(server: Server) -> None:
    """A transaction of one trivial statement, told its sight with its BEGIN or not, by the clock:
    what every request pays whatever it reads."""
    tell = "; ".join(
        f"SET LOCAL motcua.{name} = '1'" for name in ("realms", "person", "organisations")
    )
    taken: dict[str, list[float]] = {"BEGIN": [], f"BEGIN; {tell}": []}
    with psycopg.connect(server.cluster.url, autocommit=True) as connection:
        for _ in range(FRAMES):
            for begin, into in taken.items():
                started = time.perf_counter()
                connection.execute(begin.encode(), prepare=False)
                connection.execute("SELECT 1")
                connection.execute("COMMIT")
                into.append(1000 * (time.perf_counter() - started))
    off, on = (round(statistics.median(each), 3) for each in taken.values())
    figures = {"figure": "wall: frame of a transaction", "on_ms": on, "off_ms": off}
    print(json.dumps(figures), flush=True)


def main() -> None:
    with House(limits=False) as house:
        server = Server(house.home)
        wall, processor = Wall(server), Processor(house)
        print(f"{len(wall.tables)} guarded tables", file=sys.stderr)
        frames(server)
        filing(wall, processor, house)
        server.fill(FILL.format(count=DOSSIERS, agency=AGENCY))
        with httpx.Client(base_url=house.url, follow_redirects=True) as visitor:
            static = re.search(r'href="(/static/[^"]+\.css)"', visitor.get("/").text)
            assert static is not None
            floor = statistics.median(
                asked(visitor, static.group(1), processor)[0] for _ in range(5)
            )
        receptionist = accounts.officer(f"{AGENCY}/receptionist")
        officer = Officer(house.url, receptionist.id_number, receptionist.full_name)
        officer.sign_in("/mot-cua/")
        client = officer.browser.client
        page(wall, processor, client, "inbox of 100,000", "/mot-cua/", floor)
        for name, query in SOUGHT.items():
            page(wall, processor, client, f"inbox, {name}", f"/mot-cua/?q={query}", floor)


if __name__ == "__main__":
    main()
