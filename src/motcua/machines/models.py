"""Machines, their public keys, the assertions they have used, and the keys that sign our tokens."""

from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import (
    ArrayField,
    DateRangeField,
    DateTimeRangeField,
    RangeOperators,
)
from django.db import models

from motcua.foundation.crypto import EncryptedTextField


class Machine(models.Model):
    """A registered program. `valid` is when it may work; stopping it sets `stopped_at`, for good.
    `certificate` is the SHA-256 thumbprint (base64url, RFC 8705) of the client certificate it must
    present besides, empty when none is asked for."""

    client_id = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=120)
    agency = models.ForeignKey("agencies.Agency", models.PROTECT, related_name="+")
    scopes = ArrayField(models.CharField(max_length=40))
    certificate = models.CharField(max_length=43, blank=True)
    valid = DateRangeField()
    source = models.CharField(max_length=200)
    created_at = models.DateTimeField()
    stopped_at = models.DateTimeField(null=True)


class MachineKey(models.Model):
    """A public key of a machine, good over a range of time. A machine has two places for keys, and
    a place holds one key at a time: so a new key can come before the old one goes."""

    machine = models.ForeignKey(Machine, models.PROTECT, related_name="keys")
    place = models.PositiveSmallIntegerField()
    kid = models.CharField(max_length=100)
    jwk = models.JSONField()
    valid = DateTimeRangeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="machine_key_two_places", condition=models.Q(place__in=[1, 2])
            ),
            models.UniqueConstraint(fields=["machine", "kid"], name="machine_key_named_once"),
            ExclusionConstraint(
                name="machine_key_one_in_a_place",
                expressions=[
                    ("machine", RangeOperators.EQUAL),
                    ("place", RangeOperators.EQUAL),
                    ("valid", RangeOperators.OVERLAPS),
                ],
            ),
        ]


class UsedAssertion(models.Model):
    """An assertion that was taken, by the digest of its `jti`; forgotten when it has expired."""

    machine = models.ForeignKey(Machine, models.CASCADE, related_name="+")
    jti = models.BinaryField(max_length=32)
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["machine", "jti"], name="assertion_counts_once")
        ]


class TokenKey(models.Model):
    """A key that signs our access tokens: the newest that is not retired does. It is published
    until the last token it signed has expired."""

    kid = models.CharField(max_length=100, unique=True)
    private = EncryptedTextField()
    public = models.JSONField()
    made_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True)
