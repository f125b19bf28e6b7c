"""Who pays, and what the bank said of them, goes under encryption; of a transfer's words only our own
reference stays in clear."""

from django.db import migrations

from motcua.foundation.append_only import sealed_anew
from motcua.foundation.crypto import EncryptedJSONField, EncryptedTextField
from motcua.foundation.encrypting import encrypted
from motcua.payments.rules import find_reference

TABLE = "payments_callback"


def keep_the_reference_only(apps, editor):
    messages = apps.get_model("payments", "Callback").objects
    with editor.connection.cursor() as cursor, sealed_anew(cursor, TABLE):
        for message in messages.order_by("pk").iterator(500):
            if "vnp_TxnRef" not in message.payload and "content" in message.payload:
                reference = find_reference(message.payload["content"]) or ""
                messages.filter(pk=message.pk).update(order=reference[:40])


class Migration(migrations.Migration):
    dependencies = [("payments", "0004_bank_key"), ("foundation", "0005_answers_are_encrypted")]

    operations = [
        *encrypted("charge", "payer_name", EncryptedTextField()),
        *encrypted("callback", "payload", EncryptedJSONField()),
        migrations.RunPython(keep_the_reference_only, migrations.RunPython.noop),
    ]
