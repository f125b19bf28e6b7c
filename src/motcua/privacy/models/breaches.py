"""Breaches of personal data: cases, who is affected, what was done."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

from motcua.foundation.crypto import EncryptedTextField


class Breach(models.Model):
    """One case, from when it was learnt of to its report. `kinds` are keys of
    `breach_kinds.KINDS`; `people` is how many are thought to be affected."""

    agency = models.ForeignKey("agencies.Agency", models.PROTECT, related_name="+")
    learnt_at = models.DateTimeField()
    began_at = models.DateTimeField(null=True)
    what = EncryptedTextField()
    how = EncryptedTextField(default="")
    kinds = ArrayField(models.CharField(max_length=20))
    people = models.PositiveIntegerField()
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey("people.Account", models.PROTECT, related_name="+")
    told_authority_at = models.DateTimeField(null=True)
    authority_receipt = models.CharField(max_length=200, blank=True)
    told_people_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    report = EncryptedTextField(default="")

    class Meta:
        indexes = [
            models.Index(
                fields=["learnt_at"],
                name="breach_untold",
                condition=models.Q(told_authority_at__isnull=True, closed_at__isnull=True),
            )
        ]


class Affected(models.Model):
    """One person whose data a case touched, and by which search they were found."""

    breach = models.ForeignKey(Breach, models.PROTECT, related_name="affected")
    person = models.ForeignKey("people.Person", models.PROTECT, related_name="+")
    found_at = models.DateTimeField()
    told_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["breach", "person"], name="affected_once")]


class BreachEntry(models.Model):
    """One line of a case's story."""

    breach = models.ForeignKey(Breach, models.PROTECT, related_name="entries")
    at = models.DateTimeField()
    kind = models.CharField(max_length=20)
    text = EncryptedTextField()
    actor_name = models.CharField(max_length=120)

    class Meta:
        indexes = [models.Index(fields=["breach", "id"])]
