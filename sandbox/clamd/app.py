"""clamd's protocol for what the house asks of it: `zPING` and `zINSTREAM`."""

from __future__ import annotations

import socketserver
import struct

KNOWN = b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE"
LARGEST = 25_000_000


class Session(socketserver.StreamRequestHandler):
    """One connection: one command."""

    def handle(self) -> None:
        command = b""
        while not command.endswith(b"\0"):
            letter = self.rfile.read(1)
            if not letter:
                return
            command += letter
        if command == b"zPING\0":
            self.wfile.write(b"PONG\0")
        elif command == b"zINSTREAM\0":
            self.wfile.write(self._verdict() + b"\0")
        else:
            self.wfile.write(b"UNKNOWN COMMAND\0")

    def _verdict(self) -> bytes:
        content = b""
        while size := struct.unpack("!I", self.rfile.read(4))[0]:
            if len(content) + size > LARGEST:
                return b"INSTREAM size limit exceeded. ERROR"
            content += self.rfile.read(size)
        return b"stream: Eicar-Signature FOUND" if KNOWN in content else b"stream: OK"


class Clamd(socketserver.ThreadingTCPServer):
    """Listens on a free port of this machine."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Session)

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.server_address[1]}"
