"""The people of the demonstration, as viewers, and the answers they give."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from motcua.agencies import queries as agencies
from motcua.catalogue import queries as catalogue
from motcua.demo import accounts
from motcua.demo.nation import nation
from motcua.documents import actions as documents
from motcua.documents.models import Document
from motcua.dossiers.actions import deciding, drafting, filing, handling, intake
from motcua.dossiers.actions.acting import applicant
from motcua.dossiers.models import Dossier, Draft, FilingWay
from motcua.foundation import clock
from motcua.people import actions as people
from motcua.people import queries
from motcua.people.models import Person
from motcua.people.viewers import SignedInViewer
from motcua.processes.models import WorkItem

from ..world import settle

if TYPE_CHECKING:
    from motcua.documents.verification import Report

HOME = accounts.home_commune()
AGENCY = HOME.agency_code
PLACE = {"province": "20", "commune": HOME.code, "detail": "Thôn Bản Chu"}


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


def day(days: int = 0) -> str:
    """Today and so many days more, as a form's date."""
    return (clock.today() + timedelta(days=days)).isoformat()


def about(key: str, prefix: str = "applicant") -> dict[str, Any]:
    """Who files, as most forms ask it."""
    known = nation().people[accounts.citizen(key).id_number]
    return {
        f"{prefix}_full_name": known.full_name,
        f"{prefix}_id": known.id_number,
        f"{prefix}_birth_date": known.birth_date.isoformat(),
        f"{prefix}_address": PLACE,
        f"{prefix}_phone": "0912345678",
    }


def marital_status(key: str = "doc-than") -> dict[str, Any]:
    return {
        **about(key),
        "for_whom": "self",
        "person_sex": nation().people[accounts.citizen(key).id_number].sex,
        "person_ethnicity": "Tày",
        "person_nationality": "Việt Nam",
        "marital_status": "single",
        "lived_elsewhere": False,
        "purpose": "loan",
        "copies": 1,
        "had_paper": False,
        "result_way": "electronic",
    }


def household_business(key: str = "chu-quan") -> dict[str, Any]:
    return {
        **about(key, "owner"),
        "filed_by": "owner",
        "owner_sex": "female",
        "owner_ethnicity": "Nùng",
        "owner_nationality": "Việt Nam",
        "owner_lives_elsewhere": False,
        "business_name": "Phở Chua Xứ Lạng",
        "business_address": PLACE,
        "has_other_places": False,
        "sectors": [{"sector_name": "Nhà hàng", "sector_code": "5610", "sector_main": True}],
        "has_conditional_sector": False,
        "founder_kind": "individual",
        "capital": 50_000_000,
        "workers": 2,
        "tax_address_same": True,
        "may_found": True,
        "result_way": "electronic",
    }


def birth() -> dict[str, Any]:
    """The father files for the newborn; the notice of birth is on paper."""
    people_ = nation().people
    found = {
        **about("cha"),
        "filer_relation": "father",
        "child_full_name": "Hoàng Minh Châu",
        "child_birth_date": day(-5),
        "child_sex": "female",
        "child_ethnicity": "Tày",
        "child_nationality": "Việt Nam",
        "child_native_place": {"province": "20", "commune": HOME.code},
        "child_birth_place": {"province": "20", "commune": HOME.code},
        "birth_evidence": "notice_paper",
        "mother_known": True,
        "father_known": True,
        "parents_married": True,
        "marriage_agency": "Ủy ban nhân dân xã Cai Kinh",
        "copies_wanted": 2,
        "result_way": "electronic",
    }
    for role, key in (("mother", "me"), ("father", "cha")):
        known = people_[accounts.citizen(key).id_number]
        found |= {
            f"{role}_full_name": known.full_name,
            f"{role}_birth_date": known.birth_date.isoformat(),
            f"{role}_id": known.id_number,
            f"{role}_ethnicity": known.ethnicity,
            f"{role}_nationality": "Việt Nam",
            f"{role}_address": PLACE,
        }
    return found


def building(key: str = "xay-nha") -> dict[str, Any]:
    known = nation().people[accounts.citizen(key).id_number]
    return {
        "investor_kind": "person",
        "investor_full_name": known.full_name,
        "investor_id": known.id_number,
        "investor_address": PLACE,
        "investor_phone": "0912345675",
        "site_address": PLACE,
        "parcel_number": "125",
        "map_sheet": "14",
        "land_area": 180,
        "land_paper": "certificate",
        "land_certificate_number": "CT 123456",
        "land_certificate_date": "2019-05-20",
        "work_kind": "house",
        "ground_area": 90,
        "total_floor_area": 180,
        "height": 8,
        "floors": 2,
        "basements": 0,
        "has_top_floor": False,
        "designed_by": "self",
        "needs_fire_approval": False,
        "adjacent_safety": True,
        "start_date": day(60),
        "months": 8,
        "result_way": "electronic",
    }


def certified_copy(key: str = "cao-tuoi", pages: int = 4, copies: int = 2) -> dict[str, Any]:
    known = nation().people[accounts.citizen(key).id_number]
    return {
        "applicant_full_name": known.full_name,
        "applicant_id": known.id_number,
        "applicant_phone": "0912345677",
        "original_kind": "vietnam",
        "paper_name": "Giấy chứng nhận quyền sử dụng đất",
        "paper_issuer": "Sở Tài nguyên và Môi trường",
        "pages": pages,
        "copies": copies,
        "wants_e_copy": True,
        "visit_date": day(),
        "has_photocopies": False,
        "not_excluded": True,
    }


def general(key: str = "doc-than") -> dict[str, Any]:
    """The form that procedures without one of their own share."""
    return {
        **about(key),
        "for_whom": "self",
        "request_summary": "Đề nghị giải quyết theo quy định",
        "request_details": "Nội dung như hồ sơ kèm theo.",
        "result_way": "electronic",
    }


FIVE: dict[str, tuple[str, Any]] = {
    "1.001193": ("cha", birth),
    "2.000815": ("cao-tuoi", certified_copy),
    "1.001612": ("chu-quan", household_business),
    "1.013225": ("xay-nha", building),
    "1.004873": ("doc-than", marital_status),
}
"""Who of the named citizens files which of the five procedures, with which answers."""


def pdf(title: str = "Giấy tờ", pages: int = 1) -> bytes:
    """A small honest PDF."""
    import io

    import pikepdf

    with pikepdf.new() as document:
        for _ in range(pages):
            document.add_blank_page(page_size=(595, 842))
        document.docinfo["/Title"] = title
        out = io.BytesIO()
        document.save(out)
    return out.getvalue()


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
    key, answers = FIVE[code]
    viewer = citizen(key)
    at = now or clock.now()
    draft = drafted(viewer, code, answers(), **changes)
    for component in needed(code, {**answers(), **changes}):
        drafting.attach(viewer, draft.pk, component, f"{component}.pdf", pdf(), at)
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
    key, answers = FIVE[code]
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
