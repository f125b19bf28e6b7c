"""Charges and what happened to them."""

from django.db import models

from motcua.foundation.crypto import EncryptedJSONField, EncryptedTextField


class Charge(models.Model):
    """What somebody owes an agency for one subject. `items` is a list of
    `{"name", "kind", "amount"}` in đồng; `amount` their sum. After `due_at` it expires."""

    class State(models.TextChoices):
        PENDING = "pending", "Chờ thanh toán"
        PAID = "paid", "Đã thanh toán"
        CANCELLED = "cancelled", "Đã hủy"
        EXPIRED = "expired", "Hết hạn thanh toán"

    reference = models.CharField(max_length=25, unique=True)
    subject = models.BigIntegerField()
    agency = models.ForeignKey("agencies.Agency", models.PROTECT, related_name="+")
    payer_name = EncryptedTextField()
    description = models.CharField(max_length=200)
    items = models.JSONField()
    amount = models.PositiveBigIntegerField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.PENDING)
    method = models.CharField(max_length=12, blank=True)
    created_at = models.DateTimeField()
    due_at = models.DateTimeField()
    paid_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["subject"]),
            models.Index(
                fields=["due_at"], name="charge_pending", condition=models.Q(state="pending")
            ),
        ]


class Attempt(models.Model):
    """One try to pay a charge through the bank. While it is `started` nobody knows how it ended,
    and the bank is asked again at `next_check_at`."""

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
    next_check_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["next_check_at"],
                name="attempt_unsettled",
                condition=models.Q(state="started"),
            )
        ]


class Payment(models.Model):
    """Money that arrived. It either pays its charge or is owed back, with the reason; it is never
    dropped. `(method, transaction)` is the bank's own identity of it and is taken once for good."""

    class Disposition(models.TextChoices):
        ACCEPTED = "accepted", "Đã ghi nhận"
        REFUND_DUE = "refund_due", "Chờ hoàn trả"
        REFUNDED = "refunded", "Đã hoàn trả"

    class Reason(models.TextChoices):
        PAID_TWICE = "paid_twice", "Khoản phí đã được thanh toán trước đó"
        LATE = "late", "Tiền đến sau khi hết hạn thanh toán"
        CANCELLED = "cancelled", "Khoản phí đã hủy"
        WRONG_AMOUNT = "wrong_amount", "Số tiền không đúng"
        UNKNOWN_ORDER = "unknown_order", "Không tìm thấy khoản phí"
        DECIDED = "decided", "Hoàn trả theo quyết định của cơ quan"

    charge = models.ForeignKey(Charge, models.PROTECT, null=True, related_name="payments")
    method = models.CharField(max_length=12)
    transaction = models.CharField(max_length=60)
    amount = models.PositiveBigIntegerField()
    disposition = models.CharField(max_length=10, choices=Disposition.choices)
    reason = models.CharField(max_length=13, choices=Reason.choices, blank=True)
    received_at = models.DateTimeField()
    taken_by = models.ForeignKey("people.Account", models.PROTECT, null=True, related_name="+")
    refunded_at = models.DateTimeField(null=True)
    refund_transaction = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["method", "transaction"], name="payment_once"),
            models.UniqueConstraint(
                fields=["charge"],
                name="charge_paid_once",
                condition=models.Q(disposition="accepted"),
            ),
        ]
        indexes = [
            models.Index(
                fields=["received_at"],
                name="refund_due",
                condition=models.Q(disposition="refund_due"),
            )
        ]


class StatementRead(models.Model):
    """Up to when the bank's statement has been read (one row)."""

    taken_to = models.DateTimeField()


class Callback(models.Model):
    """Every message a gateway sent, kept for good, with what was answered. `order` is ours; what
    the payer wrote beside it stays in the encrypted `payload`."""

    order = models.CharField(max_length=40)
    transaction = models.CharField(max_length=60)
    payload = EncryptedJSONField()
    signature_valid = models.BooleanField()
    answer = models.CharField(max_length=4)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["order", "transaction"])]


class BankKey(models.Model):
    """A key shared with the bank, encrypted. `ends_at` is None for the one that signs now; an
    earlier one is taken until then."""

    secret = EncryptedTextField()
    made_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                models.Value(1), condition=models.Q(ends_at__isnull=True), name="bank_key_one_signs"
            )
        ]
