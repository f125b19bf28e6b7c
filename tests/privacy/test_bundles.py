"""The whole copy of one's data as a zip: for machines, to read, the files, and the list of them."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import zipfile

import pytest
from django.core.files.storage import default_storage

from motcua.documents.models import Document, File
from motcua.dossiers.actions import drafting
from motcua.dossiers.models import Status
from motcua.foundation import clock, sight
from motcua.foundation.holdings import everything
from motcua.privacy import bundle, copied_files, copied_paper, copies
from motcua.privacy.actions import exports
from motcua.privacy.models import ExportPart

from ..documents import pdfa, words
from ..dossiers import answers as a
from ..dossiers import people as p
from ..world import settle

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("world")]
CODE = "1.004873"
READ, MACHINE = "doc-duoc.pdf", "du-lieu.json"


@pytest.fixture
def lived(world):
    """Somebody with a paper in a draft, and a dossier that was taken in, with its slip."""
    draft = p.drafted(p.citizen("doc-than"), CODE, a.marital_status())
    drafting.attach(
        p.citizen("doc-than"), draft.pk, "giay_cu", "../giấy cũ.pdf", a.pdf(), clock.now()
    )
    viewer, dossier = p.filed(CODE)
    p.accepted(dossier)
    settle()
    return viewer, dossier


def taken(viewer) -> zipfile.ZipFile:
    copy = exports.begin(viewer, clock.now())
    exports.take(viewer, str(copy.pk), "zip", clock.now())
    with sight.seeing(sight.NOTHING):  # streamed after the request has ended
        return zipfile.ZipFile(io.BytesIO(b"".join(bundle.stream(copy))))


def listed(made: zipfile.ZipFile) -> dict[str, dict[str, str]]:
    text = made.read(bundle.LIST).decode("utf-8-sig")
    return {row["Tệp"]: row for row in csv.DictReader(io.StringIO(text))}


def test_it_holds_the_copy_the_paper_and_every_file_and_the_list_says_so(lived):
    viewer, dossier = lived
    made = taken(viewer)
    assert made.testzip() is None
    names = set(made.namelist())
    files = File.objects.filter(owner_id=viewer.person_id)
    assert files.exists()
    assert len(names) == files.count() + 3
    whole = json.loads(made.read(MACHINE))
    assert [kind["key"] for kind in whole["kinds"]] == [held.key for held in everything()]
    rows = listed(made)
    assert set(rows) == names - {bundle.LIST}
    for name, row in rows.items():
        content = made.read(name)
        assert row["SHA-256"] == hashlib.sha256(content).hexdigest()
        assert (int(row["Số byte"]), row["Ghi chú"]) == (len(content), "")
    given = {bytes(one.sha256).hex() for one in files}
    assert given <= {row["SHA-256"] for row in rows.values()}
    slip = Document.objects.get(subject=dossier.pk, template="slip_01")
    assert any(name.startswith("phieu-bien-lai/Giấy tiếp nhận") for name in names), names
    assert slip.file is not None
    assert bytes(slip.file.sha256).hex() in {row["SHA-256"] for row in rows.values()}


def test_names_stay_in_their_folder(lived):
    viewer, _ = lived
    names = taken(viewer).namelist()
    assert not [name for name in names if ".." in name or name.startswith("/")]
    assert [name for name in names if name.startswith("tep-khac/giấy cũ (")], names


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd", "etc-passwd"),
        ("a:b\\c*.pdf", "a-b-c-.pdf"),
        ("\x00", "tep"),
        ("Giấy khai sinh.pdf", "Giấy khai sinh.pdf"),
    ],
)
def test_a_name_is_made_fit(given, kept):
    assert copied_files.fit(given) == kept


def test_the_paper_is_archival_and_says_each_room_in_words(lived):
    viewer, dossier = lived
    paper = taken(viewer).read(READ)
    assert pdfa.problems(paper) == []
    text = words.of_pdf(paper)
    copy = exports.begin(viewer, clock.now())
    parts = ExportPart.objects.filter(export=copy, count__gt=0).values_list("key", flat=True)
    told = {held.key: held for held in everything()}
    assert len(parts) > 10
    for key in parts:
        assert told[key].title in text, key
        assert copied_paper.GROUPS[told[key].model.split(".")[0]] in text
    assert dossier.number in text
    assert viewer.name in text
    assert "Trang 1/" in text
    dossier.refresh_from_db()
    assert f"Trạng thái {Status(dossier.status).label}" in text, "a state is said in words"


def test_every_room_that_holds_something_has_its_heading():
    assert {held.model.split(".")[0] for held in everything()} == set(copied_paper.GROUPS)


def test_it_holds_nothing_of_anybody_else(lived):
    viewer, _ = lived
    other = p.citizen("me")
    draft = p.drafted(other, CODE, a.marital_status())
    drafting.attach(other, draft.pk, "giay_cu", "của-người-khác.pdf", a.pdf(), clock.now())
    made = taken(viewer)
    assert not [name for name in made.namelist() if "của-người-khác" in name]
    assert other.name not in words.of_pdf(made.read(READ))
    assert [n for n in taken(other).namelist() if "của-người-khác" in n]


def test_a_missing_file_is_named_and_loses_nothing(lived):
    viewer, _ = lived
    gone = File.objects.filter(owner_id=viewer.person_id).order_by("pk").first()
    assert gone is not None
    default_storage.delete(gone.path)
    made = taken(viewer)
    assert made.testzip() is None
    rows = listed(made)
    missing = [row for row in rows.values() if row["Ghi chú"]]
    assert [row["Ghi chú"] for row in missing] == [bundle.GONE]
    assert missing[0]["SHA-256"] == bytes(gone.sha256).hex()
    assert set(rows) - set(made.namelist()) == {missing[0]["Tệp"]}
    assert len(made.namelist()) == File.objects.filter(owner_id=viewer.person_id).count() + 2


def test_a_file_that_breaks_or_is_not_what_was_kept_is_named(lived, monkeypatch):
    viewer, _ = lived
    first, second = File.objects.filter(owner_id=viewer.person_id).order_by("pk")[:2]
    real = bundle.documents.open_file

    class Breaking(io.BytesIO):
        def read(self, size=-1):
            raise OSError("the disk is gone")

    def opened(row, reader=None):
        if row.pk == first.pk:
            return Breaking()
        return io.BytesIO(b"other") if row.pk == second.pk else real(row, reader)

    monkeypatch.setattr(bundle.documents, "open_file", opened)
    notes = [row["Ghi chú"] for row in listed(taken(viewer)).values() if row["Ghi chú"]]
    assert sorted(notes) == sorted([bundle.BROKEN, bundle.OTHERWISE + bytes(second.sha256).hex()])


def test_what_the_scanner_refused_is_not_handed_out(lived):
    viewer, _ = lived
    bad = File.objects.filter(owner_id=viewer.person_id).order_by("pk").first()
    assert bad is not None
    File.objects.filter(pk=bad.pk).update(scan=File.Scan.REFUSED)
    made = taken(viewer)
    row = next(row for row in listed(made).values() if row["Ghi chú"])
    assert row["Ghi chú"] == bundle.REFUSED
    assert row["Tệp"] not in made.namelist()


def test_much_of_it_comes_in_several_parts_and_volumes(lived, monkeypatch):
    viewer, _ = lived
    plain = json.loads("".join(copies.stream(exports.begin(viewer, clock.now()))))
    monkeypatch.setattr(exports, "PART", 1)
    monkeypatch.setattr(copied_paper, "VOLUME", 7)
    monkeypatch.setattr(copied_files, "BATCH", 1)
    copy = exports.begin(viewer, clock.now())
    assert ExportPart.objects.filter(export=copy).count() > len(everything())
    again = json.loads("".join(copies.stream(copy)))
    for before, after in zip(plain["kinds"], again["kinds"], strict=True):
        if before["key"] != "exports":
            assert after["records"] == before["records"], before["key"]
    made = taken(viewer)
    volumes = [name for name in made.namelist() if name.startswith("doc-duoc")]
    assert len(volumes) > 2
    assert "tập 2" in words.of_pdf(made.read(volumes[1]))
    assert len(listed(made)) == len(made.namelist()) - 1


def test_a_list_is_no_formula():
    assert bundle._inert("=1+1") == "'=1+1"
    assert bundle._inert("Giấy") == "Giấy"
