"""A timestamp authority that is really served, a paper, and the paper signed as the worker does."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from cryptography import x509
from django.conf import settings
from django.db.backends.postgresql.psycopg_any import DateRange

from motcua.agencies.models import Agency, Kind
from motcua.documents import ca, rendering, signing
from tests.documents.papers import PAPER
from tests.serving import serve

AT = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def documents_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("documents")


@pytest.fixture(scope="session")
def tsa_address(documents_home: Path) -> Iterator[str]:
    from sandbox.tsa.app import Server

    with serve(lambda url: Server(documents_home / "sandbox" / "tsa", url)) as address:
        yield address


@pytest.fixture(autouse=True)
def surroundings(monkeypatch: pytest.MonkeyPatch, documents_home: Path, tsa_address: str) -> None:
    """Keys and lists live in a home of these tests' own."""
    monkeypatch.setattr(
        settings, "ENV", replace(settings.ENV, home=documents_home, tsa_url=tsa_address)
    )


@pytest.fixture(scope="session")
def paper() -> bytes:
    """A result, rendered and not signed."""
    return rendering.render("result_birth_certificate", PAPER, AT)


@pytest.fixture
def roots(surroundings: None) -> list[x509.Certificate]:
    """What `trust.pem` holds."""
    ca.ensure()
    return x509.load_pem_x509_certificates((ca.folder() / "trust.pem").read_bytes())


@pytest.fixture
def agency(db: None) -> Agency:
    return Agency.objects.create(
        code="H37.105",
        name="Ủy ban nhân dân xã Điềm He",
        kind=Kind.COMMUNE,
        realm="H37",
        sort_key="x",
        valid=DateRange(date(2025, 7, 1), None),
        source="thử",
    )


_signed: list[bytes] = []


@pytest.fixture
def signed(surroundings: None, paper: bytes) -> bytes:
    """The result, signed. Made once: nobody changes bytes."""
    if not _signed:
        place = rendering.signature_place("result_birth_certificate", PAPER)
        signer = signing.SignerRef("H37.105", "Nguyễn Thị Phượng", "Phó Chủ tịch")
        _signed.append(signing.sign(paper, signer, PAPER["agency_name"], place, AT))
    return _signed[0]
