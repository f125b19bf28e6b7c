"""Procedures and their versions, the records of the national catalogue, and what search reads."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeOperators
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models


class Handover(models.TextChoices):
    """The ways in which a competence passes to another level (Luật Tổ chức chính quyền địa phương
    72/2025/QH15 Đ12 to Đ14; phân định by the decrees of June 2025)."""

    BY_LAW = "phan_quyen", "Phân quyền"
    DECENTRALISED = "phan_cap", "Phân cấp"
    DELEGATED = "uy_quyen", "Ủy quyền"
    DELIMITED = "phan_dinh", "Phân định thẩm quyền"


class Procedure(models.Model):
    """A published administrative procedure, known by its national code (`1.001193`).

    `ministry` names the ministry that owns the text, as the national catalogue does
    (`bo-tu-phap`). `keywords` are everyday words, one phrase a line; `folded` is the short and the
    full name in plain words, a line each; `search` holds the weighted words of both and of the
    sector and results. `levels` are those at which the version in force is decided.
    """

    code = models.CharField(max_length=20, unique=True)
    name = models.CharField(max_length=1200)
    short_name = models.CharField(max_length=200)
    sector = models.CharField(max_length=250)
    sector_code = models.CharField(max_length=20, blank=True)
    ministry = models.CharField(max_length=60, blank=True)
    levels = ArrayField(models.CharField(max_length=10), default=list)
    life_events = ArrayField(models.CharField(max_length=40), default=list)
    keywords = models.TextField(blank=True)
    folded = models.TextField()
    search = SearchVectorField(null=True)

    class Meta:
        indexes = [
            GinIndex(fields=["search"], name="procedure_search"),
            GinIndex(fields=["folded"], name="procedure_trigram", opclasses=["gin_trgm_ops"]),
        ]


class ProcedureVersion(models.Model):
    """The text of a procedure in force over `valid`, frozen once published: the database refuses
    to change anything but the end of `valid`.

    `case_question` is a CEL expression over the answers that names the case; empty when there is
    only one. `level` is the level that decides here, `levels` all that the text names. A version
    without form and process is described and cannot be filed here; `online_reason` says why.
    `digest` is that of what was published, so that publishing the same again changes nothing;
    `imported` marks a text taken over from the national catalogue as it is. The keys of
    `parameters` are in docs/administrator/catalogue.md.
    """

    class Online(models.TextChoices):
        FULL = "full", "Toàn trình"
        PARTIAL = "partial", "Một phần"
        COUNTER = "counter", "Tại Bộ phận Một cửa"

    class Service(models.TextChoices):
        PUBLIC = "public", "Dịch vụ hành chính công"
        INTERNAL = "internal", "Nội bộ trong một cơ quan"
        INTERNAL_BETWEEN = "internal_between", "Nội bộ giữa các cơ quan"
        NON_BUSINESS = "non_business", "Dịch vụ sự nghiệp công"
        UTILITY = "utility", "Dịch vụ công ích"

    class PayAt(models.TextChoices):
        FILING = "filing", "Khi nộp hồ sơ"
        RESULT = "result", "Trước khi nhận kết quả"

    procedure = models.ForeignKey(Procedure, models.PROTECT, related_name="versions")
    valid = DateRangeField()
    decision = models.CharField(max_length=200)
    digest = models.BinaryField(max_length=32)
    imported = models.BooleanField(default=False)
    online = models.CharField(max_length=10, choices=Online.choices)
    online_reason = models.CharField(max_length=300, blank=True)
    bookable = models.BooleanField(default=False)
    assurance = models.PositiveSmallIntegerField(default=1)
    level = models.CharField(max_length=10)
    levels = ArrayField(models.CharField(max_length=10), default=list)
    form = models.ForeignKey("forms.FormVersion", models.PROTECT, null=True, related_name="+")
    process = models.ForeignKey(
        "processes.ProcessVersion", models.PROTECT, null=True, related_name="+"
    )
    result_template = models.CharField(max_length=60, blank=True)
    register = models.CharField(max_length=40, blank=True)
    pay_at = models.CharField(max_length=8, choices=PayAt.choices, default=PayAt.FILING)
    case_question = models.CharField(max_length=300, blank=True)
    subjects = models.CharField(max_length=600, blank=True)
    steps = models.TextField(blank=True)
    conditions = models.TextField(blank=True)
    authority = models.TextField(blank=True)
    legal_basis = models.JSONField(default=list)
    parameters = models.JSONField(default=dict)
    source_url = models.CharField(max_length=300, blank=True)
    notes = models.JSONField(default=list)
    service_class = models.CharField(
        max_length=16, choices=Service.choices, default=Service.PUBLIC, db_default=Service.PUBLIC
    )

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="version_one_at_a_time",
                expressions=[
                    ("procedure", RangeOperators.EQUAL),
                    ("valid", RangeOperators.OVERLAPS),
                ],
            )
        ]


class Case(models.Model):
    """A variant of a version with its own limit, fee and papers. Every version has at least one."""

    version = models.ForeignKey(ProcedureVersion, models.PROTECT, related_name="cases")
    key = models.CharField(max_length=40)
    name = models.CharField(max_length=300)
    position = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["version", "key"], name="case_key")]


class Channel(models.Model):
    """A way to file a case, with its time limit (units of the deadline rule) and its fee.

    `fee` is a CEL expression over the answers giving đồng, empty when free; `fee_text` says it in
    words. `limit_amount` is null for `within_day`; `limit_unit` is empty when the text gives no
    limit. `illustrative` marks a figure that a provincial council must still set."""

    class Way(models.TextChoices):
        ONLINE = "online", "Trực tuyến"
        COUNTER = "counter", "Trực tiếp"
        POST = "post", "Dịch vụ bưu chính"

    case = models.ForeignKey(Case, models.PROTECT, related_name="channels")
    way = models.CharField(max_length=8, choices=Way.choices)
    limit_amount = models.DecimalField(max_digits=7, decimal_places=2, null=True)
    limit_unit = models.CharField(max_length=14, blank=True)
    fee = models.CharField(max_length=400, blank=True)
    fee_name = models.CharField(max_length=120, blank=True)
    fee_kind = models.CharField(max_length=10, blank=True)
    fee_text = models.TextField(blank=True)
    illustrative = models.BooleanField(default=False)
    source = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "way"], name="channel_way")]


class Component(models.Model):
    """A component document. `needed` is a CEL expression over the answers (empty: always);
    `replaced_by` the data source of the State that makes the paper unnecessary."""

    version = models.ForeignKey(ProcedureVersion, models.PROTECT, related_name="components")
    key = models.CharField(max_length=40)
    name = models.TextField()
    originals = models.PositiveSmallIntegerField(default=0)
    copies = models.PositiveSmallIntegerField(default=0)
    required = models.BooleanField(default=True)
    upload = models.BooleanField(default=True)
    needed = models.CharField(max_length=300, blank=True)
    replaced_by = models.CharField(max_length=60, blank=True)
    form_code = models.CharField(max_length=300, blank=True)
    position = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["version", "key"], name="component_key")]


class ResultKind(models.Model):
    """A result that a version gives, with its national code (`KQ.G15.000031`)."""

    version = models.ForeignKey(ProcedureVersion, models.PROTECT, related_name="results")
    code = models.CharField(max_length=30, blank=True)
    name = models.TextField()


class Decree(models.Model):
    """A decree that hands competences over, as it was loaded: `text` is the file, word for word,
    `territory` the province whose administrator loaded it (empty: of the whole country).

    It changes nothing until it is scheduled; then the rows it made and cut stand in `made` and
    `cut` (each `[competence, end of its range or null]`), so that it can be undone while
    `effective`, the first of its days, has not come. When one of its lines `moves` open dossiers,
    `handed_over_at` is when the last of them had passed over.
    """

    class State(models.TextChoices):
        REHEARSED = "rehearsed", "Đang diễn tập"
        SCHEDULED = "scheduled", "Đã duyệt, chờ hiệu lực"
        IN_FORCE = "in_force", "Đang có hiệu lực"
        UNDONE = "undone", "Đã rút lại"

    number = models.CharField(max_length=100)
    title = models.CharField(max_length=300, blank=True)
    kind = models.CharField(max_length=12, choices=Handover.choices)
    territory = models.CharField(max_length=2, blank=True)
    text = models.TextField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.REHEARSED)
    effective = models.DateField(null=True)
    loaded_by = models.CharField(max_length=40)
    loaded_at = models.DateTimeField()
    decided_by = models.CharField(max_length=40, blank=True)
    made = models.JSONField(default=list)
    cut = models.JSONField(default=list)
    moves = models.BooleanField(default=False)
    handed_over_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["state", "effective"])]


class Competence(models.Model):
    """Who decides a procedure (or one case of it) in a territory over a range of days, and by which
    decree: the commune or the province of the place (`agency_kind`), or one named agency.

    `case_key` and `territory` are empty for every case and for the whole country; two digits are a
    province, five a commune. The narrower rule goes before the wider (`competence.resolve`).
    `handover` is empty for what was published with the procedure itself.
    """

    procedure = models.ForeignKey(Procedure, models.PROTECT, related_name="competences")
    case_key = models.CharField(max_length=40, blank=True)
    territory = models.CharField(max_length=5, blank=True)
    agency_kind = models.CharField(max_length=12)
    agency = models.ForeignKey("agencies.Agency", models.PROTECT, null=True, related_name="+")
    valid = DateRangeField()
    handover = models.CharField(max_length=12, blank=True, choices=Handover.choices)
    decree = models.ForeignKey(Decree, models.PROTECT, null=True, related_name="competences")
    source = models.CharField(max_length=200)

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="competence_one_at_a_time",
                expressions=[
                    ("procedure", RangeOperators.EQUAL),
                    ("case_key", RangeOperators.EQUAL),
                    ("territory", RangeOperators.EQUAL),
                    ("valid", RangeOperators.OVERLAPS),
                ],
            ),
        ]


class NationalRecord(models.Model):
    """What the national catalogue says of a procedure, word for word, so that nothing of it is
    lost: the last one imported, with the digest that tells an unchanged one."""

    procedure = models.OneToOneField(Procedure, models.PROTECT, related_name="national_record")
    record = models.JSONField()
    digest = models.BinaryField(max_length=32)
    imported_at = models.DateTimeField()


class SearchRevision(models.Model):
    """One row that changes whenever what search reads does, so that a process notices when the
    words it remembers are old."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    revision = models.PositiveBigIntegerField(default=0)


class SearchPhrase(models.Model):
    """A phrase of this place's synonym table: what people say (`said`, parts that are said apart
    joined by ` + `) and how procedures call it. Without `means` it takes away the phrase that comes
    with the platform."""

    said = models.CharField(max_length=120, unique=True)
    means = ArrayField(models.CharField(max_length=300), default=list)
    changed_at = models.DateTimeField()


class ChangeKind(models.TextChoices):
    """What a publishing decision does to a procedure (NĐ 63/2010 Đ14)."""

    NEW = "new", "Mới ban hành"
    AMENDED = "amended", "Sửa đổi, bổ sung"
    REPLACED = "replaced", "Thay thế"
    ABOLISHED = "abolished", "Bãi bỏ"
    CANCELLED = "cancelled", "Hủy bỏ"


class VersionDraft(models.Model):
    """A version that is being written: `specification` is what would be published
    (`procedure.schema.json`). Who sends it for review does not publish it.

    `form` is the definition of its own form, when one is written with it, and `process` the choice
    of a template (`template`, `hours`, `roles`, `asked`, by step); both are published with it.
    """

    class State(models.TextChoices):
        WRITING = "writing", "Đang soạn"
        REVIEW = "review", "Chờ duyệt"
        PUBLISHED = "published", "Đã công bố"
        DROPPED = "dropped", "Đã bỏ"

    code = models.CharField(max_length=20, db_index=True)
    change = models.CharField(max_length=10, choices=ChangeKind.choices)
    specification = models.JSONField()
    form = models.JSONField(null=True)
    process = models.JSONField(null=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WRITING)
    revision = models.PositiveIntegerField(default=1)
    written_by = models.CharField(max_length=40)
    sent_by = models.CharField(max_length=40, blank=True)
    decided_by = models.CharField(max_length=40, blank=True)
    version = models.ForeignKey(ProcedureVersion, models.PROTECT, null=True, related_name="+")
    changed_at = models.DateTimeField()


class PublicationStep(models.Model):
    """One decision in the chain that publishes a procedure (NĐ 63/2010 Đ13): what the ministry
    decides, the province's list, the approved internal process, the electronic process.

    `effective` is the day the legal document takes effect, `shortened_issue` the day it was issued
    when by the shortened procedure, `entered_on` the day of entry in the national database.
    """

    class Step(models.TextChoices):
        MINISTRY = "ministry", "Bộ công bố thủ tục"
        PROVINCE = "province", "Tỉnh công bố danh mục"
        INTERNAL = "internal", "Phê duyệt quy trình nội bộ"
        ELECTRONIC = "electronic", "Phê duyệt quy trình điện tử"

    procedure = models.ForeignKey(Procedure, models.PROTECT, related_name="publications")
    version = models.ForeignKey(ProcedureVersion, models.PROTECT, null=True, related_name="+")
    step = models.CharField(max_length=10, choices=Step.choices)
    change = models.CharField(max_length=10, choices=ChangeKind.choices)
    decision = models.CharField(max_length=200)
    decided_on = models.DateField()
    effective = models.DateField()
    shortened_issue = models.DateField(null=True)
    entered_on = models.DateField(null=True)
    recorded_by = models.CharField(max_length=40)
    recorded_at = models.DateTimeField()


class Borderless(models.Model):
    """That any provincial or communal centre takes the procedure in, for agencies anywhere in the
    country (NĐ 118/2025 Đ14 k4, as amended by NĐ 309/2026: the published list), over a range of
    days and by which publication."""

    procedure = models.ForeignKey(Procedure, models.PROTECT, related_name="borderless")
    valid = DateRangeField()
    source = models.CharField(max_length=200)

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="borderless_once_at_a_time",
                expressions=[
                    ("procedure", RangeOperators.EQUAL),
                    ("valid", RangeOperators.OVERLAPS),
                ],
            )
        ]
