"""`motcua machine`: programs of agencies, their keys, and the key that signs their tokens."""

from __future__ import annotations

import argparse
import json
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from motcua.doors.cli.errors import BadInput
from motcua.runtime.database import database

KEY_DAYS = 365


def configure(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="add|key|list|stop|…")
    add = actions.add_parser("add", help="register a program of an agency; prints its client id")
    add.add_argument("agency", help="the agency's code, H37.105")
    add.add_argument("name", help="what people call the program")
    add.add_argument("--scope", action="append", required=True, help="may be given several times")
    add.add_argument("--source", required=True, help="number and date of the decision")
    add.add_argument("--from", dest="first", type=date.fromisoformat, help="first day (today)")
    add.add_argument("--to", dest="last", type=date.fromisoformat, help="last day (none)")
    add.add_argument("--certificate", default="", help="SHA-256 thumbprint of its certificate")
    add.add_argument("--key", help="its first public key: a JWK or a JWKS with one key")
    key = actions.add_parser("key", help="add a public key, or end one; two are good at a time")
    key.add_argument("client_id")
    key.add_argument("jwk", nargs="?", help="file of a JWK, or of a JWKS with one key")
    key.add_argument("--from", dest="first", type=date.fromisoformat, help="first day (now)")
    key.add_argument(
        "--to", dest="last", type=date.fromisoformat, help=f"last day (in {KEY_DAYS} days)"
    )
    key.add_argument("--end", metavar="KID", help="end this key now")
    listing = actions.add_parser("list", help="every machine with its keys")
    listing.add_argument("--json", action="store_true", help="answer with one JSON document")
    stop = actions.add_parser("stop", help="the machine works no more, for good")
    stop.add_argument("client_id")
    actions.add_parser("rotate-token-key", help="sign access tokens with a new key from now on")


def run(args: argparse.Namespace) -> int:
    with database():
        from motcua.machines.errors import MachineError

        try:
            return _ACTIONS[args.action](args)
        except MachineError as error:
            raise BadInput(error.message) from error


def _add(args: argparse.Namespace) -> int:
    from django.db import transaction

    from motcua.agencies import queries as agencies
    from motcua.foundation import clock
    from motcua.machines import actions

    try:
        agency = agencies.agency(args.agency)
    except agencies.UnknownAgency:
        raise BadInput(f"Không có cơ quan nào mang mã {args.agency}.") from None
    now = clock.now()
    jwk = _jwk(args.key) if args.key else None
    with transaction.atomic():
        machine = actions.add(
            agency,
            args.name,
            args.scope,
            args.source,
            now,
            first_day=args.first or clock.local(now).date(),
            last_day=args.last,
            certificate=args.certificate,
        )
        if jwk is not None:
            actions.add_key(machine.client_id, jwk, now, now + timedelta(days=KEY_DAYS))
    print(machine.client_id)
    return 0


def _key(args: argparse.Namespace) -> int:
    from motcua.foundation import clock
    from motcua.machines import actions

    now = clock.now()
    if args.end:
        actions.end_key(args.client_id, args.end, now)
        print(f"Khóa {args.end} đã hết hiệu lực.")
        return 0
    if not args.jwk:
        raise BadInput("Cần tệp khóa công khai (JWK), hoặc --end KID.")
    first = _midnight(args.first) if args.first else now
    last = _midnight(args.last + timedelta(days=1)) if args.last else first + _KEY_LIFE
    key = actions.add_key(args.client_id, _jwk(args.jwk), first, last)
    print(key.kid)
    return 0


_KEY_LIFE = timedelta(days=KEY_DAYS)


def _midnight(day: date) -> datetime:
    from motcua.foundation import clock

    return datetime.combine(day, time(), clock.TZ)


def _jwk(path: str) -> dict[str, Any]:
    try:
        read = json.loads(Path(path).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise BadInput(f"Không đọc được khóa trong {path}: {error}") from error
    if isinstance(read, dict) and isinstance(read.get("keys"), list) and len(read["keys"]) == 1:
        read = read["keys"][0]
    if not isinstance(read, dict):
        raise BadInput(f"{path} không phải một JWK, cũng không phải JWKS có đúng một khóa.")
    return read


def _list(args: argparse.Namespace) -> int:
    from motcua.foundation import clock
    from motcua.machines import queries

    now = clock.now()
    rows = [
        {
            "client_id": machine.client_id,
            "name": machine.name,
            "agency": machine.agency.code,
            "scopes": machine.scopes,
            "from": machine.valid.lower.isoformat(),
            "to": (machine.valid.upper - timedelta(days=1)).isoformat()
            if machine.valid.upper
            else None,
            "stopped": machine.stopped_at is not None,
            "certificate": machine.certificate,
            "keys": [
                {
                    "kid": key.kid,
                    "from": key.valid.lower.isoformat(),
                    "to": key.valid.upper.isoformat(),
                }
                for key in machine.living  # type: ignore[attr-defined] # prefetched by the query
            ],
        }
        for machine in queries.every(now)
    ]
    if args.json:
        print(json.dumps(rows, ensure_ascii=False))
        return 0
    for row in rows:
        state = "đã dừng" if row["stopped"] else f"{row['from']} đến {row['to'] or 'khi có lệnh'}"
        print(f"{row['client_id']}  {row['agency']}  {row['name']}  ({state})")
        print(f"  phạm vi: {', '.join(row['scopes'])}")
        for key in row["keys"]:
            print(f"  khóa {key['kid']}: {key['from']} đến {key['to']}")
    return 0


def _stop(args: argparse.Namespace) -> int:
    from motcua.foundation import clock
    from motcua.machines import actions

    actions.stop(args.client_id, clock.now())
    print(f"Máy khách {args.client_id} đã dừng.")
    return 0


def _rotate(args: argparse.Namespace) -> int:
    from motcua.foundation import clock
    from motcua.machines import actions

    print(actions.rotate_token_key(clock.now()).kid)
    return 0


_ACTIONS = {
    "add": _add,
    "key": _key,
    "list": _list,
    "stop": _stop,
    "rotate-token-key": _rotate,
}
