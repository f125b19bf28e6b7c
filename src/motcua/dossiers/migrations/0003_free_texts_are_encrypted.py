"""What people write about people goes under encryption."""

from django.db import migrations

from motcua.foundation.crypto import EncryptedJSONField, EncryptedTextField
from motcua.foundation.encrypting import encrypted


class Migration(migrations.Migration):
    dependencies = [("dossiers", "0002_lists_have_indexes")]

    operations = [
        *encrypted("supplementrequest", "items", EncryptedJSONField()),
        *encrypted("supplementrequest", "reason", EncryptedTextField()),
        *encrypted("supplementrequest", "answer", EncryptedTextField(default="")),
        *encrypted("opinion", "question", EncryptedTextField()),
        *encrypted("opinion", "text", EncryptedTextField(default="")),
        *encrypted("fieldcheck", "people", EncryptedTextField()),
        *encrypted("fieldcheck", "minutes", EncryptedTextField()),
        *encrypted("rating", "comment", EncryptedTextField(default="")),
    ]
