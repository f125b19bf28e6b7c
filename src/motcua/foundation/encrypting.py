"""Migrations that put a column in clear under encryption, whatever rows are already there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import migrations, models

from motcua.foundation.append_only import sealed_anew

BATCH = 500


def encrypted(model: str, field: str, new: models.Field[Any, Any]) -> list[Any]:
    """Operations by which `field` of `model` becomes `new`, an encrypted field. The rows are
    read and sealed one batch after another; the clear column is dropped."""
    clear = f"{field}_in_clear"
    kind = type(new)
    return [
        migrations.RenameField(model, field, clear),
        migrations.AddField(model, field, kind(null=True)),
        migrations.RunPython(_seal(model, clear, field), migrations.RunPython.noop),
        migrations.RemoveField(model, clear),
        migrations.AlterField(model, field, new),
    ]


def _seal(model_name: str, clear: str, field: str) -> Callable[[Any, Any], None]:
    def seal(apps: Any, editor: Any) -> None:
        model = next(
            one
            for one in apps.get_models()
            if one._meta.model_name == model_name.lower()
            and any(held.name == clear for held in one._meta.local_fields)
        )
        _seen_whole(editor, model, lambda: _copy(model, clear, field))

    return seal


def _seen_whole(editor: Any, model: Any, act: Callable[[], None]) -> None:
    """Run `act` while the table's owner sees every row of it, row-level security or not: a row
    that was not seen would lose what it held."""
    table = editor.connection.ops.quote_name(model._meta.db_table)
    with editor.connection.cursor() as cursor:
        cursor.execute(
            "SELECT relforcerowsecurity FROM pg_class WHERE oid = %s::regclass",
            [table],
        )
        forced = cursor.fetchone()[0]
        if forced:
            cursor.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
        with sealed_anew(cursor, table):
            act()
        if forced:
            cursor.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")


def _copy(model: Any, clear: str, field: str) -> None:
    last = 0
    key = model._meta.pk.name
    rows = model.objects.order_by(key).only(key, clear)
    while batch := list(rows.filter(**{f"{key}__gt": last})[:BATCH]):
        for row in batch:
            setattr(row, field, getattr(row, clear))
        model.objects.bulk_update(batch, [field])
        last = batch[-1].pk
