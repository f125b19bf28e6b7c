"""What of a dossier is masked, and what it takes to see it."""

from __future__ import annotations

import pytest

from motcua.dossiers.actions import revealing
from motcua.dossiers.errors import NotFound, Refused
from motcua.foundation.models import LedgerEntry
from motcua.people import queries as people
from motcua.people.models import Access

from ..world import NOW
from . import people as p

pytestmark = [pytest.mark.usefixtures("world"), pytest.mark.django_db]


def one_filed():
    viewer, dossier = p.filed("1.004873")
    return viewer, dossier, p.officer("receptionist")


def test_identity_numbers_phones_and_addresses_are_masked_and_places_stay():
    _, dossier, clerk = one_filed()
    rows = {path: text for _, text, path in revealing.masked(clerk, dossier.number, NOW).rows}
    assert rows["applicant_id"].startswith("••••")
    assert dossier.applicant.id_number not in " ".join(rows.values())
    assert all("••••" in text for text in rows.values())
    assert not Access.objects.exists()


def test_an_officer_who_says_why_sees_what_they_asked_for_and_nothing_else():
    owner, dossier, clerk = one_filed()
    found = revealing.reveal(clerk, dossier.number, ["applicant_id"], "contact", "", NOW)
    assert [text for _, text, _ in found.rows] == [dossier.applicant.id_number]
    looks = people.who_looked(owner, now=NOW)
    assert [look.viewer_name for look in looks] == [clerk.name]
    assert looks[0].purpose == "Liên hệ người nộp về hồ sơ này"
    assert looks[0].fields == ["Số định danh cá nhân"]
    entry = LedgerEntry.objects.get(kind="people.revealed")
    assert entry.subject == dossier.number
    assert "applicant_id" in entry.body
    assert dossier.applicant.id_number not in entry.body


@pytest.mark.parametrize(
    ("paths", "purpose", "note"),
    [
        ([], "contact", ""),
        (["khong_co"], "contact", ""),
        (["applicant_id"], "", ""),
        (["applicant_id"], "tò mò", ""),
        (["applicant_id"], "complaint", " "),
    ],
)
def test_without_a_purpose_nothing_is_shown_and_nothing_recorded(paths, purpose, note):
    _, dossier, clerk = one_filed()
    with pytest.raises(Refused):
        revealing.reveal(clerk, dossier.number, paths, purpose, note, NOW)
    assert not Access.objects.exists()
    assert not LedgerEntry.objects.filter(kind="people.revealed").exists()


def test_to_officers_of_another_agency_there_is_nothing_to_reveal():
    _, dossier, _ = one_filed()
    stranger = p.officer(f"{p.accounts.staffed_communes()[1].agency_code}/receptionist")
    with pytest.raises(NotFound):
        revealing.masked(stranger, dossier.number, NOW)
    with pytest.raises(NotFound):
        revealing.reveal(stranger, dossier.number, ["applicant_id"], "contact", "", NOW)
