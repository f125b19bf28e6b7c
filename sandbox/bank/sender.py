"""Telling the platform, again and again until it has understood."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Mapping
from urllib.error import URLError
from urllib.request import Request, urlopen

from sandbox.bank import wire
from sandbox.bank.store import Store

WAITS = (2, 5, 10, 30, 60, 120, 300, 600, 1800)  # seconds between tries; then it gives up
UNDERSTOOD = ("00", "01", "02", "04")
TIMEOUT = 5


class Sender:
    """A thread that delivers queued callbacks. `wake` after queueing one."""

    def __init__(self, store: Store, key: bytes, address: str) -> None:
        self._store, self._key, self._address = store, key, address
        self._woken = threading.Event()
        self._told = threading.Condition()
        threading.Thread(target=self._run, name="callbacks", daemon=True).start()

    def wake(self) -> None:
        self._woken.set()

    def wait_for(self, callback_id: int, seconds: float) -> None:
        """Wait until the platform has answered this callback once, but not for ever."""
        deadline = time.monotonic() + seconds
        with self._told:
            while (left := deadline - time.monotonic()) > 0:
                found = self._store.callback(callback_id)
                if found is None or found["tries"] or found["state"] != "waiting":
                    return
                self._told.wait(left)

    def _run(self) -> None:
        while True:
            self._woken.wait(0.5)
            self._woken.clear()
            for row in self._store.due_callbacks():
                answer = self._tell(row["kind"], json.loads(row["params"]))
                tries = row["tries"]
                if answer in UNDERSTOOD:
                    self._store.note_callback(row["id"], answer, "done", 0)
                elif tries < len(WAITS):
                    self._store.note_callback(row["id"], answer, "waiting", WAITS[tries])
                else:
                    self._store.note_callback(row["id"], answer, "given_up", 0)
                with self._told:
                    self._told.notify_all()

    def _tell(self, kind: str, params: Mapping[str, str]) -> str:
        field = wire.HASH if kind == "ipn" else "signature"
        message = wire.sign(params, self._key, field)
        if self._store.take_corruption():
            message[field] = message[field][::-1]
        query = wire.encode(message)
        request = (
            Request(f"{self._address}?{query}")
            if kind == "ipn"
            else Request(self._address, data=query.encode(), method="POST")
        )
        try:
            with urlopen(request, timeout=TIMEOUT) as response:
                return str(json.load(response)["RspCode"])
        except (URLError, OSError, ValueError, KeyError, TypeError) as error:
            return f"{type(error).__name__}: {error}"
