"""What inspectors do about looks at personal data: find the odd ones, examine them, and withhold a
look from the person while an investigation runs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet

from motcua.agencies import queries as agencies
from motcua.agencies.models import Agency, Kind
from motcua.foundation import calendar as working
from motcua.foundation import clock, ledger, text
from motcua.foundation.viewer import Viewer
from motcua.people import kinship, odd_looks, rules
from motcua.people.errors import NoSuchLook, NotExamined, NotWithheld
from motcua.people.models import Access, Appointment, OddLook, Role

BATCH = 500
LONGEST = timedelta(days=365)
"""A decision that needs longer is taken anew."""


def judge_looks(now: datetime, batch: int = BATCH) -> int:
    """Hold looks that are ripe against the rules; how many were judged. Safe to stop and repeat."""
    total = 0
    while count := _judge_some(now, batch):
        total += count
    return total


@transaction.atomic
def _judge_some(now: datetime, batch: int) -> int:
    ripe = Q(at__lte=now - odd_looks.FOLLOWED_WITHIN) | Q(
        at__lte=now - rules.ONE_LOOK, dossier_number__gt=""
    )
    looks = list(
        Access.objects.select_for_update(of=("self",), skip_locked=True)
        .select_related("subject", "viewer__person")
        .filter(ripe, judged=False)
        .order_by("at", "pk")[:batch]
    )
    odd = []
    for look in looks:
        seen = _seen(look)
        agency = look.agency_id
        on = clock.local(look.at).date()
        calendar = agencies.calendar_of(agency, on) if agency else working.standard()
        if look.viewer_id is not None and (why := odd_looks.reasons(seen, calendar)):
            odd.append(OddLook(access=look, reasons=[str(one) for one in why], found_at=now))
    OddLook.objects.bulk_create(odd, ignore_conflicts=True)
    Access.objects.filter(pk__in=[look.pk for look in looks]).update(judged=True)
    return len(looks)


def _seen(look: Access) -> odd_looks.Seen:
    whom = Q(subject_id=look.subject_id) if look.subject_id else Q(subject_index=look.subject_index)
    mine = Access.objects.filter(viewer_id=look.viewer_id)
    lately = mine.filter(at__gt=look.at - odd_looks.BULK_WITHIN, at__lte=look.at)
    viewer = look.viewer.person if look.viewer else None
    return odd_looks.Seen(
        at=look.at,
        dossier=look.dossier_number,
        followed=not look.dossier_number
        and mine.filter(
            whom,
            dossier_number__gt="",
            at__gte=look.at - odd_looks.FOLLOWED_WITHIN,
            at__lte=look.at + odd_looks.FOLLOWED_WITHIN,
        ).exists(),
        of_colleague=_colleagues(look),
        of_relative=_relatives(look),
        same_home=bool(
            viewer
            and look.subject
            and viewer.residence
            and text.fold(viewer.residence) == text.fold(look.subject.residence or "")
        ),
        people_in_hour=lately.values("subject_id", "subject_index").distinct().count(),
    )


def _relatives(look: Access) -> bool:
    """Whether the person is next of kin to the viewer, known here or not."""
    viewer = look.viewer.person if look.viewer else None
    whom = look.subject.id_index if look.subject else look.subject_index
    if viewer is None or whom is None:
        return False
    return kinship.are_related(bytes(viewer.id_index), bytes(whom))


def _colleagues(look: Access) -> bool:
    """Whether the person works where the viewer does, that day."""
    if look.subject_id is None or look.viewer_id is None:
        return False
    on = clock.local(look.at).date()
    held = Appointment.objects.filter(valid__contains=on).order_by()
    places = {
        agencies.facts(agency).works_for
        for agency in held.filter(account_id=look.viewer_id).values_list("agency_id", flat=True)
    }
    return any(
        agencies.facts(agency).works_for in places
        for agency in held.filter(account__person_id=look.subject_id).values_list(
            "agency_id", flat=True
        )
    )


def inspects(viewer: Viewer) -> bool:
    """Whether the viewer is an inspector somewhere today."""
    return any(post.role == Role.INSPECTOR for post in viewer.posts)


def inspected(viewer: Viewer) -> QuerySet[Agency]:
    """The agencies the viewer inspects: the body they inspect for and what is below it. The
    inspectorate of a province is one of its departments and inspects for the province."""
    roots = set()
    for post in viewer.posts:
        if post.role == Role.INSPECTOR:
            facts = agencies.facts(post.agency_id)
            above = facts.parent_id if facts.kind == Kind.DEPARTMENT else None
            roots.add(above or facts.works_for)
    return Agency.objects.filter(
        Q(pk__in=roots)
        | Q(parent__in=roots)
        | Q(parent__parent__in=roots)
        | Q(parent__parent__parent__in=roots)
    )


def _theirs(viewer: Viewer) -> QuerySet[OddLook]:
    """Odd looks the viewer may examine: of their agencies, and never their own."""
    return OddLook.objects.filter(access__agency__in=inspected(viewer)).exclude(
        access__viewer_id=viewer.account_id
    )


@dataclass(frozen=True, slots=True)
class OddFilter:
    """Which odd looks are asked for: of one reason, of viewers whose name holds these words, from
    one day to another. Empty values ask for all."""

    reason: str = ""
    viewer: str = ""
    since: date | None = None
    until: date | None = None

    def narrow(self, rows: QuerySet[OddLook]) -> QuerySet[OddLook]:
        if self.reason:
            rows = rows.filter(reasons__contains=[self.reason])
        if words := text.nfc(self.viewer).strip():
            rows = rows.filter(access__viewer_name__icontains=words)
        if self.since:
            rows = rows.filter(access__at__gte=_midnight(self.since))
        if self.until:
            rows = rows.filter(access__at__lt=_midnight(self.until) + timedelta(days=1))
        return rows


def _midnight(day: date) -> datetime:
    """The beginning of the day in Vietnam."""
    return datetime.combine(day, time(), clock.TZ)


@dataclass(frozen=True, slots=True)
class OddPage:
    """One page of odd looks; `more` is whether another follows."""

    rows: Sequence[OddLook]
    more: bool


def odd_page(
    viewer: Viewer,
    *,
    examined: bool,
    only: OddFilter = OddFilter(),
    after: int = 0,
    limit: int = 25,
) -> OddPage:
    """The odd looks the viewer may examine, newest first, from the `after`-th on."""
    rows = list(
        only.narrow(_theirs(viewer))
        .filter(examined_at__isnull=not examined)
        .select_related("access__subject", "examined_by")
        .order_by("-access__at", "-pk")[after : after + limit + 1]
    )
    return OddPage(rows[:limit], len(rows) > limit)


@transaction.atomic
def examine(viewer: Viewer, odd_id: int, note: str, now: datetime) -> OddLook:
    """Mark an odd look as examined, with what was found. Raises `NoSuchLook`, and `NotExamined`
    without a note. Examining again changes nothing."""
    odd = _theirs(viewer).select_for_update(of=("self",)).filter(pk=odd_id).first()
    if odd is None:
        raise NoSuchLook
    words = text.nfc(note).strip()
    if not words:
        raise NotExamined
    if odd.examined_at is None:
        odd.examined_at, odd.examined_by_id, odd.note = now, viewer.account_id, words[:2_000]
        odd.save(update_fields=["examined_at", "examined_by", "note"])
        ledger.append(
            "people.odd_look_examined",
            f"access:{odd.access_id}",
            f"account:{viewer.account_id}",
            {"reasons": odd.reasons},
        )
    return odd


@transaction.atomic
def withhold(viewer: Viewer, odd_id: int, decision: str, until: datetime, now: datetime) -> Access:
    """Keep the look behind an odd look from the person it concerns until `until`, by `decision`
    (number, date and authority). Raises `NoSuchLook`, and `NotWithheld` when there is no decision,
    or its day is past or more than a year away. The withholding itself is in the ledger."""
    odd = _theirs(viewer).select_related("access").filter(pk=odd_id).first()
    if odd is None:
        raise NoSuchLook
    words = text.nfc(decision).strip()[:200]
    if not words or not now < until <= now + LONGEST:
        raise NotWithheld
    look = Access.objects.select_for_update(of=("self",)).get(pk=odd.access_id)
    look.withheld_until, look.withheld_by = until, words
    look.save(update_fields=["withheld_until", "withheld_by"])
    ledger.append(
        "people.look_withheld",
        f"access:{look.pk}",
        f"account:{viewer.account_id}",
        {"decision": words, "until": until.isoformat()},
    )
    return look
