"""Dossiers filed per second through the API, with production settings, everything running.

`python -m bench.submit` starts the whole demonstration on ports of its own (PostgreSQL with fsync,
two web processes, worker, sandboxes), takes access tokens from the eID sandbox, files
marital-status dossiers at all 65 communes from 8 clients, and prints one JSON line: filings per
second, p50 and p99, SQL statements a filing, seconds until the backlog is empty, and the floor: the
same statements by pgbench (simple protocol) on the same server in the same run.
"""

from __future__ import annotations

import json
import re
import socket
import sys
import threading
import time
from dataclasses import dataclass
from typing import Any

import httpx
from joserfc import jwt
from joserfc.jwk import ECKey

from bench.floor import measured_floor
from bench.server import Server
from journey.house import House

CLIENTS = 8
SECONDS = 20.0
WARM_UP = 3.0
PEOPLE = 40
CLIENT = "may-khach-mau"


def answers(person: dict[str, Any], commune: str) -> dict[str, Any]:
    """A complete set of answers of form `tinh_trang_hon_nhan`."""
    return {
        "applicant_full_name": person["name"],
        "applicant_id": person["id_number"],
        "applicant_birth_date": person.get("birthdate", "1990-05-20"),
        "applicant_address": {"province": "20", "commune": commune, "detail": "Thôn Bản Chu"},
        "applicant_phone": "0912345678",
        "for_whom": "self",
        "person_sex": "female",
        "person_ethnicity": "Tày",
        "person_nationality": "Việt Nam",
        "marital_status": "single",
        "lived_elsewhere": False,
        "purpose": "loan",
        "copies": 1,
        "had_paper": False,
        "result_way": "electronic",
    }


def token(eid: str, key: ECKey, person: str) -> str:
    """An access token in the name of a person (RFC 7523 client assertion)."""
    now = int(time.time())
    assertion = jwt.encode(
        {"alg": "ES256"},
        {
            "iss": CLIENT,
            "sub": CLIENT,
            "aud": f"{eid}/token",
            "iat": now,
            "exp": now + 60,
            "jti": f"bench-{person}-{now}-{time.monotonic_ns()}",
        },
        key,
    )
    answer = httpx.post(
        f"{eid}/token",
        data={
            "grant_type": "client_credentials",
            "scope": "identity dossiers:read dossiers:write",
            "on_behalf_of": person,
            "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
            "client_assertion": assertion,
        },
    )
    answer.raise_for_status()
    return str(answer.json()["access_token"])


@dataclass
class Client:
    """One keep-alive connection that files as fast as it is answered. Written on a bare socket so
    that it takes as little as possible of the two cores it shares with the server."""

    port: int
    requests: list[bytes]
    number: int
    taken: list[float]
    failed: list[str]

    def run(self, until: float) -> None:
        with socket.create_connection(("127.0.0.1", self.port)) as wire:
            wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            turn = self.number
            while time.monotonic() < until:
                request = self.requests[turn % len(self.requests)]
                turn += CLIENTS
                key = f"bench-{self.number}-{turn}-{time.monotonic_ns()}".encode()
                started = time.monotonic()
                wire.sendall(request.replace(b"%KEY%", key, 1))
                status, body = _answer(wire)
                self.taken.append(time.monotonic() - started)
                if status != 201:
                    self.failed.append(f"{status} {body[:300]!r}")


def _answer(wire: socket.socket) -> tuple[int, bytes]:
    data = b""
    while b"\r\n\r\n" not in data:
        data += wire.recv(65536)
    head, _, body = data.partition(b"\r\n\r\n")
    found = re.search(rb"content-length: (\d+)", head, re.IGNORECASE)
    length = int(found.group(1)) if found else 0
    while len(body) < length:
        body += wire.recv(65536)
    return int(head.split(b" ", 2)[1]), body


def requests(house: House) -> list[bytes]:
    """Prepared requests: every person at every commune in turn."""
    from motcua.demo import nation

    eid = f"http://127.0.0.1:{house.port + 1}"
    pem = (house.home / "sandbox" / "eid" / "clients" / f"{CLIENT}.pem").read_text()
    key = ECKey.import_key(pem)
    adults = [p for p in nation.nation().people.values() if 1950 < p.birth_date.year < 2000][
        :PEOPLE
    ]
    made = []
    for turn in range(65 * 8):
        person = adults[turn % len(adults)]
        agency = f"H37.{101 + turn % 65}"
        body = json.dumps(
            {
                "procedure": "1.004873",
                "agency": agency,
                "answers": answers(
                    {
                        "name": person.full_name,
                        "id_number": person.id_number,
                        "birthdate": person.birth_date.isoformat(),
                    },
                    person.commune,
                ),
            },
            ensure_ascii=False,
        ).encode()
        made.append((person.id_number, body))
    tokens = {number: token(eid, key, number) for number, _ in made[:PEOPLE]}
    return [
        b"POST /api/v1/dossiers HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
        b"Authorization: Bearer " + tokens[number].encode() + b"\r\nIdempotency-Key: %KEY%\r\n"
        b"Content-Length: " + str(len(body)).encode() + b"\r\n\r\n" + body
        for number, body in made
    ]


def load(port: int, prepared: list[bytes], seconds: float) -> tuple[list[float], list[str], float]:
    """File for `seconds` with all clients; times, failures and the seconds it really took."""
    taken: list[float] = []
    failed: list[str] = []
    until = time.monotonic() + seconds
    threads = [
        threading.Thread(target=Client(port, prepared, n, taken, failed).run, args=(until,))
        for n in range(CLIENTS)
    ]
    started = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return taken, failed, time.monotonic() - started


def backlog(server: Server) -> int:
    """Events not yet relayed, and jobs, mails and messages not yet through."""
    waiting = server.one(
        "SELECT (SELECT count(*) FROM foundation_outboxevent WHERE relayed_at IS NULL)"
        " + (SELECT count(*) FROM sharing_outgoing WHERE state = 'waiting')"
        " + (SELECT count(*) FROM notices_delivery WHERE state = 'waiting')"
        " + (SELECT count(*) FROM procrastinate_jobs WHERE status IN ('todo', 'doing'))"
    )
    return int(str(waiting))


def main() -> None:
    with House(limits=False) as house:
        server = Server(house.home)
        prepared = requests(house)
        load(house.port, prepared, WARM_UP)
        before = _filed(server)
        taken, failed, seconds = load(house.port, prepared, SECONDS)
        filed = _filed(server) - before
        if failed:
            print(f"{len(failed)} failed, the first: {failed[0]}", file=sys.stderr)
        drained = time.monotonic()
        while backlog(server) and time.monotonic() - drained < 120:
            time.sleep(0.25)
        drained = time.monotonic() - drained
        taken.sort()
        figures: dict[str, Any] = {
            "figure": "submit",
            "per_second": round(filed / seconds, 1),
            "p50_ms": round(1000 * taken[len(taken) // 2], 1),
            "p99_ms": round(1000 * taken[int(len(taken) * 0.99)], 1),
            "failed": len(failed),
            "backlog_seconds": round(drained, 1),
        }
        print(json.dumps(figures), file=sys.stderr, flush=True)
        surroundings = {"MOTCUA_HOME": str(house.home), "MOTCUA_PORT": str(house.port)}
        floor, statements = measured_floor(server, surroundings, prepared[0], CLIENTS)
        figures |= {
            "statements": statements,
            "floor_per_second": round(floor, 1),
            "ratio": round(filed / seconds / floor, 3),
        }
        print(json.dumps(figures), flush=True)


def _filed(server: Server) -> int:
    return int(str(server.one("SELECT count(*) FROM dossiers_dossier")))


if __name__ == "__main__":
    main()
