"""What the database shows to a request: decided once its viewer is known, kept until its answer.

A request is one transaction, begun in its viewer's sight; a view that asks an outside system says
`transaction.non_atomic_requests` and keeps its transactions short. An answer of 500 or more leaves
nothing behind; a refusal keeps what was recorded before it (looks, failed sign-ins), as each action
undoes its own.
"""

from __future__ import annotations

from contextlib import ExitStack
from typing import Any

from django.db import transaction
from django.http import HttpRequest

from motcua.agencies import queries as agencies
from motcua.foundation import sight
from motcua.foundation.sight import Sight
from motcua.foundation.viewer import Viewer


def sight_of(viewer: Viewer) -> Sight:
    """The realms a viewer has posts in, who they are in their own right, and for whom they have
    chosen to act."""
    acting = viewer.acting.person_id if viewer.acting is not None else None
    return sight.of(
        realms=[agencies.facts(post.agency_id).realm for post in viewer.posts],
        persons=[person for person in (viewer.person_id, acting) if person is not None],
        organisations=viewer.organisation_ids,
    )


class Sighted:
    """The sight and the transaction of one request."""

    def __init__(self, stack: ExitStack) -> None:
        self._stack = stack
        self._begun = False

    def see(self, seen: Sight) -> None:
        """From here to the end of the request."""
        self._stack.enter_context(sight.seeing(seen))

    def begin(self) -> None:
        """Open the request's transaction, unless it is open."""
        if not self._begun:
            self._stack.enter_context(transaction.atomic())
            self._begun = True

    def answered(self, status: int) -> None:
        """Undo everything when the house itself failed."""
        if self._begun and status >= 500:
            transaction.set_rollback(True)


def of(request: HttpRequest) -> Sighted:
    """What `ViewerMiddleware` has put there."""
    found: Any = request.sighted  # type: ignore[attr-defined] # put there by the middleware
    assert isinstance(found, Sighted)
    return found
