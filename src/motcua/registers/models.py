"""Registers and entries."""

from django.contrib.postgres.fields import DateRangeField
from django.db import models

from motcua.foundation.crypto import EncryptedTextField


class Entry(models.Model):
    """One entry: register, agency, number within the year, data (encrypted JSON), and the document
    it came from. `key` makes writing idempotent. The database refuses to change or remove it: a
    correction is an entry of its own that names the one it takes the place of, and holds from the
    first day of its `valid`."""

    register = models.CharField(max_length=40)
    agency = models.ForeignKey("agencies.Agency", models.PROTECT, related_name="+")
    year = models.PositiveIntegerField()
    number = models.PositiveIntegerField()
    key = models.CharField(max_length=120, unique=True)
    data = EncryptedTextField()
    subject_index = models.BinaryField(max_length=16, null=True, db_index=True)
    valid = DateRangeField()
    document_number = models.CharField(max_length=80, blank=True)
    recorded_at = models.DateTimeField()
    supersedes = models.OneToOneField(
        "self", models.PROTECT, null=True, related_name="superseded_by"
    )
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["register", "agency", "year", "number"], name="entry_number"
            ),
            models.CheckConstraint(
                name="correction_has_a_reason",
                condition=models.Q(supersedes__isnull=True) | ~models.Q(reason=""),
            ),
        ]
