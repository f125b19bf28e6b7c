"""The limits, all of them, and what has none."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from motcua.foundation.rates import Rate


class By(StrEnum):
    """Whom a limit counts. `PERSON` is who is signed in, else the address. `TARGET` is the address
    together with what is guessed at: the dossier number, the account's name, the machine."""

    ADDRESS = "address"
    PERSON = "person"
    TARGET = "target"


@dataclass(frozen=True, slots=True)
class Limit:
    """One limit of the requests that match: method, path, and (where `parameter` is named) that
    this parameter is there. A `shared` one is counted across all processes (`foundation.rates`);
    the others by each web process for itself."""

    name: str
    method: str
    path: re.Pattern[str]
    by: By
    rate: Rate
    shared: bool = False
    parameter: str = ""


def _path(text: str) -> re.Pattern[str]:
    return re.compile(text)


_PASSWORD = _path(r"/dang-nhap/du-phong/(?:ma/)?")
_LOOKUP = _path(r"/tra-cuu/")
_TOKEN = _path(r"/api/token")
_UPLOAD = _path(r"/nop/\d+/giay-to/|/ho-so/[^/]+/bo-sung/|/api/v1/files")

LIMITS: tuple[Limit, ...] = (
    # Guesses: exact, across all processes.
    Limit("lookup-target", "GET", _LOOKUP, By.TARGET, Rate(10, 60.0), shared=True, parameter="ma"),
    Limit("lookup", "GET", _LOOKUP, By.ADDRESS, Rate(60, 5.0), shared=True, parameter="ma"),
    Limit("password-target", "POST", _PASSWORD, By.TARGET, Rate(10, 30.0), shared=True),
    Limit("password", "POST", _PASSWORD, By.ADDRESS, Rate(30, 10.0), shared=True),
    Limit("token-target", "POST", _TOKEN, By.TARGET, Rate(30, 2.0), shared=True),
    Limit("token", "POST", _TOKEN, By.ADDRESS, Rate(120, 0.5), shared=True),
    # Load: by each process.
    Limit("sign-in", "GET", _path(r"/dang-nhap/(?:vneid|ket-qua)/"), By.ADDRESS, Rate(60, 1.0)),
    Limit("verify", "POST", _path(r"/kiem-tra/"), By.PERSON, Rate(20, 3.0)),
    Limit("search", "GET", _path(r"/thu-tuc/"), By.PERSON, Rate(120, 0.5), parameter="q"),
    Limit("api-search", "GET", _path(r"/api/v1/procedures"), By.ADDRESS, Rate(240, 0.1)),
    Limit("upload", "POST", _UPLOAD, By.PERSON, Rate(120, 0.5)),
    Limit("api-anonymous", "POST", _path(r"/api/v1/.*"), By.ADDRESS, Rate(2000, 0.005)),
)

API_CLIENT = Rate(1000, 0.01)
"""Calls of one client of the API for one person (or of one machine), once its token is proven, in
each process: a hundred a second for long, a thousand at once."""

UNLIMITED: Mapping[str, str] = {
    "/api/payments/ipn": "the bank repeats until it is heard, and money must not wait; each message"
    " is signed, and one that is not costs a signature check",
    "/api/national/dossiers": "the National Portal sends everybody's dossiers from one address;"
    " each is signed, judged before it is read",
}
"""What has no limit, and why."""
