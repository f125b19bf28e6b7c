"""Registers and entries."""

from django.contrib.postgres.fields import DateRangeField
from django.db import models

from motcua.foundation.crypto import EncryptedTextField


class Entry(models.Model):
    """One entry: register, agency, number within the year, data (encrypted JSON), and the document
    it came from. `key` makes writing idempotent."""

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

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["register", "agency", "year", "number"], name="entry_number"
            )
        ]
