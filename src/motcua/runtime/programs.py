"""The programs of an installation: how each is started and how one sees that it answers."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field

from motcua.runtime.ports import Ports


@dataclass(frozen=True, slots=True)
class Program:
    """One child of the supervisor. `port` is where it listens when it is ready, None for one that
    listens nowhere."""

    name: str
    command: list[str]
    port: int | None = None
    address: str = "127.0.0.1"
    environment: dict[str, str] = field(default_factory=dict)


def web(ports: Ports, bind: str) -> Program:
    """The web server with the pages and the API."""
    return Program("web", python("motcua.runtime.web"), ports.web, bind)


def worker() -> Program:
    """The background work: events, jobs, signatures, deliveries."""
    return Program("worker", python("motcua.runtime.worker"))


def sandboxes(ports: Ports) -> list[Program]:
    """The stand-ins for outside systems. Each is a server of its own that can be started alone."""
    listening = {
        "eid": ports.eid,
        "population": ports.population,
        "bank": ports.bank,
        "mail": ports.mail,
        "tsa": ports.tsa,
        "national": ports.national,
    }
    extra = {"mail": ["--smtp-port", str(ports.smtp)]}
    return [
        Program(
            name,
            python(f"sandbox.{name}", "--port", str(port), *extra.get(name, [])),
            port,
        )
        for name, port in listening.items()
    ]


def python(module: str, *arguments: str) -> list[str]:
    """The command that runs a module of ours with this Python."""
    return [sys.executable, "-m", module, *arguments]
