"""The days of the ledger and their signatures can only grow."""

import django.db.models.deletion
from django.db import migrations, models

from motcua.foundation.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("foundation", "0002_append_only")]

    operations = [
        migrations.CreateModel(
            name="LedgerDay",
            fields=[
                ("day", models.DateField(primary_key=True, serialize=False)),
                ("first", models.BigIntegerField()),
                ("last", models.BigIntegerField(unique=True)),
                ("root", models.BinaryField(max_length=32)),
                ("chunks", models.BinaryField()),
                ("statement", models.TextField()),
                ("closed_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="LedgerDaySignature",
            fields=[
                (
                    "day",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="signed",
                        serialize=False,
                        to="foundation.ledgerday",
                    ),
                ),
                ("signature", models.BinaryField()),
                ("certificates", models.TextField()),
                ("timestamp", models.BinaryField()),
                ("signed_at", models.DateTimeField()),
            ],
        ),
        append_only("foundation_ledgerday"),
        append_only("foundation_ledgerdaysignature"),
    ]
