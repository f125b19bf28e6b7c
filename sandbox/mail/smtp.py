"""The SMTP side."""

from __future__ import annotations

from typing import Any

from aiosmtpd.controller import Controller

from sandbox.mail.store import Store

LARGEST = 1_000_000  # bytes; a notice is under ten thousand


class Handler:
    """Takes every mail, but for the addresses that stand for failures."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def handle_RCPT(
        self, server: Any, session: Any, envelope: Any, address: str, options: Any
    ) -> str:
        if address.lower().endswith("@refused.example.com"):
            return "550 5.1.1 no such mailbox"
        if address.lower().endswith("@later.example.com"):
            return "451 4.3.0 try again later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self._store.keep(envelope.mail_from or "", envelope.rcpt_tos, envelope.original_content)
        return "250 kept"


def start(store: Store, port: int) -> Controller:
    """Listen on 127.0.0.1 in a thread of its own."""
    controller = Controller(
        Handler(store),
        hostname="127.0.0.1",
        port=port,
        data_size_limit=LARGEST,
        enable_SMTPUTF8=True,
        ident="Mot Cua sandbox",
    )
    controller.start()
    return controller
