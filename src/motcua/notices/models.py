"""Notices and their deliveries."""

from django.db import models

from motcua.foundation.person_keys import Part
from motcua.foundation.personal_fields import PersonalTextField


class Notice(models.Model):
    """One message to one person. `key` makes sending idempotent."""

    key = models.CharField(max_length=120, unique=True)
    person = models.ForeignKey("people.Person", models.PROTECT, related_name="+")
    subject = models.BigIntegerField(null=True)
    title = models.CharField(max_length=200)
    body = PersonalTextField(of="person", part=Part.VOLUNTARY)
    link = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["person", "-created_at"])]


class Delivery(models.Model):
    """One attempt to bring a notice to an address outside."""

    class State(models.TextChoices):
        WAITING = "waiting", "Đang chờ gửi"
        SENT = "sent", "Đã gửi"
        FAILED = "failed", "Không gửi được"

    notice = models.ForeignKey(Notice, models.PROTECT, related_name="deliveries")
    channel = models.CharField(max_length=10)
    address = PersonalTextField(of="notice.person", part=Part.VOLUNTARY)
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveIntegerField(default=0)
    next_at = models.DateTimeField()
    last_error = models.CharField(max_length=300, blank=True)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["next_at"], name="delivery_waiting", condition=models.Q(state="waiting")
            )
        ]
