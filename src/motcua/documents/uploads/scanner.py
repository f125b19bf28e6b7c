"""Asking a virus scanner: clamd's own protocol (`INSTREAM`), over TCP or a socket on this machine.

`MOTCUA_CLAMD` is `host:port` or the path of a socket; empty means that there is no scanner.
"""

from __future__ import annotations

import socket
import struct
from pathlib import Path

from django.conf import settings

SECONDS = 20.0
CHUNK = 65_536
LONGEST_ANSWER = 4_096


class ScannerAway(Exception):
    """The scanner gave no verdict: it is not there, busy, or says it failed."""


def is_there() -> bool:
    """Whether a scanner is configured."""
    return bool(settings.ENV.clamd)


def scan(path: Path) -> str:
    """What malware the file at `path` holds, by the scanner's name for it; "" when it is clean.
    Raises `ScannerAway`."""
    try:
        with _connected() as line, path.open("rb") as content:
            line.sendall(b"zINSTREAM\0")
            while chunk := content.read(CHUNK):
                line.sendall(struct.pack("!I", len(chunk)) + chunk)
            line.sendall(struct.pack("!I", 0))
            said = _answer(line)
    except OSError as error:
        raise ScannerAway(str(error)) from error
    verdict = said.removeprefix("stream: ")
    if verdict == "OK":
        return ""
    if verdict.endswith(" FOUND"):
        return verdict.removesuffix(" FOUND")
    raise ScannerAway(said)


def _connected() -> socket.socket:
    address = settings.ENV.clamd
    if address.startswith("/"):
        line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        line.settimeout(SECONDS)
        line.connect(address)
        return line
    host, _, port = address.rpartition(":")
    return socket.create_connection((host, int(port)), SECONDS)


def _answer(line: socket.socket) -> str:
    said = b""
    while not said.endswith(b"\0") and len(said) < LONGEST_ANSWER:
        part = line.recv(LONGEST_ANSWER)
        if not part:
            break
        said += part
    return said.rstrip(b"\0\n").decode(errors="replace")
