"""What people ask about their data, and what happened to each request."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

from motcua.foundation.personal_fields import PersonalJSONField, PersonalTextField


class PrivacyRequest(models.Model):
    """One request under Luật 91/2025. `right` and `asked` are keys of `rights` and `scopes`;
    `said` is what the person wrote, `wanted` the new values of a correction. The due dates are not
    kept: `rules` reckons them from what is here. `others_involved` is whether somebody else
    processes the data too, which the law gives more time for."""

    class State(models.TextChoices):
        RECEIVED = "received", "Đã nhận"
        IN_HAND = "in_hand", "Đang giải quyết"
        GRANTED = "granted", "Đã thực hiện"
        PARTLY = "partly", "Đã thực hiện một phần"
        REFUSED = "refused", "Không thực hiện được"
        WITHDRAWN = "withdrawn", "Đã rút"

    number = models.CharField(max_length=60, unique=True)
    person = models.ForeignKey("people.Person", models.PROTECT, related_name="+")
    agency = models.ForeignKey("agencies.Agency", models.PROTECT, related_name="+")
    right = models.CharField(max_length=20)
    asked = ArrayField(models.CharField(max_length=40), default=list)
    said = PersonalTextField(default="", of="person")
    wanted = PersonalJSONField(default=dict, of="person", erased={})
    state = models.CharField(max_length=10, choices=State.choices, default=State.RECEIVED)
    others_involved = models.BooleanField(default=False)
    received_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    extension_days = models.PositiveSmallIntegerField(default=0)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey("people.Account", models.PROTECT, null=True, related_name="+")
    ground = models.CharField(max_length=40, blank=True)
    answer = PersonalTextField(default="", of="person")
    effects = models.JSONField(default=dict)
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = [
            models.Index(fields=["person", "-received_at"]),
            models.Index(
                fields=["agency", "received_at"],
                name="privacy_request_open",
                condition=models.Q(state__in=["received", "in_hand"]),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="privacy_request_extended_at_most_15_days",
                condition=models.Q(extension_days__lte=15),
            )
        ]


class RequestEntry(models.Model):
    """One step in the story of a request, as the person reads it."""

    request = models.ForeignKey(PrivacyRequest, models.PROTECT, related_name="entries")
    at = models.DateTimeField()
    kind = models.CharField(max_length=20)
    text = PersonalTextField(of="request.person")
    actor_name = models.CharField(max_length=120)
    actor_role = models.CharField(max_length=15, blank=True)

    class Meta:
        indexes = [models.Index(fields=["request", "id"])]
