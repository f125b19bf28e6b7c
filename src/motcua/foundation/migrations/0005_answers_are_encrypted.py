"""What programs were answered goes under encryption."""

from django.db import migrations

from motcua.foundation.crypto import EncryptedJSONField
from motcua.foundation.encrypting import encrypted


class Migration(migrations.Migration):
    dependencies = [("foundation", "0004_rate_counts")]

    operations = [
        *encrypted("idempotencykey", "answer", EncryptedJSONField(null=True)),
    ]
