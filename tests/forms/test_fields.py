"""Questions as they are drawn: named, described, linked to their errors, usable without scripts."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from django.template import Context, Template

from motcua.doors import addresses
from tests.forms.examples import ANSWERS, KEYS, TODAY, form

PAGE = Template("{% load form_fields %}{% topic_fields topic errors %}")
VOID = {"input", "br", "hr", "img", "meta", "link"}
PROVINCES = (("01", "Thành phố Hà Nội"), ("20", "Tỉnh Lạng Sơn"))
COMMUNES = {
    "01": (("00004", "Phường Ba Đình"),),
    "20": (("06040", "Xã Thất Khê"), ("06475", "Xã Bằng Mạc")),
}


class Page(HTMLParser):
    """A page read strictly: every tag closed in its turn."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.feed(html)
        assert not self.open

    def handle_starttag(self, tag, attrs):
        names = [name for name, _ in attrs]
        assert len(names) == len(set(names)), (tag, names)
        self.tags.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def all(self, *tags: str) -> list[dict[str, str]]:
        return [attrs for tag, attrs in self.tags if tag in tags]

    def one(self, **wanted: str) -> dict[str, str]:
        found = [a for _, a in self.tags if all(a.get(k) == v for k, v in wanted.items())]
        assert len(found) == 1, (wanted, found)
        return found[0]


@pytest.fixture(autouse=True)
def territory(monkeypatch):
    monkeypatch.setattr(addresses, "provinces", lambda: PROVINCES)
    monkeypatch.setattr(addresses, "communes", lambda code: COMMUNES.get(code, ()))


def drawn(key: str, answers, sourced=None, errors=()) -> list[Page]:
    views = form(key).topics(answers, sourced or {}, TODAY)
    return [Page(PAGE.render(Context({"topic": view, "errors": errors}))) for view in views]


def page(key: str, topic: str, answers, **more) -> Page:
    keys = [view.key for view in form(key).topics(answers, today=TODAY)]
    return drawn(key, answers, **more)[keys.index(topic)]


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("filled", [True, False])
def test_every_input_has_a_label_and_every_description_exists(key, filled):
    answers = ANSWERS[key] if filled else {}
    errors = form(key).validate({}, today=TODAY)
    for sheet in drawn(key, answers, errors=errors):
        ids = [a["id"] for _, a in sheet.tags if "id" in a]
        assert len(ids) == len(set(ids))
        labelled = {a.get("for") for a in sheet.all("label")}
        for one in sheet.all("input", "select", "textarea"):
            if one.get("type") != "hidden":
                assert one["id"] in labelled, one
                assert one["name"]
        for _, attrs in sheet.tags:
            for name in ("aria-describedby", "aria-labelledby"):
                assert set(attrs.get(name, "").split()) <= set(ids), attrs
            assert not {"style", "onclick", "onchange"} & set(attrs)


@pytest.mark.parametrize("key", KEYS)
def test_every_error_leads_to_a_place_on_its_page(key):
    answers = {"founder_kind": "family", "members": [{"member_id": "1"}], "lived_elsewhere": True}
    answers |= {"residences": [{}, {}], "mother_known": True, "result_way": "post"}
    answers |= {"applicant_address": {"province": "20"}, "work_kind": "house", "for_whom": "other"}
    known = {k: v for k, v in answers.items() if k in form(key).definition.fields}
    errors = form(key).validate(known, today=TODAY)
    assert errors
    for view in form(key).topics(known, today=TODAY):
        sheet = page(key, view.key, known, errors=errors)
        ids = {a.get("id") for _, a in sheet.tags}
        missing = {f"f-{e.field}" for e in errors if e.topic == view.key} - ids
        assert not missing


def test_what_was_typed_is_on_the_page_again():
    answers = {
        "child_birth_date": {"day": "31", "month": "2", "year": "2026"},
        "child_full_name": '<b>An</b> "x"',
    }
    sheet = page("khai_sinh", "child", answers)
    assert sheet.one(name="child_birth_date.day")["value"] == "31"
    assert sheet.one(name="child_full_name")["value"] == '<b>An</b> "x"'
    capital = page("ho_kinh_doanh", "capital", {"capital": 50_000_000, "workers": "ba"})
    assert capital.one(name="capital")["value"] == "50.000.000"
    assert capital.one(name="workers")["value"] == "ba"


def test_few_options_are_radios_and_many_are_a_list():
    sheet = page("khai_sinh", "child", {"child_sex": "female", "child_ethnicity": "Tày"})
    radios = [a for a in sheet.all("input") if a.get("name") == "child_sex"]
    assert [a.get("checked") is not None for a in radios] == [False, True]
    assert sheet.one(name="child_ethnicity")["id"] == "f-child_ethnicity"
    assert sheet.one(value="Tày").get("selected") is not None


def test_an_identity_number_brings_the_number_keys_and_is_not_remembered():
    field = page("khai_sinh", "mother", {"mother_known": True}).one(name="mother_id")
    assert field["inputmode"] == "numeric"
    assert field["autocomplete"] == "off"
    assert field["pattern"]


def test_an_address_offers_the_communes_of_the_home_province_and_of_the_one_chosen():
    chosen = {"province": "01", "commune": "00004", "detail": "Số 1"}
    sheet = page("khai_sinh", "mother", {"mother_known": True, "mother_address": chosen})
    assert [a["label"] for a in sheet.all("optgroup")] == ["Thành phố Hà Nội", "Tỉnh Lạng Sơn"]
    assert sheet.one(value="00004").get("selected") is not None
    assert sheet.one(name="mother_address.commune_text")["value"] == ""


def test_lines_of_a_group_are_added_and_removed_by_buttons():
    people = {"founder_kind": "family", "members": [{"member_full_name": "A"}, {}]}
    sheet = page("ho_kinh_doanh", "members", people)
    buttons = {(a.get("name"), a.get("value")) for a in sheet.all("button")}
    assert {("add", "members"), ("remove", "members.0"), ("remove", "members.1")} <= buttons
    first = sheet.all("button")[0]
    assert "name" not in first, "Enter must save, not add or remove a line"
    assert sheet.one(name="members.1")["type"] == "hidden"


def test_a_group_that_is_needed_starts_with_an_empty_line():
    sheet = page("ho_kinh_doanh", "sectors", {})
    assert sheet.one(name="sectors.0.sector_name")["value"] == ""


def test_an_answer_of_a_register_names_its_source_and_can_be_disputed():
    sourced = {"applicant_full_name": "từ CSDL dân cư, 22/11/2026", "applicant_address": ""}
    sheet = page("khai_sinh", "filer", ANSWERS["khai_sinh"], sourced=sourced)
    assert sheet.one(name="_disputed")["value"] == "applicant_full_name"
    assert sheet.one(name="applicant_full_name")["value"] == "Hoàng Văn Đức"
    html = PAGE.render(
        Context(
            {
                "topic": form("khai_sinh").topic("filer", ANSWERS["khai_sinh"], sourced, TODAY),
                "errors": [],
            }
        )
    )
    assert "từ CSDL dân cư, 22/11/2026" in html
    assert "từ CSDL quốc gia về dân cư" in html


def test_a_computed_answer_is_shown_and_cannot_be_sent():
    sheet = page("chung_thuc_ban_sao", "original", ANSWERS["chung_thuc_ban_sao"])
    assert sheet.all("output")
    assert not [a for _, a in sheet.tags if a.get("name") == "estimated_fee"]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("Thất Khê", "06040"),
        ("xã that khe", "06040"),
        ("XÃ THẤT KHÊ", "06040"),
        ("Bang Mac", "06475"),
        ("Nơi Nào", None),
        ("", None),
    ],
)
def test_a_commune_typed_by_name_is_found(typed, found):
    assert addresses.find_commune("20", typed) == found
