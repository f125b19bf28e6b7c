"""A column in clear goes under encryption with every row it holds, also where rows only grow."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, migrations, models, transaction
from django.db.migrations.state import ProjectState

from motcua.foundation import crypto
from motcua.foundation.append_only import append_only
from motcua.foundation.crypto import EncryptedJSONField, EncryptedTextField
from motcua.foundation.encrypting import encrypted
from tests.owner import the_owner

pytestmark = pytest.mark.django_db

BEFORE = [
    migrations.CreateModel(
        "Slip",
        [
            ("id", models.BigAutoField(primary_key=True)),
            ("name", models.CharField(max_length=50)),
            ("said", models.JSONField(null=True)),
        ],
        options={"db_table": "test_slip"},
    )
]
SAID = [{"người": "Vy Thị Mai", "số": [1, 2]}, {}, None]


class Slip(models.Model):
    """The table as it is afterwards."""

    name = EncryptedTextField()
    said = EncryptedJSONField(null=True)

    class Meta:
        app_label = "foundation"
        managed = False
        db_table = "test_slip"


def apply(state: ProjectState, operations) -> ProjectState:
    with connection.schema_editor(atomic=False) as editor:
        for operation in operations:
            after = state.clone()
            operation.state_forwards("foundation", after)
            operation.database_forwards("foundation", editor, state, after)
            state = after
    return state


@pytest.fixture
def slips():
    """Three rows in clear in a table that only grows, put under encryption: as the owner, who alone
    migrates and changes keys."""
    with the_owner():
        yield _slips()


def _slips():
    state = apply(ProjectState(), BEFORE)
    clear = state.apps.get_model("foundation", "Slip")
    for number, said in enumerate(SAID):
        clear.objects.create(name=f"Nông Thị Hương {number}", said=said)
    guard = append_only("test_slip")
    with connection.cursor() as cursor:
        cursor.execute(guard.sql)
    operations = [
        *encrypted("slip", "name", EncryptedTextField()),
        *encrypted("slip", "said", EncryptedJSONField(null=True)),
    ]
    apply(state, operations)
    return Slip.objects


def raw() -> str:
    with connection.cursor() as cursor, cursor.copy("COPY test_slip TO STDOUT") as rows:
        return b"".join(bytes(row) for row in rows).decode()


def refused(act) -> None:
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        act()


def test_every_row_is_kept_and_none_lies_in_clear(slips):
    assert [one.name for one in slips.order_by("pk")] == [f"Nông Thị Hương {n}" for n in range(3)]
    assert [one.said for one in slips.order_by("pk")] == SAID
    assert slips.filter(said__isnull=True).count() == 1
    assert "Hương" not in raw()
    assert "Mai" not in raw()


def test_the_table_only_grows_again_afterwards(slips):
    refused(lambda: slips.filter(pk=1).update(name="ai khác"))
    refused(lambda: slips.filter(pk=1).delete())


def test_a_new_key_reaches_a_table_that_only_grows(slips, tmp_path, monkeypatch):
    monkeypatch.setattr(crypto, "_folder", lambda: tmp_path)
    for cached in (crypto._keys, crypto._index_key):
        cached.cache_clear()
    try:
        fresh = slips.create(name="Lý Thu Trang", said=["a"])
        slips.model._base_manager.all()
        monkeypatch.setattr(crypto.apps, "get_models", lambda: [Slip])
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("ALTER TABLE test_slip DISABLE TRIGGER USER")
            slips.exclude(pk=fresh.pk).delete()
            cursor.execute("ALTER TABLE test_slip ENABLE TRIGGER USER")
        crypto.add_key()
        assert crypto.rotate() == 2
        assert crypto.sealed_by() == {2: 2}
        assert slips.get().name == "Lý Thu Trang"
        refused(lambda: slips.update(name="ai khác"))
    finally:
        for cached in (crypto._keys, crypto._index_key):
            cached.cache_clear()
