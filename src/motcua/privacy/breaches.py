"""The workbench for a breach: opening a case, finding who is affected, telling, closing.

Whoever answers for personal data at an agency, or inspects it, works on its cases. For everybody
else there are none. Every step is in the case's story and in the ledger, which names no person.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Count, Q, QuerySet

from motcua.agencies.models import Agency
from motcua.dossiers.models import Dossier
from motcua.foundation import clock, ledger, text
from motcua.foundation.models import LedgerEntry
from motcua.foundation.viewer import Viewer
from motcua.notices import actions as notices
from motcua.people import inspecting
from motcua.people.models import Access, Appointment, Role
from motcua.privacy import breach_clock
from motcua.privacy.breach_kinds import KINDS
from motcua.privacy.errors import Incomplete, PrivacyError
from motcua.privacy.models import Affected, Breach, BreachEntry

LONGEST_SEARCH = timedelta(days=366)


class NoSuchBreach(PrivacyError):
    """There is none, or it is not for the viewer: the two look the same."""

    message = "Không tìm thấy vụ việc này, hoặc tài khoản của bạn không được xem."


class Closed(PrivacyError):
    """The case has been closed."""

    message = "Vụ việc đã kết thúc nên không ghi thêm được."


def agencies_of(viewer: Viewer) -> QuerySet[Agency]:
    """The agencies whose breaches are the viewer's work."""
    own: set[int] = set()
    for post in viewer.posts:
        if post.role == Role.DATA_OFFICER:
            own |= {post.agency_id, *post.serves}
    return Agency.objects.filter(Q(pk__in=own) | Q(pk__in=inspecting.inspected(viewer)))


def works_here(viewer: Viewer) -> bool:
    """Whether the workbench exists for the viewer."""
    return any(post.role in (Role.DATA_OFFICER, Role.INSPECTOR) for post in viewer.posts)


def cases(viewer: Viewer) -> QuerySet[Breach]:
    """The viewer's cases, newest first, with how many people are known to be affected."""
    return (
        Breach.objects.filter(agency__in=agencies_of(viewer))
        .select_related("agency", "opened_by")
        .annotate(known=Count("affected"))
        .order_by("-learnt_at", "-pk")
    )


def case(viewer: Viewer, breach_id: int) -> Breach:
    """One case of the viewer's. Raises `NoSuchBreach`."""
    found = cases(viewer).filter(pk=breach_id).first()
    if found is None:
        raise NoSuchBreach
    return found


@dataclass(frozen=True, slots=True)
class NewBreach:
    """What is known when a case is opened; the rest comes with the story."""

    agency_id: int
    learnt_at: datetime
    what: str
    how: str
    kinds: Sequence[str]
    people: int
    began_at: datetime | None = None


@transaction.atomic
def open_case(viewer: Viewer, new: NewBreach, now: datetime) -> Breach:
    """Open a case; its clock runs from when it was learnt of. Raises `NoSuchBreach` for an agency
    that is not the viewer's, and `Incomplete`."""
    agency = agencies_of(viewer).filter(pk=new.agency_id).first()
    if agency is None or viewer.account_id is None:
        raise NoSuchBreach
    what = text.nfc(new.what).strip()[:4_000]
    if not what or not new.kinds or not set(new.kinds) <= set(KINDS):
        raise Incomplete("Hãy ghi chuyện gì đã xảy ra và loại dữ liệu bị ảnh hưởng.")
    if new.learnt_at > now or (new.began_at is not None and new.began_at > new.learnt_at):
        raise Incomplete("Thời điểm biết không thể ở sau bây giờ, hay ở trước lúc sự việc bắt đầu.")
    if not 0 <= new.people <= 200_000_000:
        raise Incomplete("Hãy ghi số người bị ảnh hưởng, chưa rõ thì ghi 0.")
    breach = Breach.objects.create(
        agency=agency,
        learnt_at=new.learnt_at,
        began_at=new.began_at,
        what=what,
        how=text.nfc(new.how).strip()[:4_000],
        kinds=sorted(set(new.kinds)),
        people=new.people,
        opened_at=now,
        opened_by_id=viewer.account_id,
    )
    due = clock.local(breach_clock.due(new.learnt_at))
    _note(viewer, breach, "opened", f"Mở vụ việc. Hạn báo cơ quan: {due:%H:%M %d/%m/%Y}.", now, {
        "learnt_at": new.learnt_at.isoformat(), "kinds": breach.kinds, "people": new.people,
    })  # fmt: skip
    return breach


@dataclass(frozen=True, slots=True)
class Search:
    """Where to look for those affected: in a stretch of time, what one viewer (by account name as
    recorded) looked at or did, or who stands in looks at one dossier."""

    since: datetime
    until: datetime
    viewer_name: str = ""
    dossier_number: str = ""


@transaction.atomic
def find_affected(viewer: Viewer, breach_id: int, search: Search, now: datetime) -> int:
    """Add the people whose data was looked at, or whose dossiers were acted on, as `search` says;
    how many are new. Raises `NoSuchBreach`, `Closed`, `Incomplete` for a search without end."""
    breach = _open(viewer, breach_id)
    name, number = text.nfc(search.viewer_name).strip(), search.dossier_number.strip()
    if not search.since < search.until <= search.since + LONGEST_SEARCH:
        raise Incomplete("Khoảng thời gian tìm phải có đầu, có cuối và không quá một năm.")
    if not name and not number:
        raise Incomplete("Hãy ghi người đã xem hoặc số hồ sơ.")
    window = {"at__gte": search.since, "at__lt": search.until}
    looks = Access.objects.filter(subject__isnull=False, **window)
    if name:
        looks = looks.filter(viewer_name__iexact=name)
    if number:
        looks = looks.filter(dossier_number=number)
    found = set(looks.values_list("subject_id", flat=True))
    unknown = Access.objects.filter(
        pk__in=_same(name, number, window), subject__isnull=True
    ).values("subject_index").distinct().count()  # fmt: skip
    found |= _acted_on(name, number, window)
    known = set(breach.affected.filter(person_id__in=found).values_list("person_id", flat=True))
    fresh = sorted(one for one in found - known if one is not None)
    Affected.objects.bulk_create(
        [Affected(breach=breach, person_id=one, found_at=now) for one in fresh],
        ignore_conflicts=True,
    )
    said = f"Tìm người bị ảnh hưởng: thêm {len(fresh)} người"
    if unknown:
        said += f", và {unknown} người chưa có tài khoản (phải báo bằng cách khác)"
    _note(viewer, breach, "found", f"{said}.", now, {
        "since": search.since.isoformat(), "until": search.until.isoformat(),
        "dossier": number, "found": len(fresh), "unknown": unknown,
    })  # fmt: skip
    return len(fresh)


def _same(name: str, number: str, window: dict[str, Any]) -> QuerySet[Access, Any]:
    rows = Access.objects.filter(**window)
    rows = rows.filter(viewer_name__iexact=name) if name else rows
    return (rows.filter(dossier_number=number) if number else rows).values("pk")


def _acted_on(name: str, number: str, window: dict[str, Any]) -> set[int]:
    """Applicants of the dossiers that the ledger says were acted on."""
    acts = LedgerEntry.objects.filter(kind__startswith="dossier.", **window)
    if number:
        acts = acts.filter(subject=number)
    if name:
        accounts = Appointment.objects.filter(account__display_name__iexact=name)
        actors = {f"account:{pk}" for pk in accounts.values_list("account_id", flat=True)}
        acts = acts.filter(actor__in=actors)
    numbers = acts.values("subject")
    return set(Dossier.objects.filter(number__in=numbers).values_list("applicant_id", flat=True))


@transaction.atomic
def note_measure(viewer: Viewer, breach_id: int, words: str, now: datetime) -> BreachEntry:
    """Write down what was done against it. Raises `NoSuchBreach`, `Closed`, `Incomplete`."""
    said = text.nfc(words).strip()[:4_000]
    breach = _open(viewer, breach_id)
    if not said:
        raise Incomplete("Hãy ghi biện pháp đã làm.")
    return _note(viewer, breach, "measure", said, now, {})


@transaction.atomic
def tell_authority(
    viewer: Viewer, breach_id: int, receipt: str, told: datetime, now: datetime
) -> Breach:
    """Note that the authority was told at `told`, and its receipt; the clock stands still then.
    Raises `NoSuchBreach`, `Closed`, `Incomplete`."""
    breach = _open(viewer, breach_id)
    words = text.nfc(receipt).strip()[:200]
    if breach.told_authority_at is not None:
        raise Incomplete("Đã ghi việc báo cơ quan rồi.")
    if not words or not breach.learnt_at <= told <= now:
        raise Incomplete("Hãy ghi số tiếp nhận và lúc đã báo, không ở sau bây giờ.")
    breach.told_authority_at, breach.authority_receipt = told, words
    breach.save(update_fields=["told_authority_at", "authority_receipt"])
    late = breach_clock.standing(breach.learnt_at, told, now).told_late
    said = f"Đã báo cơ quan chuyên trách lúc {clock.local(told):%H:%M %d/%m/%Y}: {words}."
    _note(viewer, breach, "authority", said + (" Quá 72 giờ." if late else ""), now, {
        "told_at": told.isoformat(), "receipt": words, "late": late,
    })  # fmt: skip
    return breach


@transaction.atomic
def tell_people(viewer: Viewer, breach_id: int, words: str, now: datetime) -> int:
    """Send `words` to everybody affected who has not been told; how many. Raises `NoSuchBreach`,
    `Closed`, `Incomplete`."""
    breach = _open(viewer, breach_id)
    said = text.nfc(words).strip()[:4_000]
    if not said:
        raise Incomplete("Hãy ghi lời báo cho người bị ảnh hưởng.")
    waiting = breach.affected.select_for_update(of=("self",)).select_related("person")
    untold = list(waiting.filter(told_at__isnull=True))
    for one in untold:
        notices.send(
            f"breach:{breach.pk}:{one.person_id}",
            one.person_id,
            "Dữ liệu cá nhân của bạn có thể đã bị lộ",
            said,
            link="/ai-da-xem/",
            email=one.person.email,
            now=now,
        )
        one.told_at = now
    Affected.objects.bulk_update(untold, ["told_at"])
    breach.told_people_at = now
    breach.save(update_fields=["told_people_at"])
    _note(viewer, breach, "people", f"Đã báo {len(untold)} người bị ảnh hưởng.", now, {
        "told": len(untold)
    })  # fmt: skip
    return len(untold)


@transaction.atomic
def close(viewer: Viewer, breach_id: int, report: str, now: datetime) -> Breach:
    """End the case with its report: when the authority was told, and everybody affected. Raises
    `NoSuchBreach`, `Closed`, `Incomplete`."""
    breach = _open(viewer, breach_id)
    words = text.nfc(report).strip()[:8_000]
    if not words:
        raise Incomplete("Hãy ghi báo cáo kết thúc: nguyên nhân, hậu quả, việc đã sửa.")
    if breach.told_authority_at is None:
        raise Incomplete("Chưa ghi việc báo cơ quan chuyên trách nên chưa kết thúc được.")
    if breach.affected.filter(told_at__isnull=True).exists():
        raise Incomplete("Còn người bị ảnh hưởng chưa được báo.")
    breach.closed_at, breach.report = now, words
    breach.save(update_fields=["closed_at", "report"])
    _note(viewer, breach, "closed", "Kết thúc vụ việc.", now, {"people": breach.affected.count()})
    return breach


def _open(viewer: Viewer, breach_id: int) -> Breach:
    """The viewer's case, locked. Raises `NoSuchBreach` and `Closed`."""
    rows = Breach.objects.select_for_update(of=("self",))
    found = rows.filter(pk=breach_id, agency__in=agencies_of(viewer)).first()
    if found is None:
        raise NoSuchBreach
    if found.closed_at is not None:
        raise Closed
    return found


def _note(
    viewer: Viewer, breach: Breach, kind: str, said: str, now: datetime, data: dict[str, Any]
) -> BreachEntry:
    entry = BreachEntry.objects.create(
        breach=breach, at=now, kind=kind, text=said, actor_name=viewer.name[:120]
    )
    ledger.append(
        f"privacy.breach_{kind}", f"breach:{breach.pk}", f"account:{viewer.account_id}", data
    )
    return entry


def remind(now: datetime) -> int:
    """Remind those in charge of cases whose authority has not been told; how many reminders."""
    sent = 0
    open_cases = Breach.objects.filter(told_authority_at__isnull=True, closed_at__isnull=True)
    for breach in open_cases:
        hours = breach_clock.reminders(breach.learnt_at, now)
        if hours:
            sent += _remind(breach, min(hours), now)
    return sent


@transaction.atomic
def _remind(breach: Breach, hours: int, now: datetime) -> int:
    held = Appointment.objects.filter(
        role=Role.DATA_OFFICER,
        valid__contains=clock.local(now).date(),
        agency_id=breach.agency_id,
        account__person__isnull=False,
    )
    people = set(held.values_list("account__person_id", flat=True))
    due = clock.local(breach_clock.due(breach.learnt_at))
    left = f"còn {hours} giờ" if hours else "đã hết 72 giờ"
    for person_id in people:
        notices.send(
            f"breach-clock:{breach.pk}:{hours}:{person_id}",
            person_id,
            f"Vụ việc dữ liệu cá nhân: {left}",
            f"Chưa ghi việc báo cơ quan chuyên trách. Hạn: {due:%H:%M %d/%m/%Y}.",
            link=f"/mot-cua/su-co/{breach.pk}/",
            now=now,
        )
    return len(people)
