"""The outbox, the ledger, number sequences and idempotency keys."""

from django.db import models

from motcua.foundation.crypto import EncryptedJSONField


class OutboxEvent(models.Model):
    """An event published in an action's transaction, waiting for the relay."""

    name = models.CharField(max_length=60)
    payload = models.JSONField()
    created_at = models.DateTimeField()
    relayed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["id"], name="outbox_waiting", condition=models.Q(relayed_at__isnull=True)
            )
        ]


class HandlerRun(models.Model):
    """That one handler has dealt with one event: makes delivery idempotent."""

    event = models.ForeignKey(OutboxEvent, models.CASCADE, related_name="runs")
    handler = models.CharField(max_length=120)
    state = models.CharField(max_length=8)
    error = models.TextField(blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["event", "handler"], name="handler_once")]


class LedgerEntry(models.Model):
    """One act, append-only: the database refuses UPDATE and DELETE. `body` is canonical JSON and
    `digest` its SHA-256."""

    kind = models.CharField(max_length=60)
    subject = models.CharField(max_length=80)
    actor = models.CharField(max_length=120)
    at = models.DateTimeField()
    body = models.TextField()
    digest = models.BinaryField(max_length=32)

    class Meta:
        indexes = [models.Index(fields=["subject", "id"])]


class LedgerSeal(models.Model):
    """The link of one committed entry into the chain: `link = SHA-256(previous link | digest)`.
    `position` counts from 1 without gaps."""

    position = models.BigIntegerField(primary_key=True)
    entry = models.OneToOneField(LedgerEntry, models.PROTECT, related_name="seal")
    link = models.BinaryField(max_length=32)
    sealed_at = models.DateTimeField()


class RateCount(models.Model):
    """How far ahead of now somebody is in what is limited (`foundation.rates`). The table is
    unlogged: a crash of the database forgets it, and nothing is lost by that."""

    key = models.BinaryField(max_length=16, primary_key=True)
    ahead_to = models.FloatField(db_index=True)


class LedgerPending(models.Model):
    """An entry that waits for its seal. A trigger writes it with the entry and the sealer removes
    it, so that the sealer never searches the ledger for what is new."""

    entry_id = models.BigIntegerField(primary_key=True)


class LedgerHead(models.Model):
    """The end of the chain (one row, `id` 1): shows when the last seals were taken away."""

    position = models.BigIntegerField()
    link = models.BinaryField(max_length=32)


class LedgerDay(models.Model):
    """The Merkle tree of one day, append-only: the run of positions `first` to `last`, its root,
    the roots of its chunks (32 bytes each) and the canonical statement that is signed."""

    day = models.DateField(primary_key=True)
    first = models.BigIntegerField()
    last = models.BigIntegerField(unique=True)
    root = models.BinaryField(max_length=32)
    chunks = models.BinaryField()
    statement = models.TextField()
    closed_at = models.DateTimeField()


class LedgerDaySignature(models.Model):
    """Who answers for a day's statement, append-only: an ECDSA signature (SHA-256, DER) of it, the
    signer's certificates (PEM, signer first), and the timestamp token (RFC 3161) of the
    signature."""

    day = models.OneToOneField(LedgerDay, models.PROTECT, primary_key=True, related_name="signed")
    signature = models.BinaryField()
    certificates = models.TextField()
    timestamp = models.BinaryField()
    signed_at = models.DateTimeField()


class NumberSequence(models.Model):
    """The last number given under a key (an agency and a day; a register and a year)."""

    key = models.CharField(max_length=120, primary_key=True)
    last = models.BigIntegerField()


class IdempotencyKey(models.Model):
    """The answer once given to a request that carried a key, given again to a repetition."""

    scope = models.CharField(max_length=120)
    key = models.CharField(max_length=120)
    request_digest = models.BinaryField(max_length=32)
    status = models.PositiveSmallIntegerField(null=True)
    answer = EncryptedJSONField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["scope", "key"], name="idempotency_once")]
