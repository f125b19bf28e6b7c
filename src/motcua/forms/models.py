"""Form versions, frozen once published."""

from django.db import models


class FormVersion(models.Model):
    """One version of one form. `definition` is described in `definition.py`."""

    key = models.CharField(max_length=60)
    version = models.PositiveIntegerField()
    definition = models.JSONField()
    published_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key", "version"], name="form_version")]
