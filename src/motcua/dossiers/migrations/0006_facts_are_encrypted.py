"""What was learnt and decided about a dossier goes under encryption."""

from django.db import migrations

from motcua.foundation.crypto import EncryptedJSONField
from motcua.foundation.encrypting import encrypted


class Migration(migrations.Migration):
    dependencies = [("dossiers", "0005_time_is_extended_once")]

    operations = [
        *encrypted("dossier", "facts", EncryptedJSONField(default=dict)),
    ]
