"""Copies of everything kept about one person, made for them and kept for a short time."""

from __future__ import annotations

import uuid

from django.db import models

from motcua.foundation.person_keys import Part
from motcua.foundation.personal_fields import PersonalTextField


class Export(models.Model):
    """One copy of one person's data. Its parts are removed at `expires_at`; that it was made stays
    known."""

    class State(models.TextChoices):
        MAKING = "making", "Đang lập"
        READY = "ready", "Sẵn sàng"
        EXPIRED = "expired", "Đã hết hạn"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey("people.Person", models.PROTECT, related_name="+")
    state = models.CharField(max_length=8, choices=State.choices, default=State.MAKING)
    asked_at = models.DateTimeField()
    ready_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["person", "-asked_at"]),
            models.Index(
                fields=["expires_at"],
                name="export_to_remove",
                condition=models.Q(state__in=["making", "ready"]),
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["person"], name="export_one_in_making", condition=models.Q(state="making")
            )
        ]


class ExportPart(models.Model):
    """What one kind of data holds about the person: `records` is a JSON list, encrypted."""

    export = models.ForeignKey(Export, models.CASCADE, related_name="parts")
    position = models.PositiveSmallIntegerField()
    key = models.CharField(max_length=40)
    count = models.PositiveIntegerField()
    records = PersonalTextField(of="export.person", part=Part.VOLUNTARY, erased="[]")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["export", "position"], name="export_part_once")
        ]
