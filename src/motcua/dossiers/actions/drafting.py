"""Drafts: started with what the State already knows, saved topic by topic, filed once."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any

from django.db import transaction

from motcua.agencies import queries as agencies
from motcua.agencies.facts import AgencyFacts
from motcua.catalogue import queries as catalogue
from motcua.catalogue import rules as law
from motcua.catalogue.facts import VersionFacts
from motcua.documents import actions as documents
from motcua.documents.models import File
from motcua.documents.vault import reading as vault
from motcua.dossiers import once_only, prefill, rules
from motcua.dossiers.actions import representing
from motcua.dossiers.actions.acting import account_of, applicant, person_of
from motcua.dossiers.actions.filing import Filing
from motcua.dossiers.actions.linking import file
from motcua.dossiers.errors import (
    CannotFileHere,
    DraftChanged,
    DraftFiled,
    DraftGone,
    NotFound,
    Refused,
)
from motcua.dossiers.models import Attachment, Dossier, Draft, FilingWay
from motcua.dossiers.queries import scope
from motcua.forms import engine as forms
from motcua.foundation import clock
from motcua.foundation.viewer import Viewer
from motcua.people import own_data, purposes
from motcua.people.models import Mandate, Person
from motcua.people.representation import Deed

FILES_PER_PAPER = 10
"""More pages than this belong in one PDF."""


class TooManyFiles(Refused):
    code = "too_many_files"

    def __init__(self) -> None:
        super().__init__(
            f"Mỗi giấy tờ nhận tối đa {FILES_PER_PAPER} tệp. Hãy gộp các trang vào một tệp PDF."
        )


class SayHow(Refused):
    code = "say_how"

    def __init__(self) -> None:
        super().__init__("Hãy cho biết dữ liệu của Nhà nước sai hoặc thiếu ở chỗ nào.")


class NoLongerHolds(Refused):
    code = "paper_no_longer_holds"

    def __init__(self, title: str) -> None:
        super().__init__(
            f"{title} không còn hiệu lực nên không dùng lại được. Hãy chọn giấy tờ khác hoặc tải"
            " lên bản mới."
        )


def start_draft(viewer: Viewer, version_id: int, agency_id: int, now: datetime) -> Draft:
    """A new draft of the viewer's for one version at one agency, prefilled from the registers.

    The registers are asked before the transaction, so that a slow one holds no lock; when one does
    not answer, or the person objects to being prefilled, the draft starts empty.
    Raises `CannotFileHere`, and `UnknownAgency`.
    """
    facts = catalogue.version(version_id)
    verdict = law.can_file_online(facts)
    if not verdict.allowed or facts.form_id is None:
        raise CannotFileHere(verdict.reason)
    person = Person.objects.get(pk=person_of(viewer))
    mandate = _mandate(viewer, Deed.FILE, facts, now)
    agency = _competent(facts, agency_id)
    form = forms.compiled(facts.form_id)
    about = mandate.person if mandate and mandate.person else person
    replaced = {one.replaced_by for one in facts.components}
    if own_data.may_use(about.pk, purposes.PREFILL):
        purpose = f"{facts.code} {facts.short_name}"
        known = prefill.gather(about, form, purpose, replaced)
    else:
        known = prefill.objected(form, replaced)
    return Draft.objects.create(
        account_id=account_of(viewer),
        person=person,
        mandate=mandate,
        version_id=version_id,
        agency_id=agency.id,
        answers=json.dumps(known.answers, ensure_ascii=False),
        sources=known.sources,
        lookups=known.lookups,
        created_at=now,
        saved_at=now,
        expires_at=now + rules.DRAFT_KEPT,
    )


@transaction.atomic
def _mandate(viewer: Viewer, deed: str, facts: VersionFacts, now: datetime) -> Mandate | None:
    """The mandate the viewer acts under, if any, which must allow it now. Raises
    `OutsideMandate`."""
    return representing.permitted(viewer, deed, facts.code, now)


def _competent(facts: VersionFacts, agency_id: int) -> AgencyFacts:
    """The agency, which decides the procedure. Raises `UnknownAgency` and `CannotFileHere`."""
    agency = agencies.facts(agency_id)
    if not catalogue.decides(facts, agency, clock.today()):
        raise CannotFileHere(f"{agency.name} không có thẩm quyền giải quyết thủ tục này.")
    return agency


def own(viewer: Viewer, draft_id: int, now: datetime, *, lock: bool = True) -> Draft:
    """The viewer's draft. Raises `NotFound`, or `DraftGone` when discarded or expired."""
    rows = Draft.objects.filter(scope.drafts(viewer), pk=draft_id)
    draft = (rows.select_for_update(of=("self",)) if lock else rows).first()
    if draft is None:
        raise NotFound
    if draft.discarded_at is not None or (draft.expires_at < now and draft.submitted_as_id is None):
        raise DraftGone
    return draft


def _unfiled(viewer: Viewer, draft_id: int, now: datetime) -> Draft:
    """`own`, locked, and not filed yet: what was filed is changed by a supplement. Raises
    `DraftFiled` too."""
    draft = own(viewer, draft_id, now)
    if draft.submitted_as is not None:
        raise DraftFiled(draft.submitted_as.number)
    return draft


@transaction.atomic
def save_topic(
    viewer: Viewer,
    draft_id: int,
    values: Mapping[str, Any],
    seen: int,
    now: datetime,
    disputed: Collection[str] = (),
    how: Mapping[str, str] = MappingProxyType({}),
) -> Draft:
    """Keep `values` (one topic's answers, right or wrong: nothing typed is lost).

    An answer that differs from what a register said loses its source mark; a `disputed` one keeps
    it, marked as what the person says is wrong, for the officer to see, with `how` it is wrong, by
    field. Raises `DraftChanged` when
    `seen` is not the draft's revision, `DraftFiled` after filing.
    """
    draft = _unfiled(viewer, draft_id, now)
    if seen != draft.revision:
        raise DraftChanged(draft.saved_at)
    answers = json.loads(draft.answers or "{}")
    for key, value in values.items():
        if answers.get(key) != value and key not in disputed:
            draft.sources.pop(key, None)
        answers[key] = value
    for key in set(disputed) & set(draft.sources):
        draft.sources[key]["disputed"] = True
    for key in disputed:
        if said := once_only.words(how.get(key, "")):
            draft.disputes[f"field:{key}"] = said
    draft.answers = json.dumps(answers, ensure_ascii=False)
    draft.revision += 1
    draft.saved_at = now
    draft.expires_at = now + rules.DRAFT_KEPT
    draft.save()
    return draft


@transaction.atomic
def dispute_paper(
    viewer: Viewer, draft_id: int, component_key: str, how: str, now: datetime
) -> Draft:
    """Say that what a register holds in the place of a paper is wrong, and how: only then is the
    paper asked for. Raises `NotFound` for a paper that no register holds, and `SayHow`."""
    draft = _unfiled(viewer, draft_id, now)
    papers = {one.key: one for one in catalogue.version(draft.version_id).components}
    paper = papers.get(component_key)
    if paper is None or not once_only.is_held(paper, draft.lookups, {}):
        raise NotFound
    said = once_only.words(how)
    if not said:
        raise SayHow
    draft.disputes[f"paper:{component_key}"] = said
    draft.saved_at = now
    draft.save(update_fields=["disputes", "saved_at"])
    return draft


def look_up_again(viewer: Viewer, draft_id: int, now: datetime) -> Draft:
    """Ask the registers again that did not answer. Only empty answers are filled in: nothing that
    was typed is touched. The registers are asked before the transaction."""
    draft = own(viewer, draft_id, now, lock=False)
    facts = catalogue.version(draft.version_id)
    assert facts.form_id is not None
    mandate = draft.mandate
    about = mandate.person if mandate and mandate.person else draft.person
    if not own_data.may_use(about.pk, purposes.PREFILL):
        return draft
    replaced = {one.replaced_by for one in facts.components}
    purpose = f"{facts.code} {facts.short_name}"
    known = prefill.gather(about, forms.compiled(facts.form_id), purpose, replaced)
    with transaction.atomic():
        draft = _unfiled(viewer, draft_id, now)
        answers = json.loads(draft.answers or "{}")
        for key, value in known.answers.items():
            if answers.get(key) in (None, "", [], {}):
                answers[key] = value
                draft.sources[key] = known.sources[key]
        draft.answers = json.dumps(answers, ensure_ascii=False)
        draft.lookups = known.lookups
        draft.revision += 1
        draft.saved_at = now
        draft.save()
    return draft


@transaction.atomic
def choose_agency(viewer: Viewer, draft_id: int, agency_id: int, now: datetime) -> Draft:
    """File with another agency than the one proposed from the person's residence. Raises
    `CannotFileHere`, and `UnknownAgency`."""
    draft = _unfiled(viewer, draft_id, now)
    draft.agency_id = _competent(catalogue.version(draft.version_id), agency_id).id
    draft.saved_at = now
    draft.save(update_fields=["agency", "saved_at"])
    return draft


def attach(
    viewer: Viewer, draft_id: int, component_key: str, name: str, content: bytes, now: datetime
) -> Attachment:
    """Add a file to one component document. Raises `documents.UploadRefused` and `TooManyFiles`."""
    draft = own(viewer, draft_id, now, lock=False)
    facts = catalogue.version(draft.version_id)
    if component_key not in {component.key for component in facts.components}:
        raise NotFound
    stored = documents.store_upload(name, content, viewer.person_id, now)
    return _add(viewer, draft_id, component_key, stored, "", now)


def attach_kept(
    viewer: Viewer, draft_id: int, component_key: str, item_key: str, now: datetime
) -> Attachment:
    """Answer one component document with a paper of the vault, which is noted as used again (NĐ
    224/2026 Đ15). Giving it twice is giving it once. Raises `NotInVault`, `NoLongerHolds` and
    `TooManyFiles`."""
    draft = own(viewer, draft_id, now, lock=False)
    facts = catalogue.version(draft.version_id)
    if component_key not in {component.key for component in facts.components}:
        raise NotFound
    item = vault.item(viewer, item_key)
    if not item.usable:
        raise NoLongerHolds(item.title)
    return _add(viewer, draft_id, component_key, item.file, item.number, now)


@transaction.atomic
def _add(
    viewer: Viewer, draft_id: int, component_key: str, stored: File, source: str, now: datetime
) -> Attachment:
    draft = _unfiled(viewer, draft_id, now)
    there = list(draft.attachments.filter(component_key=component_key))
    for one in there:
        if one.file_id == stored.pk:
            return one
    if len(there) >= FILES_PER_PAPER:
        raise TooManyFiles
    draft.saved_at = now
    draft.save(update_fields=["saved_at"])
    return Attachment.objects.create(
        draft=draft, component_key=component_key, file=stored, reused_from=source, added_at=now
    )


@transaction.atomic
def detach(viewer: Viewer, attachment_id: int, now: datetime) -> None:
    """Take a file off a draft again."""
    row = Attachment.objects.filter(
        pk=attachment_id,
        draft__in=Draft.objects.filter(scope.drafts(viewer)),
        dossier__isnull=True,
    ).first()
    if row is None or row.draft_id is None:
        raise NotFound
    _unfiled(viewer, row.draft_id, now)
    row.delete()


@transaction.atomic
def discard_draft(viewer: Viewer, draft_id: int, now: datetime) -> None:
    """Put the draft in the bin; `restore_draft` brings it back."""
    draft = own(viewer, draft_id, now)
    if draft.submitted_as_id is None:
        draft.discarded_at = now
        draft.save(update_fields=["discarded_at"])


@transaction.atomic
def restore_draft(viewer: Viewer, draft_id: int, now: datetime) -> None:
    """Bring a discarded draft back."""
    mine = Draft.objects.filter(scope.drafts(viewer), pk=draft_id).values("pk")
    changed = Draft.objects.filter(pk__in=mine, discarded_at__isnull=False).update(
        discarded_at=None, expires_at=now + rules.DRAFT_KEPT
    )
    if not changed:
        raise NotFound


@transaction.atomic
def submit(viewer: Viewer, draft_id: int, now: datetime) -> Dossier:
    """File the draft. A second click, a second tab or a repeated request answers with the dossier
    that the first one made. Raises what `filing.check` raises; the draft stays as it was."""
    draft = own(viewer, draft_id, now)
    if draft.submitted_as_id is not None:
        return Dossier.objects.get(pk=draft.submitted_as_id)
    assert draft.agency_id is not None
    mandate = _mandate(viewer, Deed.FILE, catalogue.version(draft.version_id), now)
    attachments = list(draft.attachments.select_related("file"))
    person = Person.objects.get(pk=draft.person_id)
    dossier = file(
        Filing(
            version_id=draft.version_id,
            agency_id=draft.agency_id,
            way=FilingWay.ONLINE,
            applicant=mandate.person if mandate and mandate.person else person,
            answers=json.loads(draft.answers or "{}"),
            actor=applicant(viewer),
            files=[(a.component_key, a.file) for a in attachments],
            reused={a.file_id: a.reused_from for a in attachments if a.reused_from},
            sources=draft.sources,
            lookups=draft.lookups,
            disputes=draft.disputes,
            organisation=mandate.organisation if mandate else None,
            representative=person if mandate else None,
            mandate_id=mandate.pk if mandate else None,
        ),
        now,
    )
    draft.submitted_as = dossier
    draft.saved_at = now
    draft.save(update_fields=["submitted_as", "saved_at"])
    return dossier
