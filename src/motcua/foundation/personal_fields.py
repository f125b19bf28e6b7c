"""Fields that belong to one person: encrypted under that person's key (`person_keys`).

A field says by `of` whose it is: the way along foreign keys to the model that has a `key_owner`
(`""` for that model itself). Where there is nobody at the end of the way, the house's key seals.
Migrations see an ordinary encrypted field, since both kinds of values may stand in a column.
"""

from __future__ import annotations

import json
import uuid
from typing import Any

from django.apps import apps
from django.db import connection, models, transaction

from motcua.foundation import crypto, person_keys
from motcua.foundation.append_only import sealed_anew
from motcua.foundation.person_keys import ERASED, Part

MOST_CACHED = 50_000
_owners: dict[tuple[str, Any], uuid.UUID] = {}


class Sealed(bytes):
    """A value that has been encrypted for its person."""


def forget() -> None:
    """Drop what this process remembers of whose key is whose (in tests: ids mean others now)."""
    _owners.clear()


def owner_of(model: type[models.Model], pk: Any) -> uuid.UUID | None:
    """Whose keys the row `pk` of a model with `key_owner` uses. It never changes: one statement, at
    most once a process."""
    known = _owners.get((model._meta.label, pk))
    if known is None:
        known = model._base_manager.filter(pk=pk).values_list("key_owner", flat=True).first()
        if known is None:
            return None
        if len(_owners) >= MOST_CACHED:
            _owners.clear()
        _owners[model._meta.label, pk] = known
    return known


def encrypt_for(model: type[models.Model], pk: Any, plain: str, context: str, part: Part) -> bytes:
    """What a `PersonalTextField` would store, for rows that are written without a model."""
    owner = owner_of(model, pk)
    if owner is None:
        return crypto.encrypt(plain, context)
    return person_keys.encrypt(plain, context, owner, part)


class PersonalTextField(crypto.EncryptedTextField):
    """Text of one person. `part` is what it is kept for, `erased` what it reads as once the key has
    been destroyed. It is written by saving its row, never by `update`, which knows no person."""

    def __init__(
        self,
        *args: Any,
        of: str = "",
        part: Part = Part.DOSSIER,
        erased: Any = ERASED,
        **kwargs: Any,
    ) -> None:
        self.of, self.part, self.erased = of, part, erased
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, _path, args, kwargs = super().deconstruct()
        return name, "motcua.foundation.crypto.EncryptedTextField", args, kwargs

    def _owner(self, row: models.Model) -> uuid.UUID | None:
        hops = self.of.split(".") if self.of else []
        for place, hop in enumerate(hops):
            field = row._meta.get_field(hop)
            assert isinstance(field, models.ForeignKey)
            if place == len(hops) - 1 and not field.is_cached(row):
                pk = getattr(row, field.attname)
                return None if pk is None else owner_of(field.related_model, pk)
            above = getattr(row, hop)
            if above is None:
                return None
            row = above
        owner: uuid.UUID = row.key_owner  # type: ignore[attr-defined] # what the way leads to has it
        return owner

    def _plain(self, value: Any) -> str:
        return str(value)

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        value = super().pre_save(model_instance, add)
        if value is None or hasattr(value, "resolve_expression"):
            return value
        owner = self._owner(model_instance)
        if owner is None:
            return Sealed(crypto.encrypt(self._plain(value), self.context))
        return Sealed(person_keys.encrypt(self._plain(value), self.context, owner, self.part))

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        if value is not None and not isinstance(value, Sealed):
            raise TypeError(f"{self.context} belongs to a person: save its row")
        return super(crypto.EncryptedTextField, self).get_db_prep_value(value, connection, prepared)

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        try:
            return super().from_db_value(value, expression, connection)
        except person_keys.Erased:
            return self.erased


class PersonalJSONField(PersonalTextField):
    """A JSON value of one person, encrypted as a whole; `erased` is the value it reads as."""

    def deconstruct(self) -> Any:
        name, _path, args, kwargs = super().deconstruct()
        return name, "motcua.foundation.crypto.EncryptedJSONField", args, kwargs

    def _plain(self, value: Any) -> str:
        return json.dumps(value, ensure_ascii=False)

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        try:
            plain = crypto.EncryptedTextField.from_db_value(self, value, expression, connection)
        except person_keys.Erased:
            return json.loads(json.dumps(self.erased))  # a fresh one: callers may change it
        return None if plain is None else json.loads(plain)

    def value_to_string(self, obj: models.Model) -> str:
        return json.dumps(self.value_from_object(obj), ensure_ascii=False)


def adopt(batch: int = 200) -> int:
    """Seal under their people's keys the values that the house's key still seals; how many. Short
    transactions; safe to stop, to repeat, and to run while people work."""
    total = 0
    for model in apps.get_models():
        for field in model._meta.local_fields:
            if isinstance(field, PersonalTextField):
                after: Any = None
                while found := _adopt_some(model, field, after, batch):
                    after, count = found
                    total += count
    return total


@transaction.atomic
def _adopt_some(
    model: type[models.Model], field: PersonalTextField, after: Any, batch: int
) -> tuple[Any, int] | None:
    """Adopt up to `batch` values of rows behind `after`: the last row and how many; None at the
    end."""
    quoted = connection.ops.quote_name
    assert field.column is not None
    assert model._meta.pk is not None
    assert model._meta.pk.column is not None
    table, column = quoted(model._meta.db_table), quoted(field.column)
    key = quoted(model._meta.pk.column)
    behind = f"AND {key} > %s" if after is not None else ""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {key} FROM {table} WHERE get_byte({column}, 0) <> {person_keys.MARK}"  # noqa: S608 names from the models
            f" {behind} ORDER BY 1 LIMIT {int(batch)} FOR UPDATE",
            [after] if after is not None else [],
        )
        pks = [pk for (pk,) in cursor.fetchall()]
        if not pks:
            return None
        count = 0
        with sealed_anew(cursor, table):
            for row in model._base_manager.filter(pk__in=pks):
                if field._owner(row) is not None:
                    row.save(update_fields=[field.name])
                    count += 1
    return pks[-1], count
