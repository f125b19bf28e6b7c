"""What was refused stands in the log: who tries doors leaves a trail, also where nothing opened."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus

import structlog
from django.http import HttpRequest, HttpResponse

log = structlog.get_logger()
REFUSALS = frozenset(
    {
        HTTPStatus.BAD_REQUEST,
        HTTPStatus.UNAUTHORIZED,
        HTTPStatus.FORBIDDEN,
        HTTPStatus.NOT_FOUND,
        HTTPStatus.METHOD_NOT_ALLOWED,
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        HTTPStatus.TOO_MANY_REQUESTS,
    }
)


def noted(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[..., HttpResponse]:
    """Middleware: one line for every refusal of a route of ours, and for everyone who was too fast.

    It names the route as it is written (no number, code or name that stood in the address), the
    status, and the account; what one may not see and what does not exist are the same to the asker
    and here. An address nobody has a page for is no line: they are tried all day long.
    """

    def answer(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if response.status_code in REFUSALS:
            found = request.resolver_match
            if found is not None or response.status_code == HTTPStatus.TOO_MANY_REQUESTS:
                viewer = getattr(request, "viewer", None)
                log.info(
                    "refused",
                    status=response.status_code,
                    method=request.method,
                    route=found.route if found is not None else "",
                    account=getattr(viewer, "account_id", None),
                )
        return response

    return answer
