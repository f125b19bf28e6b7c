"""What people say and how procedures call it: the table that search understands everyday words
with, kept by those who keep the catalogue."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from motcua.catalogue import actions
from motcua.catalogue import queries as catalogue
from motcua.catalogue.errors import BadPhrase
from motcua.catalogue.keepers import Reach
from motcua.doors.access import Request
from motcua.doors.desk.keeping import keeper_only
from motcua.foundation import clock

SHOWN = 100


@keeper_only
@require_http_methods(["GET", "POST"])
def phrases(request: Request, reach: Reach) -> HttpResponse:
    """The table, and a form to add or change a phrase; "try" shows what a search would find then
    and keeps nothing."""
    said = request.POST.get("said", "").replace("\x00", "")[:200]
    means = request.POST.get("means", "").replace("\x00", "").splitlines()
    query = request.POST.get("query", "").replace("\x00", "")[:200]
    part = request.GET.get("q", "").replace("\x00", "").strip()[:100]
    problem = ""
    context: dict[str, object] = {}
    if request.method == "POST":
        try:
            _key, meanings = actions.read_phrase(said, means)
            if request.POST.get("do") == "try":
                asked = query or said
                context = {
                    "asked": asked,
                    "now": catalogue.search(asked, limit=5),
                    "then": catalogue.tried(asked, said, meanings),
                }
            else:
                actions.put_phrase(said, means, reach.by, clock.now())
                messages.success(request, _("Đã lưu. Tìm kiếm hiểu ngay."), extra_tags="good")
                return redirect("desk:phrases")
        except BadPhrase as error:
            problem = str(error)
    found = catalogue.phrases(part)
    context |= {
        "phrases": found[:SHOWN],
        "count": len(found),
        "part": part,
        "said": said,
        "means": "\n".join(means),
        "query": query,
        "problem": problem,
        "section": "phrases",
    }
    return render(request, "desk/phrases.html", context, status=422 if problem else 200)


@keeper_only
@require_POST
def remove(request: Request, reach: Reach) -> HttpResponse:
    """Take a phrase out of the table."""
    return _done(request, actions.remove_phrase, reach, _("Đã bỏ khỏi bảng."))


@keeper_only
@require_POST
def restore(request: Request, reach: Reach) -> HttpResponse:
    """Let a phrase of the platform mean again what it came with."""
    return _done(request, actions.restore_phrase, reach, _("Đã khôi phục như ban đầu."))


def _done(request: Request, act: Callable[..., None], reach: Reach, words: str) -> HttpResponse:
    said = request.POST.get("said", "").replace("\x00", "")[:200]
    try:
        act(said, reach.by, clock.now())
    except BadPhrase as error:
        messages.error(request, str(error), extra_tags="warn")
    else:
        messages.success(request, words, extra_tags="good")
    return redirect("desk:phrases")
