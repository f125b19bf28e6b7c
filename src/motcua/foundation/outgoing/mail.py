"""SMTP to the mail server that the settings name."""

from __future__ import annotations

import smtplib
import socket

from motcua.foundation.outgoing import places


class _Guarded(smtplib.SMTP):
    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        return places.connect(host, port, timeout)


def connect(server: str, timeout: float) -> smtplib.SMTP:
    """A conversation with the mail server `host:port`; `timeout` in seconds. Raises `OSError` and
    `smtplib.SMTPException`."""
    host, port = places.of_pair(server, 25)
    return _Guarded(host, port, timeout=timeout)
