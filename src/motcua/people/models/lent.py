"""Acting for another: in office by delegation and during leave, as a citizen by mandate."""

from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateTimeRangeField, RangeOperators
from django.db import models

from motcua.people.models.known import Account, Organisation, Person, Role


class Delegation(models.Model):
    """Ủy quyền: for a time and in writing, the holder of a post lets an officer of the agency do
    what some of their roles may (NĐ 30/2020 Đ13: limited in time and matter, and not to be passed
    on). It lends posts that are still held: where the giver's post ends, so does this."""

    giver = models.ForeignKey(Account, models.PROTECT, related_name="delegations_given")
    receiver = models.ForeignKey(Account, models.PROTECT, related_name="delegations")
    agency = models.ForeignKey("agencies.Agency", models.PROTECT, related_name="+")
    roles = ArrayField(models.CharField(max_length=15, choices=Role.choices))
    title = models.CharField(max_length=120)
    decision_number = models.CharField(max_length=80)
    valid = DateTimeRangeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["receiver"], name="delegation_received")]
        constraints = [
            models.CheckConstraint(
                name="delegation_to_another", condition=~models.Q(giver=models.F("receiver"))
            )
        ]


class Leave(models.Model):
    """Nghỉ phép: who is away from when to when, and who does their work meanwhile."""

    account = models.ForeignKey(Account, models.PROTECT, related_name="leaves")
    substitute = models.ForeignKey(Account, models.PROTECT, related_name="stands_in")
    agency = models.ForeignKey("agencies.Agency", models.PROTECT, related_name="+")
    valid = DateTimeRangeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="leave_one_at_a_time",
                expressions=[
                    ("account", RangeOperators.EQUAL),
                    ("agency", RangeOperators.EQUAL),
                    ("valid", RangeOperators.OVERLAPS),
                ],
            ),
            models.CheckConstraint(
                name="leave_to_another", condition=~models.Q(account=models.F("substitute"))
            ),
        ]


class Mandate(models.Model):
    """Who may act for whom: `representative` for one person or one organisation, on a ground, from
    when to when, for which procedures (by code; empty: all) and with which deeds
    (`representation.Deed`). Revoking ends `valid` at that moment; `ended_at` says that it was.

    `paper` names the authorisation, `paper_file` is the uploaded one (a row of `documents`, which
    stands above this room)."""

    class Ground(models.TextChoices):
        LEGAL = "legal", "Người đại diện theo pháp luật"
        ACCOUNTANT = "accountant", "Kế toán, người được doanh nghiệp giao"
        PARENT = "parent", "Cha, mẹ của con chưa thành niên"
        GUARDIAN = "guardian", "Người giám hộ"
        AUTHORISED = "authorised", "Người được ủy quyền"

    representative = models.ForeignKey(Person, models.PROTECT, related_name="mandates")
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="represented_by")
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, related_name="represented_by"
    )
    ground = models.CharField(max_length=10, choices=Ground.choices)
    procedures = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    deeds = ArrayField(models.CharField(max_length=10), default=list, blank=True)
    valid = DateTimeRangeField()
    paper = models.CharField(max_length=200, blank=True)
    paper_file = models.UUIDField(null=True)
    source = models.CharField(max_length=200)
    granted_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    granted_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["representative"], name="mandate_held"),
        ]
        constraints = [
            models.CheckConstraint(
                name="mandate_for_one",
                condition=models.Q(person__isnull=False, organisation__isnull=True)
                | models.Q(person__isnull=True, organisation__isnull=False),
            ),
            models.CheckConstraint(
                name="mandate_for_another",
                condition=models.Q(person__isnull=True)
                | ~models.Q(person=models.F("representative")),
            ),
            ExclusionConstraint(
                name="mandate_for_person_once",
                expressions=[
                    ("representative", RangeOperators.EQUAL),
                    ("person", RangeOperators.EQUAL),
                    ("ground", RangeOperators.EQUAL),
                    ("valid", RangeOperators.OVERLAPS),
                ],
            ),
            ExclusionConstraint(
                name="mandate_for_organisation_once",
                expressions=[
                    ("representative", RangeOperators.EQUAL),
                    ("organisation", RangeOperators.EQUAL),
                    ("ground", RangeOperators.EQUAL),
                    ("valid", RangeOperators.OVERLAPS),
                ],
            ),
        ]
