"""Counts of what is limited: a table that is not worth the write-ahead log."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("foundation", "0003_ledger_days")]

    operations = [
        migrations.CreateModel(
            name="RateCount",
            fields=[
                ("key", models.BinaryField(max_length=16, primary_key=True, serialize=False)),
                ("ahead_to", models.FloatField(db_index=True)),
            ],
        ),
        migrations.RunSQL(
            "ALTER TABLE foundation_ratecount SET UNLOGGED",
            "ALTER TABLE foundation_ratecount SET LOGGED",
        ),
    ]
