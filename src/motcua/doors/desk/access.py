"""Who may open a page of the desk."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from motcua.dossiers.errors import NotFound

P = ParamSpec("P")
View = Callable[Concatenate[Any, P], HttpResponse]


def officer_only(view: View[P]) -> View[P]:
    """Only people who hold a post today. To others the desk does not exist; who is not signed in
    signs in first."""

    @wraps(view)
    def inner(request: Any, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not request.user.is_authenticated:
            target = reverse("portal:sign-in")
            return redirect(f"{target}?next={quote(request.get_full_path())}")
        if not request.viewer.posts:
            return missing(request, _("Trang này dành cho cán bộ đang giữ nhiệm vụ."))
        try:
            return view(request, *args, **kwargs)
        except NotFound as error:
            return missing(request, error.message)

    return inner


def missing(request: HttpRequest, message: str) -> HttpResponse:
    return render(request, "portal/missing.html", {"message": message}, status=404)
