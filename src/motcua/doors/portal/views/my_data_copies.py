"""Copies of everything kept about oneself: behind a second factor, recorded, gone after a day."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from motcua.doors.access import Request, missing, signed_in
from motcua.doors.step_up import fresh_second_factor
from motcua.foundation import clock
from motcua.privacy import bundle, copies, queries
from motcua.privacy.actions import exports
from motcua.privacy.errors import NoSuchExport
from motcua.privacy.models import Export


@never_cache
@signed_in
@require_POST
@fresh_second_factor
def begin(request: Request) -> HttpResponse:
    """Have a copy made."""
    copy = exports.begin(request.viewer, clock.now())
    return redirect("portal:data-copy", copy.pk)


@never_cache
@signed_in
@require_safe
@fresh_second_factor
def read(request: Request, export_id: UUID) -> HttpResponse:
    """The copy to be read; while it is in the making, a page that says so."""
    now = clock.now()
    try:
        copy = queries.own_export(request.viewer, str(export_id), now)
        if copy.state == Export.State.READY:
            copy = exports.take(request.viewer, str(export_id), "page", now)
    except NoSuchExport as error:
        return missing(request, error.message)
    ready = copy.state == Export.State.READY
    page = {
        "section": "account",
        "copy": copy,
        "ready": ready,
        "sections": copies.sections(copy) if ready else (),
    }
    return render(request, "portal/data/copy.html", page)


@never_cache
@signed_in
@require_safe
@fresh_second_factor
def download(request: Request, export_id: UUID) -> HttpResponseBase:
    """The copy for machines, streamed kind by kind."""
    try:
        copy = exports.take(request.viewer, str(export_id), "json", clock.now())
    except NoSuchExport as error:
        return missing(request, error.message)
    name = f"du-lieu-cua-toi-{clock.local(copy.asked_at):%Y%m%d}.json"
    return StreamingHttpResponse(
        copies.stream(copy),
        content_type="application/json; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@never_cache
@signed_in
@require_safe
@fresh_second_factor
def everything(request: Request, export_id: UUID) -> HttpResponseBase:
    """The copy with one's files, as a zip that is written while it is sent."""
    try:
        copy = exports.take(request.viewer, str(export_id), "zip", clock.now())
    except NoSuchExport as error:
        return missing(request, error.message)
    name = f"du-lieu-cua-toi-{clock.local(copy.asked_at):%Y%m%d}.zip"
    return StreamingHttpResponse(
        bundle.stream(copy),
        content_type="application/zip",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
