"""That the officers of a step were told that it is due soon or late."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("dossiers", "0010_earlier_answers")]

    operations = [
        migrations.CreateModel(
            name="Alert",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("work_item_id", models.BigIntegerField()),
                (
                    "kind",
                    models.CharField(
                        choices=[("soon", "Sắp đến hạn"), ("late", "Quá hạn")], max_length=4
                    ),
                ),
                ("due_at", models.DateTimeField()),
                ("sent_at", models.DateTimeField()),
                (
                    "dossier",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="alerts",
                        to="dossiers.dossier",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("work_item_id", "kind"), name="one_alert_each")
                ],
            },
        ),
    ]
