"""What waits for other systems goes under encryption."""

from django.db import migrations

from motcua.foundation.crypto import EncryptedJSONField
from motcua.foundation.encrypting import encrypted


class Migration(migrations.Migration):
    dependencies = [("sharing", "0002_append_only")]

    operations = [
        *encrypted("outgoing", "payload", EncryptedJSONField()),
    ]
