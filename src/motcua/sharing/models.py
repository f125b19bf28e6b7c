"""The record of calls to other agencies' data services."""

from django.db import models

from motcua.foundation.crypto import EncryptedJSONField


class Call(models.Model):
    """One call: which service, why, for whom, how it ended. Never the data itself."""

    service = models.CharField(max_length=60)
    purpose = models.CharField(max_length=300)
    subject_index = models.BinaryField(max_length=16, null=True)
    caller = models.CharField(max_length=120)
    ok = models.BooleanField()
    outcome = models.CharField(max_length=200)
    milliseconds = models.PositiveIntegerField()
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["subject_index", "-at"])]


class Outgoing(models.Model):
    """A message to an outside system that must arrive: kept until acknowledged, in order per
    `stream`. A message the other side says it can never take is `refused`: it stops its stream,
    so that nothing overtakes it, until an officer has it sent again."""

    class State(models.TextChoices):
        WAITING = "waiting", "Đang chờ"
        DELIVERED = "delivered", "Đã nhận"
        REFUSED = "refused", "Bị từ chối"

    stream = models.CharField(max_length=100)
    target = models.CharField(max_length=30)
    kind = models.CharField(max_length=30)
    key = models.CharField(max_length=120, unique=True)
    payload = EncryptedJSONField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveIntegerField(default=0)
    next_at = models.DateTimeField()
    last_error = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField()
    delivered_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["target", "stream", "id"],
                name="outgoing_open",
                condition=~models.Q(state="delivered"),
            )
        ]
