"""From a draft to a signed paper: what was previewed is what is signed, once, and it is told."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256

import httpx
import pytest
from django.conf import settings
from django.core.files.storage import default_storage

from motcua.documents import actions, issuing, queries, signing, timestamps
from motcua.documents.errors import CannotReplace, NotInForce
from motcua.documents.models import Document, File
from motcua.documents.signing import SignerRef, TimestampUnavailable
from motcua.documents.verification import verify_pdf
from motcua.foundation.models import LedgerEntry, OutboxEvent
from motcua.people.actions import upsert_person
from motcua.people.models import Person
from tests.documents.papers import PAPER
from tests.world import at_once

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
SIGNER = SignerRef("H37.105", "Nguyễn Thị Phượng", "Phó Chủ tịch")


@pytest.fixture
def owner(db: None) -> Person:
    return upsert_person("020190912345", "Nông Thị Lan", now=NOW)


def draft(agency, owner, number: str = PAPER["number"], **more) -> Document:
    return actions.draft(
        **{
            "kind": "result",
            "template": "result_birth_certificate",
            "data": PAPER,
            "number": number,
            "title": "Giấy khai sinh",
            "agency_id": agency.pk,
            "owner_id": owner.pk,
            "organisation_id": None,
            "subject": 7,
            "now": NOW,
            **more,
        }
    )


def content(document: Document) -> bytes:
    document.refresh_from_db()
    with actions.open_file(document.file) as stream:
        return stream.read()


def issued(agency, owner, number: str = PAPER["number"]) -> Document:
    document = draft(agency, owner, number)
    issuing.render_preview(document.pk)
    return issuing.sign_and_issue(document.pk, SIGNER, NOW)


def told(kind: str) -> list[dict]:
    return [row.payload for row in OutboxEvent.objects.filter(name__endswith=kind).order_by("pk")]


# -- preview and signature ----


@pytest.mark.django_db
def test_what_was_previewed_is_what_is_signed(agency, owner, roots):
    document = draft(agency, owner)
    issuing.render_preview(document.pk)
    preview = content(document)
    assert sha256(preview).digest() == bytes(document.preview_sha256)
    issuing.sign_and_issue(document.pk, SIGNER, NOW)
    signed = content(document)
    assert signed.startswith(preview)
    report = verify_pdf(signed, roots)
    assert report.valid
    assert report.number == document.number
    assert document.signed_at == NOW
    assert document.file.owner_id == owner.pk
    assert document.file.name == "01-2026-GKS-H37.105.pdf"
    assert told("DocumentIssued")[-1]["document_id"] == document.pk
    entry = LedgerEntry.objects.get(kind="document.signed")
    assert sha256(signed).hexdigest() in str(entry.body)


@pytest.mark.django_db
def test_the_paper_leads_to_its_own_check(agency, owner):
    document = draft(agency, owner)
    assert len(document.verify_code) == 18
    data = issuing._data(document)
    assert data["verify_code"] == document.verify_code
    assert data["qr_svg"].startswith("<svg")


@pytest.mark.django_db
def test_a_preview_is_made_once_and_void_after_a_change(agency, owner):
    document = draft(agency, owner)
    first = issuing.render_preview(document.pk)
    assert issuing.render_preview(document.pk).file_id == first.file_id
    actions.redraft(
        document.pk,
        template="result_birth_certificate",
        title="Giấy khai sinh",
        data={**PAPER, "signer_name": "Vi Văn Hai"},
        now=NOW,
    )
    with pytest.raises(issuing.PreviewMissing):
        issuing.sign_and_issue(document.pk, SIGNER, NOW)
    assert issuing.render_preview(document.pk).preview_sha256 != first.preview_sha256


@pytest.mark.django_db
def test_nothing_is_signed_without_a_preview_or_with_another(agency, owner):
    document = draft(agency, owner)
    with pytest.raises(issuing.PreviewMissing):
        issuing.sign_and_issue(document.pk, SIGNER, NOW)
    issuing.render_preview(document.pk)
    document.refresh_from_db()
    path = default_storage.path(document.file.path)
    with open(path, "ab") as tampered:
        tampered.write(b"\n% this is still a PDF that could be signed\n")
    with pytest.raises(issuing.PreviewMissing):
        issuing.sign_and_issue(document.pk, SIGNER, NOW)
    document.refresh_from_db()
    assert document.signed_at is None
    assert not told("DocumentIssued")


@pytest.mark.django_db
def test_signing_twice_signs_once(agency, owner):
    document = issued(agency, owner)
    before = document.file_id
    again = issuing.sign_and_issue(document.pk, SIGNER, datetime(2026, 12, 1, tzinfo=UTC))
    assert (again.file_id, again.signed_at) == (before, NOW)
    assert len(told("DocumentIssued")) == 1


@pytest.mark.django_db(transaction=True)
def test_two_workers_signing_at_once_leave_one_signature(agency, owner, roots):
    document = draft(agency, owner)
    issuing.render_preview(document.pk)
    before = File.objects.count()
    signed = at_once(*[lambda: issuing.sign_and_issue(document.pk, SIGNER, NOW)] * 2)
    assert not [one for one in signed if isinstance(one, Exception)]
    report = verify_pdf(content(document), roots)
    assert report.valid
    assert len(report.signatures) == 1
    assert File.objects.count() == before + 1
    assert len(told("DocumentIssued")) == 1
    assert LedgerEntry.objects.filter(kind="document.signed").count() == 1


# -- the timestamp authority is down ----


@pytest.mark.django_db
def test_without_timestamps_nothing_changes_and_later_it_works(agency, owner, monkeypatch):
    document = draft(agency, owner)
    issuing.render_preview(document.pk)
    document.refresh_from_db()
    preview = document.file_id
    with monkeypatch.context() as down:
        nowhere = replace(settings.ENV, tsa_url="http://127.0.0.1:9")
        down.setattr(settings, "ENV", nowhere)
        with pytest.raises(TimestampUnavailable):
            issuing.sign_and_issue(document.pk, SIGNER, NOW)
    document.refresh_from_db()
    assert (document.file_id, document.signed_at) == (preview, None)
    assert not told("DocumentIssued")
    assert issuing.sign_and_issue(document.pk, SIGNER, NOW).signed_at == NOW


@pytest.mark.django_db
def test_without_the_list_of_the_timestamps_nothing_is_given_out(agency, owner, monkeypatch):
    document = draft(agency, owner)
    issuing.render_preview(document.pk)

    def gone(place: str) -> bytes:
        raise TimestampUnavailable(place)

    monkeypatch.setattr(timestamps, "_fetch", gone)
    with pytest.raises(TimestampUnavailable):
        issuing.sign_and_issue(document.pk, SIGNER, NOW)
    document.refresh_from_db()
    assert document.signed_at is None


@pytest.mark.django_db
def test_a_signature_that_would_not_verify_is_not_given_out(agency, owner, monkeypatch):
    """For instance when the authority's root was not put among those to trust."""
    document = draft(agency, owner)
    issuing.render_preview(document.pk)
    monkeypatch.setattr(signing.ca, "timestamp_roots", list)
    with pytest.raises(signing.SignatureUnsound, match="thời gian"):
        issuing.sign_and_issue(document.pk, SIGNER, NOW)
    document.refresh_from_db()
    assert document.signed_at is None


def test_a_list_that_ends_too_soon_is_not_put_into_a_result(monkeypatch):
    from datetime import timedelta

    from tests.documents import pki

    short = pki.root().revocation_list(until=pki.NOW + timedelta(days=29))

    def serving(_: float) -> httpx.Client:
        answer = httpx.MockTransport(lambda request: httpx.Response(200, content=short))
        return httpx.Client(transport=answer)

    monkeypatch.setattr(timestamps.web, "client", serving)
    with pytest.raises(TimestampUnavailable, match="too soon"):
        timestamps._fetch("http://short.example/tsa.crl")


# -- slips ----


@pytest.mark.django_db
def test_a_slip_is_issued_once_and_belongs_to_its_owner(agency, owner):
    slip = draft(agency, owner, "H37.105-261122-0001/M01", kind="slip", template="slip_01")
    first = issuing.issue_unsigned(slip.pk, NOW)
    assert issuing.issue_unsigned(slip.pk, NOW).file_id == first.file_id
    assert first.file.owner_id == owner.pk
    assert first.file.name == "H37.105-261122-0001-M01.pdf"
    assert len(told("DocumentIssued")) == 1


@pytest.mark.django_db
def test_a_template_that_does_not_exist_is_an_error(agency, owner):
    for name in ("không có", "../frame", "frame/../slip", ""):
        wrong = draft(agency, owner, f"x{name}", template=name)
        with pytest.raises(issuing.rendering.NoTemplate):
            issuing.render_preview(wrong.pk)
        wrong.delete()


# -- how long a paper is in force, and what anybody may learn ----


@pytest.mark.django_db
def test_the_public_check_tells_the_state_and_masks_the_holder(agency, owner):
    document = issued(agency, owner)
    for asked in ({"code": document.verify_code.lower()}, {"number": f" {document.number} "}):
        found = queries.public_check(**asked)
        assert found is not None
        assert (found.state, found.owner, found.number) == (
            "current",
            "N*** T*** Lan",
            document.number,
        )
        assert found.agency == agency.name
    assert queries.public_check(code="X") is None
    assert queries.public_check() is None


@pytest.mark.django_db
def test_a_draft_and_a_slip_are_not_public(agency, owner):
    document = draft(agency, owner)
    slip = draft(agency, owner, "S1", kind="slip", template="slip_01")
    issuing.issue_unsigned(slip.pk, NOW)
    for code in (document.verify_code, slip.verify_code):
        assert queries.public_check(code=code) is None
    assert queries.state_of(document.number) == "unknown"


@pytest.mark.django_db
def test_a_revoked_paper_is_told_to_be(agency, owner):
    document = issued(agency, owner)
    actions.revoke(document.pk, "Cấp sai thông tin", "officer:1", NOW)
    found = queries.public_check(code=document.verify_code)
    assert found is not None
    assert (found.state, found.reason) == ("revoked", "Cấp sai thông tin")
    assert queries.state_of(document.number) == "revoked"
    actions.revoke(document.pk, "Lần nữa", "officer:1", NOW)
    assert [row["state"] for row in told("DocumentReplaced")] == ["revoked"]
    assert LedgerEntry.objects.filter(kind="document.revoked").count() == 1


@pytest.mark.django_db
def test_a_replaced_paper_names_its_successor(agency, owner):
    old, new = issued(agency, owner), issued(agency, owner, "02/2026/GKS-H37.105")
    actions.replace(old.pk, new.pk, "Cải chính họ tên", "officer:1", NOW)
    actions.replace(old.pk, new.pk, "Cải chính họ tên", "officer:1", NOW)
    found = queries.public_check(number=old.number)
    assert found is not None
    assert (found.state, found.replaced_by) == ("replaced", new.number)
    assert queries.state_of(new.number) == "current"
    assert len(told("DocumentReplaced")) == 1
    with pytest.raises(NotInForce):
        actions.revoke(old.pk, "x", "officer:1", NOW)


@pytest.mark.django_db
def test_only_a_paper_in_force_can_end_and_only_for_its_like(agency, owner):
    drafted = draft(agency, owner, "d")
    good = issued(agency, owner)
    with pytest.raises(NotInForce):
        actions.revoke(drafted.pk, "x", "officer:1", NOW)
    with pytest.raises(NotInForce):
        actions.revoke(0, "x", "officer:1", NOW)
    other = upsert_person("020090912345", "Lý Văn Tài", now=NOW)
    strangers = issued(agency, other, "03/2026/GKS-H37.105")
    for by in (drafted.pk, good.pk, strangers.pk, 0):
        with pytest.raises(CannotReplace):
            actions.replace(good.pk, by, "x", "officer:1", NOW)
    assert queries.state_of(good.number) == "current"
