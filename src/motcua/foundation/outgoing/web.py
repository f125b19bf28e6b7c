"""HTTP to the places that the settings name."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import httpcore
import httpx

from motcua.foundation.outgoing import places


class _Guarded(httpcore.SyncBackend):
    """Opens connections to judged addresses only. The name stays what TLS is checked against."""

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        try:
            judged = places.resolved(host, port)
        except OSError as error:
            raise httpcore.ConnectError(str(error)) from error
        failed: Exception | None = None
        for address in judged:
            try:
                return super().connect_tcp(address, port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failed = error
        assert failed is not None, "resolved gives at least one address"
        raise failed

    def connect_unix_socket(self, *_: Any, **__: Any) -> httpcore.NetworkStream:
        raise httpcore.ConnectError("the house calls no one on this machine by a socket's path")


class _Transport(httpx.HTTPTransport):
    def __init__(self) -> None:
        super().__init__(trust_env=False)
        self._pool = httpcore.ConnectionPool(
            ssl_context=httpx.create_ssl_context(trust_env=False),
            max_connections=20,
            max_keepalive_connections=5,
            keepalive_expiry=5.0,
            network_backend=_Guarded(),
        )


def client(timeout: httpx.Timeout | float) -> httpx.Client:
    """A client that speaks to the places of the settings only and follows no redirect; `timeout`
    in seconds. A place that is not allowed raises `httpx.ConnectError`. Proxies that the
    environment names are not used: they would resolve names in our stead."""
    return httpx.Client(
        transport=_Transport(), timeout=timeout, follow_redirects=False, trust_env=False
    )


def for_requests(session: Any, timeout: float) -> None:
    """Have a session of the library `requests` go the same way: through our client."""
    from requests import PreparedRequest, Response
    from requests.adapters import BaseAdapter
    from requests.exceptions import ConnectionError as NotReached

    class Adapter(BaseAdapter):
        def __init__(self) -> None:
            super().__init__()
            self._client = client(timeout)

        def send(self, request: PreparedRequest, *_: Any, **__: Any) -> Response:
            try:
                answer = self._client.request(
                    request.method or "GET",
                    str(request.url),
                    content=request.body,
                    headers=dict(request.headers),
                )
            except httpx.HTTPError as error:
                raise NotReached(f"{type(error).__name__}: {error}", request=request) from error
            told = Response()
            told.status_code, told.reason = answer.status_code, answer.reason_phrase
            told.headers.update(answer.headers)
            told.headers.pop("Content-Encoding", None)  # it is unpacked already
            told.encoding, told.url, told.request = answer.encoding, str(answer.url), request
            told._content = answer.content
            return told

        def close(self) -> None:
            self._client.close()

    session.max_redirects = 0
    session.trust_env = False
    for scheme in ("http://", "https://"):
        session.mount(scheme, Adapter())
