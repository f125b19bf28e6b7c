"""Whatever a browser (or somebody who plays one) sends to a page, it is answered, never with 500,
and nobody sees what is not theirs."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from motcua.dossiers.models import Dossier, Draft, Status
from motcua.foundation.models import LedgerEntry
from motcua.people.models import Account

from ..dossiers import answers as a
from ..dossiers import people as p

pytestmark = [pytest.mark.usefixtures("world"), pytest.mark.django_db]

ODD = [
    "", " ", "0", "-1", "9" * 30, "x", "true", "[]", "{}", "\u202e", "a" * 5_000, "ầ" * 700,
    "2026-02-30", "<script>alert(1)</script>", "'; --", "../../etc/passwd", "\r\nSet-Cookie: a=b",
    "1e999", "٣", "None", "\ufffd", "0x10", "NaN",
]  # fmt: skip


def browser(viewer=None) -> Client:
    client = Client(raise_request_exception=True)
    if viewer is not None:
        client.force_login(Account.objects.get(pk=viewer.account_id))
        session = client.session
        session["eid"] = {"assurance": 2}
        session.save()
    return client


def patterns(found=None, prefix="") -> Iterator[tuple[str, URLPattern]]:
    """Every path of the pages, as `/ho-so/<str:number>/`."""
    for one in found if found is not None else get_resolver().url_patterns:
        whole = prefix + str(one.pattern)
        if isinstance(one, URLResolver):
            if not whole.startswith("api/"):
                yield from patterns(one.url_patterns, whole)
        else:
            yield "/" + whole, one


def paths(**known: object) -> list[str]:
    """Every path with its parts filled in."""
    filled = []
    for path, _ in patterns():
        filled.append(re.sub(r"<(?:\w+:)?(\w+)>", lambda m: str(known.get(m[1], "x")), path))
    return filled


@pytest.fixture
def scene():
    """One of everything: a draft, a dossier at each of three turns."""
    citizen = p.citizen("doc-than")
    draft = p.drafted(citizen, "1.004873", a.marital_status())
    _, dossier = p.filed("1.004873")
    return {
        "citizen": citizen,
        "known": {
            "draft_id": draft.pk,
            "attachment_id": 1,
            "number": dossier.number,
            "dossier_id": dossier.pk,
            "item_id": p.step(dossier, "intake").pk,
            "code": "1.004873",
            "topic": "status",
            "file_id": "00000000-0000-0000-0000-000000000000",
        },
        "dossier": dossier,
    }


def ends_well(answer) -> bool:
    return answer.status_code < 500 or answer.status_code == 503  # the eID sandbox may be away


@pytest.mark.parametrize("who", [None, "citizen", "receptionist"])
def test_every_page_answers_an_empty_form_and_an_odd_one(scene, who):
    viewer = scene["citizen"] if who == "citizen" else p.officer(who) if who else None
    client = browser(viewer)
    odd = {
        name: ODD[n % len(ODD)]
        for n, name in enumerate(
            ("seen", "outcome", "note", "number", "reason", "items", "pages", "copies", "account",
             "sha256", "how", "on", "agency", "true", "score", "answer", "comment", "size", "next",
             "language", "person_id_number", "person_birth_date", "text", "component", "legal")
        )
    }  # fmt: skip
    for path in paths(**scene["known"]):
        assert ends_well(client.get(path)), path
        assert ends_well(
            client.get(path, {"q": "a" * 3_000, "trang": "x", "so": "ầ", "ma": "%"})
        ), path
        if path == "/dang-xuat/":
            continue
        assert ends_well(client.post(path)), path
        assert ends_well(client.post(path, odd)), path
    if who != "citizen":  # who may withdraw their own dossier with one press, and just has
        assert p.fresh(scene["dossier"]).status == Status.REGISTERED


def test_a_path_to_what_does_not_exist_is_not_found(scene):
    officer = browser(p.officer("receptionist"))
    nowhere = {
        "draft_id": 10**15, "attachment_id": 10**15, "number": "H37.105-991231-9999",
        "dossier_id": 10**15, "item_id": 10**15, "code": "0", "topic": "la", "file_id": "x",
    }  # fmt: skip
    for client in (browser(scene["citizen"]), officer):
        for path in paths(**nowhere):
            if path == "/dang-xuat/":
                continue
            for answer in (client.get(path), client.post(path, {"seen": "1"})):
                assert ends_well(answer), path


def test_ids_larger_than_the_database_knows_are_not_found(scene):
    citizen, officer = browser(scene["citizen"]), browser(p.officer("receptionist"))
    huge = "9" * 40
    assert citizen.get(f"/nop/{huge}/").status_code == 404
    assert citizen.post(f"/nop/{huge}/xoa/").status_code == 404
    assert officer.post(f"/mot-cua/viec/{huge}/", {"seen": "1"}).status_code == 404
    assert officer.post(f"/mot-cua/ho-so/{huge}/tiep-nhan/", {"seen": "1"}).status_code == 404


@pytest.mark.parametrize("odd", ODD)
def test_an_odd_value_in_every_field_of_a_topic_is_kept_or_refused(scene, odd):
    client, draft = browser(scene["citizen"]), Draft.objects.get(submitted_as=None)
    shown = client.get(f"/nop/{draft.pk}/muc/status/").content.decode()
    names = set(re.findall(r'name="([^"]+)"', shown)) - {"csrfmiddlewaretoken", "seen"}
    assert len(names) > 2
    form = dict.fromkeys(names, odd) | {"seen": str(draft.revision)}
    answer = client.post(f"/nop/{draft.pk}/muc/status/", form)
    assert answer.status_code in (200, 302)
    assert "<script>alert(1)" not in answer.content.decode()


@pytest.mark.parametrize(
    "path", ["/\0", "/ho-so/%00/", "/tra-cuu/?so=%00&ma=x", "/thu-tuc/?q=%00", "/kiem-tra/%00/"]
)
def test_the_character_nul_in_an_address_is_turned_away(path):
    assert browser().get(path).status_code == 400


def test_the_character_nul_in_a_form_is_turned_away_and_changes_nothing(scene):
    client = browser(p.officer("receptionist"))
    dossier = scene["dossier"]
    answer = client.post(
        f"/mot-cua/ho-so/{dossier.pk}/tu-choi/", {"seen": p.seen(dossier), "reason": "a\0b"}
    )
    assert answer.status_code == 400
    assert p.fresh(dossier).status == Status.REGISTERED


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"a=%zz&b=%", "application/x-www-form-urlencoded"),
        (b"\xff\xfe=\xff", "application/x-www-form-urlencoded"),
        (b"&".join(b"a%d=1" % n for n in range(3_000)), "application/x-www-form-urlencoded"),
        (b"a=" + b"x" * 1_100_000, "application/x-www-form-urlencoded"),
        (b"--x\r\nbroken", "multipart/form-data; boundary=x"),
        (b"--x\r\n", "multipart/form-data"),
        (b"", "multipart/form-data; boundary=" + "x" * 300),
        (b"{", "application/json"),
        (b"\0\0", "application/octet-stream"),
        (b"a=1", "application/x-www-form-urlencoded; charset=klingon"),
    ],
)
def test_a_body_that_is_no_form_breaks_nothing(scene, content, kind):
    client = browser(p.officer("receptionist"))
    dossier = scene["dossier"]
    answer = client.generic(
        "POST", f"/mot-cua/ho-so/{dossier.pk}/tiep-nhan/", content, content_type=kind
    )
    assert answer.status_code in (302, 400, 413, 415)
    assert p.fresh(dossier).status == Status.REGISTERED


def test_a_form_without_its_token_is_refused_in_words(scene):
    client = Client(enforce_csrf_checks=True)
    client.force_login(Account.objects.get(pk=scene["citizen"].account_id))
    answer = client.post(f"/ho-so/{scene['dossier'].number}/rut/", {"reason": "x"})
    assert answer.status_code == 403
    assert "tải lại" in answer.content.decode()
    assert p.fresh(scene["dossier"]).status == Status.REGISTERED


@pytest.mark.parametrize("content", [b"", b"MZ", b"<svg onload=alert(1)>", b"%PDF-1.7", b"\x89PNG"])
def test_a_file_that_lies_about_its_kind_is_refused_in_words(scene, content):
    client, draft = browser(scene["citizen"]), Draft.objects.get(submitted_as=None)
    file = SimpleUploadedFile("giay.pdf", content, "application/pdf")
    answer = client.post(f"/nop/{draft.pk}/giay-to/", {"component": "giay_cu", "file": file})
    assert answer.status_code in (200, 302)


def test_a_file_for_a_paper_that_does_not_exist_is_not_found(scene):
    client, draft = browser(scene["citizen"]), Draft.objects.get(submitted_as=None)
    file = SimpleUploadedFile("giay.pdf", a.pdf(), "application/pdf")
    answer = client.post(f"/nop/{draft.pk}/giay-to/", {"component": "../x", "file": file})
    assert answer.status_code == 404


def test_more_than_a_hundred_megabytes_are_turned_away_unread(scene):
    client = browser(scene["citizen"])
    answer = client.generic(
        "POST", "/hien-thi/", b"x", content_type="application/octet-stream",
        CONTENT_LENGTH="100000001",
    )  # fmt: skip
    assert answer.status_code == 413


def test_pages_of_others_are_not_found_and_leave_no_trace(scene):
    stranger = browser(p.citizen("cha"))
    number, draft = scene["dossier"].number, scene["known"]["draft_id"]
    before = LedgerEntry.objects.count()
    for path in (
        f"/ho-so/{number}/", f"/ho-so/{number}/da-nop/", f"/ho-so/{number}/bo-sung/",
        f"/ho-so/{number}/xac-nhan/", f"/ho-so/{number}/rut/", f"/ho-so/{number}/thanh-toan/",
        f"/nop/{draft}/", f"/nop/{draft}/kiem-tra/", f"/nop/{draft}/giay-to/",
        f"/nop/{draft}/muc/status/",
    ):  # fmt: skip
        assert stranger.get(path).status_code == 404, path
        assert stranger.post(path, {"true": "on", "seen": "1"}).status_code in (404, 405), path
    for path in (f"/nop/{draft}/xoa/", f"/nop/{draft}/khoi-phuc/", f"/nop/{draft}/co-quan/"):
        assert stranger.post(path, {"agency": "1"}).status_code == 404, path
    assert LedgerEntry.objects.count() == before
    elsewhere = p.accounts.staffed_communes()[1].agency_code
    officer = browser(p.officer(f"{elsewhere}/receptionist"))
    assert officer.get(f"/mot-cua/ho-so/{number}/").status_code == 404
    for path in ("tiep-nhan", "tu-choi", "bo-sung", "doi-chieu", "thu-tien"):
        target = f"/mot-cua/ho-so/{scene['dossier'].pk}/{path}/"
        assert officer.post(target, {"seen": "1", "reason": "x", "items": "x"}).status_code == 404
    assert Dossier.objects.get().status == Status.REGISTERED


def test_a_double_press_of_submit_shows_the_same_dossier(scene):
    client, draft = browser(scene["citizen"]), scene["known"]["draft_id"]
    pressed = [client.post(f"/nop/{draft}/kiem-tra/", {"true": "on"}) for _ in range(2)]
    assert {answer.status_code for answer in pressed} == {302}
    assert pressed[0]["Location"] == pressed[1]["Location"]
    assert client.get(f"/nop/{draft}/kiem-tra/").status_code == 302, "the back button leads there"


def test_at_the_counter_a_name_that_is_too_long_or_not_theirs_is_refused(scene):
    client = browser(p.officer("receptionist"))
    known = p.accounts.citizen("cao-tuoi")
    p.person("cao-tuoi")
    for name in ("L" * 500, "", "Người Khác"):
        answer = client.post(
            "/mot-cua/quay/2.000815/",
            {"person_id_number": known.id_number, "person_full_name": name},
        )
        assert answer.status_code == 200
    assert p.person("cao-tuoi").full_name == known.full_name
    assert Dossier.objects.count() == 1


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.dictionaries(
        st.sampled_from(["seen", "outcome", "note", "reason", "items", "component", "number",
                         "pages", "copies", "account", "sha256", "how", "on", "people"]),
        st.text(st.characters(exclude_categories=["Cs"]), max_size=300),
        max_size=8,
    ),
    st.sampled_from(["tiep-nhan", "tu-choi", "bo-sung", "doi-chieu", "thu-tien"]),
)  # fmt: skip
def test_whatever_text_is_sent_to_the_desk_it_is_answered(scene, form, action):
    client = browser(p.officer("receptionist"))
    answer = client.post(f"/mot-cua/ho-so/{scene['dossier'].pk}/{action}/", form)
    assert answer.status_code in (302, 400)
