"""Agencies and their working hours."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models


class Kind(models.TextChoices):
    MINISTRY = "ministry", "Bộ, cơ quan ngang bộ"
    PROVINCE = "province", "UBND tỉnh"
    DEPARTMENT = "department", "Sở, ban, ngành"
    COMMUNE = "commune", "UBND xã, phường"
    CENTRE = "centre", "Trung tâm Phục vụ hành chính công"
    OFFICE = "office", "Phòng, đơn vị trực thuộc"


class Agency(models.Model):
    """A state body. `code` is its identifier (QĐ 20/2020), `realm` the province or ministry that
    owns its data (`H37`), `office_key` the short name a process calls an office by
    (`phong-kinh-te`), empty for others."""

    code = models.CharField(max_length=30, unique=True)
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=12, choices=Kind.choices)
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="children")
    territory = models.ForeignKey("territory.Unit", models.PROTECT, null=True, related_name="+")
    realm = models.CharField(max_length=10)
    office_key = models.CharField(max_length=40, blank=True)
    address = models.CharField(max_length=300, blank=True)
    phone = models.CharField(max_length=30, blank=True)
    email = models.EmailField(blank=True)
    bank_bin = models.CharField(max_length=6, blank=True)
    bank_account = models.CharField(max_length=30, blank=True)
    sort_key = models.CharField(max_length=400)
    valid = DateRangeField()
    source = models.CharField(max_length=200)

    class Meta:
        indexes = [models.Index(fields=["realm", "kind", "sort_key"])]


class WorkingHours(models.Model):
    """Working hours of an agency over a range of days, in the JSON of `motcua deadline --calendar`
    (`contracts`); an agency without a row keeps the standard calendar."""

    agency = models.ForeignKey(Agency, models.PROTECT, related_name="hours")
    calendar = models.JSONField()
    valid = DateRangeField()
    source = models.CharField(max_length=200)

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="hours_one_at_a_time",
                expressions=[("agency", RangeOperators.EQUAL), ("valid", RangeOperators.OVERLAPS)],
            )
        ]
