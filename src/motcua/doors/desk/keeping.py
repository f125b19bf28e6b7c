"""The pages of those who keep the catalogue."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate

from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from motcua.catalogue import keepers
from motcua.catalogue.keepers import Reach
from motcua.doors.access import P, any_account, missing


def keeper_only(
    view: Callable[Concatenate[Any, Reach, P], HttpResponseBase],
) -> Callable[Concatenate[Any, P], HttpResponseBase]:
    """Only those who keep the catalogue, told how far they may. To others there is no such page;
    who is not signed in signs in first."""

    @any_account
    @wraps(view)
    def inner(request: Any, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        reach = keepers.reach(request.viewer)
        if reach is None:
            return missing(request, _("Trang này dành cho người quản trị danh mục thủ tục."))
        return view(request, reach, *args, **kwargs)

    return inner
