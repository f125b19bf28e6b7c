"""One of everything that somebody may not see: dossiers at each turn, drafts, notices, papers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

from motcua.agencies import queries as agencies
from motcua.catalogue import actions as catalogue_actions
from motcua.catalogue import borderless, keeping
from motcua.catalogue import queries as catalogue
from motcua.documents import actions as documents
from motcua.documents.models import KeptPaper
from motcua.documents.vault import actions as vault
from motcua.doors import step_up
from motcua.doors.viewer_middleware import ACTING_KEY
from motcua.dossiers import legal_bases
from motcua.dossiers.actions import applicant, drafting, intake, returning, transferring
from motcua.dossiers.models import Dossier
from motcua.dossiers.queries.scope import mask_name
from motcua.forms import building
from motcua.foundation import clock
from motcua.people import actions as people
from motcua.people import own_data, purposes, representation, sessions, totp
from motcua.people.actions import mandates, staffing
from motcua.people.models import Access, Account, Appointment, Factor, OddLook, Role
from motcua.privacy import breaches
from motcua.privacy.actions import exports, holding, requests
from motcua.privacy.actions.requests import Asked
from motcua.processes import drafting as process_drafting
from motcua.processes import queries as processes
from motcua.processes.models import WorkItem

from ..dossiers import answers as a
from ..dossiers import people as p
from ..dossiers.linked_forms import DEATH, filed_set
from ..world import settle

CODE = "1.004873"
COPY = "2.000815"
ELSEWHERE = p.accounts.staffed_communes()[1].agency_code
HOLDERS = {"handling": "handler", "confirm": "handler", "signing": "approver"}
"""Before whom the step of a dossier is; the receptionist where nothing is said."""


@dataclass(frozen=True, slots=True)
class Scene:
    """`values` of each stage fill the paths and forms of the table; `applicant` is the name that
    nobody else may read."""

    values: dict[str, dict[str, str]]
    applicant: str

    def account(self, actor: str, stage: str) -> Account | None:
        """Who plays an actor at a stage; None for who has no account."""
        post = HOLDERS.get(stage, "receptionist")
        if actor in ("anonymous", "machine"):
            return None
        if actor == "national":
            return Account.objects.get(subject="quan-tri")
        viewer = {
            "other": lambda: p.citizen("me"),
            "applicant": lambda: p.citizen("doc-than"),
            "representative": lambda: p.citizen("giam-doc"),
            "foreign": lambda: p.officer(f"{ELSEWHERE}/{post}"),
            "colleague": lambda: p.officer("clerk"),
            "holder": lambda: p.officer(post),
            "head": lambda: p.officer("head"),
            "inspector": lambda: p.citizen("cao-tuoi"),
            "data-officer": lambda: p.officer("H37/data-officer"),
            "administrator": lambda: p.citizen("chu-tiem"),
        }[actor]()
        return Account.objects.get(pk=viewer.account_id)


def session(account: Account, assurance: int, mandate: str = "") -> str:
    """The key of a session that this account has signed in to, acting under `mandate` if any."""
    store = sessions.SessionStore()
    store[SESSION_KEY] = str(account.pk)
    store[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    store[HASH_SESSION_KEY] = account.get_session_auth_hash()
    store["eid"] = {"assurance": assurance}
    # Whether a second factor is asked for is shown elsewhere; here it has just been shown.
    store[step_up.PROVEN] = {"at": clock.now().isoformat(), "how": "totp"}
    if mandate:
        store[ACTING_KEY] = int(mandate)
    store.create()
    assert store.session_key is not None
    return store.session_key


def build() -> Scene:
    """Everything, in the open transaction."""
    home = agencies.agency(p.AGENCY)
    for who, role in (("chu-tiem", Role.ADMINISTRATOR), ("cao-tuoi", Role.INSPECTOR)):
        post = Account.objects.get(pk=p.citizen(who).account_id)
        people.appoint(post, home, role, title=role.label, since=clock.today(), source="thử")
    viewer = p.citizen("doc-than")
    known: dict[str, dict[str, str]] = {}

    draft = p.drafted(viewer, CODE, a.marital_status())
    paper = drafting.attach(viewer, draft.pk, "giay_cu", "giay.pdf", a.pdf(), clock.now())
    discarded = p.drafted(viewer, CODE, a.marital_status())
    drafting.discard_draft(viewer, discarded.pk, clock.now())
    draft.refresh_from_db()
    factor = Factor.objects.create(
        account_id=viewer.account_id,
        kind=Factor.Kind.TOTP,
        name="Điện thoại",
        secret=totp.new_seed(),
        added_at=clock.now(),
    )
    look = Access.objects.create(
        subject_id=viewer.person_id,
        viewer_id=p.officer("clerk").account_id,
        agency=home,
        viewer_name="Người xem thử",
        agency_name=home.name,
        role="clerk",
        purpose="thử",
        fields=["answers"],
        at=clock.now(),
    )
    terms = mandates.Terms(
        procedures=[CODE],
        deeds=["file"],
        starts=clock.now(),
        ends=None,
        paper="12/UQ",
        paper_file=documents.store_upload("uq.pdf", a.pdf(), viewer.person_id, clock.now()).pk,
    )
    mandate = mandates.authorise(viewer, p.person("cha"), terms, clock.now())
    every = mandates.Terms([], sorted(representation.ALL_DEEDS), clock.now(), None, "13/UQ")
    acted_under = mandates.authorise(viewer, p.person("giam-doc"), every, clock.now())
    boss = p.officer("head")
    approver, handler, stand_in = (
        Account.objects.get(pk=p.officer(one).account_id)
        for one in ("approver", "handler", "handler-2")
    )
    today, later = clock.today(), clock.today() + timedelta(days=30)
    loan = staffing.Loan(["approver"], "Chuyên viên", "8/UQ", today, later)
    lent = staffing.delegate(boss, home, approver, stand_in, loan, clock.now())
    away = staffing.mark_leave(boss, home, handler, stand_in, today, later, clock.now())
    ward = p.person("me")
    guarding = mandates.guardian(boss, p.person("cha"), ward, "QĐ 2", later, clock.now())
    odd = OddLook.objects.create(access=look, reasons=["night"], found_at=clock.now())
    breach = breaches.open_case(
        p.citizen("cao-tuoi"),
        breaches.NewBreach(
            agency_id=home.pk,
            learnt_at=clock.now(),
            what="Mất một máy tính",
            how="",
            kinds=["contact"],
            people=0,
        ),
        clock.now(),
    )
    hold = holding.set_hold(
        p.citizen("cao-tuoi"), holding.NewHold("QĐ 1", "thử", kind="notice"), clock.now()
    )
    elsewhere = session(Account.objects.get(pk=viewer.account_id), 2)
    clerk = p.officer("clerk").account_id
    session(Account.objects.get(pk=clerk), 2)
    Factor.objects.create(
        account_id=clerk,
        kind=Factor.Kind.TOTP,
        name="Điện thoại",
        secret=totp.new_seed(),
        added_at=clock.now(),
    )
    decree = catalogue_actions.load_decree(
        "NĐ 7/2026/NĐ-CP",
        "",
        "phan_cap",
        f"procedure,to,date\n{CODE},province,2030-01-01\n".encode(),
        "",
        "account:1",
        clock.now(),
    )
    law = catalogue.facts_in_force(CODE, clock.today())
    assert law is not None
    written = catalogue_actions.start_draft(
        keeping.draft_of(law, clock.today()), "amended", "account:1", clock.now()
    )
    common = {
        "version_draft": str(written.pk),
        "step_id": "0",
        "decree_id": str(decree.pk),
        "handle": sessions._handle(elsewhere),
        "account_id": str(clerk),
        "odd_id": str(odd.pk),
        "mandate_id": str(mandate.pk),
        "acted_under": str(acted_under.pk),
        "new_officer": "011199000999",
        "approver_account": str(approver.pk),
        "guardianship_id": str(guarding.pk),
        "delegation_id": str(lent.pk),
        "leave_id": str(away.pk),
        "post_id": str(Appointment.objects.get(account_id=clerk, agency=home, role="clerk").pk),
        "hold_id": str(hold.pk),
        "breach_id": str(breach.pk),
        "step": "bien-phap",
        "form": "json",
        "day": "2026-11-22",
        "factor_id": str(factor.pk),
        "code": CODE,
        "province": "20",
        "topic": "status",
        "rest": "khong-co",
        "draft_id": str(draft.pk),
        "draft_seen": str(draft.revision),
        "attachment_id": str(paper.pk),
        "agency_id": str(home.pk),
        "agency_code": home.code,
        "other_agency_id": str(agencies.agency(ELSEWHERE).pk),
        "handler_account": str(p.officer("handler-2").account_id),
        "ground": next(iter(legal_bases.REFUSAL)),
        "applicant": viewer.name,
        "applicant_masked": mask_name(viewer.name),
    }

    def keep(stage: str, dossier: Dossier, **more: str) -> None:
        row = p.fresh(dossier)
        item = WorkItem.objects.filter(subject=row.pk, state=WorkItem.State.OPEN).last()
        known[stage] = {
            **common,
            "number": row.number,
            "lookup_code": row.lookup_code,
            "procedure": catalogue.version(row.version_id).short_name,
            "dossier_id": str(row.pk),
            "seen": str(row.revision),
            "item_id": str(item.pk if item else 0),
            **more,
        }

    def at(stage: str) -> Dossier:
        """A new dossier, brought to the stage."""
        if stage in ("compare", "unpaid"):
            clerk, who = p.officer("receptionist"), "doc-than"
            dossier = intake.file_at_counter(
                clerk, p.version_id(COPY), home.pk, p.person(who), a.certified_copy(who), [],
                clock.now(),
            )  # fmt: skip
            if stage == "unpaid":
                scan = documents.store_upload("goc.pdf", a.pdf(), None, clock.now())
                intake.compare_original(clerk, dossier.pk, p.seen(dossier), 1, 2, scan, clock.now())
            return dossier
        _, dossier = p.filed(CODE, result_way="counter")
        if stage == "supplement":
            p.ask(dossier)
        if stage in ("intake", "supplement"):
            return dossier
        p.accepted(dossier)
        if stage == "handling":
            return dossier
        p.finish(dossier, "appraise", "propose")
        settle()
        if stage == "confirm":
            return dossier
        applicant.confirm_draft(viewer, dossier.number, True, "", clock.now())
        settle()
        if stage == "signing":
            return dossier
        p.signed(dossier)
        settle()
        return dossier

    for stage in ("intake", "compare", "unpaid", "supplement", "handling", "confirm"):
        keep(stage, at(stage))
    waiting = at("signing")
    digest = p.draft_of(waiting).preview_sha256
    keep("signing", waiting, sha256=bytes(digest or b"").hex())
    keep("return", at("return"))
    ended = at("return")
    returning.hand_over(
        p.officer("receptionist"), p.step(ended, "return").pk, p.seen(ended), "", clock.now()
    )
    result = p.draft_of(ended)
    kept = KeptPaper.objects.create(
        owner_id=viewer.person_id,
        name="Giấy tờ cũ",
        file=paper.file,
        dossier_number=ended.number,
        agency=home,
        taken_in_at=clock.now(),
    )
    link, secret = vault.share(viewer, f"kq-{result.pk}", 24, "", clock.now())
    keep(
        "ended",
        ended,
        file_id=str(result.file_id),
        code=result.verify_code,
        key=f"kq-{result.pk}",
        share_id=str(link.pk),
        secret=secret,
    )
    known["kept"] = {**known["ended"], "key": f"gt-{kept.pk}"}
    first = building.FIRST_FIELD
    known["keeping"] = {**known["intake"], "draft_id": str(written.pk), "key": first}
    standard = process_drafting.start(
        "thu_chuan",
        processes.from_template("direct_result", "thu_chuan", "Thử chuẩn"),
        None,
        "account:1",
        clock.now(),
    )
    birth = processes.latest("khai_sinh")
    assert birth is not None
    own = process_drafting.start("khai_sinh", birth.bpmn, home.pk, "account:1", clock.now())
    known["process"] = {
        **known["intake"],
        "draft_id": str(standard.pk),
        "key": "khai_sinh",
        "number": str(birth.version),
    }
    known["own-process"] = {**known["process"], "draft_id": str(own.pk)}
    privacy = requests.ask(viewer, Asked("restrict"), clock.now())
    consent = own_data.agree(viewer.person_id or 0, purposes.CONSENTS[0], clock.now())
    copy = exports.begin(viewer, clock.now())
    known["privacy"] = {
        **known["intake"],
        "number": privacy.number,
        "consent_id": str(consent.pk),
        "export_id": str(copy.pk),
        "right": "restrict",
    }
    _, linked, _ = filed_set(DEATH)
    known["linked"] = {**known["intake"], "number": linked.number, "key": "residence"}
    clerk_here = p.officer("receptionist")
    elsewhere = agencies.agency(ELSEWHERE)
    far = agencies.agency(p.accounts.ELSEWHERE)
    for body in (elsewhere, far):
        transferring.take_in(
            clerk_here, home.pk, p.version_id(CODE), body.pk, p.person("doc-than"),
            a.marital_status(), [], "centre", clock.now(),
        )  # fmt: skip
    handed = transferring.hand_over(clerk_here, home.pk, far.pk, clock.now())
    seen_by_both = transferring.take_in(
        clerk_here, home.pk, p.version_id(CODE), elsewhere.pk, p.person("doc-than"),
        a.marital_status(), [], "centre", clock.now(),
    )  # fmt: skip
    known["transfer"] = {
        **known["intake"],
        "agency_id": str(elsewhere.pk),
        "list_id": str(handed.pk),
        "listing_id": str(borderless.listed(clock.today())[0].id),
        "number": seen_by_both.number,
    }
    known["discarded"] = {**known["intake"], "draft_id": str(discarded.pk)}
    settle()
    return Scene(known, viewer.name)


def written() -> Any:
    """What an action leaves behind, as a value to compare: looks and sessions are not counted."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (SELECT count(*) FROM dossiers_timelineentry),"
            " (SELECT count(*) FROM foundation_ledgerentry WHERE kind LIKE 'dossier.%'),"
            " (SELECT count(*) FROM dossiers_dossier),"
            " (SELECT sum(hashtext(m::text)) FROM dossiers_linkedmember m),"
            " (SELECT count(*) FROM dossiers_handoverlist),"
            " (SELECT sum(hashtext(b::text)) FROM catalogue_borderless b),"
            " (SELECT sum(hashtext(c::text)) FROM catalogue_decree c),"
            " (SELECT sum(hashtext(v::text)) FROM catalogue_versiondraft v),"
            " (SELECT count(*) FROM catalogue_publicationstep),"
            " (SELECT count(*) FROM catalogue_searchphrase),"
            " (SELECT sum(hashtext(s::text)) FROM documents_share s),"
            " (SELECT count(*) FROM documents_keptpaper),"
            " (SELECT count(*) FROM dossiers_rating), (SELECT count(*) FROM people_session),"
            " (SELECT count(*) FROM people_factor), (SELECT count(*) FROM people_recoverycode),"
            " (SELECT sum(hashtext(o::text)) FROM people_oddlook o),"
            " (SELECT sum(hashtext(h::text)) FROM privacy_legalhold h),"
            " (SELECT count(*) FROM privacy_breach), (SELECT count(*) FROM privacy_breachentry),"
            " (SELECT sum(hashtext(m::text)) FROM people_mandate m),"
            " (SELECT sum(hashtext(a::text)) FROM people_appointment a),"
            " (SELECT sum(hashtext(l::text)) FROM people_delegation l),"
            " (SELECT sum(hashtext(l::text)) FROM people_leave l),"
            " (SELECT sum(hashtext(r::text)) FROM privacy_privacyrequest r),"
            " (SELECT count(*) FROM privacy_export), (SELECT count(*) FROM people_processingstop),"
            " (SELECT sum(hashtext(d::text)) FROM dossiers_draft d),"
            " (SELECT count(*) FROM dossiers_attachment),"
            " (SELECT sum(hashtext(w::text)) FROM processes_workitem w),"
            " (SELECT sum(hashtext(d::text)) FROM processes_processdraft d),"
            " (SELECT sum(hashtext(a::text)) FROM processes_agencyprocess a),"
            " (SELECT sum(hashtext(d::text)) FROM documents_document d),"
            " (SELECT sum(hashtext(c::text)) FROM payments_charge c),"
            " (SELECT sum(hashtext(n::text)) FROM notices_notice n)"
        )
        return cursor.fetchone()
