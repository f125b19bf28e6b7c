"""The people of the demonstration, as viewers, and what they do at each turn of a dossier."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from motcua.agencies import queries as agencies
from motcua.catalogue import queries as catalogue
from motcua.demo import accounts
from motcua.demo.nation import nation
from motcua.documents import actions as documents
from motcua.documents.models import Document
from motcua.dossiers.actions import applicant as applicant_acts
from motcua.dossiers.actions import deciding, drafting, filing, handling, intake
from motcua.dossiers.actions.acting import applicant
from motcua.dossiers.models import Dossier, Draft, FilingWay, Slip, Status, SupplementRequest
from motcua.foundation import clock
from motcua.people import actions as people
from motcua.people import queries
from motcua.people.models import Person
from motcua.people.viewers import SignedInViewer
from motcua.processes.models import WorkItem

from ..world import settle
from . import answers as a

if TYPE_CHECKING:
    from motcua.documents.verification import Report

HOME = accounts.home_commune()
AGENCY = HOME.agency_code
MISSING = [{"key": "giay_cu", "text": "Giấy xác nhận cũ"}]


def person(key: str) -> Person:
    """A named citizen as the eID would have told us."""
    known = nation().people[accounts.citizen(key).id_number]
    return people.upsert_person(
        known.id_number,
        known.full_name,
        birth_date=known.birth_date,
        sex=known.sex,
        ethnicity=known.ethnicity,
        residence_code=known.commune,
        phone=known.phone,
        email=known.email,
        now=clock.now(),
    )


def citizen(key: str, assurance: int = 2) -> SignedInViewer:
    """A named citizen, signed in."""
    account = people.expect_account(person(key))
    return queries.viewer_of(account, assurance, clock.now())


def officer(key: str) -> SignedInViewer:
    """An officer of the demonstration, signed in: `H37.105/handler`, or `handler` of the home
    commune."""
    full = key if "/" in key else f"{AGENCY}/{key}"
    held = queries.person_by_id_number(accounts.officer(full).id_number)
    assert held is not None
    return queries.viewer_of(people.expect_account(held), 2, clock.now())


def agency_id(code: str = AGENCY) -> int:
    return agencies.agency(code).pk


def version_id(code: str, on: date | None = None) -> int:
    found = catalogue.facts_in_force(code, on or clock.today())
    assert found is not None
    return found.id


def drafted(viewer: SignedInViewer, code: str, answers: dict[str, Any], **changes: Any) -> Draft:
    """A draft of the viewer's at the home commune with these answers."""
    draft = drafting.start_draft(viewer, version_id(code), agency_id(), clock.now())
    return drafting.save_topic(
        viewer, draft.pk, {**answers, **changes}, draft.revision, clock.now()
    )


def filed(
    code: str, now: datetime | None = None, /, **changes: Any
) -> tuple[SignedInViewer, Dossier]:
    """One of the five, filed online by who needs it, with every paper it asks for."""
    key, answers = a.FIVE[code]
    viewer = citizen(key)
    at = now or clock.now()
    draft = drafted(viewer, code, answers(), **changes)
    for component in needed(code, {**answers(), **changes}):
        drafting.attach(viewer, draft.pk, component, f"{component}.pdf", a.pdf(), at)
    return viewer, drafting.submit(viewer, draft.pk, at)


def needed(code: str, answers: dict[str, Any], on: date | None = None) -> list[str]:
    """The papers that must be attached."""
    from motcua.catalogue import rules as law

    facts = catalogue.version(version_id(code, on))
    found = law.needed_components(facts, answers)
    return [c.key for c in found if c.required and c.upload]


def filed_at(code: str, version: int, now: datetime, **changes: Any) -> Dossier:
    """The same, straight into a version that need not be in force now (no papers: they would be
    compared at the counter)."""
    key, answers = a.FIVE[code]
    viewer = citizen(key)
    return filing.file(
        filing.Filing(
            version_id=version,
            agency_id=agency_id(),
            way=FilingWay.COUNTER,
            applicant=person(key),
            answers={**answers(), **changes},
            actor=applicant(viewer),
        ),
        now,
    )


def step(dossier: Dossier, kind: str) -> WorkItem:
    """The one open step of a kind."""
    return WorkItem.objects.get(subject=dossier.pk, kind=kind, state=WorkItem.State.OPEN)


def fresh(dossier: Dossier) -> Dossier:
    """The dossier as it stands now."""
    return Dossier.objects.get(pk=dossier.pk)


def seen(dossier: Dossier) -> int:
    """The revision that a page opened now would carry."""
    return fresh(dossier).revision


def accepted(dossier: Dossier, by: str = "receptionist") -> Dossier:
    return intake.accept(officer(by), dossier.pk, seen(dossier), clock.now())


def finish(
    dossier: Dossier, kind: str, outcome: str, by: str = "handler", note: str = "", **data: Any
) -> Dossier:
    """The open step of a kind, finished with an outcome."""
    item = step(dossier, kind)
    return handling.complete_step(
        officer(by), item.pk, seen(dossier), outcome, note, data, clock.now()
    )


def signed(dossier: Dossier, by: str = "approver") -> Dossier:
    """The approver looks at what would be signed, in their own name, and signs it."""
    viewer, item = officer(by), step(dossier, "approve")
    settle()
    if draft_of(dossier).data["signer_account"] != viewer.account_id:
        deciding.prepare_for_me(viewer, item.pk, clock.now())
        settle()
    digest = draft_of(dossier).preview_sha256
    assert digest is not None
    return deciding.approve_and_sign(
        viewer, item.pk, seen(dossier), bytes(digest).hex(), clock.now()
    )


def draft_of(dossier: Dossier) -> Document:
    """The result as it stands, signed or not."""
    return Document.objects.get(pk=fresh(dossier).facts["result_document"])


def judged(document: Document) -> Report:
    """What anybody finds who checks the file with the roots alone."""
    from cryptography import x509
    from django.conf import settings

    from motcua.documents import ca
    from motcua.documents.verification import verify_pdf

    assert document.file is not None
    ca.ensure()
    roots = x509.load_pem_x509_certificates((settings.ENV.home / "ca/trust.pem").read_bytes())
    with documents.open_file(document.file) as stream:
        return verify_pdf(stream.read(), roots)


def local(text: str) -> datetime:
    """A moment as a clock on a Vietnamese wall shows it."""
    return datetime.fromisoformat(text).replace(tzinfo=clock.TZ)


def status(dossier: Dossier) -> Status:
    return Status(fresh(dossier).status)


def states(dossier: Dossier) -> list[int]:
    """The states the dossier went through, each once in a row."""
    found: list[int] = []
    for state in dossier.timeline.order_by("id").values_list("status", flat=True):
        if not found or found[-1] != state:
            found.append(state)
    return found


def slips(dossier: Dossier) -> list[str]:
    return sorted(Slip.objects.filter(dossier=dossier).values_list("form", flat=True))


def assert_valid(dossier: Dossier, signer: str = "approver") -> None:
    """The result is what anybody may trust."""
    report = judged(draft_of(dossier))
    assert report.valid, report.problem
    assert report.number == draft_of(dossier).number
    assert [one.signer for one in report.signatures] == [officer(signer).name]


def ask(dossier: Dossier, by: str = "receptionist") -> SupplementRequest:
    """Somebody asks for one more paper."""
    return intake.ask_supplement(
        officer(by), dossier.pk, seen(dossier), MISSING, "Còn thiếu giấy tờ.", clock.now()
    )


def answer(viewer: SignedInViewer, dossier: Dossier, text: str = "Đã bổ sung.") -> Dossier:
    return applicant_acts.answer_supplement(viewer, dossier.number, text, [], {}, clock.now())


def paid(dossier: Dossier) -> Dossier:
    """The fee, in cash."""
    return intake.take_cash(officer("receptionist"), dossier.pk, seen(dossier), clock.now())
