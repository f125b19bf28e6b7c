"""Linked sets: several dossiers of one filing. Nothing here says who filed or what they said; that
stands in the dossiers."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models


class LinkedSet(models.Model):
    """One filing under a linked set. `number` is the one number its applicant follows; `key` and
    `since` name the version of the definition. `realms` own the dossiers of its members."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    number = models.CharField(max_length=64, unique=True)
    key = models.CharField(max_length=40)
    since = models.DateField()
    first = models.OneToOneField("dossiers.Dossier", models.PROTECT, related_name="+")
    realms = ArrayField(models.CharField(max_length=10))
    filed_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)


class LinkedMember(models.Model):
    """One procedure of a filed set. `ready_at` is when what it waited for was there, `confirmed_at`
    when its agency first answered; `why` says in words why it did not start."""

    set = models.ForeignKey(LinkedSet, models.PROTECT, related_name="members")
    key = models.CharField(max_length=40)
    position = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=200)
    agency = models.ForeignKey("agencies.Agency", models.PROTECT, null=True, related_name="+")
    state = models.CharField(max_length=10)
    dossier = models.OneToOneField("dossiers.Dossier", models.PROTECT, null=True, related_name="+")
    why = models.CharField(max_length=300, blank=True)
    ready_at = models.DateTimeField(null=True)
    started_at = models.DateTimeField(null=True)
    confirmed_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["set", "key"], name="linked_member_once"),
            models.UniqueConstraint(fields=["set", "position"], name="linked_member_place"),
        ]
        indexes = [
            models.Index(
                fields=["state", "ready_at"],
                name="linked_member_open",
                condition=models.Q(state__in=["waiting", "running", "stuck"]),
            )
        ]


class Outage(models.Model):
    """A stretch of time in which the systems that hand linked procedures on do not work, announced.
    `repaired_at` is when it was over in truth, `applied_at` when the clocks had been set by it."""

    what = models.CharField(max_length=200)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    repaired_at = models.DateTimeField(null=True)
    applied_at = models.DateTimeField(null=True)
    announced_at = models.DateTimeField()
    announced_by = models.CharField(max_length=120)

    class Meta:
        indexes = [models.Index(fields=["starts_at"])]


class LinkedAlarm(models.Model):
    """That a member was handed on, or confirmed, too late, and people were told: once each."""

    class Kind(models.TextChoices):
        HAND_ON = "hand_on", "Chưa chuyển được hồ sơ trong 10 phút"
        CONFIRM = "confirm", "Chưa xác nhận trong 2 giờ làm việc"

    member = models.ForeignKey(LinkedMember, models.PROTECT, related_name="alarms")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    due_at = models.DateTimeField()
    raised_at = models.DateTimeField()
    told = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["member", "kind"], name="linked_alarm_once")]
