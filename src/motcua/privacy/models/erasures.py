"""What was erased of a person everywhere, copies in backups included."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models


class Erasure(models.Model):
    """That some parts (`person_keys.Part`) of a person's data were renewed: what is still kept got
    new keys, and the old ones were destroyed at `done_at`, with all that only they opened.
    `resealed` is how many values were kept."""

    person = models.ForeignKey("people.Person", models.PROTECT, related_name="+")
    parts = ArrayField(models.CharField(max_length=10))
    why = models.CharField(max_length=80)
    asked_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    resealed = models.PositiveIntegerField(default=0)

    class Meta:
        indexes = [
            models.Index(
                fields=["id"], name="erasure_open", condition=models.Q(done_at__isnull=True)
            )
        ]
