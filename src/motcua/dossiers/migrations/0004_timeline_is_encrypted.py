"""What the timeline tells goes under encryption."""

from django.db import migrations

from motcua.foundation.crypto import EncryptedTextField
from motcua.foundation.encrypting import encrypted


class Migration(migrations.Migration):
    dependencies = [("dossiers", "0003_free_texts_are_encrypted")]

    operations = [
        *encrypted("timelineentry", "text", EncryptedTextField()),
        *encrypted("timelineentry", "note", EncryptedTextField(default="")),
    ]
