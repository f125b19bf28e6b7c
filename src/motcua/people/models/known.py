"""Who people are: natural persons, organisations, accounts and appointments."""

from __future__ import annotations

import uuid

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import (
    ArrayField,
    DateRangeField,
    RangeOperators,
)
from django.contrib.postgres.functions import RandomUUID
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models

from motcua.foundation.crypto import EncryptedTextField
from motcua.foundation.person_keys import Part
from motcua.foundation.personal_fields import PersonalTextField


class Sex(models.TextChoices):
    MALE = "male", "Nam"
    FEMALE = "female", "Nữ"


class Person(models.Model):
    """A natural person known to the platform by the personal id number (12 digits)."""

    id_number = PersonalTextField(part=Part.IDENTITY)
    id_index = models.BinaryField(max_length=16, unique=True)
    full_name = models.CharField(max_length=120)
    folded_name = models.CharField(max_length=120)
    birth_date = models.DateField(null=True)
    sex = models.CharField(max_length=6, blank=True, choices=Sex.choices)
    ethnicity = models.CharField(max_length=40, blank=True)
    residence = PersonalTextField(null=True, part=Part.IDENTITY)
    residence_code = models.CharField(max_length=5, blank=True)
    phone = PersonalTextField(null=True, part=Part.VOLUNTARY, erased=None)
    phone_index = models.BinaryField(max_length=16, null=True, db_index=True)
    email = PersonalTextField(null=True, part=Part.VOLUNTARY, erased=None)
    contact_set_at = models.DateTimeField(null=True)
    """When the person themselves said what their phone and mail are, or had them removed: from then
    on the national eID does not overwrite them."""
    updated_at = models.DateTimeField()
    key_owner = models.UUIDField(default=uuid.uuid4, db_default=RandomUUID(), editable=False)
    """Names the person's own keys (`foundation.person_keys`); tells nothing by itself."""


class Organisation(models.Model):
    """A business or other body, known by its tax code."""

    tax_code = models.CharField(max_length=14, unique=True)
    name = models.CharField(max_length=200)
    folded_name = models.CharField(max_length=200)
    address = EncryptedTextField(default="")


class AccountManager(BaseUserManager["Account"]):
    def get_by_natural_key(self, username: str | None) -> Account:
        return self.get(subject=username)


class Account(AbstractBaseUser):
    """Somebody who can sign in. `subject` is the `sub` of the national eID, `expected:…` until a
    person who was appointed first signs in, or a local name for the few break-glass accounts that
    have a password."""

    class Kind(models.TextChoices):
        PERSON = "person", "Cá nhân"
        ORGANISATION = "organisation", "Tổ chức"
        LOCAL = "local", "Tài khoản quản trị dự phòng"

    subject = models.CharField(max_length=100, unique=True)
    kind = models.CharField(max_length=12, choices=Kind.choices)
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="accounts")
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, related_name="accounts"
    )
    display_name = models.CharField(max_length=120)
    is_active = models.BooleanField(default=True)
    closed_at = models.DateTimeField(null=True)
    """When its owner closed it; who did may open it again by signing in."""
    is_administrator = models.BooleanField(default=False)

    objects = AccountManager()
    USERNAME_FIELD = "subject"

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person"],
                condition=models.Q(kind="person"),
                name="account_one_per_person",
            ),
            models.CheckConstraint(
                name="account_is_somebody",
                condition=models.Q(kind="person", person__isnull=False, organisation__isnull=True)
                | models.Q(kind="organisation", person__isnull=False, organisation__isnull=False)
                | models.Q(kind="local", person__isnull=True, organisation__isnull=True),
            ),
        ]


class Role(models.TextChoices):
    RECEPTIONIST = "receptionist", "Người tiếp nhận hồ sơ"
    HANDLER = "handler", "Chuyên viên"
    APPROVER = "approver", "Lãnh đạo"
    CLERK = "clerk", "Văn thư cơ quan"
    HEAD = "head", "Người đứng đầu"
    ADMINISTRATOR = "administrator", "Quản trị"
    INSPECTOR = "inspector", "Thanh tra"
    DATA_OFFICER = "data_officer", "Người phụ trách bảo vệ dữ liệu cá nhân"


class Appointment(models.Model):
    """An officer's post: who, where, in which role, from when to when, for which sectors (empty:
    all). Leaving the agency ends `valid`."""

    account = models.ForeignKey(Account, models.PROTECT, related_name="appointments")
    agency = models.ForeignKey("agencies.Agency", models.PROTECT, related_name="+")
    role = models.CharField(max_length=15, choices=Role.choices)
    sectors = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    title = models.CharField(max_length=120, blank=True)
    valid = DateRangeField()
    source = models.CharField(max_length=200)

    class Meta:
        indexes = [models.Index(fields=["agency", "role"])]
        constraints = [
            ExclusionConstraint(
                name="appointment_once_at_a_time",
                expressions=[
                    ("account", RangeOperators.EQUAL),
                    ("agency", RangeOperators.EQUAL),
                    ("role", RangeOperators.EQUAL),
                    ("valid", RangeOperators.OVERLAPS),
                ],
            )
        ]


class Access(models.Model):
    """One look at a person's data by somebody else: what the person may later see. `at` is when it
    began; looks at the same dossier within 15 minutes add their fields to it.

    Who is not known here yet (a number typed at the counter) has no `subject`; `subject_index` is
    the blind index of the number, by which the person finds the look when they first come.
    `withheld_until` keeps it from the person until then, by `withheld_by`, a dated decision.
    `judged` is whether it has been held against the rules for odd looks.
    """

    subject = models.ForeignKey(Person, models.PROTECT, null=True, related_name="accesses")
    subject_index = models.BinaryField(max_length=16, null=True)
    viewer = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    viewer_name = models.CharField(max_length=120)
    agency = models.ForeignKey("agencies.Agency", models.PROTECT, null=True, related_name="+")
    agency_name = models.CharField(max_length=200)
    role = models.CharField(max_length=15)
    purpose = models.CharField(max_length=300)
    dossier_number = models.CharField(max_length=60, blank=True)
    fields = ArrayField(models.CharField(max_length=60))
    at = models.DateTimeField()
    judged = models.BooleanField(default=False)
    withheld_until = models.DateTimeField(null=True)
    withheld_by = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["subject", "-at"]),
            models.Index(fields=["viewer", "subject", "-at"], name="access_latest"),
            models.Index(
                fields=["subject_index", "-at"],
                name="access_of_unknown",
                condition=models.Q(subject_index__isnull=False),
            ),
            models.Index(fields=["at"], name="access_to_judge", condition=models.Q(judged=False)),
        ]
        constraints = [
            models.CheckConstraint(
                name="access_is_of_somebody",
                condition=models.Q(subject__isnull=False) | models.Q(subject_index__isnull=False),
            )
        ]


class Kinship(models.Model):
    """That one is the parent of the other, by the blind indexes of their id numbers: what a birth
    registered here says, kept to find looks at relatives' data and for nothing else."""

    parent_index = models.BinaryField(max_length=16)
    child_index = models.BinaryField(max_length=16, db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["parent_index", "child_index"], name="kinship_once")
        ]


class OddLook(models.Model):
    """A look that some rule of `odd_looks` finds odd, until an inspector has examined it."""

    access = models.OneToOneField(Access, models.PROTECT, related_name="odd")
    reasons = ArrayField(models.CharField(max_length=20))
    found_at = models.DateTimeField()
    examined_at = models.DateTimeField(null=True)
    examined_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    note = EncryptedTextField(default="")

    class Meta:
        indexes = [
            models.Index(
                fields=["-found_at"],
                name="odd_look_open",
                condition=models.Q(examined_at__isnull=True),
            )
        ]


class Consent(models.Model):
    """A person's consent to one purpose; never assumed, withdrawn by a date. `text` is what they
    read, `version` which wording of the purpose it was."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="consents")
    purpose = models.CharField(max_length=80)
    version = models.PositiveSmallIntegerField(default=1)
    text = models.TextField()
    given_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "purpose"],
                condition=models.Q(withdrawn_at__isnull=True),
                name="consent_given_once",
            )
        ]


class ProcessingStop(models.Model):
    """A person's data is not used for one activity that the law does not require (`purposes`):
    they objected to it, or had it restricted, from `since` until they lift it. `request_number` is
    the request by which it was decided, empty when the person switched it off themselves."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="processing_stops")
    activity = models.CharField(max_length=80)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    request_number = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "activity"],
                condition=models.Q(until__isnull=True),
                name="processing_stopped_once",
            )
        ]


class FailedSignIn(models.Model):
    """Wrong passwords in a row under one key: a local name, alone or with the address it was tried
    from. Slows guessing down; forgotten with the first right password."""

    key = models.BinaryField(max_length=16, unique=True)
    count = models.PositiveIntegerField(default=0)
    last_at = models.DateTimeField()


class Factor(models.Model):
    """A second factor of an account: a one-time code from an app (`secret` is its seed in base32)
    or a passkey (`credential` is the public key with its id, as WebAuthn attests it). `counter` is
    the last time step a code was taken for, or the passkey's count of signatures."""

    class Kind(models.TextChoices):
        TOTP = "totp", "Mã một lần trên điện thoại"
        PASSKEY = "passkey", "Khóa truy cập (passkey)"

    account = models.ForeignKey(Account, models.PROTECT, related_name="factors")
    kind = models.CharField(max_length=7, choices=Kind.choices)
    name = models.CharField(max_length=60)
    secret = EncryptedTextField(null=True)
    credential = models.BinaryField(max_length=2_000, null=True)
    credential_id = models.BinaryField(max_length=1_023, null=True, unique=True)
    counter = models.BigIntegerField(default=0)
    added_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="factor_is_of_its_kind",
                condition=models.Q(
                    kind="totp",
                    secret__isnull=False,
                    credential__isnull=True,
                    credential_id__isnull=True,
                )
                | models.Q(
                    kind="passkey",
                    secret__isnull=True,
                    credential__isnull=False,
                    credential_id__isnull=False,
                ),
            )
        ]


class RecoveryCode(models.Model):
    """One code on the paper for the day the telephone is lost, kept as a keyed hash; works once."""

    account = models.ForeignKey(Account, models.PROTECT, related_name="+")
    digest = models.BinaryField(max_length=16, unique=True)
    used_at = models.DateTimeField(null=True)


class Session(AbstractBaseSession):
    """Where somebody is signed in, and since when, or a visit before signing in (no account).
    Removing the row ends it."""

    account = models.ForeignKey(Account, models.CASCADE, null=True, related_name="sessions")
    begun_at = models.DateTimeField(null=True)
    device = models.CharField(max_length=80, blank=True)
