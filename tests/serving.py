"""A WSGI application on a free port of this machine, in a thread, for the length of a test."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from werkzeug.serving import WSGIRequestHandler, make_server


class _Quiet(WSGIRequestHandler):
    def log(self, *_: Any) -> None:
        """Keep the test's output to the test."""


@contextmanager
def serve(make_app: Callable[[str], Any]) -> Iterator[str]:
    """Serve `make_app(address)`; the address, without a slash at its end."""
    app: list[Any] = []

    def dispatch(environ: Any, start: Any) -> Any:
        return app[0](environ, start)

    server = make_server("127.0.0.1", 0, dispatch, threaded=True, request_handler=_Quiet)
    address = f"http://127.0.0.1:{server.server_port}"
    app.append(make_app(address))
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield address
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
