"""Stored files and issued documents."""

import uuid

from django.db import models

from motcua.foundation.personal_fields import PersonalJSONField, PersonalTextField


class File(models.Model):
    """Bytes at rest. `media_type` was found by looking at the content, never taken from the
    sender. `original_sha256` is of the bytes that were sent, when the picture in them was written
    anew. `owner` may always read it; other rights come from what it is attached to."""

    class Scan(models.TextChoices):
        """What is known of the content. `made` was made here; `checked` was read through for what
        it is and does, without a virus scanner; the others are a scanner's words."""

        MADE = "made", "Do hệ thống lập"
        CHECKED = "checked", "Đã kiểm tra nội dung"
        PENDING = "pending", "Chờ quét vi-rút"
        CLEAN = "clean", "Đã quét, sạch"
        REFUSED = "refused", "Bị từ chối"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=200)
    media_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField()
    sha256 = models.BinaryField(max_length=32)
    original_sha256 = models.BinaryField(max_length=32, null=True)
    path = models.CharField(max_length=200)
    owner = models.ForeignKey("people.Person", models.PROTECT, null=True, related_name="+")
    pages = models.PositiveIntegerField(null=True)
    scan = models.CharField(max_length=8, choices=Scan.choices, default=Scan.CHECKED)
    created_at = models.DateTimeField()


class Document(models.Model):
    """An issued paper: a result, a slip, a receipt. `number` is what is printed on it and what the
    verification page knows it by; `template` and `data` made it. Where the law gives it a time,
    `valid_months` counts from the signature."""

    class State(models.TextChoices):
        CURRENT = "current", "Còn hiệu lực"
        REPLACED = "replaced", "Đã được thay thế"
        REVOKED = "revoked", "Đã bị thu hồi"

    number = models.CharField(max_length=80, unique=True)
    kind = models.CharField(max_length=40)
    title = models.CharField(max_length=300)
    template = models.CharField(max_length=60)
    data = PersonalJSONField(of="owner", erased={})
    file = models.ForeignKey(File, models.PROTECT, null=True, related_name="+")
    agency = models.ForeignKey("agencies.Agency", models.PROTECT, related_name="+")
    owner = models.ForeignKey("people.Person", models.PROTECT, null=True, related_name="+")
    organisation = models.ForeignKey(
        "people.Organisation", models.PROTECT, null=True, related_name="+"
    )
    subject = models.BigIntegerField(null=True)
    verify_code = models.CharField(max_length=24, unique=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.CURRENT)
    replaced_by = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")
    reason = models.CharField(max_length=300, blank=True)
    preview_sha256 = models.BinaryField(max_length=32, null=True)
    valid_months = models.PositiveSmallIntegerField(null=True)
    signed_at = models.DateTimeField(null=True)
    issued_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["subject"]),
            models.Index(fields=["owner", "-issued_at"]),
        ]


class KeptPaper(models.Model):
    """A paper that somebody gave in a dossier an agency took in, kept in their vault to be given
    again (TT 01/2023/TT-VPCP). It is the `owner`'s or the `organisation`'s, and names the dossier
    it came with."""

    owner = models.ForeignKey("people.Person", models.PROTECT, null=True, related_name="+")
    organisation = models.ForeignKey(
        "people.Organisation", models.PROTECT, null=True, related_name="+"
    )
    name = models.CharField(max_length=500)
    file = models.ForeignKey(File, models.PROTECT, related_name="+")
    dossier_number = models.CharField(max_length=60)
    agency = models.ForeignKey("agencies.Agency", models.PROTECT, related_name="+")
    taken_in_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="kept_paper_of_one",
                condition=models.Q(owner__isnull=False, organisation__isnull=True)
                | models.Q(owner__isnull=True, organisation__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["file", "owner", "organisation"],
                name="kept_once",
                nulls_distinct=False,
            ),
        ]
        indexes = [
            models.Index(fields=["owner", "-taken_in_at"], name="kept_paper_owner"),
            models.Index(fields=["organisation", "-taken_in_at"], name="kept_paper_organisation"),
        ]


class Share(models.Model):
    """A link that lets whoever has it open one paper of a vault until `expires_at`. The secret of
    the address is kept as its digest only."""

    owner = models.ForeignKey("people.Person", models.PROTECT, null=True, related_name="+")
    organisation = models.ForeignKey(
        "people.Organisation", models.PROTECT, null=True, related_name="+"
    )
    document = models.ForeignKey(Document, models.PROTECT, null=True, related_name="+")
    paper = models.ForeignKey(KeptPaper, models.CASCADE, null=True, related_name="+")
    secret_sha256 = models.BinaryField(max_length=32, unique=True)
    whom = PersonalTextField(of="owner", default="")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    opened = models.PositiveIntegerField(default=0)
    last_opened_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="share_of_one",
                condition=models.Q(document__isnull=False, paper__isnull=True)
                | models.Q(document__isnull=True, paper__isnull=False),
            )
        ]
