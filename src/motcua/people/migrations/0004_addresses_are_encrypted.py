"""Addresses of organisations go under encryption, and known phones get their blind index."""

from typing import Any

from django.db import migrations

from motcua.foundation.crypto import EncryptedTextField
from motcua.foundation.encrypting import encrypted
from motcua.people.rules import phone_index


def index_phones(apps: Any, editor: Any) -> None:
    people = apps.get_model("people", "Person").objects
    for person in people.filter(phone__isnull=False).only("pk", "phone").iterator(500):
        person.phone_index = phone_index(person.phone)
        person.save(update_fields=["phone_index"])


class Migration(migrations.Migration):
    dependencies = [("people", "0003_looks_are_judged")]

    operations = [
        *encrypted("organisation", "address", EncryptedTextField(default="")),
        migrations.RunPython(index_phones, migrations.RunPython.noop),
    ]
