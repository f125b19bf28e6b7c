"""Bringing dossiers to the province's system until it acknowledges them."""

from __future__ import annotations

import hmac
import json
import threading
from hashlib import sha256
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

from sandbox.national.store import Store

FIRST_WAIT, LONGEST_WAIT = 2.0, 300.0  # seconds
TIMEOUT = 10


class Sender:
    """A thread that sends what is kept. `wake` after keeping something."""

    def __init__(self, store: Store, secret: str, address: str) -> None:
        self._store, self._secret, self._address = store, secret.encode(), address
        self._woken = threading.Event()
        threading.Thread(target=self._run, name="dossiers", daemon=True).start()

    def wake(self) -> None:
        self._woken.set()

    def _run(self) -> None:
        while True:
            self._woken.wait(0.5)
            self._woken.clear()
            for row in self._store.unacknowledged():
                state, answer = self._send(row["body"].encode())
                wait = min(FIRST_WAIT * 2 ** min(row["tries"], 20), LONGEST_WAIT)
                self._store.note_sent(row["number"], state, answer, wait)

    def _send(self, body: bytes) -> tuple[str, str]:
        """`done` with the province's own number, `refused` with its reason, or `waiting`."""
        request = Request(self._address, data=body, method="POST")
        request.add_header("Content-Type", "application/json")
        request.add_header("X-Signature", hmac.new(self._secret, body, sha256).hexdigest())
        try:
            with urlopen(request, timeout=TIMEOUT) as response:
                return "done", str(json.load(response).get("SoHoSo", ""))
        except HTTPError as error:
            text = error.read(500).decode(errors="replace")
            for_good = 400 <= error.code < 500 and error.code not in (408, 409, 425, 429)
            return ("refused" if for_good else "waiting"), f"{error.code} {text}"
        except (URLError, OSError, ValueError) as error:
            return "waiting", f"{type(error).__name__}: {error}"
