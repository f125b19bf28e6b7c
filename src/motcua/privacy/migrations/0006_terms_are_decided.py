from django.db import migrations, models

from motcua.foundation.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [
        ("privacy", "0005_a_person_is_erased_as_a_whole"),
        ("foundation", "0002_append_only"),
    ]
    operations = [
        migrations.CreateModel(
            name="DecidedTerm",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(max_length=30)),
                ("years", models.PositiveSmallIntegerField()),
                ("days", models.PositiveSmallIntegerField()),
                ("decision", models.CharField(max_length=200)),
                ("decided_at", models.DateTimeField()),
            ],
        ),
        append_only("privacy_decidedterm"),
    ]
