"""Who may open a page, and what happens to those who may not."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from motcua.documents.errors import FileWithheld
from motcua.doors import kept_acts
from motcua.dossiers.errors import DraftGone, NotFound, Refused
from motcua.foundation.viewer import Viewer
from motcua.people.models import Account

P = ParamSpec("P")


class Request(HttpRequest):
    """A request with its viewer, which the viewer middleware puts there."""

    viewer: Viewer


View = Callable[Concatenate[Any, P], HttpResponseBase]


def signed_in(view: View[P]) -> View[P]:
    """Only people who have signed in; others sign in first and come back. What is not theirs is
    not found."""

    @wraps(view)
    def inner(request: Any, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if request.viewer.person_id is None:
            return _to_sign_in(request)
        return _said(request, lambda: view(request, *args, **kwargs))

    return inner


def _to_sign_in(request: Request) -> HttpResponseBase:
    """To sign-in, and back to the page. What was typed into a form whose session had ended by
    itself waits meanwhile."""
    if request.method == "POST" and "autosave" not in request.POST:
        kept_acts.keep(request)
        if kept_acts.is_kept(request):
            return redirect(f"{reverse('portal:sign-in')}?next={reverse('portal:resume')}")
    return redirect(f"{reverse('portal:sign-in')}?next={quote(request.get_full_path())}")


def account_of(request: HttpRequest) -> Account:
    """The account that has signed in; only behind one of the decorators here."""
    assert isinstance(request.user, Account), "nobody has signed in"
    return request.user


def any_account(view: View[P]) -> View[P]:
    """Whoever has signed in, break-glass accounts too; others sign in first and come back."""

    @wraps(view)
    def inner(request: Any, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return _to_sign_in(request)
        return _said(request, lambda: view(request, *args, **kwargs))

    return inner


def officer_only(view: View[P]) -> View[P]:
    """Only people who hold a post today. To others the desk does not exist; who is not signed in
    signs in first."""

    @wraps(view)
    def inner(request: Any, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return _to_sign_in(request)
        if not request.viewer.posts:
            return missing(request, _("Trang này dành cho cán bộ đang giữ nhiệm vụ."))
        return _said(request, lambda: view(request, *args, **kwargs))

    return inner


def administrator_only(view: View[P]) -> View[P]:
    """Only administrators of an agency, and the break-glass administrator. To others there is no
    such page; who is not signed in signs in first."""

    @any_account
    @wraps(view)
    def inner(request: Any, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not request.viewer.administers and not request.viewer.is_administrator:
            return missing(request, _("Trang này dành cho người quản trị."))
        return view(request, *args, **kwargs)

    return inner


def staffing_only(view: View[P]) -> View[P]:
    """Only those who keep the posts of some agency: its head, its administrators, the break-glass
    administrator. To others there is no such page; who is not signed in signs in first."""

    @any_account
    @wraps(view)
    def inner(request: Any, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not request.viewer.staffs and not request.viewer.is_administrator:
            return missing(request, _("Trang này dành cho người quản lý nhân sự của cơ quan."))
        return view(request, *args, **kwargs)

    return inner


def _said(request: HttpRequest, answer: Callable[[], HttpResponseBase]) -> HttpResponseBase:
    """What the view answers; a refusal that it has no page of its own for is said on a plain one:
    nobody is left with a failure where there is a reason."""
    try:
        return answer()
    except (NotFound, DraftGone) as error:
        return missing(request, error.message)
    except (Refused, FileWithheld) as error:
        page = {"title": _("Không thực hiện được"), "message": error.message}
        return render(request, "portal/missing.html", page, status=409)


def missing(request: HttpRequest, message: str) -> HttpResponse:
    """The 404 page with a word on what to do."""
    return render(request, "portal/missing.html", {"message": message}, status=404)
