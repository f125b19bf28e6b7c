"""The role of DATABASE_URL need not be a superuser: it migrates, backs up and restores under the
wall that holds for itself as well."""

from __future__ import annotations

from pathlib import Path

import psycopg

from motcua.runtime.postgres import cluster_of
from tests.runtime.test_cli import motcua

PERSON = """
    INSERT INTO people_person (id_number, id_index, full_name, folded_name, sex, ethnicity,
        residence, residence_code, phone, email, updated_at)
    VALUES ('', '', 'Nông Thị Lan', 'nong thi lan', '', '', '', '', '', '', now()) RETURNING id
"""
NOTICE = """
    INSERT INTO notices_notice (key, person_id, title, body, link, created_at)
    VALUES ('k', %s, 'Tin', '', '', now())
"""


def notices(url: str, *told: str) -> int:
    """How many notices a query without filters shows."""
    with psycopg.connect(url) as connection:
        for statement in told:
            connection.execute(statement)
        row = connection.execute("SELECT count(*) FROM notices_notice").fetchone()
        assert row is not None
        return int(row[0])


def test_an_owner_who_is_no_superuser_keeps_the_house(home: Path, tmp_path: Path) -> None:
    cluster = cluster_of(home, durable=False)
    with cluster.in_use():
        with psycopg.connect(cluster.url, autocommit=True) as connection:
            connection.execute("CREATE ROLE chu LOGIN")
            connection.execute("CREATE DATABASE kho OWNER chu")
        url = f"postgresql://chu@/kho?host={cluster.url.partition('host=')[2]}"
        here = {
            "DATABASE_URL": url,
            "MOTCUA_HOME": str(tmp_path / "home"),
            "MOTCUA_BACKUP_KEY": str(tmp_path / "backup.key"),
        }
        refused = motcua("migrate", **here)
        assert refused.returncode == 1
        assert 'GRANT motcua_app TO "chu"' in refused.stderr
        with psycopg.connect(cluster.url, autocommit=True) as connection:
            connection.execute("CREATE ROLE motcua_app NOLOGIN")
            connection.execute("GRANT motcua_app TO chu")
        migrated = motcua("migrate", **here)
        assert migrated.returncode == 0, migrated.stderr
        rotated = motcua("keys", "rotate", **here)
        assert rotated.returncode == 0, rotated.stderr
        with psycopg.connect(url) as connection:
            person = connection.execute(PERSON).fetchone()
            assert person is not None
            connection.execute(NOTICE, person)
        assert notices(url) == 1
        assert notices(url, "SET ROLE motcua_app") == 0
        assert notices(url, "SET ROLE motcua_app", f"SET motcua.person = '{person[0]}'") == 1

        file = str(tmp_path / "state")
        written = motcua("backup", file, **here)
        assert written.returncode == 0, written.stderr
        with psycopg.connect(url) as connection:
            connection.execute("DELETE FROM notices_notice")
        restored = motcua("restore", file, "--replace", **here)
        assert restored.returncode == 0, restored.stderr
        assert notices(url) == 1
        assert notices(url, "SET ROLE motcua_app") == 0


def test_a_backup_that_would_leave_rows_out_is_not_made(home: Path, tmp_path: Path) -> None:
    cluster = cluster_of(home, durable=False)
    with cluster.in_use():
        with psycopg.connect(cluster.url, autocommit=True) as connection:
            connection.execute("CREATE ROLE chu LOGIN")
            connection.execute("CREATE DATABASE kho OWNER chu")
        url = f"postgresql://chu@/kho?host={cluster.url.partition('host=')[2]}"
        with psycopg.connect(url) as connection:
            connection.execute("CREATE TABLE kept (id int)")
            connection.execute("ALTER TABLE kept ENABLE ROW LEVEL SECURITY")
            connection.execute("ALTER TABLE kept FORCE ROW LEVEL SECURITY")
        (tmp_path / "home").mkdir()
        refused = motcua(
            "backup",
            str(tmp_path / "state"),
            DATABASE_URL=url,
            MOTCUA_HOME=str(tmp_path / "home"),
            MOTCUA_BACKUP_KEY=str(tmp_path / "backup.key"),
        )
    assert refused.returncode == 1
    assert "leave out rows of kept" in refused.stderr
    assert not (tmp_path / "state").exists()
