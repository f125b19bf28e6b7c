"""How fast the pages that everybody meets are answered, and how heavy they are.

`python -m bench.pages` starts the demonstration, puts 100,000 open dossiers into one commune's
inbox, and prints a JSON line per page: p50 and p95 of the answer in milliseconds as one client
meets them, the bytes of a first view (HTML, CSS and scripts, compressed), and the ratio to the
floor: a static file served by the same server in the same run.
"""

from __future__ import annotations

import gzip
import json
import re
import statistics
import sys
import time

import httpx

from bench.server import Server
from journey.house import House
from journey.people import Officer
from motcua.demo import accounts

DOSSIERS = 100_000
TIMES = 60
AGENCY = "H37.105"

FILL = """
INSERT INTO dossiers_dossier (number, realm, agency_id, procedure_id, version_id, case_key, way,
    status, applicant_id, applicant_name, applicant_folded, beneficiary_name, representative_name,
    answers, sources, lookup_code, origin, origin_number, limit_amount, limit_unit, submitted_at,
    supplements, facts, revision)
SELECT 'X-' || n, 'H37', a.id, v.procedure_id, v.id, 'all', 2, 1, p.id,
    CASE WHEN n % 1000 = 0 THEN 'Quách Đình Khôi' ELSE 'Nông Thị Lan' END,
    CASE WHEN n % 1000 = 0 THEN 'quach dinh khoi' ELSE 'nong thi lan' END, '',
    '', '\\x00'::bytea, '{{}}', 'ABCD2345', 'here', '', NULL, 'within_day',
    now() - n * interval '1 minute', 0, '{{}}', 1
FROM generate_series(1, {count}) n, agencies_agency a, people_person p,
    catalogue_procedureversion v JOIN catalogue_procedure c ON c.id = v.procedure_id
WHERE a.code = '{agency}' AND c.code = '1.001193' AND v.process_id IS NOT NULL
    AND p.id = (SELECT min(id) FROM people_person);
INSERT INTO processes_processinstance (version_id, subject, agency_id, offices, engine_state, state,
    started_at)
SELECT v.process_id, d.id, d.agency_id, '{{}}', '{{}}', 'running', d.submitted_at
FROM dossiers_dossier d JOIN catalogue_procedureversion v ON v.id = d.version_id
WHERE d.number LIKE 'X-%';
INSERT INTO processes_workitem (instance_id, subject, task_id, step, name, kind, role, agency_id,
    outcomes, settings, hours, state, opened_at, due_at, outcome)
SELECT i.id, i.subject, gen_random_uuid(), 'intake', 'Tiếp nhận hồ sơ', 'intake', 'receptionist',
    i.agency_id, '[]', '{{}}', 4, 'open', i.started_at, i.started_at + interval '4 hours', ''
FROM processes_processinstance i JOIN dossiers_dossier d ON d.id = i.subject
WHERE d.number LIKE 'X-%';
ANALYZE dossiers_dossier; ANALYZE processes_processinstance; ANALYZE processes_workitem;
"""

SOUGHT = {
    "by a name many bear": "nong+thi",
    "by a name one in 1,000 bears": "quach+dinh",
    "by a name nobody bears": "khong+co+ai",
    "by how a number begins": "x-9999",
}
"""What the inbox is narrowed by: the first is met along it, the others by index."""


def measure(client: httpx.Client, path: str) -> tuple[list[float], httpx.Response]:
    """Milliseconds of each answer after a few to warm up, and the last answer."""
    taken = []
    for turn in range(TIMES + 5):
        started = time.perf_counter()
        answer = client.get(path)
        if turn >= 5:
            taken.append(1000 * (time.perf_counter() - started))
        if answer.status_code != 200:
            raise SystemExit(f"{path}: {answer.status_code}")
    return sorted(taken), answer


def first_view(client: httpx.Client, answer: httpx.Response) -> int:
    """Compressed bytes of the page and of the style sheets and scripts it asks for."""
    total = len(gzip.compress(answer.content, 6))
    for path in set(re.findall(r'(?:href|src)="(/static/[^"]+\.(?:css|js))"', answer.text)):
        total += len(gzip.compress(client.get(path).content, 6))
    return total


def main() -> None:
    with House(limits=False) as house:
        server = Server(house.home)
        server.fill(FILL.format(count=DOSSIERS, agency=AGENCY))
        found = str(server.one("SELECT count(*) FROM processes_workitem WHERE state = 'open'"))
        print(f"{found} open steps", file=sys.stderr)
        with httpx.Client(base_url=house.url, follow_redirects=True) as visitor:
            home = visitor.get("/").text
            static = re.search(r'href="(/static/[^"]+\.css)"', home)
            assert static is not None
            floor, _ = measure(visitor, static.group(1))
            report(visitor, "home", "/", floor)
            report(visitor, "procedure", "/thu-tuc/1.001193/", floor)
        receptionist = accounts.officer(f"{AGENCY}/receptionist")
        officer = Officer(house.url, receptionist.id_number, receptionist.full_name)
        officer.sign_in("/mot-cua/")
        report(officer.browser.client, "inbox of 100,000", "/mot-cua/", floor)
        for name, query in SOUGHT.items():
            report(officer.browser.client, f"inbox, {name}", f"/mot-cua/?q={query}", floor)


def report(client: httpx.Client, name: str, path: str, floor: list[float]) -> None:
    taken, answer = measure(client, path)
    p95 = taken[int(len(taken) * 0.95)]
    figures = {
        "figure": f"page: {name}",
        "p50_ms": round(statistics.median(taken), 1),
        "p95_ms": round(p95, 1),
        "first_view_bytes": first_view(client, answer),
        "ratio_p50": round(statistics.median(taken) / statistics.median(floor), 1),
    }
    print(json.dumps(figures), flush=True)


if __name__ == "__main__":
    main()
