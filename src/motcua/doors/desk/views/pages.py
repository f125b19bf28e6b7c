"""The inbox, the file of one dossier, its papers."""

from __future__ import annotations

from types import SimpleNamespace

from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from motcua.catalogue import queries as catalogue
from motcua.documents import actions as documents
from motcua.doors.access import Request, officer_only
from motcua.doors.desk.views.actions import TYPED
from motcua.dossiers import legal_bases
from motcua.dossiers.places import name_of as place_name
from motcua.dossiers.queries import desk, extensions, linked, reopening, signing
from motcua.dossiers.queries.scope import mask_name
from motcua.forms import engine as forms
from motcua.foundation import clock
from motcua.people import actions as people
from motcua.people import queries as officers
from motcua.processes import picture

TABS = ("todo", "mine", "waiting", "return")


@officer_only
@require_safe
def inbox(request: Request) -> HttpResponse:
    """Open steps of the viewer's roles, what becomes late first."""
    tab = request.GET.get("muc", "todo")
    tab = tab if tab in TABS else "todo"
    query = request.GET.get("q", "").strip()[:100]
    procedure = request.GET.get("tt", "").strip()[:20]
    page = desk.inbox(
        request.viewer,
        clock.now(),
        tab=tab,
        procedure=procedure,
        query=query,
        after=request.GET.get("sau", "")[:200],
    )
    return render(
        request,
        "desk/inbox.html",
        {
            "page": page,
            "tab": tab,
            "query": query,
            "procedure": procedure,
            "section": "inbox",
            "proposals": extensions.proposals_waiting(request.viewer),
            "signs": signing.approves(request.viewer),
        },
    )


@officer_only
@require_safe
def proposals(request: Request) -> HttpResponse:
    """Later dates that wait for the viewer's decision."""
    return render(
        request,
        "desk/proposals.html",
        {"rows": extensions.proposals(request.viewer), "section": "inbox"},
    )


@officer_only
@require_safe
def find(request: Request) -> HttpResponse:
    """A dossier of the viewer's agencies by number or name, or by the exact id number or phone of
    who filed it; the latter is a look at that person, and is recorded."""
    query = request.GET.get("q", "").strip()[:100]
    by_person = desk.find_by_person(request.viewer, query)
    if by_person is not None:
        found, note = by_person
        people.record_access(note, clock.now())
    else:
        found = desk.find(request.viewer, query) if query else []
    if len(found) == 1:
        return redirect("desk:dossier", number=found[0].number)
    rows = [
        (one, catalogue.version(one.version_id).short_name, mask_name(one.applicant_name))
        for one in found
    ]
    return render(request, "desk/find.html", {"query": query, "found": rows})


@officer_only
@require_safe
def dossier(request: Request, number: str) -> HttpResponse:
    """Papers and answers on the left, the process and the legal next actions on the right."""
    now = clock.now()
    file, note = desk.for_officer(request.viewer, number, now)
    people.record_access(note, now)
    assert file.version.form_id is not None
    assert file.version.process_id is not None
    form = forms.compiled(file.version.form_id)
    colleagues = {
        item.pk: officers.colleagues(item.agency_id, item.role, now) for item in file.my_items
    }
    result_hash = ""
    if file.result is not None and file.result.preview_sha256 is not None:
        result_hash = bytes(file.result.preview_sha256).hex()
    typed = request.session.pop(TYPED, None) or {}
    return render(
        request,
        "desk/dossier.html",
        {
            "typed": SimpleNamespace(**typed["words"] if typed.get("number") == number else {}),
            "file": file,
            "may_decide": reopening.may_decide(request.viewer, file.dossier),
            "linked": linked.around(file.dossier),
            "readable": form.readable(file.answers, place_name, mask_sensitive=True),
            "picture": picture.svg(file.version.process_id, file.dossier.pk),
            "colleagues": colleagues,
            "result_hash": result_hash,
            "refusal_grounds": legal_bases.REFUSAL,
            "now": now,
        },
    )


@officer_only
@require_safe
def file(request: Request, number: str, file_id: str) -> HttpResponseBase:
    """A paper of a dossier, shown in the browser."""
    now = clock.now()
    stored, note = desk.file_for_officer(request.viewer, number, file_id, now)
    people.record_access(note, now)
    response = FileResponse(
        documents.open_file(stored), filename=stored.name, content_type=stored.media_type
    )
    response["Content-Security-Policy"] = "sandbox; default-src 'none'; object-src 'self'"
    return response
