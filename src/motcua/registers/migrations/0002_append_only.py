"""The table only grows."""

from django.db import migrations

from motcua.foundation.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("registers", "0001_initial"), ("foundation", "0002_append_only")]
    operations = [append_only("registers_entry")]
