"""Where the house may call at all: the hosts and ports that the settings name."""

from __future__ import annotations

import socket
from ipaddress import ip_network
from urllib.parse import urlsplit

from django.conf import settings

from motcua.foundation.outgoing import addresses

PORTS = {"http": 80, "https": 443}


class NotAllowed(OSError):
    """The house does not speak to this place. An `OSError`, so that whoever can cope with a network
    that is down copes with this too."""


def of_url(url: str) -> tuple[str, int]:
    """Host (in lower case) and port of a web address. Raises `NotAllowed` for what is none."""
    try:
        parts = urlsplit(url)
        port = parts.port or PORTS[parts.scheme]
    except (ValueError, KeyError):
        raise NotAllowed("no web address") from None
    if not parts.hostname:
        raise NotAllowed("no host")
    return parts.hostname.lower(), port


def of_pair(text: str, port: int = 443) -> tuple[str, int]:
    """Host and port of `host:port`, `[::1]:port` or `host`. Raises `NotAllowed`."""
    return of_url(f"https://{text}") if _has_port(text) else of_url(f"https://{text}:{port}")


def _has_port(text: str) -> bool:
    return text.rpartition(":")[2].isdecimal() and not text.endswith("]") and text.count(":") != 0


def allowed() -> frozenset[tuple[str, int]]:
    """Every place the settings name: the outside systems, and what `MOTCUA_OUTGOING` adds (where a
    timestamp authority publishes its lists of revoked certificates, say)."""
    env = settings.ENV
    urls = (env.eid_url, env.population_url, env.bank_url, env.national_url, env.tsa_url)
    pairs = [of_pair(env.smtp, 25)]
    for extra in env.outgoing:
        pairs += [of_pair(extra)] if _has_port(extra) else [of_pair(extra, p) for p in (80, 443)]
    return frozenset([*map(of_url, urls), *pairs])


def resolved(host: str, port: int) -> list[str]:
    """The addresses to connect to for an allowed place, each judged. Raises `NotAllowed`, and
    `OSError` when the name is not known."""
    host = host.lower()
    if (host, port) not in allowed():
        raise NotAllowed(f"{host}:{port} is not among the places the settings name")
    private = [ip_network(text) for text in settings.ENV.private_networks]
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    good = []
    for address in dict.fromkeys(str(one[4][0]) for one in found):
        refused = addresses.refusal(host, address, private)
        if refused is not None:
            # One bad address among good ones is reason enough: names do not lead both ways.
            raise NotAllowed(f"{host}: {refused}")
        good.append(address)
    if not good:
        raise NotAllowed(f"{host} has no address")
    return good


def connect(host: str, port: int, timeout: float | None) -> socket.socket:
    """A connection to an allowed place, at an address that was judged. Raises `OSError`."""
    failed: OSError | None = None
    for address in resolved(host, port):
        try:
            return socket.create_connection((address, port), timeout)
        except OSError as error:
            failed = error
    assert failed is not None, "resolved gives at least one address"
    raise failed
