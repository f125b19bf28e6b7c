"""`motcua machine` registers programs, gives them keys, lists and stops them."""

from __future__ import annotations

import json
from contextlib import nullcontext

import pytest
from joserfc.jwk import ECKey, KeySet

from motcua.doors.cli.commands import machine as command
from motcua.doors.cli.main import main
from motcua.machines.models import Machine, TokenKey

pytestmark = [pytest.mark.usefixtures("world"), pytest.mark.django_db]


@pytest.fixture(autouse=True)
def _here(monkeypatch):
    """The command looks at the test database."""
    monkeypatch.setattr(command, "database", nullcontext)


def add(*more: str) -> int:
    words = ["--scope", "agency.dossiers:read", "--source", "QĐ 1/QĐ-UBND", *more]
    return main(["machine", "add", "H37.105", "Máy của xã", *words])


def listed(capsys) -> list[dict]:
    capsys.readouterr()
    assert main(["machine", "list", "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_a_machine_is_registered_given_keys_listed_and_stopped(capsys, tmp_path):
    first, second = (ECKey.generate_key("P-256", auto_kid=True) for _ in range(2))
    one, two = tmp_path / "1.json", tmp_path / "2.json"
    one.write_text(json.dumps(KeySet([first]).as_dict(private=False)))
    two.write_text(json.dumps(second.as_dict(private=False)))
    assert add("--key", str(one), "--to", "2027-12-31") == 0
    client_id = capsys.readouterr().out.strip()
    assert main(["machine", "key", client_id, str(two)]) == 0
    [row] = listed(capsys)
    assert row["client_id"] == client_id
    assert (row["agency"], row["to"], row["stopped"]) == ("H37.105", "2027-12-31", False)
    assert {key["kid"] for key in row["keys"]} == {first.kid, second.kid}
    assert main(["machine", "key", client_id, "--end", str(first.kid)]) == 0
    assert [key["kid"] for key in listed(capsys)[0]["keys"]] == [second.kid]
    assert main(["machine", "stop", client_id]) == 0
    assert main(["machine", "list"]) == 0
    assert "đã dừng" in capsys.readouterr().out


def test_what_cannot_be_registered_is_said_and_leaves_nothing(capsys, tmp_path):
    private = tmp_path / "private.json"
    private.write_text(json.dumps(ECKey.generate_key("P-256").as_dict(private=True)))
    assert add("--key", str(private)) == 2
    assert "phần bí mật" in capsys.readouterr().err
    assert add("--key", str(tmp_path / "gone.json")) == 2
    assert add("--scope", "everything") == 2
    assert add("--certificate", "x") == 2
    assert add("--from", "2027-01-02", "--to", "2027-01-01") == 2
    assert main(["machine", "stop", "may-0"]) == 2
    assert main(["machine", "key", "may-0"]) == 2
    assert Machine.objects.count() == 0


def test_the_key_that_signs_tokens_is_changed_by_a_command():
    assert main(["machine", "rotate-token-key"]) == main(["machine", "rotate-token-key"]) == 0
    assert TokenKey.objects.filter(retired_at__isnull=True).count() == 1
    assert TokenKey.objects.count() == 2
