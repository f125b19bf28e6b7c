"""Searching on the pages: why, narrowed, unsure; suggestions; the office for an address; data for
programs; the table that administrators keep."""

from __future__ import annotations

import json
import re

import pytest
from django.test import Client

from motcua.catalogue.models import SearchPhrase
from motcua.doors.portal import structured
from tests.doors.test_decrees import keeper
from tests.dossiers import people as p

pytestmark = [pytest.mark.usefixtures("world"), pytest.mark.django_db]


def page(path: str, **asked: str) -> str:
    answer = Client().get(path, asked)
    assert answer.status_code == 200
    return answer.content.decode()


def test_results_say_why():
    shown = page("/thu-tuc/", q="vợ em mới đẻ")
    assert "1.001193" in shown
    assert "Hiểu “mới đẻ”" in shown


def test_what_is_unsure_is_said_with_the_nearest():
    shown = page("/thu-tuc/", q="xin giấy bay lên mặt trăng")
    assert "Chưa chắc" in shown or "Chưa tìm thấy" in shown


def test_filters_narrow_and_say_when_nothing_is_left():
    assert "1.001193" in page("/thu-tuc/", q="khai sinh", cap="commune")
    assert "bỏ bớt lựa chọn" in page("/thu-tuc/", q="khai sinh", **{"linh-vuc": "Không có"})


def test_suggestions_are_light_and_harmless():
    answer = Client().get("/thu-tuc/goi-y/", {"q": "khai s"})
    assert answer["Content-Type"] == "application/json"
    assert ["Đăng ký khai sinh", "1.001193"] in answer.json()["suggestions"]
    for odd in ("", "'; --", "<script>", "a" * 5000):
        assert Client().get("/thu-tuc/goi-y/", {"q": odd}).status_code == 200


def test_the_procedure_page_names_the_office_for_an_address():
    shown = page("/thu-tuc/1.001193/", xa=p.HOME.code)
    assert p.HOME.name in shown.split('id="noi-giai-quyet"')[1]
    assert page("/thu-tuc/1.001193/", xa="99999")
    assert page("/thu-tuc/1.001193/", xa="'; --")


def test_life_events_stand_on_the_page_and_the_list():
    assert "63/2024" in page("/thu-tuc/1.001193/")
    assert "63/2024" in page("/thu-tuc/", viec="birth")


def test_programs_read_the_procedure_as_linked_data():
    shown = page("/thu-tuc/1.001193/")
    block = re.search(r'<script type="application/ld\+json">(.*?)</script>', shown, re.DOTALL)
    assert block is not None
    said = json.loads(block.group(1))
    assert said["@type"] == "GovernmentService"
    assert said["identifier"] == "1.001193"


def test_no_text_of_a_procedure_ends_the_block_of_data():
    class Odd:
        code, name, short_name = "1.1", "</script><b>", "a & b"
        sector = authority = subjects = "</SCRIPT >"
        cases = results = ()

    written = structured.government_service(Odd(), "https://x/")
    assert not set("<>&") & set(written)
    assert json.loads(written)["alternateName"] == "</script><b>"


def test_an_administrator_tries_adds_and_removes_a_phrase():
    client = keeper()
    form = {"said": "tậu nóc", "means": "đăng ký kết hôn", "query": "tậu nóc"}
    tried = client.post("/mot-cua/tu-ngu/", {**form, "do": "try"}).content.decode()
    assert "1.000894" in tried.split("Sau khi lưu")[1]
    assert not SearchPhrase.objects.exists()
    assert client.post("/mot-cua/tu-ngu/", {**form, "do": "save"}).status_code == 302
    assert "tậu nóc" in client.get("/mot-cua/tu-ngu/").content.decode()
    assert "1.000894" in page("/thu-tuc/", q="tậu nóc")
    client.post("/mot-cua/tu-ngu/bo/", {"said": "tậu nóc"})
    assert not SearchPhrase.objects.exists()


def test_a_phrase_that_cannot_be_kept_is_said():
    refused = keeper().post("/mot-cua/tu-ngu/", {"said": "!", "means": "", "do": "save"})
    assert refused.status_code == 422
    assert 'role="alert"' in refused.content.decode()
