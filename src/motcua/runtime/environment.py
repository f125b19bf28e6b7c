"""The environment variables of an installation, each with its meaning and default."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlparse


def home_folder() -> Path:
    """`MOTCUA_HOME`, or the per-user data folder of the platform."""
    if given := os.environ.get("MOTCUA_HOME"):
        return Path(given).absolute()
    base = os.environ.get("XDG_DATA_HOME") or "~/.local/share"
    return Path(base).expanduser() / "motcua"


@dataclass(frozen=True, slots=True)
class Environment:
    """What an installation is told from outside. URLs carry no trailing slash."""

    home: Path
    package_folder: Path
    secret_key: str
    database_url: str
    role: str
    public_url: str
    allowed_hosts: list[str]

    @classmethod
    def read(cls) -> Environment:
        home = home_folder()
        public_url = os.environ.get("MOTCUA_URL", "http://127.0.0.1:8000").rstrip("/")
        role = os.environ.get("MOTCUA_ROLE", "both")
        if role not in ("national", "province", "both"):
            raise SystemExit(f"MOTCUA_ROLE is {role!r}; it must be national, province or both")
        return cls(
            home=home,
            package_folder=Path(__file__).resolve().parent.parent,
            secret_key=_secret_key(home),
            database_url=os.environ.get("DATABASE_URL", ""),
            role=role,
            public_url=public_url,
            allowed_hosts=os.environ.get("MOTCUA_HOSTS", "*").split(","),
        )

    def database(self) -> dict[str, Any]:
        """The `DATABASES["default"]` entry. Without a URL the connection fails when first used:
        commands that need no database still run."""
        url = urlparse(self.database_url)
        query = dict(part.split("=", 1) for part in url.query.split("&") if "=" in part)
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": url.path.lstrip("/") or "motcua",
            "USER": unquote(url.username or query.get("user", "")),
            "PASSWORD": unquote(url.password or ""),
            "HOST": unquote(query.get("host", "") or url.hostname or ""),
            "PORT": str(url.port or query.get("port", "") or ""),
            "OPTIONS": {"pool": {"min_size": 1, "max_size": 6, "timeout": 10}},
            "TEST": {"NAME": os.environ.get("MOTCUA_TEST_DB", "test_motcua")},
        }


def _secret_key(home: Path) -> str:
    """`MOTCUA_SECRET_KEY`, or one made once and kept in the home folder (0600)."""
    if given := os.environ.get("MOTCUA_SECRET_KEY"):
        return given
    path = home / "secret_key"
    if not path.exists():
        home.mkdir(parents=True, exist_ok=True)
        try:
            with open(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as out:
                out.write(secrets.token_urlsafe(48))
        except FileExistsError:
            pass
    return path.read_text().strip()
