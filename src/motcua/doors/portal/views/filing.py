"""Filing: start, one topic a page, papers, check, submit. Everything works without scripts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from motcua.agencies import queries as agencies
from motcua.catalogue import queries as catalogue
from motcua.catalogue import rules as law
from motcua.catalogue.facts import ComponentFacts, VersionFacts
from motcua.documents.errors import UploadRefused
from motcua.documents.vault import reading as vault
from motcua.doors.access import Request, missing, signed_in
from motcua.dossiers import once_only
from motcua.dossiers.actions import drafting
from motcua.dossiers.errors import (
    CannotFileHere,
    DraftGone,
    IncompleteAnswers,
    MissingPapers,
    NotFound,
    Refused,
)
from motcua.dossiers.models import Attachment, Draft
from motcua.dossiers.places import name_of as place_name
from motcua.dossiers.queries import citizen
from motcua.forms import engine as forms
from motcua.forms.engine import CompiledForm
from motcua.foundation import clock
from motcua.people import queries as people

GET_POST = ["GET", "POST"]
REALM = "H37"
"""The province whose communes are offered; one until the national role lists them all."""


def _proposed(request: Request) -> int | None:
    """The agency of the commune where the person resides."""
    person = people.me(request.viewer)
    if person is None or not person.residence_code:
        return None
    found = agencies.competent_commune(person.residence_code, clock.today())
    return found.id if found else None


@transaction.non_atomic_requests
@signed_in
@require_http_methods(GET_POST)
def start(request: Request, code: str) -> HttpResponse:
    """Existing drafts first, then which agency, then a new draft."""
    version = catalogue.facts_in_force(code, clock.today())
    if version is None:
        return missing(request, _("Thủ tục này không còn hiệu lực."))
    verdict = law.can_file_online(version)
    if not verdict.allowed:
        messages.warning(request, verdict.reason, extra_tags="warn")
        return redirect("portal:procedure", code=code)
    if request.viewer.assurance < version.assurance:
        return redirect(f"/dang-nhap/vneid/?muc={version.assurance}&next={request.path}")
    if request.method == "POST":
        try:
            draft = drafting.start_draft(
                request.viewer, version.id, int(request.POST.get("agency", "0")), clock.now()
            )
        except (ValueError, agencies.UnknownAgency):
            messages.error(request, _("Chọn xã, phường nơi giải quyết hồ sơ."), extra_tags="bad")
        except CannotFileHere as error:
            messages.error(request, error.message, extra_tags="bad")
        else:
            return redirect("portal:draft", draft_id=draft.pk)
    return render(
        request,
        "portal/start.html",
        {
            "version": version,
            "drafts": citizen.drafts(request.viewer, clock.now(), version.id),
            "communes": agencies.communes(REALM, clock.today()),
            "proposed": _proposed(request),
        },
    )


def opened(request: Request, draft_id: int) -> tuple[Draft, VersionFacts, CompiledForm]:
    """The viewer's draft, its version and its form. Raises `NotFound` and `DraftGone`."""
    draft = drafting.own(request.viewer, draft_id, clock.now(), lock=False)
    version = catalogue.version(draft.version_id)
    assert version.form_id is not None
    return draft, version, forms.compiled(version.form_id)


def _gone(request: Request, error: Refused) -> HttpResponse:
    return missing(request, error.message)


@signed_in
@require_safe
def tasks(request: Request, draft_id: int) -> HttpResponse:
    """The task list: what is done, what is missing, when it was saved."""
    try:
        draft, version, form = opened(request, draft_id)
    except DraftGone as error:
        return _gone(request, error)
    if draft.submitted_as is not None:
        return redirect("portal:filed", number=draft.submitted_as.number)
    answers = citizen.draft_answers(draft)
    wrong = {error.topic for error in form.validate(answers)}
    topics = form.topics(answers)
    given = {paper.component_key for paper in citizen.papers_of(draft)}
    needed = [c for c in law.needed_components(version, answers) if c.upload]
    held = once_only.is_held
    needed = [c for c in needed if not held(c, draft.lookups, draft.disputes)]
    missing_papers = [c for c in needed if c.required and c.key not in given]
    return render(
        request,
        "portal/tasks.html",
        {
            "draft": draft,
            "version": version,
            "topics": [(topic, topic.key not in wrong) for topic in topics],
            "needs_papers": bool(needed),
            "missing_papers": missing_papers,
            "silent": [
                register
                for register in draft.lookups
                if once_only.outcome(draft.lookups, register) == once_only.DOWN
            ],
            "ready": not wrong and (not missing_papers or version.bookable),
        },
    )


@transaction.non_atomic_requests
@signed_in
@require_http_methods(GET_POST)
def papers(request: Request, draft_id: int) -> HttpResponse:
    """Attach files: by camera or from the phone, several for one paper."""
    try:
        draft, version, _form = opened(request, draft_id)
        refused = ""
        if request.method == "POST":
            key = request.POST.get("component", "")
            for upload in request.FILES.getlist("file"):
                drafting.attach(
                    request.viewer, draft_id, key, upload.name or "tep", upload.read(), clock.now()
                )
            if not request.FILES:
                refused = _("Chọn một tệp trước khi bấm tải lên.")
            else:
                return redirect("portal:papers", draft_id=draft_id)
    except DraftGone as error:
        return _gone(request, error)
    except NotFound:
        raise
    except (UploadRefused, Refused) as error:
        refused = error.message
    answers = citizen.draft_answers(draft)
    given = citizen.papers_of(draft)
    components = [c for c in law.needed_components(version, answers) if c.upload]
    kept = [one for one in vault.items(request.viewer) if one.usable]
    return render(
        request,
        "portal/papers.html",
        {
            "draft": draft,
            "version": version,
            "refused": refused,
            "refused_key": request.POST.get("component", ""),
            "components": [_component(c, given, kept, draft) for c in components],
        },
    )


def _component(
    component: ComponentFacts,
    given: Sequence[Attachment],
    kept: Sequence[vault.Item],
    draft: Draft,
) -> dict[str, Any]:
    """What is asked for, what answers it already, and the papers of the vault: those that fit by
    name, and the others."""
    papers = [paper for paper in given if paper.component_key == component.key]
    there = {paper.file_id for paper in papers}
    free = [one for one in kept if one.file.pk not in there]
    fitting = vault.offered(component.name, free)
    others = [one for one in free if one not in fitting]
    return {
        "facts": component,
        "files": papers,
        "fitting": fitting,
        "others": others,
        "held": once_only.is_held(component, draft.lookups, draft.disputes),
        "why": once_only.why_paper(component, draft.lookups, draft.disputes),
    }


@signed_in
@require_POST
def dispute_paper(request: Request, draft_id: int) -> HttpResponse:
    """Say that what the State holds in the place of a paper is wrong, and how."""
    key, how = request.POST.get("component", ""), request.POST.get("how", "")
    try:
        drafting.dispute_paper(request.viewer, draft_id, key, how, clock.now())
    except DraftGone as error:
        return _gone(request, error)
    except NotFound:
        raise
    except Refused as error:
        messages.error(request, error.message, extra_tags="bad")
    return redirect("portal:papers", draft_id=draft_id)


@transaction.non_atomic_requests
@signed_in
@require_POST
def look_up_again(request: Request, draft_id: int) -> HttpResponse:
    """Ask the registers again that did not answer."""
    try:
        draft = drafting.look_up_again(request.viewer, draft_id, clock.now())
    except DraftGone as error:
        return _gone(request, error)
    except NotFound:
        raise
    except Refused as error:
        messages.error(request, error.message, extra_tags="bad")
    else:
        down = once_only.DOWN in [one["outcome"] for one in draft.lookups.values()]
        if down:
            said = _("Hệ thống vẫn chưa trả lời. Bạn cứ tự khai.")
        else:
            said = _("Đã hỏi lại. Những gì bạn đã khai vẫn giữ nguyên.")
        messages.success(request, said, extra_tags="info" if down else "good")
    return redirect("portal:draft", draft_id=draft_id)


@signed_in
@require_POST
def from_vault(request: Request, draft_id: int) -> HttpResponse:
    """Answer one component document with a paper of the vault."""
    key, item = request.POST.get("component", ""), request.POST.get("item", "")
    try:
        drafting.attach_kept(request.viewer, draft_id, key, item, clock.now())
    except DraftGone as error:
        return _gone(request, error)
    except NotFound:
        raise
    except vault.NotInVault as error:
        raise NotFound from error
    except Refused as error:
        messages.error(request, error.message, extra_tags="bad")
    else:
        messages.success(request, _("Đã lấy giấy tờ từ kho của bạn."), extra_tags="good")
    return redirect("portal:papers", draft_id=draft_id)


@signed_in
@require_POST
def detach(request: Request, draft_id: int, attachment_id: int) -> HttpResponse:
    drafting.detach(request.viewer, attachment_id, clock.now())
    return redirect("portal:papers", draft_id=draft_id)


@signed_in
@require_http_methods(GET_POST)
def check(request: Request, draft_id: int) -> HttpResponse:
    """Check the answers; the button files the dossier, once however often it is pressed."""
    try:
        draft, version, form = opened(request, draft_id)
    except DraftGone as error:
        return _gone(request, error)
    errors: list[Any] = []
    refused = ""
    if draft.submitted_as is not None:
        return redirect("portal:filed", number=draft.submitted_as.number)
    if request.method == "POST":
        if request.POST.get("true") != "on":
            refused = _("Đánh dấu vào ô cam đoan trước khi nộp.")
        else:
            try:
                dossier = drafting.submit(request.viewer, draft_id, clock.now())
            except IncompleteAnswers as error:
                errors = list(error.errors)
            except MissingPapers as error:
                refused = error.message
            except Refused as error:
                refused = error.message
            else:
                return redirect("portal:filed", number=dossier.number)
    answers = form.cleaned(citizen.draft_answers(draft))
    return render(
        request,
        "portal/check.html",
        {
            "draft": draft,
            "version": version,
            "readable": _with_places(form, answers),
            "papers": citizen.papers_of(draft),
            "quote": _quote(version, answers),
            "errors": errors,
            "refused": refused,
        },
    )


def _with_places(form: CompiledForm, answers: dict[str, Any]) -> list[tuple[str, Any, str]]:
    """The answers in words, topic by topic, each with the key of the page where it is changed."""
    places = {topic.title: topic.key for topic in form.definition.topics}
    readable = form.readable(answers, place_name)
    return [(title, rows, places.get(title, "")) for title, rows in readable]


def _quote(version: VersionFacts, answers: dict[str, Any]) -> Any:
    """The fee as far as the answers tell it."""
    try:
        return law.fee(version, law.case_of(version, answers), "online", answers)
    except Exception:
        return None


@signed_in
@require_POST
def agency(request: Request, draft_id: int) -> HttpResponse:
    try:
        drafting.choose_agency(
            request.viewer, draft_id, int(request.POST.get("agency", "0")), clock.now()
        )
    except (ValueError, agencies.UnknownAgency):
        messages.error(request, _("Chọn xã, phường nơi giải quyết hồ sơ."), extra_tags="bad")
    except CannotFileHere as error:
        messages.error(request, error.message, extra_tags="bad")
    except DraftGone as error:
        return _gone(request, error)
    return redirect("portal:draft", draft_id=draft_id)


@signed_in
@require_POST
def discard(request: Request, draft_id: int) -> HttpResponse:
    drafting.discard_draft(request.viewer, draft_id, clock.now())
    return render(request, "portal/discarded.html", {"draft_id": draft_id})


@signed_in
@require_POST
def restore(request: Request, draft_id: int) -> HttpResponse:
    drafting.restore_draft(request.viewer, draft_id, clock.now())
    return redirect("portal:draft", draft_id=draft_id)
