"""The HTTP side (RFC 3161 3.4), a plain WSGI application: three paths need no framework."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives import serialization

from sandbox.tsa import token
from sandbox.tsa.authority import CRL_RENEWED_AFTER, Authority, open_authority

LARGEST_QUERY = 16_384  # bytes; a real request is under 100
PAGE = """<!doctype html><html lang="vi"><meta charset="utf-8">
<title>Dấu thời gian thử nghiệm</title>
<h1>Dịch vụ cấp dấu thời gian (môi trường thử nghiệm)</h1>
<p>Gửi yêu cầu RFC 3161 bằng POST tới địa chỉ này, kiểu
<code>application/timestamp-query</code>.</p>
<ul><li><a href="/tsa-root.pem">Chứng thư gốc</a></li>
<li><a href="/tsa.crl">Danh sách chứng thư bị thu hồi</a></li></ul></html>"""


class Server:
    """The WSGI application. The revocation list is renewed while it runs."""

    def __init__(self, folder: Path, address: str) -> None:
        self._folder = folder
        self._address = address
        self._lock = threading.Lock()
        self._opened_at = datetime.min.replace(tzinfo=UTC)
        self._authority: Authority
        self.authority()

    def authority(self) -> Authority:
        """The authority with a revocation list at most a day old."""
        now = datetime.now(UTC)
        with self._lock:
            if now - self._opened_at >= CRL_RENEWED_AFTER:
                self._authority = open_authority(self._folder, self._address)
                self._opened_at = now
            return self._authority

    def __call__(
        self, environ: dict[str, Any], start: Callable[[str, list[tuple[str, str]]], Any]
    ) -> Iterable[bytes]:
        status, kind, body = self._answer(environ)
        start(status, [("Content-Type", kind), ("Content-Length", str(len(body)))])
        return [body]

    def _answer(self, environ: dict[str, Any]) -> tuple[str, str, bytes]:
        method, path = environ["REQUEST_METHOD"], environ.get("PATH_INFO", "/")
        authority = self.authority()
        if method == "POST" and path == "/":
            kind = environ.get("CONTENT_TYPE", "").split(";")[0].strip().lower()
            if kind != "application/timestamp-query":
                return "415 Unsupported Media Type", "text/plain", b"application/timestamp-query\n"
            length = int(environ.get("CONTENT_LENGTH") or 0)
            if length > LARGEST_QUERY:
                return "413 Content Too Large", "text/plain", b"too large\n"
            query = environ["wsgi.input"].read(length)
            answer = token.respond(authority, query, datetime.now(UTC))
            return "200 OK", "application/timestamp-reply", answer
        if method != "GET":
            return "405 Method Not Allowed", "text/plain", b"POST / or GET\n"
        if path == "/":
            return "200 OK", "text/html; charset=utf-8", PAGE.encode()
        if path == "/tsa-root.pem":
            pem = authority.root.public_bytes(serialization.Encoding.PEM)
            return "200 OK", "application/x-pem-file", pem
        if path == "/tsa.crl":
            return "200 OK", "application/pkix-crl", authority.crl
        return "404 Not Found", "text/plain", b"not found\n"
