"""The house speaks only to the places its settings name, at addresses that may be spoken to."""

from __future__ import annotations

import ast
import socket
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from ipaddress import ip_network
from pathlib import Path
from threading import Thread

import httpx
import pytest
import requests
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from motcua.foundation.outgoing import addresses, mail, places, web

SOURCES = Path(__file__).resolve().parents[2] / "src" / "motcua"


@pytest.fixture
def elsewhere():
    """A server on this machine that the settings do not name, which counts who called."""
    called: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            called.append(self.path)
            if self.path.startswith("/to/"):
                self.send_response(302)
                self.send_header("Location", self.path.removeprefix("/to/"))
            else:
                self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", called
    server.shutdown()
    server.server_close()


@pytest.fixture
def named(monkeypatch):
    """Change what the settings name."""

    def change(**changes: object) -> None:
        monkeypatch.setattr(settings, "ENV", replace(settings.ENV, **changes))

    return change


def resolving(monkeypatch, *found: str) -> None:
    """Every name resolves to these addresses."""
    monkeypatch.setattr(
        socket,
        "getaddrinfo",
        lambda host, port, *_, **__: [
            (socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port)) for one in found
        ],
    )


def test_a_place_that_is_not_named_is_not_called(elsewhere, named):
    url, called = elsewhere
    with pytest.raises(httpx.ConnectError, match="not among the places"):
        web.client(2).get(url)
    assert called == []
    named(bank_url=url)
    assert web.client(2).get(url).status_code == 200


def test_a_redirect_leads_nowhere(elsewhere, named):
    url, called = elsewhere
    named(bank_url=url)
    answer = web.client(2).get(f"{url}/to/{url}/secret")
    assert answer.status_code == 302
    assert called == [f"/to/{url}/secret"]


def test_libraries_that_know_requests_go_the_same_way(elsewhere, named):
    url, called = elsewhere
    session = requests.Session()
    web.for_requests(session, 2)
    with pytest.raises(requests.ConnectionError):
        session.get(url)
    assert called == []
    named(eid_url=url)
    assert session.get(f"{url}/x").status_code == 200
    with pytest.raises(requests.TooManyRedirects):
        session.get(f"{url}/to/{url}/secret")
    assert called == ["/x", f"/to/{url}/secret"]


def test_mail_goes_to_the_named_server_only(named):
    with pytest.raises(places.NotAllowed):
        mail.connect("127.0.0.1:9", 1)
    named(smtp="mail.example:25")
    with pytest.raises(places.NotAllowed):
        mail.connect("other.example:25", 1)


def test_the_environments_proxy_is_not_used(elsewhere, named, monkeypatch):
    url, called = elsewhere
    monkeypatch.setenv("HTTP_PROXY", url)
    with pytest.raises(httpx.ConnectError):
        web.client(1).get("http://motcua.example/")
    assert called == []


@pytest.mark.parametrize(
    "address",
    [
        "169.254.169.254",
        "::ffff:169.254.169.254",
        "127.0.0.1",
        "::1",
        "10.0.0.5",
        "192.168.1.1",
        "172.16.0.1",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "fe80::1",
        "fd00:ec2::254",
        "64:ff9b::a9fe:a9fe",
        "2002:a9fe:a9fe::1",
    ],
)
def test_a_name_that_leads_inside_is_refused(named, monkeypatch, address):
    named(bank_url="https://bank.example")
    resolving(monkeypatch, address)
    with pytest.raises(places.NotAllowed):
        places.resolved("bank.example", 443)


def test_one_bad_address_among_good_ones_is_enough(named, monkeypatch):
    named(bank_url="https://bank.example")
    resolving(monkeypatch, "8.8.8.8", "127.0.0.1")
    with pytest.raises(places.NotAllowed):
        places.resolved("bank.example", 443)


def test_an_internal_network_is_open_when_the_settings_name_it(named, monkeypatch):
    named(bank_url="https://bank.example", private_networks=("10.1.0.0/16",))
    resolving(monkeypatch, "10.1.2.3")
    assert places.resolved("bank.example", 443) == ["10.1.2.3"]
    resolving(monkeypatch, "10.2.2.3")
    with pytest.raises(places.NotAllowed):
        places.resolved("bank.example", 443)
    named(bank_url="https://10.2.2.3")
    assert places.resolved("10.2.2.3", 443) == ["10.2.2.3"]


def test_a_name_that_changes_its_mind_is_asked_once(named, monkeypatch):
    """The address that was judged is the one that is called (DNS rebinding)."""
    named(bank_url="http://bank.example:8080")
    asked: list[str] = []
    called: list[tuple[str, int]] = []

    def resolve(host: str, port: int, *_: object, **__: object) -> list[tuple]:
        asked.append(host)
        found = "8.8.8.8" if len(asked) == 1 else "127.0.0.1"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (found, port))]

    def connect(address: tuple[str, int], *_: object, **__: object) -> socket.socket:
        called.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    monkeypatch.setattr(socket, "create_connection", connect)
    with pytest.raises(httpx.ConnectError):
        web.client(1).get("http://bank.example:8080/")
    assert asked == ["bank.example"]
    assert called == [("8.8.8.8", 8080)]


def test_the_port_belongs_to_the_place(named):
    named(bank_url="https://bank.example", outgoing=("crl.example", "list.example:8443"))
    known = places.allowed()
    assert ("bank.example", 443) in known
    assert ("bank.example", 22) not in known
    assert {("crl.example", 80), ("crl.example", 443), ("list.example", 8443)} <= known


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "gopher://bank.example", "http://", "x", "http://a:b"]
)
def test_only_web_addresses_are_addresses(url):
    with pytest.raises(places.NotAllowed):
        places.of_url(url)


@given(st.ip_addresses())
def test_nothing_but_public_addresses_is_open_to_a_name(address):
    if addresses.refusal("bank.example", str(address), []) is None:
        assert address.is_global
        assert not address.is_private


@given(st.ip_addresses(v=4))
def test_a_named_network_opens_itself_and_never_the_link(address):
    everything = [ip_network("0.0.0.0/0")]
    refused = addresses.refusal("bank.example", str(address), everything)
    if address.is_link_local or address.is_loopback or address.is_multicast:
        assert refused is not None


OPENERS = {"socket", "smtplib", "aiohttp", "urllib3", "ftplib", "imaplib", "telnetlib", "httpcore"}
CALLS = {"Client", "AsyncClient", "get", "post", "put", "patch", "delete", "head", "options"} | {
    "request",
    "stream",
    "Session",
    "HTTPTransport",
}
OF_OUR_OWN = {
    "foundation/outgoing": "the way out itself",
    "documents/uploads/scanner.py": "asks the clamd that the settings name, of our own machines",
    "runtime/postgres.py": "asks our own database, on a socket of this machine",
    "runtime/ports.py": "sees whether a port of this machine is free",
    "runtime/supervisor.py": "sees whether our own programs answer, on this machine",
    "runtime/house.py": "opens our own first page, on this machine",
}
ERRORS_ONLY = {"notices/mail.py": "smtplib"}
"""Where a library is imported for the names of its errors."""


def ways_out(tree: ast.AST) -> set[str]:
    """What a module does that opens a connection to somewhere."""
    found = set()
    for node in ast.walk(tree):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        for name in names:
            top = name.split(".")[0]
            if top in OPENERS or name.startswith(("urllib.request", "http.client")):
                found.add(name)
            if name.endswith(("HTTPTimeStamper", "get_connection", "send_mail", "EmailMessage")):
                found.add(name)
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and isinstance(node.func.value, ast.Name)
            and node.func.value.id in ("httpx", "requests")
            and node.func.attr in CALLS
        ):
            found.add(f"{node.func.value.id}.{node.func.attr}")
    return found


def test_no_other_module_opens_a_connection():
    wrong = {}
    for path in sorted(SOURCES.rglob("*.py")):
        name = path.relative_to(SOURCES).as_posix()
        if any(name.startswith(own) for own in OF_OUR_OWN):
            continue
        found = ways_out(ast.parse(path.read_text(encoding="utf-8")))
        found = {one for one in found if one.split(".")[0] != ERRORS_ONLY.get(name)}
        if found:
            wrong[name] = found
    assert wrong == {}


@pytest.mark.parametrize(
    "code",
    [
        "import socket",
        "import urllib.request",
        "from http.client import HTTPConnection",
        "import httpx\nhttpx.get('x')",
        "import httpx\nwith httpx.Client() as c: pass",
        "import requests\nrequests.post('x')",
        "import smtplib",
        "from pyhanko.sign.timestamps import HTTPTimeStamper",
        "from django.core.mail import send_mail",
    ],
)
def test_the_search_finds_what_it_is_for(code):
    assert ways_out(ast.parse(code))
