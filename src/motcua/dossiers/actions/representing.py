"""Acting for another with a dossier: the mandate is asked for the deed, and held meanwhile."""

from __future__ import annotations

from datetime import datetime

from motcua.dossiers.errors import OutsideMandate
from motcua.foundation.viewer import Viewer
from motcua.people.actions import mandates
from motcua.people.errors import MandateEnded
from motcua.people.models import Mandate


def permitted(viewer: Viewer, deed: str, procedure: str, now: datetime) -> Mandate | None:
    """The mandate under which the viewer does `deed` with a dossier of `procedure`, locked against
    revocation until the transaction ends; None (and no statement) for who acts for themselves.
    Raises `OutsideMandate`."""
    if viewer.acting is None:
        return None
    try:
        return mandates.hold(viewer, viewer.acting.mandate_id, deed, procedure, now)
    except MandateEnded as error:
        raise OutsideMandate from error
