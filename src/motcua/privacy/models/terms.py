"""How long an authority has decided that data is kept."""

from __future__ import annotations

from django.db import models


class DecidedTerm(models.Model):
    """A term for one kind of data (`retention.RULES`) by a decision (number, date, who). Rows stay
    (append-only); the last one of a kind counts."""

    kind = models.CharField(max_length=30)
    years = models.PositiveSmallIntegerField()
    days = models.PositiveSmallIntegerField()
    decision = models.CharField(max_length=200)
    decided_at = models.DateTimeField()
