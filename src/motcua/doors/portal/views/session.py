"""A session that is about to end goes on; one that has ended by itself is taken up again."""

from __future__ import annotations

from django.http import HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from motcua.doors import kept_acts
from motcua.doors.access import Request, any_account
from motcua.doors.session_time import seconds_left


@never_cache
@require_POST
@any_account
def go_on(request: Request) -> HttpResponse:
    """Somebody is still there: how many seconds the session has now. That it was asked for at all
    has moved its end on."""
    return JsonResponse({"seconds": seconds_left(request)})


@never_cache
@require_http_methods(["GET", "POST"])
@any_account
def resume(request: Request) -> HttpResponseBase:
    """After signing in again: what was being done goes on by one press, as it was sent."""
    act = kept_acts.waiting(request)
    if act is None:
        return redirect("/")
    if request.method == "POST" or act.method != "POST":
        return kept_acts.resume(request)
    return render(request, "portal/resume.html", {"back": act.came_from})
