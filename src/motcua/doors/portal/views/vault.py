"""My document vault: what agencies issued to me and what I gave before, and links to one paper."""

from __future__ import annotations

from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from motcua.documents import actions as documents
from motcua.documents.models import File
from motcua.documents.vault import actions, reading
from motcua.doors.access import Request, missing, signed_in
from motcua.doors.portal import qr
from motcua.dossiers.queries import reuse
from motcua.foundation import clock, text
from motcua.people import actions as people


def _hours() -> dict[int, str]:
    """How long a link may lead to a paper, in words."""
    return {1: _("1 giờ"), 24: _("1 ngày"), 168: _("7 ngày"), 720: _("30 ngày")}


def _recorded(request: Request) -> None:
    """Keep that a representative looks, before anything is shown."""
    note = reading.looked(request.viewer)
    if note is not None:
        people.record_access(note, clock.now())


def _not_there(request: Request) -> HttpResponse:
    return missing(request, _("Không tìm thấy giấy tờ này trong kho của bạn."))


@signed_in
@require_safe
def overview(request: Request) -> HttpResponse:
    """Results first, then papers given before; narrowed by a few words of their names."""
    _recorded(request)
    words = request.GET.get("q", "").strip()[:100]
    items = reading.items(request.viewer)
    sought = text.fold(words)
    found = [one for one in items if sought in text.fold(f"{one.title} {one.number} {one.issuer}")]
    return render(
        request,
        "portal/vault.html",
        {
            "section": "vault",
            "words": words,
            "many": len(items) > 8,
            "none": not items,
            "closed": reading.holder_of(request.viewer) is None,
            "results": [one for one in found if one.is_result],
            "papers": [one for one in found if not one.is_result],
        },
    )


@signed_in
@require_safe
def item(request: Request, key: str) -> HttpResponse:
    """One paper: how it stands, where it was used, who has a link to it."""
    return _item(request, key)


def _item(request: Request, key: str, refused: str = "", link: str = "") -> HttpResponse:
    try:
        found = reading.item(request.viewer, key)
        shares = reading.shares(request.viewer, key)
    except reading.NotInVault:
        return _not_there(request)
    _recorded(request)
    return render(
        request,
        "portal/vault_item.html",
        {
            "section": "vault",
            "item": found,
            "shares": shares,
            "used": reuse.of_file(request.viewer, found.file.pk),
            "hours": _hours(),
            "refused": refused,
            "link": link,
            "qr": qr.svg(link) if link else "",
        },
        status=422 if refused else 200,
    )


@signed_in
@require_safe
def download(request: Request, key: str) -> HttpResponseBase:
    """The paper itself."""
    try:
        found = reading.item(request.viewer, key)
    except reading.NotInVault:
        return _not_there(request)
    _recorded(request)
    return _file(found.file, request.viewer.person_id)


def _file(file: File, reader: int | None) -> FileResponse:
    return FileResponse(
        documents.open_file(file, reader),
        as_attachment=True,
        filename=file.name,
        content_type=file.media_type,
    )


@signed_in
@require_POST
def share(request: Request, key: str) -> HttpResponse:
    """Make a link to one paper; its address is shown this once."""
    asked = request.POST.get("hours", "")
    hours = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 5 else 0
    whom = request.POST.get("whom", "")
    try:
        _share, secret = actions.share(request.viewer, key, hours, whom, clock.now())
    except reading.NotInVault:
        return _not_there(request)
    except actions.CannotShare as error:
        return _item(request, key, refused=error.message)
    return _item(request, key, link=request.build_absolute_uri(f"/chia-se/{secret}/"))


@signed_in
@require_POST
def take_back(request: Request, share_id: int) -> HttpResponse:
    """End a link at once."""
    try:
        key = actions.take_back(request.viewer, share_id, clock.now())
    except reading.NotInVault:
        return missing(request, _("Không tìm thấy liên kết này."))
    messages.success(
        request, _("Đã thu hồi liên kết. Không ai mở được bằng liên kết đó nữa."), extra_tags="good"
    )
    return redirect("portal:vault-item", key=key)


@signed_in
@require_http_methods(["GET", "POST"])
def remove(request: Request, key: str) -> HttpResponse:
    """Take a paper I gave before out of my vault, after asking once."""
    try:
        found = reading.item(request.viewer, key)
        if found.is_result:
            return _not_there(request)
        if request.method == "POST":
            actions.remove(request.viewer, key, clock.now())
            messages.success(request, _("Đã bỏ khỏi kho."), extra_tags="good")
            return redirect("portal:vault")
    except reading.NotInVault:
        return _not_there(request)
    return render(request, "portal/vault_remove.html", {"section": "vault", "item": found})


@require_http_methods(["GET", "POST"])
def shared(request: Request, secret: str) -> HttpResponseBase:
    """Where a link leads: what it is and until when; the file only after a press of the button, so
    that the preview a messenger fetches is no opening."""
    if request.method == "POST":
        opened = actions.open_shared(secret, clock.now())
        if opened is not None:
            note = reading.looked_by_link(request.viewer, opened)
            if note is not None:
                people.record_access(note, clock.now())
            return _file(opened.item.file, None)
    found = reading.shared(secret, clock.now())
    answer = render(
        request, "portal/shared.html", {"found": found}, status=200 if found is not None else 404
    )
    answer["X-Robots-Tag"] = "noindex"
    return answer
