"""Two hundred officers at their desks at once: nobody meets an error, and how long they wait.

`python -m bench.desk [SECONDS [OFFICERS]]` (60 and 200; the bound of the project is ten minutes)
starts the demonstration, files dossiers at the communes whose posts are all filled, signs so many
windows of their officers in, and lets each work on: look at the inbox, open a dossier, take it in,
handle or sign it, search by name, read the register, think for half a minute. It prints one JSON
line: pages of the desk, errors (the first of them on stderr), what was done, p50, p95 and p99 of an
answer in milliseconds, and the ratio to the floor: a static file asked for among the rest by one
client. What each route took goes to stderr.
"""

from __future__ import annotations

import json
import random
import re
import statistics
import sys
import threading
import time
from collections import Counter
from dataclasses import dataclass, field

import httpx

from bench.submit import load, requests
from journey.browser import ChangedMeanwhile, PageError
from journey.house import House
from journey.people import Officer
from motcua.demo import accounts

OFFICERS = int(sys.argv[2]) if len(sys.argv) > 2 else 200
SECONDS = 60.0
FILING = 20.0
SIGNING_IN = 120.0
"""Seconds over which they come to work."""
THINKING = (15.0, 45.0)
"""Seconds between two things an officer does."""
ROLES = ("receptionist", "handler", "receptionist-2", "handler-2", "approver")
NUMBER = re.compile(r"/mot-cua/ho-so/(H37\.\d+(?:\.\d+)*-\d{6}-\d{4})/")


@dataclass
class Tally:
    """What all windows saw. Lists and counters are only added to, which threads may share."""

    taken: list[tuple[str, float]] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    done: Counter[str] = field(default_factory=Counter)

    def answered(self, response: httpx.Response) -> None:
        """Note one answer; called by every client."""
        response.read()
        route = re.sub(r"H\d\d[^/]*|\d+", "…", response.request.url.path)
        self.taken.append((route, 1000 * response.elapsed.total_seconds()))
        if response.status_code >= 500:
            self.errors.append(f"{response.status_code} at {response.url.path}")


class Window:
    """One officer's window. Only the first of an approver signs: a one-time code counts once."""

    def __init__(self, url: str, key: str, first: bool, tally: Tally) -> None:
        known = accounts.officer(key)
        self.officer = Officer(url, known.id_number, known.full_name)
        self.officer.seed = accounts.seed(known.id_number)
        self.officer.browser.client.event_hooks["response"].append(tally.answered)
        self.tally = tally
        self.chance = random.Random(key + str(first))
        self.acts = first or "approver" not in key

    def run(self, begins: float, until: float) -> None:
        """Come to work at `begins`, and work until `until` (monotonic seconds)."""
        time.sleep(max(0.0, begins - time.monotonic()))
        try:
            self.officer.sign_in("/mot-cua/")
            while time.monotonic() < until:
                self._turn()
                time.sleep(self.chance.uniform(*THINKING))
        except (PageError, httpx.HTTPError) as error:
            self.tally.errors.append(f"{type(error).__name__}: {error}"[:300])
        finally:
            self.officer.close()

    def _turn(self) -> None:
        browser = self.officer.browser
        drawn = self.chance.random()
        if drawn < 0.15:
            browser.open("/mot-cua/?q=nguyen+thi")
            self.tally.done["search"] += 1
            return
        if drawn < 0.2:
            browser.open("/mot-cua/so-theo-doi/")
            self.tally.done["register"] += 1
            return
        page = browser.open("/mot-cua/")
        self.tally.done["inbox"] += 1
        numbers = sorted(set(NUMBER.findall(page.body.decode(errors="replace"))))
        if not numbers:
            return
        number = self.chance.choice(numbers)
        if drawn < 0.4 or not self.acts:
            browser.open(f"/mot-cua/ho-so/{number}/", allow=(404,))
            self.tally.done["dossier"] += 1
            return
        try:
            if self.officer.act_on(number):
                self.tally.done["act"] += 1
        except ChangedMeanwhile:
            self.tally.done["changed meanwhile"] += 1


def windows(url: str, tally: Tally) -> list[Window]:
    """`OFFICERS` windows, spread over the posts of the staffed communes."""
    posts = [
        f"{commune.agency_code}/{role}" for role in ROLES for commune in accounts.staffed_communes()
    ]
    return [Window(url, posts[n % len(posts)], n < len(posts), tally) for n in range(OFFICERS)]


def floor(url: str, until: float) -> list[float]:
    """Milliseconds of a static file, asked for four times a second while all are at work."""
    taken = []
    with httpx.Client(base_url=url, timeout=60) as client:
        static = re.search(r'href="(/static/[^"]+\.css)"', client.get("/").text)
        assert static is not None
        while time.monotonic() < until:
            began = time.perf_counter()
            client.get(static.group(1))
            taken.append(1000 * (time.perf_counter() - began))
            time.sleep(0.25)
    return taken


def main() -> int:
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else SECONDS
    staffed = [f'"agency": "{one.agency_code}"'.encode() for one in accounts.staffed_communes()]
    tally = Tally()
    with House(limits=False) as house:
        prepared = [one for one in requests(house) if any(code in one for code in staffed)]
        filed, failed, _ = load(house.port, prepared, FILING)
        print(f"{len(filed)} dossiers, {len(failed)} not filed", file=sys.stderr)
        began = time.monotonic()
        until = began + SIGNING_IN + seconds
        threads = [
            threading.Thread(
                target=window.run, args=(began + n * SIGNING_IN / OFFICERS, until), daemon=True
            )
            for n, window in enumerate(windows(house.url, tally))
        ]
        for thread in threads:
            thread.start()
        beneath = floor(house.url, until)
        for thread in threads:
            thread.join(120)
        if still := sum(thread.is_alive() for thread in threads):
            tally.errors.append(f"{still} windows still wait")
    at_desks = [(route, took) for route, took in tally.taken if route.startswith("/mot-cua/")]
    taken = sorted(took for _route, took in at_desks)
    figures = {
        "figure": "desk",
        "officers": OFFICERS,
        "seconds": round(time.monotonic() - began),
        "pages": len(taken),
        "errors": len(tally.errors),
        "done": dict(tally.done),
        "p50_ms": round(statistics.median(taken), 1),
        "p95_ms": round(taken[int(len(taken) * 0.95)], 1),
        "p99_ms": round(taken[int(len(taken) * 0.99)], 1),
        "ratio_p50": round(statistics.median(taken) / statistics.median(beneath), 1),
    }
    print(json.dumps(figures, ensure_ascii=False), flush=True)
    by_route: dict[str, list[float]] = {}
    for route, took in tally.taken:
        by_route.setdefault(route, []).append(took)
    for route, times in sorted(by_route.items(), key=lambda pair: -sum(pair[1]))[:12]:
        print(f"{len(times):6} {statistics.median(times):9.1f} ms  {route}", file=sys.stderr)
    for error in tally.errors[:5]:
        print(error, file=sys.stderr)
    return 1 if tally.errors else 0


if __name__ == "__main__":
    sys.exit(main())
