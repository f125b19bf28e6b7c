"""Whatever is done to the bytes of a signed result, it is noticed."""

from __future__ import annotations

import re
import zlib
from io import BytesIO

import pikepdf
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import fields
from pyhanko.sign.timestamps import HTTPTimeStamper

from motcua.documents import ca, signing
from motcua.documents.incremental import QuietWriter
from motcua.documents.verification import NotAPdf, verify_pdf
from motcua.foundation import clock
from tests.documents import pki
from tests.documents.papers import PAPER

NAME = generic.NameObject
EOF = b"%%EOF\n"


def signed_revision(content: bytes) -> bytes:
    """The file up to the end of what its signature covers, without the store that follows."""
    reader = PdfFileReader(BytesIO(content))
    numbers = list(reader.embedded_regular_signatures[-1].byte_range)
    return content[: numbers[2] + numbers[3]]


def updated(content: bytes, change, writer=QuietWriter) -> bytes:
    """The file with an incremental update that `change(writer)` makes."""
    adding = writer(BytesIO(content))
    change(adding)
    out = BytesIO()
    adding.write(out)
    return out.getvalue()


def page_of(writer):
    return writer.find_page_for_modification(0)[0]


def test_a_signed_result_is_valid(signed, roots):
    report = verify_pdf(signed, roots)
    assert (report.valid, report.intact, report.problem) == (True, True, "")
    assert report.number == PAPER["number"]
    (one,) = report.signatures
    assert one.signer == "Nguyễn Thị Phượng"
    assert one.agency == "Ủy ban nhân dân xã Điềm He"
    assert (one.trusted, one.revocation) == (True, "good")
    assert one.timestamped_at is not None
    assert one.signed_at is not None


def test_what_follows_the_signature_is_a_store_alone(signed):
    after = signed[len(signed_revision(signed)) :]
    assert b"/DSS" in after
    for word in (b"/Annots", b"/Info <<", b"/Type /Page\n", b"/Metadata\n/Subtype"):
        assert word not in after


@given(position=st.floats(0, 1, exclude_max=True), flip=st.integers(1, 255))
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_no_byte_can_be_changed(signed, roots, position, flip):
    altered = bytearray(signed)
    altered[int(position * len(signed))] ^= flip
    try:
        report = verify_pdf(bytes(altered), roots)
    except NotAPdf:
        return  # it was in the first five bytes
    # Padding of the signature's hole and spare bytes of the store may change without a change of
    # meaning; what was signed may not.
    reader = PdfFileReader(BytesIO(signed))
    before, resume = list(reader.embedded_regular_signatures[0].byte_range)[1:3]
    place = int(position * len(signed))
    if place < before or resume <= place < len(signed_revision(signed)):
        assert not report.valid
        assert not report.intact


@given(part=st.floats(0, 1, exclude_max=True))
@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_a_file_cut_short_is_not_valid(signed, roots, part):
    short = signed[: int(part * (len(signed) - 2))]
    try:
        assert not verify_pdf(short, roots).valid
    except NotAPdf:
        assert len(short) < 5


def test_a_file_cut_back_to_its_signature_lacks_the_proof_of_revocation(signed, roots):
    report = verify_pdf(signed_revision(signed), roots)
    assert report.intact
    assert not report.valid
    assert report.signatures[0].revocation == "unknown"


def test_a_file_cut_back_to_before_its_signature_is_unsigned(paper, signed, roots):
    report = verify_pdf(signed[: len(paper)], roots)
    assert (report.valid, report.signatures) == (False, [])


# -- what is appended -----------------------------------------------------------------------------


def add_note(writer):
    note = generic.DictionaryObject(
        {
            NAME("/Type"): NAME("/Annot"),
            NAME("/Subtype"): NAME("/FreeText"),
            NAME("/Rect"): generic.ArrayObject(map(generic.NumberObject, (50, 50, 300, 300))),
            NAME("/Contents"): generic.pdf_string("Nông Gia Phú"),
        }
    )
    page = page_of(writer).get_object()
    page["/Annots"].append(writer.add_object(note))
    writer.update_container(page["/Annots"])
    writer.mark_update(page_of(writer))


def rotate(writer):
    page_of(writer).get_object()[NAME("/Rotate")] = generic.NumberObject(180)
    writer.mark_update(page_of(writer))


def replace_text(writer):
    page = page_of(writer).get_object()
    page[NAME("/Contents")] = writer.add_object(generic.StreamObject(stream_data=b"0 0 m 9 9 l S"))
    writer.mark_update(page_of(writer))


def overwrite_text(writer):
    page = page_of(writer).get_object()
    contents = page.raw_get("/Contents")
    writer.objects[(contents.generation, contents.idnum)] = generic.StreamObject(
        stream_data=b"0 0 m 9 9 l S"
    )


def add_page(writer):
    page = generic.DictionaryObject(
        {
            NAME("/Type"): NAME("/Page"),
            NAME("/MediaBox"): generic.ArrayObject(map(generic.NumberObject, (0, 0, 595, 842))),
            NAME("/Resources"): generic.DictionaryObject(),
        }
    )
    writer.insert_page(page)


def retitle(writer):
    info = writer.trailer["/Info"]
    info[NAME("/Keywords")] = generic.pdf_string("99/2026/GKS-H37.105")
    writer.mark_update(writer.trailer.raw_get("/Info"))


def replace_xmp(writer):
    old = writer.root["/Metadata"].data.decode()
    new = generic.StreamObject(stream_data=old.replace("01/2026", "99/2026").encode())
    new[NAME("/Type")], new[NAME("/Subtype")] = NAME("/Metadata"), NAME("/XML")
    writer.root[NAME("/Metadata")] = writer.add_object(new)
    writer.update_root()


def drop_xmp(writer):
    del writer.root["/Metadata"]
    writer.update_root()


def add_field(writer):
    field = generic.DictionaryObject(
        {
            NAME("/FT"): NAME("/Tx"),
            NAME("/T"): generic.pdf_string("họ tên"),
            NAME("/V"): generic.pdf_string("Nông Gia Phú"),
        }
    )
    form = writer.root["/AcroForm"]
    form["/Fields"].append(writer.add_object(field))
    writer.update_container(form)


def add_signature_field(writer):
    fields.append_signature_field(
        writer, fields.SigFieldSpec("chu_ky_9", on_page=0, box=(50, 50, 300, 300))
    )


def hide_signature(writer):
    form = writer.root["/AcroForm"]
    form[NAME("/Fields")] = generic.ArrayObject()
    writer.update_container(form)


def new_form(writer):
    """A form of the catalogue's own: nothing but the catalogue is rewritten."""
    form = generic.DictionaryObject(dict(writer.root["/AcroForm"]))
    form[NAME("/NeedAppearances")] = generic.BooleanObject(True)
    writer.root[NAME("/AcroForm")] = form
    writer.update_root()


def open_action(writer):
    writer.root[NAME("/OpenAction")] = generic.DictionaryObject(
        {NAME("/S"): NAME("/JavaScript"), NAME("/JS"): generic.pdf_string("app.alert(1)")}
    )
    writer.update_root()


def orphan(writer):
    writer.add_object(generic.StreamObject(stream_data=b"PK\x03\x04 hidden"))


def empty_store(writer):
    writer.root[NAME("/DSS")] = writer.add_object(generic.DictionaryObject())
    writer.update_root()


def swap_font(writer):
    """Other letters for the same codes: the text reads differently, its bytes stay."""
    for key in list(writer.prev.xrefs.explicit_refs_in_revision(0)):
        font = writer.get_object(key)
        if isinstance(font, generic.StreamObject) and font.get("/Subtype") == "/CIDFontType0C":
            writer.objects[(key.generation, key.idnum)] = generic.StreamObject(
                dict_data={NAME("/Subtype"): NAME("/CIDFontType0C")}, stream_data=b"\x01\x00"
            )
            return
    raise AssertionError("no font")


CHANGES = [
    add_note,
    rotate,
    replace_text,
    overwrite_text,
    add_page,
    retitle,
    replace_xmp,
    drop_xmp,
    add_field,
    add_signature_field,
    hide_signature,
    new_form,
    open_action,
    orphan,
    swap_font,
]


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
@pytest.mark.parametrize("writer", [QuietWriter, IncrementalPdfFileWriter])
def test_nothing_can_be_appended(signed, roots, change, writer):
    report = verify_pdf(updated(signed, change, writer), roots)
    assert not report.valid
    assert not report.intact


def test_a_store_that_was_emptied_proves_nothing(signed, roots):
    report = verify_pdf(updated(signed, empty_store), roots)
    assert (report.valid, report.signatures[0].revocation) == (False, "unknown")


@pytest.mark.parametrize("change", [retitle, replace_xmp], ids=lambda change: change.__name__)
def test_another_number_in_the_metadata_is_not_believed(signed, roots, change):
    """A revoked paper must not be looked up under the number of a good one."""
    assert verify_pdf(updated(signed, change), roots).number == PAPER["number"]


def test_the_store_may_be_written_by_other_software(signed, roots):
    """pyHanko's own writer rewrites dates in the metadata with it; those may change."""
    key = ca.signing_key("H37.105", PAPER["agency_name"], "Nguyễn Thị Phượng", "Phó Chủ tịch")
    again = pki.with_material(
        signed, [pki.Holder(key.intermediate, key.key)], ca.crls(), IncrementalPdfFileWriter
    )
    report = verify_pdf(again, roots)
    assert report.valid, report.problem


def test_saving_the_file_again_breaks_it(signed, roots):
    out = BytesIO()
    with pikepdf.open(BytesIO(signed)) as document:
        document.save(out)
    assert not verify_pdf(out.getvalue(), roots).valid


@pytest.mark.parametrize(
    "tail",
    [
        b"\n",
        b" ",
        b"\x00",
        b"junk",
        b"\n%%EOF\n",
        b"\n% a remark\n",
        b"PK\x03\x04",
        b"\n%%EOF\n" * 3,
    ],
)
def test_nothing_can_follow_the_end(signed, roots, tail):
    report = verify_pdf(signed + tail, roots)
    assert (report.valid, report.intact) == (False, False)


def last_startxref(content: bytes) -> bytes:
    return re.findall(rb"startxref\s+(\d+)", content)[-1]


def test_an_object_that_no_table_lists_is_noticed(signed, roots):
    """A reader that rebuilds broken tables would find it, so it must not be there."""
    stowaway = b"100 0 obj\n<< /Type /Page /Rotate 90 >>\nendobj\n"
    again = b"startxref\n" + last_startxref(signed) + b"\n" + EOF
    report = verify_pdf(signed + stowaway + again, roots)
    assert not report.valid
    assert not report.intact


def test_an_object_hidden_inside_the_last_revision_is_noticed(signed, roots):
    """Bytes between two objects of the store's revision, with its offsets put right."""
    start = len(signed_revision(signed))
    stowaway = b"100 0 obj\n<< /Type /Page /Rotate 90 >>\nendobj\n"
    table = int(last_startxref(signed))

    def moved(match: re.Match[bytes]) -> bytes:
        return b"%010d" % (int(match[1]) + len(stowaway)) + match[2]

    body = signed[start:table]
    tail = re.sub(rb"(\d{10})( 00000 n)", moved, signed[table:])
    tail = tail.replace(b"startxref\n%d" % table, b"startxref\n%d" % (table + len(stowaway)))
    forged = signed[:start] + stowaway + body + tail
    assert len(PdfFileReader(BytesIO(forged)).embedded_regular_signatures) == 1
    report = verify_pdf(forged, roots)
    assert (report.valid, report.intact) == (False, False)


# -- games with the signature's own place ---------------------------------------------------------


def ranges(content: bytes) -> tuple[re.Match[bytes], list[int]]:
    match = re.search(rb"/ByteRange \[([\d ]+)\]\s*", content)
    assert match
    return match, [int(number) for number in match[1].split()]


def with_range(content: bytes, numbers: list[int]) -> bytes:
    match, _ = ranges(content)
    text = b"/ByteRange [" + b" ".join(b"%d" % n for n in numbers) + b"]"
    return (
        content[: match.start()] + text.ljust(match.end() - match.start()) + content[match.end() :]
    )


@pytest.mark.parametrize(
    "game",
    [
        lambda r: [r[0], r[1] - 10, r[2], r[3]],
        lambda r: [r[0], r[1], r[2] + 10, r[3] - 10],
        lambda r: [r[0], r[1], r[2], r[3] - 20],
        lambda r: [r[0], r[1], r[2], r[3] + 400],
        lambda r: [10, r[1] - 10, r[2], r[3]],
        lambda r: [r[0], r[2] + r[3]],
        lambda r: [0, 0, 0, 0],
        lambda r: [r[0], -r[1], r[2], r[3]],
        lambda r: [r[0], r[1], r[2], 10**9],
    ],
)
def test_the_range_must_leave_out_the_signature_and_nothing_else(signed, roots, game):
    _, numbers = ranges(signed)
    report = verify_pdf(with_range(signed, game(numbers)), roots)
    assert (report.valid, report.intact) == (False, False)


def test_the_hole_holds_nothing_beside_the_signature(signed, roots):
    """Padding is zeros: bytes that hold a script would be covered by nothing."""
    _, (_, before, resume, _) = ranges(signed)
    forged = bytearray(signed)
    forged[resume - 9 : resume - 1] = b"4a534a53"
    report = verify_pdf(bytes(forged), roots)
    assert (report.valid, report.intact) == (False, False)
    forged[before + 1 : before + 3] = b"\n\n"
    assert not verify_pdf(bytes(forged), roots).valid


def test_the_signature_of_another_paper_does_not_fit(signed, paper, roots):
    signer = signing.SignerRef("H37.105", "Nguyễn Thị Phượng", "Phó Chủ tịch")
    other = signing.sign(updated(paper, rotate), signer, PAPER["agency_name"], None, clock.now())
    _, (_, before, resume, _) = ranges(signed)
    _, (_, their_before, their_resume, _) = ranges(other)
    value = other[their_before + 1 : their_resume - 1]
    room = resume - before - 2
    assert not value[room:].strip(b"0")
    value = value[:room].ljust(room, b"0")
    forged = signed[: before + 1] + value + signed[resume - 1 :]
    report = verify_pdf(forged, roots)
    assert (report.valid, report.intact) == (False, False)


def test_a_signature_wrapped_into_another_file_does_not_vouch_for_it(signed, roots):
    """The signed bytes stay at the front, a new page tree is appended with a signature object that
    names the old range and value."""

    def wrap(writer):
        field = writer.root["/AcroForm"]["/Fields"][0]
        copy = generic.DictionaryObject(dict(field["/V"]))
        field[NAME("/V")] = writer.add_object(copy)
        writer.update_container(field)
        replace_text(writer)

    report = verify_pdf(updated(signed, wrap), roots)
    assert not report.valid


def test_one_signature_cannot_stand_in_two_fields(signed, roots):
    def twice(writer):
        field = writer.root["/AcroForm"]["/Fields"][0]
        copy = generic.DictionaryObject(dict(field))
        copy[NAME("/V")] = field.raw_get("/V")
        copy[NAME("/T")] = generic.pdf_string("chu_ky_2")
        writer.root["/AcroForm"]["/Fields"].append(writer.add_object(copy))
        writer.update_container(writer.root["/AcroForm"])

    assert not verify_pdf(updated(signed, twice), roots).valid


@pytest.mark.parametrize("prefix", [b"\n", b"GIF89a", b"<html>", b"\xef\xbb\xbf"])
def test_nothing_stands_before_the_header(signed, roots, prefix):
    assert not verify_pdf(prefix + signed, roots).valid


def test_a_time_of_its_own_after_the_signature_is_refused(signed, roots, tsa_address):
    """Only a store may follow: a document timestamp changes the form and is no store."""
    from pyhanko.sign.signers.pdf_signer import PdfTimeStamper

    out = PdfTimeStamper(HTTPTimeStamper(tsa_address)).timestamp_pdf(
        QuietWriter(BytesIO(signed)), "sha256"
    )
    assert not verify_pdf(out.getvalue(), roots).valid


# -- what is no signed paper at all ---------------------------------------------------------------


def test_an_unsigned_paper_is_not_valid(paper, roots):
    report = verify_pdf(paper, roots)
    assert (report.valid, report.signatures, report.number) == (False, [], PAPER["number"])
    assert "không có chữ ký" in report.problem


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"<html>", b"\x89PNG", b"%PD"])
def test_what_is_no_pdf_is_said_to_be_none(roots, content):
    with pytest.raises(NotAPdf):
        verify_pdf(content, roots)


@pytest.mark.parametrize(
    "content", [b"%PDF-1.7", b"%PDF-1.7\n%%EOF\n", b"%PDF-1.7\nstartxref\n0\n%%EOF\n"]
)
def test_a_shell_of_a_pdf_is_not_valid(roots, content):
    assert not verify_pdf(content, roots).valid


def test_an_encrypted_file_is_not_valid(paper, roots):
    out = BytesIO()
    with pikepdf.open(BytesIO(paper)) as document:
        document.save(out, encryption=pikepdf.Encryption(owner="a", user="b"))
    report = verify_pdf(out.getvalue(), roots)
    assert not report.valid
    assert "mật khẩu" in report.problem


def test_a_store_that_unpacks_to_a_gigabyte_is_not_unpacked(signed, roots):
    bomb = zlib.compress(bytes(200_000_000))

    def add(writer):
        stream = generic.StreamObject(encoded_data=bomb)
        stream[NAME("/Filter")] = NAME("/FlateDecode")
        writer.root["/DSS"]["/CRLs"].append(writer.add_object(stream))
        writer.update_container(writer.root["/DSS"]["/CRLs"])

    assert not verify_pdf(updated(signed, add), roots).valid


def test_loops_and_depths_have_an_end(roots):
    deep = b"%PDF-1.7\n1 0 obj\n" + b"[" * 200_000 + b"\nendobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
    assert not verify_pdf(deep, roots).valid
    body = b"%PDF-1.7\n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n"
    table = b"xref\n0 2\n0000000000 65535 f \n0000000009 00000 n \ntrailer\n<</Size 2/Root 1 0 R"
    loop = body + table + b"/Prev %d>>\nstartxref\n%d\n%%%%EOF\n" % (len(body), len(body))
    assert not verify_pdf(loop, roots).valid
