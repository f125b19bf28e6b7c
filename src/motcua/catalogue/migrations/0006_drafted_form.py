"""A draft may carry its own form and the process chosen for it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0005_publication")]

    operations = [
        migrations.AddField(
            model_name="versiondraft", name="form", field=models.JSONField(null=True)
        ),
        migrations.AddField(
            model_name="versiondraft", name="process", field=models.JSONField(null=True)
        ),
    ]
