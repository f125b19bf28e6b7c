"""The web server: granian in front of Django, one process per core, four threads in each.

Django is imported once, before granian forks its workers: they start at once and share that
memory. No database connection may be open at the fork, so what is warmed up here asks nothing.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
from collections.abc import Callable
from typing import Any

from granian import Granian
from granian.constants import HTTPModes, Interfaces

WORKERS = min(os.cpu_count() or 1, int(os.environ.get("MOTCUA_WEB_WORKERS", "0")) or 64)
THREADS = 4


def main() -> None:
    """Serve on the port of this installation until told to stop."""
    from motcua.runtime.database import set_up

    set_up()
    from django.conf import settings

    _load()
    gc.collect()
    gc.set_threshold(20_000, 20, 20)  # a request makes many small things that die with it
    gc.freeze()  # what is loaded now stays; the collector need not touch, and so copy, its pages
    multiprocessing.set_start_method("fork", force=True)
    Granian(
        "motcua.runtime.wsgi:application",
        address=settings.ENV.bind,
        port=settings.ENV.port,
        interface=Interfaces.WSGI,
        http=HTTPModes.http1,
        workers=WORKERS,
        blocking_threads=THREADS,
        backlog=1024,
        log_access=False,
        respawn_failed_workers=True,
        workers_kill_timeout=3,
        process_name="motcua web",
    ).serve(target_loader=_load, wrap_loader=False)


def _load() -> Callable[..., Any]:
    """The WSGI application with its pages' code imported."""
    from django.urls import get_resolver

    from motcua.runtime.wsgi import application

    for resolver in get_resolver().url_patterns:
        getattr(resolver, "url_patterns", None)
    return application


if __name__ == "__main__":
    main()
