"""Charges and what happened to them."""

from django.db import models


class Charge(models.Model):
    """What somebody owes an agency for one subject. `items` is a list of
    `{"name", "kind", "amount"}` in đồng; `amount` their sum."""

    class State(models.TextChoices):
        PENDING = "pending", "Chờ thanh toán"
        PAID = "paid", "Đã thanh toán"
        CANCELLED = "cancelled", "Đã hủy"
        EXPIRED = "expired", "Hết hạn thanh toán"

    reference = models.CharField(max_length=25, unique=True)
    subject = models.BigIntegerField()
    agency = models.ForeignKey("agencies.Agency", models.PROTECT, related_name="+")
    payer_name = models.CharField(max_length=200)
    description = models.CharField(max_length=200)
    items = models.JSONField()
    amount = models.PositiveBigIntegerField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.PENDING)
    method = models.CharField(max_length=12, blank=True)
    created_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    paid_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["subject"]),
            models.Index(
                fields=["created_at"], name="charge_pending", condition=models.Q(state="pending")
            ),
        ]


class Attempt(models.Model):
    """One try to pay a charge through the gateway."""

    class State(models.TextChoices):
        STARTED = "started", "Đã chuyển sang ngân hàng"
        PAID = "paid", "Thành công"
        FAILED = "failed", "Không thành công"

    charge = models.ForeignKey(Charge, models.PROTECT, related_name="attempts")
    order = models.CharField(max_length=40, unique=True)
    method = models.CharField(max_length=12)
    amount = models.PositiveBigIntegerField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.STARTED)
    gateway_transaction = models.CharField(max_length=60, blank=True)
    response_code = models.CharField(max_length=4, blank=True)
    started_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)


class Callback(models.Model):
    """Every message a gateway sent, kept for good, with what was answered."""

    order = models.CharField(max_length=40)
    transaction = models.CharField(max_length=60)
    payload = models.JSONField()
    signature_valid = models.BooleanField()
    answer = models.CharField(max_length=4)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["order", "transaction"])]
