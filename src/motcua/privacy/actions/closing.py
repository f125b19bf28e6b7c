"""What closing one's own account does beyond the account."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from motcua.dossiers.actions.erasing import erase_drafts
from motcua.foundation.viewer import Viewer
from motcua.people import own_data, queries
from motcua.people.actions import closing


@transaction.atomic
def close_own_account(viewer: Viewer, now: datetime) -> None:
    """Close the viewer's account: signed out everywhere, consents withdrawn, drafts removed. What
    was filed goes on, and what the law keeps is kept. Raises `people.errors.CannotClose`."""
    account = closing.close_own(viewer, now)
    assert account.person_id is not None, "it is the account of a person"
    given = [one.purpose for one in queries.consents(viewer) if one.withdrawn_at is None]
    own_data.withdraw_all(account.person_id, given, now)
    erase_drafts(account.person_id, f"account:{account.pk}")
