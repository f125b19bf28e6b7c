"""The second wall: raw queries without any filter, as the role the house works as."""

from __future__ import annotations

from contextlib import contextmanager

import pytest
from django.db import ProgrammingError, connection, transaction
from django.db.utils import DatabaseError

from motcua.agencies.models import Agency
from motcua.documents import actions as documents
from motcua.documents.models import File
from motcua.dossiers.models import Attachment, Dossier
from motcua.dossiers.queries.sought import sought
from motcua.foundation import clock, row_security, sight
from motcua.foundation.sight import EVERYTHING, NOTHING
from motcua.processes.models import WorkItem

from ..owner import the_owner
from ..world import settle
from . import answers as a
from . import people as p

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("world")]

TABLES = sorted(row_security.policies())


@contextmanager
def the_house():
    """What the web and the worker are to PostgreSQL."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        assert cursor.fetchone()[0] == row_security.ROLE
        yield cursor


def counts(seen):
    """How many rows of each guarded table a query without filters shows."""
    with sight.seeing(seen), the_house() as cursor:
        found = {}
        for table in TABLES:
            cursor.execute(f"SELECT count(*) FROM {table}")
            found[table] = cursor.fetchone()[0]
        return found


@pytest.fixture
def lan():
    """A citizen with a dossier, and what follows from filing it."""
    viewer, _ = p.filed("1.004873")
    settle()
    return viewer


def test_without_sight_nothing_is_there(lan):
    assert set(counts(NOTHING).values()) == {0}


def test_the_system_sees_what_the_owner_sees(lan):
    with the_owner() as cursor:
        owned = {}
        for table in TABLES:
            cursor.execute(f"SELECT count(*) FROM {table}")
            owned[table] = cursor.fetchone()[0]
    assert counts(EVERYTHING) == owned
    assert owned["dossiers_dossier"] >= 1
    assert owned["notices_notice"] >= 1


def test_the_applicant_sees_their_own_and_another_citizen_nothing_of_it(lan):
    other = p.citizen("cha")
    mine = counts(sight.of(persons=[lan.person_id]))
    assert set(counts(sight.of(persons=[other.person_id])).values()) == {0}
    assert mine["dossiers_dossier"] == 1
    assert mine["dossiers_timelineentry"] >= 1
    assert mine["notices_notice"] >= 1


def test_officers_see_their_realm_and_no_notices(lan):
    ours, others = counts(sight.of(realms=["H37"])), counts(sight.of(realms=["H01"]))
    assert ours["dossiers_dossier"] >= 1
    assert ours["dossiers_timelineentry"] >= 1
    assert ours["notices_notice"] == ours["notices_delivery"] == 0
    assert set(others.values()) == {0}


def test_another_realm_sees_the_dossier_once_a_step_of_it_is_for_its_agency(lan):
    elsewhere = Agency.objects.exclude(realm="H37").order_by("pk").first()
    there = sight.of(realms=[elsewhere.realm])
    assert counts(there)["dossiers_dossier"] == 0
    dossier = Dossier.objects.get(applicant_id=lan.person_id)
    WorkItem.objects.filter(subject=dossier.pk).update(agency_id=elsewhere.pk)
    seen = counts(there)
    assert seen["dossiers_dossier"] == 1
    assert seen["dossiers_timelineentry"] >= 1
    assert seen["notices_notice"] == 0
    step = WorkItem.objects.get(subject=dossier.pk)
    duty = (elsewhere.pk, step.role)
    found = WorkItem.objects.filter(
        pk__in=sought(dossier.number, duty, "todo", [], "", None, most=51)
    )
    with sight.seeing(there):
        assert list(found.all()) == [step]
    with sight.seeing(sight.of(realms=["H02"])):
        assert list(found.all()) == []
    with sight.seeing(sight.of(persons=[lan.person_id + 10**6])):
        assert Dossier.objects.count() == 0


def test_an_officer_files_a_scan_that_is_nobodys_yet_and_sees_it_when_attached(lan):
    dossier = Dossier.objects.get(applicant_id=lan.person_id)
    with sight.seeing(sight.of(realms=["H37"])):
        stored = documents.store_upload("ảnh.pdf", a.pdf(), None, clock.now())
        assert not File.objects.filter(pk=stored.pk).exists()
        Attachment.objects.create(
            dossier=dossier, component_key="x", file=stored, added_at=clock.now()
        )
        assert File.objects.filter(pk=stored.pk).exists()


def test_a_row_cannot_be_written_where_it_could_not_be_seen(lan):
    def write():
        with sight.seeing(sight.of(realms=["H01"])), the_house() as cursor:
            cursor.execute(
                "INSERT INTO notices_notice (key, person_id, title, body, link, created_at)"
                " VALUES ('x', %s, '', '', '', now())",
                [lan.person_id],
            )

    with pytest.raises(ProgrammingError, match="row-level security"):
        write()


@pytest.mark.parametrize(
    "statement",
    [
        "ALTER TABLE dossiers_dossier DISABLE ROW LEVEL SECURITY",
        "ALTER TABLE dossiers_dossier NO FORCE ROW LEVEL SECURITY",
        "DROP POLICY motcua_sight ON dossiers_dossier",
        "CREATE POLICY mine ON dossiers_dossier USING (true)",
        "ALTER TABLE foundation_ledgerentry DISABLE TRIGGER ALL",
        "UPDATE foundation_ledgerentry SET kind = 'x'",
        "DELETE FROM foundation_ledgerentry",
        "UPDATE dossiers_timelineentry SET text = ''",
        "SET motcua.sealed_anew = 'on'; UPDATE dossiers_timelineentry SET text = ''",
        "DELETE FROM dossiers_timelineentry",
        "TRUNCATE dossiers_timelineentry",
        "ALTER TABLE dossiers_timelineentry DISABLE TRIGGER ALL",
        "TRUNCATE dossiers_dossier CASCADE",
        "CREATE TABLE public.mine (x int)",
        "UPDATE django_migrations SET name = ''",
    ],
)
def test_the_house_may_not_touch_the_wall_or_what_only_grows(statement):
    with pytest.raises(DatabaseError), the_house() as cursor:
        cursor.execute(statement)


def test_the_house_owns_nothing_and_passes_no_wall():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_shdepend d JOIN pg_roles r ON r.oid = d.refobjid"
            " WHERE r.rolname = 'motcua_app' AND d.deptype = 'o'"
        )
        assert cursor.fetchone()[0] == 0
        cursor.execute(
            "SELECT rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolcanlogin"
            " FROM pg_roles WHERE rolname = 'motcua_app'"
        )
        assert not any(cursor.fetchone())


def test_every_guarded_table_is_forced():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname::text FROM pg_class WHERE relrowsecurity AND relforcerowsecurity"
        )
        assert {row[0] for row in cursor.fetchall()} == set(TABLES)


def test_a_sight_ends_with_its_work_also_after_a_savepoint_was_given_up(lan):
    def mine():
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM dossiers_dossier")
            return cursor.fetchone()[0]

    def fail_blindly():
        with transaction.atomic(), sight.seeing(NOTHING), connection.cursor() as cursor:
            assert mine() == 0
            cursor.execute("SELECT 1/0")

    with sight.seeing(NOTHING), the_house():
        assert mine() == 0
        with sight.seeing(EVERYTHING):
            assert mine() >= 1
            with pytest.raises(DatabaseError):
                fail_blindly()
            assert mine() >= 1
        assert mine() == 0
