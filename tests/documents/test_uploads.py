"""What comes from outside is what it says, does nothing by itself, and cannot hurt us."""

from __future__ import annotations

import hashlib
import io
import os
import struct
import time
import unicodedata
import zipfile
import zlib
from datetime import UTC, datetime, timedelta

import pikepdf
import pytest
from django.core.files.storage import default_storage
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st
from pikepdf import Array, Dictionary, Name, String
from PIL import Image

from motcua.documents import actions, jobs, storing
from motcua.documents.models import Document, File
from motcua.documents.uploads import inspector, names
from motcua.documents.uploads.inspection import inspect as inspect_apart
from motcua.documents.uploads.verdict import JPEG, PDF, PNG, SUFFIXES, Refusal

NOW = datetime.now(UTC).replace(microsecond=0)


def pdf(change=None, pages: int = 1, **save) -> bytes:
    out = io.BytesIO()
    with pikepdf.new() as document:
        for _ in range(pages):
            document.add_blank_page(page_size=(595, 842))
        if change:
            change(document)
        document.save(out, **save)
    return out.getvalue()


def picture(kind: str = "JPEG", size: tuple[int, int] = (60, 40), **save) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "white").save(out, kind, **save)
    return out.getvalue()


def inspect(content: bytes):
    return inspector.inspect(content)


def refusal(content: bytes) -> str:
    with pytest.raises(Refusal) as refused:
        inspect(content)
    return str(refused.value)


# -- what is taken ----


@pytest.mark.parametrize(
    ("content", "media_type", "pages"),
    [(pdf(), PDF, 1), (pdf(pages=3), PDF, 3), (picture(), JPEG, 1), (picture("PNG"), PNG, 1)],
)
def test_the_kind_and_the_pages_are_found_in_the_content(content, media_type, pages):
    found = inspect(content)
    assert (found.media_type, found.pages) == (media_type, pages)


def test_a_signed_result_of_ours_may_be_handed_in_again(signed):
    assert inspect(signed).media_type == PDF


def test_pages_kept_in_object_streams_are_read_too():
    packed = pdf(pages=2, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    assert inspect(packed).pages == 2


@pytest.mark.django_db
def test_a_photo_stands_upright_and_no_longer_says_where_it_was_taken():
    told = Image.Exif()
    told[0x0112] = 6  # held on its side
    told[0x010F] = "Hãng điện thoại"
    told.get_ifd(0x8825)[1] = "N"  # place
    content = picture(exif=told)
    assert Image.open(io.BytesIO(content)).getexif().get_ifd(0x8825)
    row = actions.store_upload("ảnh.jpg", content, None, NOW)
    with actions.open_file(row) as stream:
        kept = stream.read()
    with Image.open(io.BytesIO(kept)) as shown:
        assert shown.size == (40, 60)
        assert dict(shown.getexif()) == {}
    assert bytes(row.original_sha256) == hashlib.sha256(content).digest()
    assert bytes(row.sha256) == hashlib.sha256(kept).digest()
    assert row.size == len(kept)


@pytest.mark.django_db
def test_a_paper_is_kept_to_the_byte_for_it_may_be_signed():
    content = pdf()
    row = actions.store_upload("a.pdf", content, None, NOW)
    with actions.open_file(row) as stream:
        assert stream.read() == content
    assert row.original_sha256 is None


@pytest.mark.django_db
def test_a_stored_upload_says_what_is_known_of_it():
    row = actions.store_upload("C:\\Giấy tờ\\Giấy chứng sinh.PDF", pdf(pages=2), None, NOW)
    row.refresh_from_db()
    assert (row.name, row.media_type, row.pages) == ("Giấy chứng sinh.pdf", PDF, 2)
    assert row.scan == File.Scan.CHECKED  # read through, not scanned for viruses
    assert not list(storing.incoming().iterdir())
    made = actions.keep("a.pdf", b"%PDF-", PDF, None, NOW)
    assert made.scan == File.Scan.MADE


# -- what is not ----


def archive(*members: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        for member in members:
            packed.writestr(member, "x")
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "trống"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "Chỉ nhận"),
        (b"<!doctype html><script>alert(1)</script>", "Chỉ nhận"),
        (archive("[Content_Types].xml", "word/document.xml"), "Word"),
        (archive("a.txt"), "nén"),
        (b"\xd0\xcf\x11\xe0" + bytes(500), "Office"),
        (b"GIF89a" + bytes(50), "Chỉ nhận"),
        (b"MZ" + bytes(500), "Chỉ nhận"),
        (b"\x00\x00\x00\x18ftypheic" + bytes(50), "HEIC"),
        (b"junk\n" + pdf(), "đầu"),
        (b"%PDF-1.7\n", "hỏng"),
        (b"%PDF-1.7\nnothing\n%%EOF\n", "hỏng"),
        (pdf()[:300], "hỏng"),
        (b"\xff\xd8\xff\xe0" + bytes(100), "hỏng"),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "hỏng"),
        (picture(size=(400, 400))[:700], "hỏng"),
        (picture("PNG", size=(400, 400))[:-40], "hỏng"),
    ],
)
def test_other_kinds_and_broken_files_are_refused_with_a_reason(content, says):
    assert says in refusal(content)


def test_a_pdf_without_pages_is_refused():
    assert "hỏng" in refusal(pdf(pages=0))


def test_a_picture_inside_that_is_another_kind_is_refused():
    """The first bytes say JPEG; nothing else does."""
    assert refusal(b"\xff\xd8\xff" + picture("PNG"))


@pytest.mark.parametrize(
    "content",
    [
        pdf() + archive("a.txt"),
        picture() + archive("a.txt"),
        picture("PNG") + archive("a.txt"),
        picture() + b"<html><script>alert(1)</script></html>",
        picture(comment=b"<script>alert(1)</script>"),
        pdf() + b"<html></html>",
        pdf() + b"MZ" + bytes(100),
        pdf().replace(b"\n", b"\n%<html><script>alert(1)</script>\n", 1),
    ],
)
def test_a_file_that_is_two_things_at_once_is_refused(content):
    assert refusal(content)


def test_a_locked_pdf_is_refused():
    locks = (pikepdf.Encryption(owner="a", user="b"), pikepdf.Encryption(owner="a", user=""))
    for lock in locks:
        said = refusal(pdf(encryption=lock))
        assert "mật khẩu" in said
        assert "In" in said


def javascript() -> Dictionary:
    return Dictionary(S=Name.JavaScript, JS=String("app.alert(1)"))


def on_open(action: Dictionary):
    def change(document):
        document.Root.OpenAction = action

    return change


def on_page(action: Dictionary):
    def change(document):
        document.pages[0].AA = Dictionary(O=document.make_indirect(Dictionary(action)))

    return change


def on_link(action: Dictionary):
    def change(document):
        link = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=[0, 0, 9, 9], A=action)
        document.pages[0].Annots = Array([document.make_indirect(link)])

    return change


def annotation(subtype: Name):
    def change(document):
        note = Dictionary(Type=Name.Annot, Subtype=subtype, Rect=[0, 0, 9, 9])
        document.pages[0].Annots = Array([note])

    return change


def attach(document):
    document.attachments["a.exe"] = b"MZ"


def dynamic_form(document):
    document.Root.AcroForm = Dictionary(Fields=[], XFA=document.make_stream(b"<xdp/>"))


def named_script(document):
    document.Root.Names = Dictionary(JavaScript=Dictionary(Names=[String("a"), javascript()]))


def hidden(document):
    """Nothing refers to it today; another program may."""
    document.Root.Hidden = Dictionary(Deep=Array([Dictionary(X=javascript())]))


def portfolio(document):
    document.Root.Collection = Dictionary(View=Name.T)


def outside_stream(document):
    stream = document.make_stream(b"")
    stream.F = String("file:///etc/passwd")
    document.pages[0].Contents = stream


@pytest.mark.parametrize(
    "change",
    [
        on_open(javascript()),
        on_page(javascript()),
        on_link(Dictionary(S=Name.Launch, F=String("cmd.exe"))),
        on_link(Dictionary(S=Name.SubmitForm, F=String("https://example.com"))),
        on_link(Dictionary(S=Name.ImportData, F=String("a.fdf"))),
        on_link(Dictionary(S=Name.GoToE, T=Dictionary(R=Name.C))),
        on_link(
            Dictionary(S=Name.URI, URI=String("https://x"), Next=Array([javascript()])),
        ),
        annotation(Name.RichMedia),
        annotation(Name.FileAttachment),
        annotation(Name.Movie),
        annotation(Name("/3D")),
        attach,
        dynamic_form,
        named_script,
        hidden,
        portfolio,
        outside_stream,
    ],
)
def test_a_pdf_that_does_something_by_itself_is_refused_with_a_way_out(change):
    for how in ({}, {"object_stream_mode": pikepdf.ObjectStreamMode.generate}):
        assert "In" in refusal(pdf(change, **how))


def test_names_written_in_disguise_are_read_as_what_they_are():
    plain = pdf(on_open(javascript()))
    assert refusal(plain.replace(b"/JavaScript", b"/J#61vaScript").replace(b"/JS", b"/#4aS"))


def test_links_and_bookmarks_are_harmless():
    web = Dictionary(S=Name.URI, URI=String("https://dichvucong.gov.vn"))
    assert inspect(pdf(on_link(web))).pages == 1


# -- bombs ----


def zeros(size: int) -> bytes:
    packer = zlib.compressobj(9)
    part = bytes(10_000_000)
    return b"".join(packer.compress(part) for _ in range(size // len(part))) + packer.flush()


def stream_bomb(*filters: str, content: bytes):
    def change(document):
        stream = pikepdf.Stream(document, content)
        stream.Filter = Array([Name(one) for one in filters])
        document.pages[0].Contents = stream

    return pdf(change, compress_streams=False, stream_decode_level=pikepdf.StreamDecodeLevel.none)


def picture_bomb(width: int, height: int) -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(kind + body))
        return struct.pack(">I", len(body)) + kind + body + check

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = chunk(b"IHDR", head) + chunk(b"IDAT", zeros(20_000_000)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


BOMBS = {
    "once": lambda: stream_bomb("/FlateDecode", content=zeros(200_000_000)),
    "twice": lambda: stream_bomb(
        "/FlateDecode", "/FlateDecode", content=zlib.compress(zeros(500_000_000))
    ),
    "as text": lambda: stream_bomb(
        "/ASCIIHexDecode", "/FlateDecode", content=zeros(800_000_000).hex().encode()
    ),
    "wide": lambda: picture_bomb(60_000, 60_000),
    "a little too wide": lambda: picture_bomb(8_000, 7_000),
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_refused_within_bounds(name, tmp_path):
    path = tmp_path / "bomb"
    path.write_bytes(BOMBS[name]())
    assert path.stat().st_size < actions.LARGEST
    before = os.times()
    with pytest.raises(Refusal):
        inspect_apart(path)
    after = os.times()
    spent = after.children_user + after.children_system
    assert spent - before.children_user - before.children_system < inspector.SECONDS


def test_a_table_bomb_is_refused(tmp_path):
    from tests.documents.test_verify_command import bomb_of_numbers, bomb_of_tables

    for bomb in (bomb_of_tables, bomb_of_numbers):
        path = tmp_path / "bomb"
        path.write_bytes(bomb())
        with pytest.raises(Refusal):
            inspect_apart(path)


def test_a_picture_of_too_many_points_is_told_how_to_get_smaller():
    assert "50 triệu" in refusal(picture_bomb(10_000, 5_001))


def test_many_pages_are_too_many():
    assert "500" in refusal(pdf(pages=501))


@pytest.mark.django_db
def test_twenty_megabytes_are_the_most():
    with pytest.raises(actions.UploadRefused, match="20 MB"):
        actions.store_upload("a.pdf", bytes(20_000_001), None, NOW)
    assert not File.objects.exists()


# -- names ----


@pytest.mark.parametrize(
    ("given", "media_type", "kept"),
    [
        ("../../etc/passwd.pdf", PDF, "passwd.pdf"),
        ("C:\\x\\đơn xin.PDF", PDF, "đơn xin.pdf"),
        ("ảnh chụp.JPEG", JPEG, "ảnh chụp.jpeg"),
        ("a\x00b\r\nc\u202efdp.pdf", PDF, "abcfdp.pdf"),
        ("giấy  \t tờ .png", PNG, "giấy tờ.png"),
        ("", PDF, "giay-to.pdf"),
        ("...", PNG, "giay-to.png"),
        (".pdf", PDF, "giay-to.pdf"),
        ("không đuôi", JPEG, "không đuôi.jpg"),
        ("QĐ 12.2026", PDF, "QĐ 12.2026.pdf"),
        ("quyết định.v2", PDF, "quyết định.v2.pdf"),
        (unicodedata.normalize("NFD", "Đặng Thị Ngọc.pdf"), PDF, "Đặng Thị Ngọc.pdf"),
    ],
)
def test_a_name_is_made_harmless(given, media_type, kept):
    assert names.cleaned(given, media_type) == kept


@pytest.mark.parametrize(
    ("given", "media_type"),
    [
        ("ảnh.jpg", PDF),
        ("giấy.pdf", PNG),
        ("đơn.docx", PDF),
        ("a.html", JPEG),
        ("a.svg", PNG),
        ("a.exe", PDF),
        ("a.zip", PDF),
    ],
)
def test_a_name_that_lies_is_refused(given, media_type):
    with pytest.raises(Refusal, match="nội dung là"):
        names.cleaned(given, media_type)


@given(given=st.text(max_size=400), media_type=st.sampled_from(sorted(SUFFIXES)))
def test_whatever_the_name_it_fits_and_ends_right(given, media_type):
    try:
        kept = names.cleaned(given, media_type)
    except Refusal:
        return
    assert kept.endswith(SUFFIXES[media_type])
    assert len(kept) <= names.LONGEST
    assert kept == unicodedata.normalize("NFC", kept).strip()
    assert not any(unicodedata.category(c)[0] == "C" or c in "/\\" for c in kept)


@pytest.mark.django_db
def test_ten_megabytes_of_name_are_only_a_long_name():
    row = actions.store_upload("ạ" * 10_000_000 + ".pdf", pdf(), None, NOW)
    assert len(row.name) == 200


# -- at rest ----


def age(path: str, by: timedelta) -> None:
    then = time.time() - by.total_seconds()
    os.utime(default_storage.path(path), (then, then))


@pytest.mark.django_db
def test_bytes_of_a_rolled_back_upload_are_swept_after_a_day():
    with transaction.atomic():
        path = actions.store_upload("a.pdf", pdf(), None, NOW).path
        transaction.set_rollback(True)
    kept = actions.store_upload("b.pdf", pdf(), None, NOW).path
    age(kept, timedelta(days=2))
    jobs.remove_unknown(datetime.now(UTC))
    assert default_storage.exists(path)  # a transaction might still be open
    age(path, timedelta(days=2))
    jobs.remove_unknown(datetime.now(UTC))
    assert not default_storage.exists(path)
    assert default_storage.exists(kept)


@pytest.mark.django_db
def test_what_a_killed_process_left_half_written_is_swept():
    with storing.held(b"abc") as path:
        os.utime(path, (0, 0))
        jobs.remove_unknown(datetime.now(UTC))
        assert not path.exists()


@pytest.mark.django_db
def test_an_upload_that_nothing_refers_to_is_forgotten_after_a_week(
    agency, django_capture_on_commit_callbacks
):
    old = NOW - timedelta(days=8)
    lonely = actions.store_upload("a.pdf", pdf(), None, old)
    young = actions.store_upload("b.pdf", pdf(), None, NOW)
    used = actions.store_upload("c.pdf", pdf(), None, old)
    Document.objects.create(
        number="1",
        kind="slip",
        title="x",
        template="slip_01",
        data={},
        file=used,
        agency=agency,
        verify_code="1",
        issued_at=NOW,
    )
    with django_capture_on_commit_callbacks(execute=True):
        assert jobs.forget_unused(NOW) == 1
    assert set(File.objects.all()) == {young, used}
    assert not default_storage.exists(lonely.path)
    assert default_storage.exists(used.path)


@pytest.mark.django_db
def test_a_row_whose_bytes_are_gone_is_found():
    row = actions.store_upload("a.pdf", pdf(), None, NOW)
    assert jobs.missing() == []
    default_storage.delete(row.path)
    assert jobs.missing() == [row]


@pytest.mark.django_db
def test_stored_bytes_are_for_this_installation_alone():
    row = actions.store_upload("a.pdf", pdf(), None, NOW)
    assert os.stat(default_storage.path(row.path)).st_mode & 0o077 == 0


@pytest.mark.django_db
def test_the_sweep_runs_where_nothing_was_ever_stored():
    jobs.sweep()
