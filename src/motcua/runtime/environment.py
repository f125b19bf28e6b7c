"""The environment variables of an installation, each with its meaning and default.

The outside systems default to the sandbox servers that `motcua demo run` starts beside the web
server, on the ports after it. Their secrets have a default for those sandboxes only: an
installation that names an outside system must also bring the secret agreed with it.
"""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from ipaddress import ip_network
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlparse

from motcua.runtime.ports import Ports

AS_THE_HOUSE = "-c role=motcua_app"
"""What the server is told when a connection is made: no statement of its own."""
SANDBOX_SECRET = "sandbox-only-not-a-secret"  # noqa: S105 - what the stand-ins expect


_OF_THE_WAY = ("sslmode", "sslrootcert", "sslcert", "sslkey")
"""What `DATABASE_URL` may say of the way to a server elsewhere."""


def home_folder() -> Path:
    """`MOTCUA_HOME`, or the per-user data folder of the platform."""
    if given := os.environ.get("MOTCUA_HOME"):
        return Path(given).absolute()
    base = os.environ.get("XDG_DATA_HOME") or "~/.local/share"
    return Path(base).expanduser().absolute() / "motcua"


@dataclass(frozen=True, slots=True)
class Environment:
    """What an installation is told from outside. URLs carry no trailing slash.

    `port` is where the web server listens, on the address `bind`; `smtp` is `host:port`; `demo` is
    True where demonstration accounts may be shown on the sign-in page. `eid_client_id` and
    `eid_client_secret` are this installation's registration at the eID provider, `bank_terminal`
    and `bank_secret` those at the payment gateway. `step_up_minutes` is how long a second factor
    counts as fresh. A session ends `officer_idle_minutes` or `citizen_idle_minutes` after the last
    thing done in it, and `session_hours` after signing in whatever is done.
    `certificate_header` names the header in which the proxy passes on the thumbprint of a machine's
    client certificate, empty without mTLS. `outgoing` are hosts (`host` or `host:port`) that may be
    called besides those of the URLs, `private_networks` the internal networks (`10.1.0.0/16`) in
    which names may lie. `proxies` are the networks of our own proxies; `limits` is False only where
    measurements are made; `hsts_subdomains` says that all names below ours are served with TLS too.
    `search_model` is the file of a model for search, `off` for none, empty for the one of the
    package where that is installed.
    """

    home: Path
    package_folder: Path
    secret_key: str
    database_url: str
    role: str
    public_url: str
    allowed_hosts: list[str]
    bind: str
    port: int
    demo: bool
    eid_url: str
    eid_client_id: str
    eid_client_secret: str
    population_url: str
    population_secret: str
    bank_url: str
    bank_terminal: str
    bank_secret: str
    smtp: str
    tsa_url: str
    clamd: str
    search_model: str
    national_url: str
    national_secret: str
    step_up_minutes: int
    officer_idle_minutes: int
    citizen_idle_minutes: int
    session_hours: int
    certificate_header: str
    proxies: tuple[str, ...]
    limits: bool
    hsts_subdomains: bool
    outgoing: tuple[str, ...]
    private_networks: tuple[str, ...]

    @classmethod
    def read(cls) -> Environment:
        home = home_folder()
        ports = Ports.read()
        role = os.environ.get("MOTCUA_ROLE", "both")
        if role not in ("national", "province", "both"):
            raise SystemExit(f"MOTCUA_ROLE is {role!r}; it must be national, province or both")
        return cls(
            home=home,
            package_folder=Path(__file__).resolve().parent.parent,
            secret_key=_secret_key(home),
            database_url=os.environ.get("DATABASE_URL", ""),
            role=role,
            public_url=_url("MOTCUA_URL", ports.web),
            allowed_hosts=os.environ.get("MOTCUA_HOSTS", "*").split(","),
            bind=os.environ.get("MOTCUA_BIND", "127.0.0.1"),
            port=ports.web,
            demo=os.environ.get("MOTCUA_DEMO", "") == "1",
            eid_url=_url("MOTCUA_EID_URL", ports.eid),
            eid_client_id=os.environ.get("MOTCUA_EID_CLIENT", "motcua"),
            eid_client_secret=_secret("MOTCUA_EID_SECRET", "MOTCUA_EID_URL"),
            population_url=_url("MOTCUA_POPULATION_URL", ports.population),
            population_secret=_secret("MOTCUA_POPULATION_SECRET", "MOTCUA_POPULATION_URL"),
            bank_url=_url("MOTCUA_BANK_URL", ports.bank),
            bank_terminal=os.environ.get("MOTCUA_BANK_TERMINAL", "MOTCUA01"),
            bank_secret=_secret("MOTCUA_BANK_SECRET", "MOTCUA_BANK_URL"),
            smtp=os.environ.get("MOTCUA_SMTP", f"127.0.0.1:{ports.smtp}"),
            tsa_url=_url("MOTCUA_TSA_URL", ports.tsa),
            clamd=os.environ.get("MOTCUA_CLAMD", ""),
            search_model=os.environ.get("MOTCUA_SEARCH_MODEL", ""),
            national_url=_url("MOTCUA_NATIONAL_URL", ports.national),
            national_secret=_secret("MOTCUA_NATIONAL_SECRET", "MOTCUA_NATIONAL_URL"),
            step_up_minutes=_whole("MOTCUA_STEP_UP_MINUTES", 10, 60),
            officer_idle_minutes=_whole("MOTCUA_OFFICER_IDLE_MINUTES", 15, 60),
            citizen_idle_minutes=_whole("MOTCUA_CITIZEN_IDLE_MINUTES", 30, 120),
            session_hours=_whole("MOTCUA_SESSION_HOURS", 8, 12),
            certificate_header=os.environ.get("MOTCUA_CERT_HEADER", ""),
            proxies=_networks("MOTCUA_PROXIES"),
            limits=os.environ.get("MOTCUA_LIMITS", "") != "off",
            hsts_subdomains=os.environ.get("MOTCUA_HSTS_SUBDOMAINS", "") == "on",
            outgoing=_listed("MOTCUA_OUTGOING"),
            private_networks=_networks("MOTCUA_PRIVATE_NETWORKS"),
        )

    def database(self) -> dict[str, Any]:
        """The `DATABASES["default"]` entry. Without a URL the connection fails when first used:
        commands that need no database still run."""
        url = urlparse(self.database_url)
        query = dict(part.split("=", 1) for part in url.query.split("&") if "=" in part)
        return {
            "ENGINE": "motcua.runtime.postgresql",
            "NAME": unquote(url.path.lstrip("/")) or "motcua",
            "USER": unquote(url.username or query.get("user", "")),
            "PASSWORD": unquote(url.password or ""),
            "HOST": unquote(query.get("host", "") or url.hostname or ""),
            "PORT": str(url.port or query.get("port", "") or ""),
            # A server that was restarted under the pool is noticed before the query, not by it.
            "CONN_HEALTH_CHECKS": True,
            "OPTIONS": {
                # The house works as a role that owns nothing (`foundation.row_security`).
                "options": AS_THE_HOUSE,
                "pool": {"min_size": 1, "max_size": 6, "timeout": 10},
                # A statement seen three times is planned once for its connection: a quarter less
                # time for a filing. A pooler in between must carry prepared statements
                # (PgBouncer 1.21 or later does).
                "server_side_binding": True,
                "prepare_threshold": 3,
                **{key: unquote(query[key]) for key in _OF_THE_WAY if key in query},
            },
            "TEST": {"NAME": os.environ.get("MOTCUA_TEST_DB", "test_motcua")},
        }


def _listed(variable: str) -> tuple[str, ...]:
    return tuple(filter(None, (part.strip() for part in os.environ.get(variable, "").split(","))))


def _networks(variable: str) -> tuple[str, ...]:
    try:
        return tuple(str(ip_network(text)) for text in _listed(variable))
    except ValueError as error:
        raise SystemExit(f"{variable} holds what is no network: {error}") from None


def _url(variable: str, port: int) -> str:
    return os.environ.get(variable, "").rstrip("/") or f"http://127.0.0.1:{port}"


def _whole(variable: str, default: int, most: int) -> int:
    """A number of minutes or hours from 1 to `most`."""
    given = os.environ.get(variable, "") or str(default)
    if not given.isdecimal() or not 1 <= int(given) <= most:
        raise SystemExit(f"{variable} is {given!r}; it must be a number from 1 to {most}")
    return int(given)


def _secret(variable: str, url_variable: str) -> str:
    """The secret agreed with an outside system; the sandboxes' own when none was named."""
    given = os.environ.get(variable, "")
    host = urlparse(os.environ.get(url_variable, "")).hostname or "127.0.0.1"
    if not given and host not in ("127.0.0.1", "localhost", "::1"):
        raise SystemExit(f"{url_variable} names {host}; {variable} must hold the secret for it")
    return given or SANDBOX_SECRET


def _secret_key(home: Path) -> str:
    """`MOTCUA_SECRET_KEY`, or one made once and kept in the home folder (0600)."""
    if given := os.environ.get("MOTCUA_SECRET_KEY"):
        return given
    path = home / "secret_key"
    if not path.exists():
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        fresh = path.with_suffix(f".{os.getpid()}")
        with open(os.open(fresh, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as out:
            out.write(secrets.token_urlsafe(48))
        try:
            os.link(fresh, path)  # whole or not at all: another process may start just now
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    return path.read_text().strip()
