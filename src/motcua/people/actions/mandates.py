"""Giving and ending mandates: who may act for whom. Each act is in the ledger with it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from motcua.foundation import crypto, ledger, text
from motcua.foundation.viewer import Viewer
from motcua.people import guardians, representation, rules
from motcua.people.actions.knowing import upsert_person
from motcua.people.errors import CannotGrant, MandateEnded, NobodyByThatName, NoSuchMandate
from motcua.people.models import Mandate, Organisation, Person
from motcua.people.representation import Ground


@dataclass(frozen=True, slots=True)
class Terms:
    """What a mandate is given for. `ends` is the first moment it does not hold any more; None: a
    year. `paper` is the number of the authorisation, `paper_file` its upload."""

    procedures: Collection[str]
    deeds: Collection[str]
    starts: datetime
    ends: datetime | None
    paper: str = ""
    paper_file: UUID | None = None


def named(id_number: str, full_name: str, now: datetime) -> Person:
    """The person with this number, whom the caller also knows by name; expected when they have not
    been here yet. Raises `rules.BadIdNumber` and `NobodyByThatName`, which says alike that the
    number is somebody else's and that the name is missing."""
    number = rules.id_number(id_number)
    name = text.nfc(full_name).strip()
    if not name:
        raise NobodyByThatName
    found = Person.objects.filter(id_index=crypto.blind_index("person", number)).first()
    if found is None:
        return upsert_person(number, name, now=now)
    if found.folded_name != text.fold(name):
        raise NobodyByThatName
    return found


@transaction.atomic
def authorise(viewer: Viewer, representative: Person, terms: Terms, now: datetime) -> Mandate:
    """The viewer lets somebody act for them; or, acting as the legal representative of an
    organisation, lets an accountant act for it. Raises `CannotGrant`."""
    acting = viewer.acting
    if viewer.person_id is None:
        raise CannotGrant("Hãy đăng nhập trước.")
    if acting is not None and not _held_by_law(viewer, acting.mandate_id, now):
        raise CannotGrant("Người được ủy quyền không được ủy quyền lại.")  # BLDS 2015 Đ564
    if representative.pk == viewer.person_id:
        raise CannotGrant("Không cần cho chính mình làm thay mình.")
    ground = Ground.AUTHORISED if acting is None else Ground.ACCOUNTANT
    if problem := representation.wrong_with(
        ground,
        terms.starts,
        terms.ends,
        terms.deeds,
        terms.paper or ("tệp" if terms.paper_file else ""),
        now,
    ):
        raise CannotGrant(problem)
    return _give(
        Mandate(
            representative=representative,
            person_id=viewer.person_id if acting is None else None,
            organisation_id=acting.organisation_id if acting else None,
            ground=ground,
            procedures=sorted(set(terms.procedures)),
            deeds=sorted(set(terms.deeds)),
            valid=DateTimeTZRange(terms.starts, representation.end_of(terms.starts, terms.ends)),
            paper=text.nfc(terms.paper).strip()[:200],
            paper_file=terms.paper_file,
            source="Người được đại diện cho trên cổng",
            granted_by_id=viewer.account_id,
            granted_at=now,
        ),
        f"account:{viewer.account_id}",
    )


def _held_by_law(viewer: Viewer, mandate_id: int, now: datetime) -> bool:
    """Whether the viewer acts for an organisation as its legal representative; the row is held."""
    return (
        Mandate.objects.select_for_update(of=("self",), no_key=True)
        .filter(
            pk=mandate_id,
            representative_id=viewer.person_id,
            ground=Ground.LEGAL,
            organisation__isnull=False,
            valid__contains=now,
        )
        .exists()
    )


def _give(mandate: Mandate, by: str) -> Mandate:
    """Keep a mandate and say so in the ledger. Raises `CannotGrant` when it is held already."""
    try:
        with transaction.atomic():
            mandate.save(force_insert=True)
    except IntegrityError as error:
        if "_once" in str(error):
            raise CannotGrant(
                "Người này đang được làm thay rồi. Hãy chấm dứt lần trước rồi cho lại."
            ) from error
        raise
    ledger.append(
        "people.mandate_given",
        f"mandate:{mandate.pk}",
        by,
        {
            "representative": mandate.representative_id,
            "person": mandate.person_id,
            "organisation": mandate.organisation_id,
            "ground": str(mandate.ground),
            "procedures": list(mandate.procedures),
            "deeds": list(mandate.deeds),
            "from": mandate.valid.lower,
            "until": mandate.valid.upper,
        },
    )
    return mandate


@transaction.atomic
def legal_representative(
    person: Person, organisation: Organisation, source: str, now: datetime
) -> Mandate | None:
    """The person represents the organisation by law, as `source` says (NĐ 69/2024: the eID account
    of an organisation is its legal representative's). Who was ended here stays ended: None."""
    Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)
    known = Mandate.objects.filter(
        representative=person, organisation=organisation, ground=Ground.LEGAL
    )
    current = known.filter(valid__contains=now).first()
    if current is not None or known.filter(ended_at__isnull=False).exists():
        return current
    return _give(
        Mandate(
            representative=person,
            organisation=organisation,
            ground=Ground.LEGAL,
            deeds=sorted(representation.ALL_DEEDS),
            valid=DateTimeTZRange(now, None),
            source=source,
            granted_at=now,
        ),
        "system",
    )


@transaction.atomic
def parent(parent_id: int, child: Person, source: str, now: datetime) -> Mandate | None:
    """A parent represents their child until the eighteenth birthday (BLDS 2015 Đ136), as the
    population register says. None for who is of age, or when a court or an officer ended it."""
    Person.objects.select_for_update(no_key=True).get(pk=child.pk)
    if child.birth_date is None or child.pk == parent_id:
        return None
    until = representation.midnight(representation.of_age_on(child.birth_date))
    known = Mandate.objects.filter(representative_id=parent_id, person=child, ground=Ground.PARENT)
    current = known.filter(valid__contains=now).first()
    if current is not None or until <= now or known.filter(ended_at__isnull=False).exists():
        return current
    return _give(
        Mandate(
            representative_id=parent_id,
            person=child,
            ground=Ground.PARENT,
            deeds=sorted(representation.ALL_DEEDS),
            valid=DateTimeTZRange(now, until),
            source=source,
            granted_at=now,
        ),
        "system",
    )


@transaction.atomic
def guardian(
    officer: Viewer, representative: Person, ward: Person, paper: str, until: date | None,
    now: datetime,
) -> Mandate:  # fmt: skip
    """An officer who keeps an agency's posts records the guardian that a decision names (BLDS 2015
    Đ46-54), through the day `until` (None: until the ward is of age; for who is, a year). Raises
    `CannotGrant`."""
    if not guardians.bodies(officer, now):
        raise CannotGrant("Chỉ người đứng đầu hoặc quản trị của cơ quan ghi nhận giám hộ.")
    if until is not None:
        ends = representation.midnight(until + timedelta(days=1))
    else:
        ends = _of_age(ward, now) or representation.end_of(now, None)
    written = text.nfc(paper).strip()[:200]
    problem = representation.wrong_with(
        Ground.GUARDIAN, now, ends, representation.ALL_DEEDS, written, now
    )
    if problem or representative.pk == ward.pk:
        raise CannotGrant(problem or "Không ai giám hộ chính mình.")
    if officer.person_id in (representative.pk, ward.pk):
        raise CannotGrant("Không ai ghi nhận giám hộ cho chính mình. Hãy nhờ người khác ghi.")
    return _give(
        Mandate(
            representative=representative,
            person=ward,
            ground=Ground.GUARDIAN,
            deeds=sorted(representation.ALL_DEEDS),
            valid=DateTimeTZRange(now, ends),
            paper=written,
            source="Quyết định công nhận giám hộ",
            granted_by_id=officer.account_id,
            granted_at=now,
        ),
        f"account:{officer.account_id}",
    )


def _of_age(ward: Person, now: datetime) -> datetime | None:
    """When a minor will be of age, within what a mandate may last; None for who is, or is not known
    to be a minor."""
    if ward.birth_date is None:
        return None
    day = representation.midnight(representation.of_age_on(ward.birth_date))
    return min(day, now + representation.LONGEST) if day > now else None


@transaction.atomic
def end_guardianship(officer: Viewer, mandate_id: int, now: datetime) -> Mandate:
    """End what an officer of the same body recorded: the guardian was changed or is not needed any
    more (BLDS 2015 Đ60, Đ62). Raises `NoSuchMandate`."""
    if not guardians.recorded(officer, now).filter(pk=mandate_id).exists():
        raise NoSuchMandate
    found = Mandate.objects.select_for_update(of=("self",)).get(pk=mandate_id)
    return end(found, f"account:{officer.account_id}", now)


@transaction.atomic
def revoke(viewer: Viewer, mandate_id: int, now: datetime) -> Mandate:
    """End a mandate this very moment: the one who gave it may, the represented organisation's
    legal representative may, and the representative may lay it down. Raises `NoSuchMandate`.
    What by law nobody may revoke (a parent's) answers alike."""
    found = Mandate.objects.select_for_update(of=("self",)).filter(pk=mandate_id).first()
    if found is None or not _may_end(viewer, found, now):
        raise NoSuchMandate
    return end(found, f"account:{viewer.account_id}", now)


def _may_end(viewer: Viewer, found: Mandate, now: datetime) -> bool:
    if viewer.person_id is None:
        return False
    if found.ground in (Ground.PARENT, Ground.GUARDIAN):
        return False
    if found.representative_id == viewer.person_id:
        return True
    if found.ground == Ground.LEGAL:
        return False
    if found.person_id is not None:
        return viewer.acting is None and found.person_id == viewer.person_id
    acting = viewer.acting
    return (
        acting is not None
        and acting.organisation_id == found.organisation_id
        and _held_by_law(viewer, acting.mandate_id, now)
    )


def end(found: Mandate, by: str, now: datetime) -> Mandate:
    """End the locked mandate at `now`; one that has ended stays as it is."""
    if (
        found.ended_at is not None
        or found.valid.isempty
        or (found.valid.upper is not None and found.valid.upper <= now)
    ):
        return found
    start = found.valid.lower
    found.valid = DateTimeTZRange(min(start, now), now)
    found.ended_at = now
    found.save(update_fields=["valid", "ended_at"])
    ledger.append("people.mandate_ended", f"mandate:{found.pk}", by, {"at": now})
    return found


def hold(viewer: Viewer, mandate_id: int, deed: str, procedure: str, now: datetime) -> Mandate:
    """The viewer's mandate for `deed` with a dossier of `procedure`, held against revocation to the
    end of the transaction: of an act and a revocation at once, one comes first. Raises
    `MandateEnded`. One statement."""
    found = (
        Mandate.objects.select_related("person", "organisation")
        .select_for_update(of=("self",), no_key=True)
        .filter(pk=mandate_id, representative_id=viewer.person_id)
        .first()
    )
    if found is None or not representation.may(power(found), deed, procedure, now):
        raise MandateEnded
    return found


def power(found: Mandate) -> representation.Power:
    """A mandate as plain values; one that was ended before it began holds at no moment."""
    if found.valid.isempty:
        return representation.Power(found.ground, found.granted_at, found.granted_at)
    return representation.Power(
        ground=found.ground,
        starts=found.valid.lower,
        ends=found.valid.upper,
        procedures=frozenset(found.procedures),
        deeds=frozenset(found.deeds),
    )
