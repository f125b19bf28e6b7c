"""Work that happens outside a request: jobs that are deferred, and functions called every so often.

A job is deferred in the caller's transaction and vanishes if that rolls back; it runs at least
once, so it must be safe to run twice. `worker.Worker` runs both kinds.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from importlib import import_module
from typing import Any, TypeVar, cast

from django.apps import apps
from django.utils.module_loading import module_has_submodule
from procrastinate import BaseRetryStrategy, RetryDecision
from procrastinate.contrib.django import DjangoApp
from procrastinate.contrib.django import app as _app
from procrastinate.jobs import Job

from motcua.foundation import sight

F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Periodic:
    """A function the worker calls every `seconds`, never twice at once in one installation."""

    name: str
    seconds: float
    function: Callable[[], Any]


class BackOff(BaseRetryStrategy):
    """Wait twice as long after each failure, up to five minutes."""

    LONGEST = 300

    def __init__(self, attempts: int) -> None:
        self.attempts = attempts

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        if job.attempts + 1 >= self.attempts:
            return None
        wait = min(2 ** min(job.attempts + 1, 20), self.LONGEST)
        return RetryDecision(retry_in={"seconds": wait})


_periodic: dict[str, Periodic] = {}
_tasks: dict[str, tuple[Callable[..., Any], int]] = {}


def task(name: str, attempts: int = 10) -> Callable[[F], F]:
    """Register the decorated function as the job `name` (`room.what`), deferred with `defer`.

    A job that raises runs again after 2, 4, 8, … seconds (5 minutes at most), `attempts` times in
    all.
    """

    def register(function: F) -> F:
        _tasks[name] = (_of_the_system(function), attempts)
        return function

    return register


def _of_the_system(function: F) -> F:
    """Jobs act for nobody in particular: they see every realm."""

    @wraps(function)
    def seeing_all(*positional: Any, **named: Any) -> Any:
        with sight.seeing(sight.EVERYTHING):
            return function(*positional, **named)

    return cast("F", seeing_all)


def defer(name: str, delay: int = 0, **arguments: Any) -> None:
    """Have the job `name` run `delay` seconds after the caller's transaction has committed.
    `arguments` must be JSON-able. The job's module need not be loaded here."""
    options: dict[str, Any] = {"schedule_in": {"seconds": delay}} if delay else {}
    _app.configure_task(name, allow_unknown=True, **options).defer(**arguments)


def periodic(seconds: float) -> Callable[[F], F]:
    """Have the worker call the decorated function, which takes nothing, every `seconds`."""

    def register(function: F) -> F:
        name = f"{function.__module__}.{function.__qualname__}".removeprefix("motcua.")
        _periodic[name] = Periodic(name, seconds, function)
        return function

    return register


def periodics() -> list[Periodic]:
    """All registered periodic functions."""
    return list(_periodic.values())


def discover() -> None:
    """Import the `jobs` module of every room: the worker does, a web process need not."""
    for config in apps.get_app_configs():
        if (
            config.name.startswith("motcua.")
            and config.module is not None
            and module_has_submodule(config.module, "jobs")
        ):
            import_module(f"{config.name}.jobs")


def worker_app() -> DjangoApp:
    """A queue that runs the jobs of all rooms, on connections of its own. Deferring goes on through
    the caller's connection: the queue that defers must never be given another one."""
    discover()
    connector = _app.connector.get_worker_connector()  # type: ignore[attr-defined] # Django's has it
    app = DjangoApp(connector=connector)
    for name, (function, attempts) in _tasks.items():
        app.task(name=name, retry=BackOff(attempts))(function)
    return app


def run_waiting() -> None:
    """Run every job that is due, then return (for tests and commands). What the caller has not
    committed is not seen."""
    worker_app().run_worker(
        wait=False, install_signal_handlers=False, listen_notify=False, delete_jobs="successful"
    )
