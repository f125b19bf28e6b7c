"""Drafts, dossiers and what happens to them."""

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models.functions import Now, Upper

from motcua.dossiers.linking_models import LinkedAlarm as LinkedAlarm
from motcua.dossiers.linking_models import LinkedMember as LinkedMember
from motcua.dossiers.linking_models import LinkedSet as LinkedSet
from motcua.dossiers.linking_models import Outage as Outage
from motcua.dossiers.transfer_models import HandOverList as HandOverList
from motcua.dossiers.transfer_models import Transfer as Transfer
from motcua.foundation.person_keys import Part
from motcua.foundation.personal_fields import PersonalJSONField, PersonalTextField


class Status(models.IntegerChoices):
    """The ten national states, with the names of the National Portal."""

    REGISTERED = 1, "Mới đăng ký"
    ACCEPTED = 2, "Được tiếp nhận"
    REFUSED = 3, "Không được tiếp nhận"
    IN_PROCESS = 4, "Đang xử lý"
    SUPPLEMENT = 5, "Yêu cầu bổ sung giấy tờ"
    PAYMENT = 6, "Yêu cầu thực hiện nghĩa vụ tài chính"
    WITHDRAWAL = 7, "Công dân yêu cầu rút hồ sơ"
    STOPPED = 8, "Dừng xử lý"
    DONE = 9, "Đã xử lý xong"
    RETURNED = 10, "Đã trả kết quả"


class FilingWay(models.IntegerChoices):
    """`KenhThucHien` of the National Portal."""

    COUNTER = 1, "Trực tiếp"
    ONLINE = 2, "Trực tuyến"
    POST = 3, "Bưu chính công ích"

    @property
    def key(self) -> str:
        """`online`, `counter` or `post`: how the catalogue and the processes call it."""
        return self.name.lower()


class Draft(models.Model):
    """What somebody has filled in and not filed. `revision` grows with every save: a second tab
    that saves over a newer revision is told so. `submitted_as` makes filing idempotent. `person` is
    who fills it in; under a `mandate` it is filled in for whom that represents. `lookups` say how
    the registers answered, `disputes` where the person says they are wrong (`once_only`)."""

    account = models.ForeignKey("people.Account", models.PROTECT, related_name="+")
    person = models.ForeignKey("people.Person", models.PROTECT, related_name="+")
    mandate = models.ForeignKey("people.Mandate", models.PROTECT, null=True, related_name="+")
    version = models.ForeignKey("catalogue.ProcedureVersion", models.PROTECT, related_name="+")
    agency = models.ForeignKey("agencies.Agency", models.PROTECT, null=True, related_name="+")
    answers = PersonalTextField(of="person", part=Part.VOLUNTARY, erased="{}")
    sources = models.JSONField(default=dict)
    lookups = models.JSONField(default=dict)
    disputes = PersonalJSONField(default=dict, of="person", part=Part.VOLUNTARY, erased={})
    revision = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    saved_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    discarded_at = models.DateTimeField(null=True)
    submitted_as = models.OneToOneField(
        "Dossier", models.PROTECT, null=True, related_name="from_draft"
    )

    class Meta:
        indexes = [models.Index(fields=["person", "-saved_at"])]


class Dossier(models.Model):
    """The summary of one dossier. Everything here can be rebuilt from the timeline and the answers.

    `version_seen` is the optimistic version every action checks. `realm` is who owned it at filing
    and is never rewritten.

    `applicant` is in whose name it is filed and whose dossier it is; for an `organisation`, the
    person who filed in its name, who sees it by a mandate and not by this column. `representative`
    acted for them under `mandate`; the `beneficiary` gets the result, a name where that is all.

    `lookups` say how the registers answered when it was filled in; `spared_papers` and
    `spared_answers` count what was not asked for because they did (`once_only`).
    """

    number = models.CharField(max_length=60)
    realm = models.CharField(max_length=10)
    agency = models.ForeignKey("agencies.Agency", models.PROTECT, related_name="+", db_index=False)
    procedure = models.ForeignKey("catalogue.Procedure", models.PROTECT, related_name="+")
    version = models.ForeignKey("catalogue.ProcedureVersion", models.PROTECT, related_name="+")
    case_key = models.CharField(max_length=40)
    way = models.PositiveSmallIntegerField(choices=FilingWay.choices)
    status = models.PositiveSmallIntegerField(choices=Status.choices, default=Status.REGISTERED)
    applicant = models.ForeignKey("people.Person", models.PROTECT, related_name="+")
    applicant_name = models.CharField(max_length=120)
    applicant_folded = models.CharField(max_length=120)
    organisation = models.ForeignKey(
        "people.Organisation", models.PROTECT, null=True, related_name="+"
    )
    beneficiary = models.ForeignKey("people.Person", models.PROTECT, null=True, related_name="+")
    beneficiary_name = models.CharField(max_length=200, blank=True)
    representative = models.ForeignKey("people.Person", models.PROTECT, null=True, related_name="+")
    representative_name = models.CharField(max_length=120, blank=True)
    mandate = models.ForeignKey("people.Mandate", models.PROTECT, null=True, related_name="+")
    answers = PersonalTextField(of="applicant", erased="{}")
    sources = models.JSONField(default=dict)
    lookups = models.JSONField(default=dict)
    spared_papers = models.PositiveSmallIntegerField(default=0)
    spared_answers = models.PositiveSmallIntegerField(default=0)
    lookup_code = models.CharField(max_length=12)
    origin = models.CharField(max_length=20, default="here")
    origin_number = models.CharField(max_length=60, blank=True)
    limit_amount = models.DecimalField(max_digits=7, decimal_places=2, null=True)
    limit_unit = models.CharField(max_length=14)
    extended_to = models.DecimalField(max_digits=7, decimal_places=2, null=True)
    submitted_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    returned_at = models.DateTimeField(null=True)
    paused_since = models.DateTimeField(null=True)
    supplements = models.PositiveSmallIntegerField(default=0)
    facts = PersonalJSONField(default=dict, of="applicant", erased={})
    revision = models.PositiveIntegerField(default=1)

    filed_fee: int = 0
    """What the filing that made this object costs, in đồng; the charge is the record of it."""

    class Meta:
        constraints = [models.UniqueConstraint(fields=["realm", "number"], name="dossier_number")]
        indexes = [
            models.Index(fields=["applicant", "-submitted_at"]),
            GinIndex(
                OpClass("applicant_folded", name="gin_trgm_ops"), name="dossier_applicant_trigram"
            ),
            GinIndex(
                OpClass("applicant_folded", name="gin_trgm_ops"),
                name="dossier_waiting_trigram",
                condition=~models.Q(status=10),
            ),
            models.Index(
                OpClass(Upper("number"), name="text_pattern_ops"), name="dossier_number_begins"
            ),
            models.Index(fields=["agency", "submitted_at"], name="dossier_register"),
            models.Index(fields=["agency"], name="dossier_waiting", condition=models.Q(status=5)),
            models.Index(
                fields=["procedure"],
                name="dossier_served",
                condition=models.Q(status__in=[9, 10]),
            ),
            models.Index(
                fields=["agency", "due_at", "id"],
                name="dossier_open",
                condition=models.Q(status__in=[1, 2, 4, 5, 6, 7, 9]),
            ),
        ]


class TimelineEntry(models.Model):
    """What happened; nothing here is changed but the key it is encrypted with. `text` is what the
    applicant reads; `note` is for officers."""

    dossier = models.ForeignKey(Dossier, models.PROTECT, related_name="timeline")
    at = models.DateTimeField()
    kind = models.CharField(max_length=40)
    status = models.PositiveSmallIntegerField(choices=Status.choices)
    text = PersonalTextField(of="dossier.applicant")
    note = PersonalTextField(default="", of="dossier.applicant")
    actor_name = models.CharField(max_length=120)
    actor_role = models.CharField(max_length=15, blank=True)
    agency_name = models.CharField(max_length=200, blank=True)
    recorded_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [models.Index(fields=["dossier", "id"])]


class HandedOver(models.Model):
    """An open dossier that a decree takes from one agency to another: when it passed over, or
    `reason`, in words, why it could not yet and is still with the first. `decree` says by what."""

    dossier = models.ForeignKey(Dossier, models.PROTECT, related_name="handed_over")
    decree = models.ForeignKey("catalogue.Decree", models.PROTECT, related_name="+")
    source = models.ForeignKey("agencies.Agency", models.PROTECT, related_name="+")
    target = models.ForeignKey("agencies.Agency", models.PROTECT, null=True, related_name="+")
    found_at = models.DateTimeField()
    moved_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["dossier", "decree"], name="handed_over_once")
        ]
        indexes = [
            models.Index(fields=["source", "-found_at"], name="handed_over_from"),
            models.Index(fields=["target", "-found_at"], name="handed_over_to"),
        ]


class Attachment(models.Model):
    """A file that answers one component document of a draft or dossier. `reused_from` is the number
    of the result, or of the dossier, that it came from by way of the vault; empty when it was sent
    anew."""

    draft = models.ForeignKey(Draft, models.PROTECT, null=True, related_name="attachments")
    dossier = models.ForeignKey(Dossier, models.PROTECT, null=True, related_name="attachments")
    component_key = models.CharField(max_length=40)
    file = models.ForeignKey("documents.File", models.PROTECT, related_name="+")
    digitised = models.PositiveSmallIntegerField(default=0)
    reused_from = models.CharField(max_length=80, default="")
    added_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="attachment_of_one",
                condition=models.Q(draft__isnull=False) | models.Q(dossier__isnull=False),
            )
        ]


class Pause(models.Model):
    """A stretch of time the clock stands still (rules.py cites why)."""

    class Kind(models.TextChoices):
        SUPPLEMENT = "supplement", "Chờ bổ sung"
        PAYMENT = "payment", "Chờ thực hiện nghĩa vụ tài chính"
        OPINION = "opinion", "Chờ ý kiến"
        OUTAGE = "outage", "Hệ thống gián đoạn"

    dossier = models.ForeignKey(Dossier, models.PROTECT, related_name="pauses")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    restart = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["dossier"], name="one_open_pause", condition=models.Q(ended_at__isnull=True)
            )
        ]


class EarlierAnswers(models.Model):
    """What the applicant had said before an answer was corrected: the whole of it, until `at`."""

    dossier = models.ForeignKey(Dossier, models.PROTECT, related_name="earlier_answers")
    answers = PersonalTextField(of="dossier.applicant")
    at = models.DateTimeField()
    why = models.CharField(max_length=80)


class SupplementRequest(models.Model):
    """What is missing, listed once and in full (NĐ 63/2010 Đ20; NĐ 309/2026: one notice).
    `items` is a list of `{"key", "text"}`; a key names a component or a field."""

    dossier = models.ForeignKey(Dossier, models.PROTECT, related_name="supplement_requests")
    items = PersonalJSONField(of="dossier.applicant", erased=[])
    reason = PersonalTextField(of="dossier.applicant")
    asked_at = models.DateTimeField()
    asked_by = models.CharField(max_length=120)
    answer_by = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    answer = PersonalTextField(default="", of="dossier.applicant")


class Extension(models.Model):
    """A later date, proposed and then granted or declined. `total` is the whole limit it gives, in
    the unit of the dossier; `reason` is what the applicant reads in the apology (TT 03/2025, Mẫu
    04). A dossier has one open proposal at most, and one granted extension ever."""

    dossier = models.ForeignKey(Dossier, models.PROTECT, related_name="extensions")
    total = models.DecimalField(max_digits=7, decimal_places=2)
    reason = PersonalTextField(of="dossier.applicant")
    proposed_at = models.DateTimeField()
    proposed_by = models.CharField(max_length=120)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=120, blank=True)
    granted = models.BooleanField(default=False)
    due_before = models.DateTimeField()
    due_after = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["dossier"],
                name="one_open_proposal",
                condition=models.Q(decided_at__isnull=True),
            ),
            models.UniqueConstraint(
                fields=["dossier"], name="one_extension", condition=models.Q(granted=True)
            ),
        ]


class Alert(models.Model):
    """That the officers of one step were told that it is due soon, or late: once each. Names
    nobody."""

    class Kind(models.TextChoices):
        SOON = "soon", "Sắp đến hạn"
        LATE = "late", "Quá hạn"

    dossier = models.ForeignKey(Dossier, models.PROTECT, related_name="alerts")
    work_item_id = models.BigIntegerField()
    kind = models.CharField(max_length=4, choices=Kind.choices)
    due_at = models.DateTimeField()
    sent_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["work_item_id", "kind"], name="one_alert_each")
        ]


class Slip(models.Model):
    """A form of TT 03/2025 (01, 02, 03, ...) or a receipt belonging to a dossier."""

    dossier = models.ForeignKey(Dossier, models.PROTECT, related_name="slips")
    form = models.CharField(max_length=10)
    document = models.ForeignKey("documents.Document", models.PROTECT, related_name="+")


class Opinion(models.Model):
    """An opinion asked of another agency or office, with its own deadline and answer."""

    dossier = models.ForeignKey(Dossier, models.PROTECT, related_name="opinions")
    agency = models.ForeignKey("agencies.Agency", models.PROTECT, related_name="+")
    question = PersonalTextField(of="dossier.applicant")
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField()
    answer = models.CharField(max_length=12, blank=True)
    text = PersonalTextField(default="", of="dossier.applicant")
    answered_by = models.CharField(max_length=120, blank=True)
    answered_at = models.DateTimeField(null=True)
    work_item_id = models.BigIntegerField(null=True)


class FieldCheck(models.Model):
    """A check on site: when, who was there, what was found, photos."""

    dossier = models.ForeignKey(Dossier, models.PROTECT, related_name="field_checks")
    on = models.DateField()
    people = PersonalTextField(of="dossier.applicant")
    minutes = PersonalTextField(of="dossier.applicant")
    conforms = models.BooleanField()
    recorded_by = models.CharField(max_length=120)
    recorded_at = models.DateTimeField()


class Rating(models.Model):
    """The applicant's satisfaction with one dossier, 1 to 5."""

    dossier = models.OneToOneField(Dossier, models.PROTECT, related_name="rating")
    score = models.PositiveSmallIntegerField()
    comment = PersonalTextField(default="", of="dossier.applicant", part=Part.VOLUNTARY)
    rated_at = models.DateTimeField()
