"""Putting papers into a vault, taking them out, and letting somebody see one by a link."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

from django.db import transaction

from motcua.documents.models import KeptPaper, Share
from motcua.documents.vault import reading
from motcua.documents.vault.reading import Holder, NotInVault, SharedItem
from motcua.foundation import ledger, sight
from motcua.foundation.viewer import Viewer

LINK_HOURS = (1, 24, 24 * 7, 24 * 30)
"""How long a link may lead to a paper, in hours."""
ENDED_KEPT = timedelta(days=30)
"""How long the holder still finds in their copy of their data that there was a link."""
MOST_LINKS = 20
"""Links to one paper that may lead somewhere at once."""


class CannotShare(Exception):
    """A link that is not made; `message` says why and what to do."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper of a dossier that an agency took in, by the name the procedure asks for it."""

    name: str
    file_id: UUID


def deposit(
    holder: Holder, papers: Sequence[Paper], dossier_number: str, agency_id: int, now: datetime
) -> int:
    """Keep the papers of a dossier in the vault of whose dossier it is; how many are new there.
    Doing it twice changes nothing."""
    rows = [
        KeptPaper(
            owner_id=None if holder.organisation_id is not None else holder.person_id,
            organisation_id=holder.organisation_id,
            name=one.name[:500],
            file_id=one.file_id,
            dossier_number=dossier_number,
            agency_id=agency_id,
            taken_in_at=now,
        )
        for one in papers
    ]
    before = KeptPaper.objects.filter(holder.rows).count()
    KeptPaper.objects.bulk_create(rows, ignore_conflicts=True)
    return KeptPaper.objects.filter(holder.rows).count() - before


@transaction.atomic
def remove(viewer: Viewer, key: str, now: datetime) -> None:
    """Take a paper given before out of the vault, with the links to it; the dossier keeps its own.
    Results stay: they are the agency's records. Raises `NotInVault`."""
    item = reading.item(viewer, key)
    if item.is_result:
        raise NotInVault
    _kind, pk = reading.split(key)
    KeptPaper.objects.filter(pk=pk).delete()
    ledger.append("vault.removed", f"vault:{key}", f"account:{viewer.account_id}", {})


@transaction.atomic
def share(viewer: Viewer, key: str, hours: int, whom: str, now: datetime) -> tuple[Share, str]:
    """A link to one paper of the viewer's vault for `hours` (one of `LINK_HOURS`), and its secret,
    which is told this once. `whom` reminds the holder whom it is for. Raises `NotInVault` and
    `CannotShare`."""
    item = reading.item(viewer, key)
    if hours not in LINK_HOURS:
        raise CannotShare("Chọn thời gian liên kết có hiệu lực.")
    if len(reading.shares(viewer, key)) >= MOST_LINKS:
        raise CannotShare(
            f"Giấy tờ này đang có {MOST_LINKS} liên kết còn hiệu lực. Hãy thu hồi bớt rồi tạo lại."
        )
    holder = reading.holder_of(viewer)
    assert holder is not None
    kind, pk = reading.split(key)
    secret = secrets.token_urlsafe(24)
    row = Share.objects.create(
        owner_id=None if holder.organisation_id is not None else holder.person_id,
        organisation_id=holder.organisation_id,
        document_id=pk if kind == reading.RESULT else None,
        paper_id=pk if kind == reading.PAPER else None,
        secret_sha256=sha256(secret.encode()).digest(),
        whom=whom.strip()[:120],
        created_at=now,
        expires_at=now + timedelta(hours=hours),
    )
    ledger.append(
        "vault.shared",
        f"vault:{item.key}",
        f"account:{viewer.account_id}",
        {"share": row.pk, "until": row.expires_at.isoformat()},
    )
    return row, secret


@transaction.atomic
def take_back(viewer: Viewer, share_id: int, now: datetime) -> str:
    """End a link of the viewer's at once; the key of the paper it led to. Doing it twice changes
    nothing. Raises `NotInVault`."""
    holder = reading.holder_of(viewer)
    rows = Share.objects.select_for_update().filter(pk=share_id)
    row = rows.filter(holder.rows).first() if holder is not None else None
    if row is None:
        raise NotInVault
    if row.document_id is not None:
        key = f"{reading.RESULT}-{row.document_id}"
    else:
        key = f"{reading.PAPER}-{row.paper_id}"
    if row.revoked_at is None:
        row.revoked_at = now
        row.save(update_fields=["revoked_at"])
        ledger.append(
            "vault.share_ended", f"vault:{key}", f"account:{viewer.account_id}", {"share": row.pk}
        )
    return key


def open_shared(secret: str, now: datetime) -> SharedItem | None:
    """What the link with this secret leads to, counted as opened; None where `reading.shared` has
    none. A link that is taken back at the same moment is opened before or not at all."""
    with sight.seeing(sight.EVERYTHING), transaction.atomic():
        found = reading.shared(secret, now)
        if found is None:
            return None
        row = Share.objects.select_for_update().get(pk=found.share.pk)
        if row.revoked_at is not None:
            return None
        row.opened += 1
        row.last_opened_at = now
        row.save(update_fields=["opened", "last_opened_at"])
        ledger.append("vault.opened", f"vault:{found.item.key}", "link", {"share": row.pk})
    return found


@transaction.atomic
def forget_links(person_id: int, by: str) -> int:
    """Remove the links a person gave to papers of their vault; how many."""
    links = Share.objects.filter(owner_id=person_id).delete()[0]
    if links:
        ledger.append("vault.links_removed", f"person:{person_id}", by, {"links": links})
    return links


@transaction.atomic
def forget_papers(person_id: int, by: str) -> dict[str, int]:
    """Remove the papers a person keeps in their vault and the links to them; how many of each. The
    results stay, which agencies keep."""
    links = Share.objects.filter(owner_id=person_id, paper__isnull=False).delete()[0]
    papers = KeptPaper.objects.filter(owner_id=person_id).delete()[0]
    if papers:
        data = {"papers": papers, "links": links}
        ledger.append("vault.emptied", f"person:{person_id}", by, data)
    return {"kept_papers": papers, "shares": links}


def forget_ended(now: datetime) -> int:
    """Remove links that ended more than `ENDED_KEPT` ago; how many."""
    return Share.objects.filter(expires_at__lt=now - ENDED_KEPT).delete()[0]
