"""A dossier with much in it opens with few statements: its papers and its timeline are not asked
for one by one."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from motcua.documents import actions as documents
from motcua.dossiers.models import Attachment, TimelineEntry
from motcua.people.models import Account

from ..authorisation.scene import session
from ..dossiers import answers as a
from ..dossiers import people as p
from ..world import NOW, settle

pytestmark = [pytest.mark.usefixtures("world"), pytest.mark.django_db]
MOST = 20
FRAME = ("SAVEPOINT", "RELEASE", "SELECT set_config", "SELECT pg_advisory_xact_lock")


def grown(dossier, papers, entries):
    """The dossier with so many papers and lines of its timeline."""
    file = documents.store_upload("giay.pdf", a.pdf(), dossier.applicant_id, NOW)
    Attachment.objects.bulk_create(
        Attachment(dossier=dossier, component_key="giay_cu", file=file, added_at=NOW)
        for _ in range(papers)
    )
    TimelineEntry.objects.bulk_create(
        TimelineEntry(
            dossier=dossier,
            at=NOW + timedelta(minutes=n),
            kind="step_done",
            status=dossier.status,
            text=f"Bước {n}.",
            actor_name="Cán bộ",
        )
        for n in range(entries)
    )


def statements(client, path):
    """What a second opening asks the database (what a process keeps is kept by then)."""
    client.get(path)
    with CaptureQueriesContext(connection) as asked:
        answer = client.get(path)
    assert answer.status_code == 200
    told = [one["sql"] for one in asked.captured_queries]
    return [sql for sql in told if not sql.startswith(FRAME)], answer.content.decode()


@pytest.mark.parametrize("who", ["handler", "applicant"])
def test_a_dossier_of_50_papers_and_200_lines_opens_with_20_statements(who):
    viewer, dossier = p.filed("1.004873")
    p.accepted(dossier)
    settle()
    grown(dossier, 50, 200)
    looking = p.officer("handler") if who == "handler" else viewer
    client = Client()
    account = Account.objects.get(pk=looking.account_id)
    client.cookies[settings.SESSION_COOKIE_NAME] = session(account, 2)
    place = "mot-cua/ho-so" if who == "handler" else "ho-so"
    asked, page = statements(client, f"/{place}/{dossier.number}/")
    assert "Bước 199." in page
    assert len(asked) <= MOST, "\n".join(sql[:150] for sql in asked)
