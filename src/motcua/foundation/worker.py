"""The background of an installation, as threads that are started and stopped.

`Worker` relays events (every 0.2 s), seals the ledger (every 0.5 s), calls the periodic functions
and runs deferred jobs, and gives back the jobs of workers that died. Each loop has its own error
boundary: whatever goes wrong is logged and the loop goes on, more slowly while it fails.
"""

from __future__ import annotations

import asyncio
import signal
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import structlog
from django.db import close_old_connections, connection
from procrastinate.contrib.django import DjangoApp

from motcua.foundation import background, events, ledger, sight

log = structlog.get_logger()

RELAY_EVERY = 0.2
SEAL_EVERY = 0.5
POLL_JOBS_EVERY = 0.5
STALLED_AFTER = 30.0
LONGEST_REST = 10.0


class Worker:
    """The background threads of one process. `start` returns at once; `stop` waits for what is
    being done, and what is not done within its time is left to be done again."""

    def __init__(self, jobs_at_once: int = 2) -> None:
        self._jobs_at_once = jobs_at_once
        self._stopping = threading.Event()
        self._threads: list[threading.Thread] = []
        self._loop: asyncio.AbstractEventLoop | None = None
        self._jobs: asyncio.Task[None] | None = None

    def start(self) -> None:
        background.discover()
        for name, target in (
            ("relay", lambda: self._repeat("relay", RELAY_EVERY, _relay)),
            ("sealer", lambda: self._repeat("sealer", SEAL_EVERY, _seal)),
            ("periodic", self._call_periodics),
            ("jobs", self._run_jobs),
        ):
            thread = threading.Thread(target=target, name=f"motcua-{name}", daemon=True)
            thread.start()
            self._threads.append(thread)

    def stop(self, seconds: float = 10.0) -> None:
        """Stop all threads, waiting `seconds` at most, then seal what was written last."""
        self._stopping.set()
        if self._loop is not None and self._jobs is not None:
            self._loop.call_soon_threadsafe(self._jobs.cancel)
        end = time.monotonic() + seconds
        for thread in self._threads:
            thread.join(max(0.0, end - time.monotonic()))
        _guarded("sealer", ledger.seal_once)
        connection.close()

    def run(self) -> None:
        """Work in the main thread's stead until SIGTERM or SIGINT, then stop in good order."""
        for which in (signal.SIGTERM, signal.SIGINT):
            signal.signal(which, lambda *_: self._stopping.set())
        self.start()
        while not self._stopping.wait(1.0):
            pass
        self.stop()

    def healthy(self) -> bool:
        """Whether every thread is alive."""
        return bool(self._threads) and all(thread.is_alive() for thread in self._threads)

    def _repeat(self, name: str, every: float, act: Callable[[], bool]) -> None:
        """Call `act` until stopped: again at once while it says there is more to do."""
        rest = every
        while not self._stopping.is_set():
            succeeded, more = _guarded(name, act)
            rest = every if succeeded else min(rest * 2, LONGEST_REST)
            if not (succeeded and more):
                self._stopping.wait(rest)
        connection.close()

    def _call_periodics(self) -> None:
        """Start each periodic function when its time has come and its last call has ended. A long
        one does not hold up the others."""
        due = {p.name: time.monotonic() + min(p.seconds, 1.0) for p in background.periodics()}
        running: dict[str, Any] = {}
        with ThreadPoolExecutor(max_workers=2, thread_name_prefix="motcua-periodic") as pool:
            while not self._stopping.wait(0.2):
                now = time.monotonic()
                for periodic in background.periodics():
                    name = periodic.name
                    if now < due.get(name, now) or (name in running and not running[name].done()):
                        continue
                    due[name] = now + periodic.seconds
                    running[name] = pool.submit(run_periodic, periodic)
            pool.shutdown(wait=False, cancel_futures=True)

    def _run_jobs(self) -> None:
        rest = POLL_JOBS_EVERY
        while not self._stopping.is_set():
            started = time.monotonic()
            try:
                asyncio.run(self._jobs_until_stopped())
            except asyncio.CancelledError:
                return
            except Exception as error:  # mostly a lost connection: begin again
                log.error("jobs_stopped", error=str(error))
            if time.monotonic() - started > LONGEST_REST:
                rest = POLL_JOBS_EVERY
            self._stopping.wait(rest)
            rest = min(rest * 2, LONGEST_REST)

    async def _jobs_until_stopped(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._jobs = asyncio.current_task()
        app = background.worker_app()
        app.connector._pool_args.update(  # type: ignore[attr-defined] # its pool is made when opened
            min_size=1, max_size=self._jobs_at_once + 2
        )
        async with app.open_async():
            reviver = asyncio.create_task(_revive_stalled(app))
            try:
                await app.run_worker_async(
                    concurrency=self._jobs_at_once,
                    fetch_job_polling_interval=POLL_JOBS_EVERY,
                    delete_jobs="successful",
                    install_signal_handlers=False,
                    shutdown_graceful_timeout=8.0,
                )
            finally:
                reviver.cancel()


def run_periodic(periodic: background.Periodic) -> bool:
    """Call one periodic function, unless another process is just calling it; whether it was called
    and went well."""

    def act() -> bool:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(hashtext(%s), 1)", [periodic.name])
            if not cursor.fetchone()[0]:
                return False
        try:
            periodic.function()
        finally:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(hashtext(%s), 1)", [periodic.name])
        return True

    succeeded, called = _guarded(periodic.name, act)
    connection.close()
    return succeeded and called


def run_due(names: set[str] | None = None) -> dict[str, bool]:
    """Call all periodic functions (or those of `names`) once, now, one after the other (for tests
    and commands); for each whether it was called and went well."""
    background.discover()
    wanted = [p for p in background.periodics() if names is None or p.name in names]
    return {p.name: run_periodic(p) for p in wanted}


async def _revive_stalled(app: DjangoApp) -> None:
    """Give back, again and again, the jobs of workers whose heart has stopped."""
    manager = app.job_manager
    while True:
        try:
            for job in await manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_AFTER):
                log.warning("job_revived", job=job.id, task=job.task_name)
                await manager.retry_job(job)
        except Exception as error:  # the next round tries again
            log.error("revive_failed", error=str(error))
        await asyncio.sleep(STALLED_AFTER / 2)


def _relay() -> bool:
    return events.relay_once() > 0


def _seal() -> bool:
    ledger.seal_once()
    return False


def _guarded(name: str, act: Callable[[], Any]) -> tuple[bool, Any]:
    """Whether `act` went well, and what it returned. An error is logged; a connection that broke
    is given up, so that the next call gets a fresh one."""
    try:
        with sight.seeing(sight.EVERYTHING):
            return True, act()
    except Exception as error:  # the boundary of a loop: nothing may end it
        log.error("background_failed", what=name, error=f"{type(error).__name__}: {error}")
        return False, None
    finally:
        close_old_connections()
