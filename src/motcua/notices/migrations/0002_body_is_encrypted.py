"""What notices say goes under encryption."""

from django.db import migrations

from motcua.foundation.crypto import EncryptedTextField
from motcua.foundation.encrypting import encrypted


class Migration(migrations.Migration):
    dependencies = [("notices", "0001_initial")]

    operations = [
        *encrypted("notice", "body", EncryptedTextField()),
    ]
