"""What a paper is made of goes under encryption."""

from django.db import migrations

from motcua.foundation.crypto import EncryptedJSONField
from motcua.foundation.encrypting import encrypted


class Migration(migrations.Migration):
    dependencies = [("documents", "0001_initial")]

    operations = [
        *encrypted("document", "data", EncryptedJSONField()),
    ]
