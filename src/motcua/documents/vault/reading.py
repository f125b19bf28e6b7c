"""What stands in whose vault."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256

from django.db.models import Q, QuerySet

from motcua.documents.models import Document, File, KeptPaper, Share
from motcua.documents.vault import validity
from motcua.documents.vault.fitting import fits
from motcua.documents.vault.validity import Standing
from motcua.foundation import clock, sight
from motcua.foundation.viewer import Viewer
from motcua.people.access import AccessNote

RESULT, PAPER = "kq", "gt"
MOST = 500
"""Papers a vault shows at once; the newest."""


class NotInVault(Exception):
    """There is no such paper in the viewer's vault, or the viewer has none."""


@dataclass(frozen=True, slots=True)
class Holder:
    """Whose vault: one person's or one organisation's."""

    person_id: int | None = None
    organisation_id: int | None = None

    @property
    def results(self) -> Q:
        if self.organisation_id is not None:
            return Q(organisation_id=self.organisation_id)
        return Q(owner_id=self.person_id, organisation__isnull=True)

    @property
    def rows(self) -> Q:
        """Of kept papers and shares."""
        if self.organisation_id is not None:
            return Q(organisation_id=self.organisation_id)
        return Q(owner_id=self.person_id)


@dataclass(frozen=True, slots=True)
class Item:
    """One paper of a vault. `key` names it in addresses: `kq-12` is a result, `gt-7` a paper given
    before. `number` is the result's, else that of the dossier it came with."""

    key: str
    title: str
    number: str
    issuer: str
    on: date
    until: date | None
    standing: Standing
    replaced_by: str
    verify_code: str
    file: File

    @property
    def is_result(self) -> bool:
        return self.key.startswith(RESULT)

    @property
    def usable(self) -> bool:
        """Whether it may be given in a dossier."""
        return self.standing in (Standing.CURRENT, Standing.KEPT)


@dataclass(frozen=True, slots=True)
class SharedItem:
    """What somebody with a link gets: the paper, whose it is, and until when the link leads."""

    share: Share
    item: Item
    expires_at: datetime


def holder_of(viewer: Viewer) -> Holder | None:
    """Whose vault the viewer opens: their own, or that of whom they act for. None for who has not
    signed in, and under a mandate for named procedures, which does not reach as far."""
    if viewer.person_id is None:
        return None
    acting = viewer.acting
    if acting is None:
        return Holder(person_id=viewer.person_id)
    if acting.procedures:
        return None
    return Holder(person_id=acting.person_id, organisation_id=acting.organisation_id)


def items(viewer: Viewer) -> list[Item]:
    """The viewer's vault, results first, each newest first. Empty where they have none."""
    holder = holder_of(viewer)
    if holder is None:
        return []
    today = clock.today()
    results = _results().filter(holder.results).order_by("-signed_at")[:MOST]
    papers = _papers().filter(holder.rows).order_by("-taken_in_at", "-pk")[:MOST]
    return [_result(row, today) for row in results] + [_paper(row) for row in papers]


def item(viewer: Viewer, key: str) -> Item:
    """One paper of the viewer's vault. Raises `NotInVault`."""
    holder = holder_of(viewer)
    if holder is None:
        raise NotInVault
    kind, pk = split(key)
    if kind == RESULT:
        result = _results().filter(holder.results, pk=pk).first()
        if result is not None:
            return _result(result, clock.today())
    else:
        paper = _papers().filter(holder.rows, pk=pk).first()
        if paper is not None:
            return _paper(paper)
    raise NotInVault


def offered(asked: str, among: Sequence[Item]) -> list[Item]:
    """Those of these papers that may answer what a procedure calls `asked`."""
    return [one for one in among if one.usable and fits(asked, one.title)]


def split(key: str) -> tuple[str, int]:
    """`("kq", 12)` of `kq-12`. Raises `NotInVault` for anything else."""
    kind, _, number = key.partition("-")
    if kind not in (RESULT, PAPER) or not (number.isascii() and number.isdigit()):
        raise NotInVault
    if len(number) > 18:
        raise NotInVault
    return kind, int(number)


def shares(viewer: Viewer, key: str) -> list[Share]:
    """The links to one paper that still lead somewhere, newest first. Raises `NotInVault`."""
    holder = holder_of(viewer)
    kind, pk = split(key)
    if holder is None:
        raise NotInVault
    which = Q(document_id=pk) if kind == RESULT else Q(paper_id=pk)
    rows = Share.objects.filter(
        holder.rows, which, revoked_at__isnull=True, expires_at__gt=clock.now()
    )
    return list(rows.order_by("-created_at")[:50])


def shared(secret: str, now: datetime) -> SharedItem | None:
    """What the link with this secret leads to, or None when there is none, it has ended or was
    taken back. Whoever has the link may ask."""
    digest = sha256(secret.encode()).digest()
    with sight.seeing(sight.EVERYTHING):
        share = Share.objects.filter(
            secret_sha256=digest, revoked_at__isnull=True, expires_at__gt=now
        ).first()
        if share is None:
            return None
        if share.document_id is not None:
            found = _result(_results().get(pk=share.document_id), clock.today())
        else:
            assert share.paper_id is not None
            found = _paper(_papers().get(pk=share.paper_id))
    return SharedItem(share, found, share.expires_at)


def looked(viewer: Viewer) -> AccessNote | None:
    """A representative's look into the vault of a person, for the door to record; None for who
    looks at their own or at an organisation's."""
    holder = holder_of(viewer)
    if holder is None or holder.person_id in (None, viewer.person_id):
        return None
    return AccessNote(
        viewer=viewer,
        subject_ids=(holder.person_id,),
        role="representative",
        agency_id=None,
        purpose="Làm thay theo ủy quyền hoặc theo pháp luật",
        fields=("vault",),
    )


def looked_by_link(viewer: Viewer, found: SharedItem) -> AccessNote | None:
    """The look of whoever has a link, for the door to record; None where it is an organisation's
    paper or its holder's own look."""
    owner = found.share.owner_id
    if owner is None or owner == viewer.person_id:
        return None
    return AccessNote(
        viewer=viewer,
        subject_ids=(owner,),
        role="link",
        agency_id=None,
        purpose=f"Mở liên kết bạn chia sẻ: {found.item.title}",
        fields=("paper",),
    )


def _results() -> QuerySet[Document]:
    return Document.objects.filter(
        kind="result", signed_at__isnull=False, file__isnull=False
    ).select_related("file", "agency", "replaced_by")


def _papers() -> QuerySet[KeptPaper]:
    return KeptPaper.objects.select_related("file", "agency")


def _result(row: Document, today: date) -> Item:
    assert row.file is not None
    assert row.signed_at is not None
    on = clock.local(row.signed_at).date()
    until = validity.last_day(on, row.valid_months)
    return Item(
        key=f"{RESULT}-{row.pk}",
        title=row.title,
        number=row.number,
        issuer=row.agency.name,
        on=on,
        until=until,
        standing=validity.standing(row.state, until, today),
        replaced_by=row.replaced_by.number if row.replaced_by else "",
        verify_code=row.verify_code,
        file=row.file,
    )


def _paper(row: KeptPaper) -> Item:
    return Item(
        key=f"{PAPER}-{row.pk}",
        title=row.name,
        number=row.dossier_number,
        issuer=row.agency.name,
        on=clock.local(row.taken_in_at).date(),
        until=None,
        standing=Standing.KEPT,
        replaced_by="",
        verify_code="",
        file=row.file,
    )
