"""`motcua check --deploy` names what is lacking, each thing once it is lacking and only then."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings

from motcua.doors.cli import deployment
from motcua.doors.cli.commands import check as command
from motcua.doors.cli.deployment import Facts, Weight, findings
from motcua.doors.cli.main import main

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
OUTSIDE = {
    "định danh điện tử": "https://eid.example",
    "dân cư": "https://dan-cu.example",
    "ngân hàng": "https://bank.example",
    "Cổng quốc gia": "https://cong.example",
    "dấu thời gian": "http://tsa.example",
}
GOOD = Facts(
    public_url="https://motcua.example",
    debug=False,
    demo=False,
    limits=True,
    hsts_subdomains=True,
    hosts=("motcua.example",),
    secure_cookies=True,
    secret_key_length=64,
    outside=OUTSIDE,
    smtp="mail.example:25",
    default_secrets=(),
    open_paths=(),
    missing_paths=(),
    proxies=True,
    bind="127.0.0.1",
    own_authority=False,
    trust_list=True,
    backup_at=NOW - timedelta(hours=20),
    embedded_database=False,
    database_tls=True,
    database_superuser=False,
    antivirus="127.0.0.1:3310",
    search_model="ready",
    now=NOW,
)
LACKING = {
    "https": {"public_url": "http://motcua.example"},
    "debug": {"debug": True},
    "demo": {"demo": True},
    "sandboxes": {"outside": {**OUTSIDE, "ngân hàng": "http://127.0.0.1:8003"}},
    "plain-outside": {"outside": {**OUTSIDE, "dân cư": "http://dan-cu.example"}},
    "secrets": {"default_secrets": ("MOTCUA_BANK_SECRET",)},
    "secret-key": {"secret_key_length": 12},
    "hosts": {"hosts": ("*",)},
    "cookies": {"secure_cookies": False},
    "permissions": {"open_paths": ("keys",)},
    "keys": {"missing_paths": ("keys",)},
    "limits": {"limits": False},
    "proxies": {"proxies": False},
    "backup": {"backup_at": None},
    "trust-list": {"trust_list": False},
    "authority": {"own_authority": True},
    "database-role": {"database_superuser": True},
    "database-tls": {"database_tls": False},
    "subdomains": {"hsts_subdomains": False},
    "mail": {"smtp": "localhost:25"},
    "antivirus": {"antivirus": ""},
    "search-model": {"search_model": "absent"},
    "database": {"embedded_database": True},
}


def test_an_installation_that_lacks_nothing_hears_nothing():
    assert findings(GOOD) == []


def test_every_check_is_tried_both_ways():
    assert set(LACKING) == set(deployment.items())


@pytest.mark.parametrize("item", LACKING)
def test_what_is_lacking_is_named_and_nothing_else(item):
    [found] = findings(replace(GOOD, **LACKING[item]))
    assert found.item == item
    assert not found.text.isascii(), "in Vietnamese"
    assert found.weight is (
        Weight.ADVICE
        if item in ("mail", "antivirus", "search-model", "database", "subdomains")
        else Weight.UNSAFE
    )


def test_an_old_backup_and_a_database_that_does_not_answer_are_named():
    old = replace(GOOD, backup_at=NOW - timedelta(hours=50))
    assert "50 giờ" in findings(old)[0].text
    assert [one.item for one in findings(replace(GOOD, database_superuser=None))] == [
        "database-role"
    ]


def test_what_is_unsafe_comes_first():
    found = findings(replace(GOOD, smtp="localhost:25", debug=True))
    assert [one.item for one in found] == ["debug", "mail"]


def test_the_command_ends_with_1_when_something_is_unsafe(monkeypatch, capsys):
    monkeypatch.setattr(command, "facts", lambda: replace(GOOD, debug=True))
    assert main(["check", "--deploy", "--json"]) == 1
    said = json.loads(capsys.readouterr().out)
    assert said["safe"] is False
    assert [one["item"] for one in said["findings"]] == ["debug"]
    assert main(["check", "--deploy"]) == 1
    assert "KHÔNG AN TOÀN [debug]" in capsys.readouterr().out
    monkeypatch.setattr(command, "facts", lambda: replace(GOOD, antivirus=""))
    assert main(["check", "--deploy"]) == 0
    assert "Nên xem lại [antivirus]" in capsys.readouterr().out
    assert main(["check"]) == 2


def test_the_facts_are_those_of_this_installation(tmp_path, monkeypatch):
    found = command.facts()
    assert found.limits
    assert "*" in found.hosts
    assert "sandboxes" in {one.item for one in findings(found)}
    assert "secrets" in {one.item for one in findings(found)}
    private, public = tmp_path / "a", tmp_path / "b"
    private.mkdir(mode=0o700)
    public.mkdir(mode=0o755)
    assert not command.readable_by_others(private)
    assert command.readable_by_others(public)
    assert not command.readable_by_others(tmp_path / "gone")
    assert command.backup_at(tmp_path) is None
    (tmp_path / "last_backup").touch()
    assert command.backup_at(tmp_path) is not None


@pytest.mark.parametrize(
    ("url", "sealed"),
    [
        ("postgresql:///motcua?host=/run/postgresql", True),
        ("postgresql://motcua@127.0.0.1:5432/motcua", True),
        ("postgresql://motcua@db.example/motcua", False),
        ("postgresql://motcua@db.example/motcua?sslmode=require", False),
        ("postgresql://motcua@db.example/motcua?sslmode=verify-full&sslrootcert=/etc/ca.pem", True),
        ("postgresql:///motcua?host=db.example", False),
    ],
)
def test_the_way_to_the_database_stays_here_or_is_sealed(url, sealed):
    assert deployment.is_sealed_way(url) is sealed


def test_what_the_address_says_of_the_way_reaches_the_driver():
    url = "postgresql://m@db.example/m?sslmode=verify-full&sslrootcert=%2Fetc%2Fca.pem"
    options = replace(settings.ENV, database_url=url).database()["OPTIONS"]
    assert (options["sslmode"], options["sslrootcert"]) == ("verify-full", "/etc/ca.pem")


def test_what_search_lacks_to_find_by_meaning_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = "json"  # any module that is there
    monkeypatch.setattr(command, "MODEL_PACKAGE", package)
    assert command.search_model(tmp_path, "off") == "off"
    assert command.search_model(tmp_path, "") == "unmade"
    (tmp_path / "search-vectors").mkdir()
    (tmp_path / "search-vectors" / "a.npy").write_bytes(b"")
    assert command.search_model(tmp_path, "") == "ready"
    monkeypatch.setattr(command, "MODEL_PACKAGE", "no_such_package")
    assert command.search_model(tmp_path, "") == "absent"
    for state in ("off", "ready"):
        assert findings(replace(GOOD, search_model=state)) == []
    assert "motcua catalogue vectors" in findings(replace(GOOD, search_model="unmade"))[0].text
