"""Dossiers that one centre took in for an agency elsewhere, and the lists they were handed over
with. Nothing here says who filed or what they said; that stands in the dossiers."""

from django.db import models


class HandOverList(models.Model):
    """Dossiers that a centre handed over to one agency at one moment (NĐ 118/2025 Đ18)."""

    number = models.CharField(max_length=60, unique=True)
    centre = models.ForeignKey("agencies.Agency", models.PROTECT, related_name="+")
    agency = models.ForeignKey("agencies.Agency", models.PROTECT, related_name="+")
    realms = models.JSONField()
    handed_at = models.DateTimeField()
    handed_by = models.CharField(max_length=120)


class Transfer(models.Model):
    """One dossier taken in by `centre` (the body whose counter it is) for the agency that decides.
    `status` follows the dossier's, so that the centre knows the state and nothing else once it has
    handed it over; `alarmed_at` is when people were told that `due_at` had passed."""

    class Return(models.TextChoices):
        CENTRE = "centre", "Tại nơi tiếp nhận"
        AGENCY = "agency", "Tại cơ quan giải quyết"
        POST = "post", "Qua bưu chính công ích"
        VAULT = "vault", "Kho dữ liệu điện tử"

    dossier = models.OneToOneField("dossiers.Dossier", models.PROTECT, related_name="transfer")
    number = models.CharField(max_length=60)
    procedure = models.CharField(max_length=300)
    centre = models.ForeignKey("agencies.Agency", models.PROTECT, related_name="+")
    centre_realm = models.CharField(max_length=10)
    agency = models.ForeignKey("agencies.Agency", models.PROTECT, related_name="+")
    return_at = models.CharField(max_length=6, choices=Return.choices)
    papers = models.PositiveSmallIntegerField()
    status = models.PositiveSmallIntegerField()
    taken_at = models.DateTimeField()
    due_at = models.DateTimeField()
    list = models.ForeignKey(HandOverList, models.PROTECT, null=True, related_name="transfers")
    handed_at = models.DateTimeField(null=True)
    alarmed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["centre", "-taken_at"]),
            models.Index(
                fields=["due_at"],
                name="transfer_waiting",
                condition=models.Q(handed_at__isnull=True),
            ),
        ]
