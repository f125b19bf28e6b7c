"""Process versions, drafts of them, agencies' own, instances and work items."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models


class ProcessVersion(models.Model):
    """One published version of a process. `bpmn` is the source, `specification` what the engine
    compiled from it, kept once for all instances."""

    key = models.CharField(max_length=80)
    version = models.PositiveIntegerField()
    name = models.CharField(max_length=200)
    bpmn = models.TextField()
    specification = models.JSONField()
    published_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key", "version"], name="process_version")]


class ProcessDraft(models.Model):
    """A process being written: the standard one of `key`, or that of one agency. `revision` counts
    what was kept, so that two who write at once notice each other."""

    class State(models.TextChoices):
        WRITING = "writing", "Đang soạn"
        PUBLISHED = "published", "Đã công bố"
        DROPPED = "dropped", "Đã bỏ"

    key = models.CharField(max_length=40)
    agency = models.ForeignKey("agencies.Agency", models.PROTECT, null=True, related_name="+")
    bpmn = models.TextField()
    revision = models.PositiveIntegerField(default=1)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WRITING)
    written_by = models.CharField(max_length=40)
    changed_at = models.DateTimeField()
    published = models.ForeignKey(ProcessVersion, models.PROTECT, null=True, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["state", "-changed_at"], name="process_draft_state")]


class AgencyProcess(models.Model):
    """Over `valid` an agency runs its own version where a procedure names the process `key`."""

    key = models.CharField(max_length=40)
    agency = models.ForeignKey("agencies.Agency", models.PROTECT, related_name="+")
    version = models.ForeignKey(ProcessVersion, models.PROTECT, related_name="+")
    valid = DateRangeField()

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="agency_process_one_at_a_time",
                expressions=[
                    ("key", RangeOperators.EQUAL),
                    ("agency", RangeOperators.EQUAL),
                    ("valid", RangeOperators.OVERLAPS),
                ],
            )
        ]


class ProcessInstance(models.Model):
    """One run. `state` is the engine's state without case data; `offices` maps the office keys
    that the process names to agencies."""

    class State(models.TextChoices):
        RUNNING = "running", "Đang chạy"
        ENDED = "ended", "Đã kết thúc"
        CANCELLED = "cancelled", "Đã hủy"

    version = models.ForeignKey(ProcessVersion, models.PROTECT, related_name="+")
    subject = models.BigIntegerField(unique=True)
    agency = models.ForeignKey("agencies.Agency", models.PROTECT, related_name="+")
    offices = models.JSONField(default=dict)
    engine_state = models.JSONField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.RUNNING)
    next_timer_at = models.DateTimeField(null=True)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["next_timer_at"],
                name="instance_timer_due",
                condition=models.Q(state="running", next_timer_at__isnull=False),
            )
        ]


class WorkItem(models.Model):
    """One step waiting for (or done by) one role of one agency."""

    class State(models.TextChoices):
        OPEN = "open", "Đang chờ"
        DONE = "done", "Đã xong"
        CANCELLED = "cancelled", "Đã hủy"

    instance = models.ForeignKey(ProcessInstance, models.PROTECT, related_name="items")
    subject = models.BigIntegerField()
    task_id = models.UUIDField()
    step = models.CharField(max_length=80)
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=30)
    role = models.CharField(max_length=15)
    agency = models.ForeignKey("agencies.Agency", models.PROTECT, related_name="+")
    outcomes = models.JSONField(default=list)
    settings = models.JSONField(default=dict)
    hours = models.DecimalField(max_digits=6, decimal_places=2, null=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    assignee = models.ForeignKey("people.Account", models.PROTECT, null=True, related_name="+")
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey("people.Account", models.PROTECT, null=True, related_name="+")
    outcome = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["instance", "task_id"], name="work_item_once")
        ]
        indexes = [
            models.Index(
                fields=["agency", "role", "due_at", "id"],
                name="work_item_open",
                condition=models.Q(state="open"),
            ),
            models.Index(
                fields=["agency", "role"],
                name="work_item_to_return",
                condition=models.Q(state="open", kind="return"),
            ),
            models.Index(
                fields=["assignee"],
                name="work_item_assigned",
                condition=models.Q(state="open", assignee__isnull=False),
            ),
            models.Index(fields=["subject", "opened_at"]),
        ]
