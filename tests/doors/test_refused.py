"""What was refused stands in the log, by route and account, not by what stood in the address."""

from __future__ import annotations

import pytest
from django.test import Client
from structlog.testing import capture_logs

from motcua.people.models import Account

from ..dossiers import people as p

pytestmark = [pytest.mark.usefixtures("world"), pytest.mark.django_db]


def refused(client: Client, path: str) -> list[dict[str, object]]:
    with capture_logs() as lines:
        client.get(path)
    return [dict(line) for line in lines if line["event"] == "refused"]


def signed_in(viewer) -> Client:
    client = Client()
    client.force_login(Account.objects.get(pk=viewer.account_id))
    return client


def test_who_tries_what_is_not_theirs_leaves_a_line():
    _, dossier = p.filed("1.001612")
    stranger = p.citizen("me")
    (line,) = refused(signed_in(stranger), f"/ho-so/{dossier.number}/")
    assert (line["status"], line["account"]) == (404, stranger.account_id)
    assert line["method"] == "GET"
    assert "<" in str(line["route"])
    assert dossier.number not in str(line)


def test_so_does_a_program_without_a_token():
    (line,) = refused(Client(), "/api/v1/dossiers")
    assert (line["status"], line["account"]) == (401, None)


def test_what_is_answered_and_what_nobody_has_a_page_for_leave_none():
    assert refused(Client(), "/") == []
    assert refused(Client(), "/wp-login.php") == []
