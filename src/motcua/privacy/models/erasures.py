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
    whole = models.BooleanField(default=False)
    """Whether the person goes as a whole: no key is renewed, all are destroyed, once every room has
    answered (`RoomAnswer`)."""
    request = models.ForeignKey(
        "privacy.PrivacyRequest", models.PROTECT, null=True, related_name="erasures"
    )
    asked_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    resealed = models.PositiveIntegerField(default=0)

    class Meta:
        indexes = [
            models.Index(
                fields=["id"], name="erasure_open", condition=models.Q(done_at__isnull=True)
            )
        ]


class RoomAnswer(models.Model):
    """What one room did when a person was erased as a whole, in counts by kind."""

    erasure = models.ForeignKey(Erasure, models.PROTECT, related_name="answers")
    room = models.CharField(max_length=20)
    counts = models.JSONField(default=dict)
    answered_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["erasure", "room"], name="room_answers_once")
        ]
