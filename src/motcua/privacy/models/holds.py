"""What a decision keeps beyond its term, and what waits to be handed to the archive."""

from __future__ import annotations

from django.db import models

from motcua.foundation.crypto import EncryptedTextField


class LegalHold(models.Model):
    """Nothing that the hold names is deleted, anonymised or handed over while it lasts. It names
    one person, one dossier or one kind of data (`retention.RULES`), by a decision (number, date,
    authority); `until` is a day the decision names, if any."""

    person = models.ForeignKey("people.Person", models.PROTECT, null=True, related_name="+")
    dossier_number = models.CharField(max_length=60, blank=True)
    kind = models.CharField(max_length=40, blank=True)
    decision = models.CharField(max_length=200)
    reason = EncryptedTextField()
    set_at = models.DateTimeField()
    set_by = models.ForeignKey("people.Account", models.PROTECT, related_name="+")
    until = models.DateTimeField(null=True)
    lifted_at = models.DateTimeField(null=True)
    lifted_by = models.ForeignKey("people.Account", models.PROTECT, null=True, related_name="+")
    lifted_decision = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["person"],
                name="legal_hold_in_force",
                condition=models.Q(lifted_at__isnull=True),
            )
        ]
        constraints = [
            models.CheckConstraint(
                name="legal_hold_names_one",
                condition=models.Q(person__isnull=False, dossier_number="", kind="")
                | models.Q(person__isnull=True, dossier_number__gt="", kind="")
                | models.Q(person__isnull=True, dossier_number="", kind__gt=""),
            )
        ]


class ForArchive(models.Model):
    """One record whose term here is over and which the archive takes over: it stays until the
    archive's receipt is noted."""

    kind = models.CharField(max_length=40)
    reference = models.CharField(max_length=60)
    found_at = models.DateTimeField()
    handed_at = models.DateTimeField(null=True)
    receipt = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "reference"], name="for_archive_once")
        ]
