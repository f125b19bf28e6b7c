"""Administrative units, dated."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models


class Level(models.TextChoices):
    PROVINCE = "province", "Cấp tỉnh"
    COMMUNE = "commune", "Cấp xã"


class Unit(models.Model):
    """One administrative unit from one day to another (`valid`), with the decision that made it.

    `code` is the code of the statistics office: two digits for a province, five for a commune.
    """

    code = models.CharField(max_length=5)
    name = models.CharField(max_length=100)
    short_name = models.CharField(max_length=100)
    kind = models.CharField(max_length=20)
    level = models.CharField(max_length=10, choices=Level.choices)
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="children")
    valid = DateRangeField()
    source = models.CharField(max_length=200)
    folded = models.CharField(max_length=100)
    sort_key = models.CharField(max_length=200)

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="unit_one_at_a_time",
                expressions=[("code", RangeOperators.EQUAL), ("valid", RangeOperators.OVERLAPS)],
            )
        ]
        indexes = [models.Index(fields=["level", "parent", "sort_key"])]
