"""Whoever chooses English reads English: every text of the pages has a translation."""

from __future__ import annotations

import gettext
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.utils import translation

from tools import messages

DOORS = Path(messages.DOORS)
VIETNAMESE = re.compile("[ăâđêôơưảãạằắẳẵặầấẩẫậẻẽẹềếểễệỉĩịỏõọồốổỗộờớởỡợủũụừứửữựỳỷỹỵ]", re.IGNORECASE)


def test_every_text_of_portal_and_desk_has_an_english_translation() -> None:
    assert messages.faults() == [], "run: make messages, and translate what it names"


def test_the_compiled_catalogue_is_read_by_gettext() -> None:
    with messages.COMPILED.open("rb") as file:
        catalogue = gettext.GNUTranslations(file)
    for text, english in messages.read().items():
        assert catalogue.gettext(text) == english


def test_no_template_shows_a_text_that_cannot_be_translated() -> None:
    bare = []
    for path in sorted(DOORS.rglob("templates/**/*.html")):
        text = path.read_text(encoding="utf-8")
        for inside in (
            r"\{%\s*comment.*?endcomment\s*%\}",
            r"\{%\s*blocktrans.*?endblocktrans\w*\s*%\}",
            r"<(\w+)[^>]*\slang=\"vi\"[^>]*>[^<]*</\1>",
            r"\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}",
        ):
            text = re.sub(inside, "", text, flags=re.DOTALL)
        bare += [f"{path.name}: {line.strip()}" for line in text.split("\n") if _vietnamese(line)]
    assert bare == []


def _vietnamese(line: str) -> bool:
    return VIETNAMESE.search(line) is not None


@pytest.mark.django_db
def test_the_home_page_in_english_shows_english(client: Client) -> None:
    answer = client.post("/ngon-ngu/", {"language": "en", "next": "/"}, follow=True)
    page = answer.content.decode()
    assert '<html lang="en"' in page
    assert "What do you need to do?" in page
    assert "Getting married" in page
    assert "Bạn cần làm thủ tục gì?" not in page


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path", ["/thu-tuc/", "/tra-cuu/", "/kiem-tra/", "/minh-bach/", "/dang-nhap/"]
)
def test_pages_for_everybody_keep_the_chosen_language(client: Client, path: str) -> None:
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    page = client.get(path).content.decode()
    assert "Skip to main content" in page
    main = re.sub(r"<[^>]+>", " ", page[page.index("<header") : page.index("</header")])
    # What remains Vietnamese in the frame is names, and the way back to Vietnamese.
    assert not _vietnamese(main.replace("Một Cửa", "").replace("Lạng Sơn", ""))


@pytest.mark.django_db
def test_a_phone_set_to_english_gets_vietnamese_until_english_is_chosen(client: Client) -> None:
    answer = client.get("/", headers={"Accept-Language": "en-US,en;q=0.9"})
    assert answer.headers["Content-Language"] == "vi"
    assert "Bạn cần làm thủ tục gì?" in answer.content.decode()


@pytest.mark.django_db
def test_a_language_nobody_offers_is_vietnamese(client: Client) -> None:
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "../../xx"
    assert '<html lang="vi"' in client.get("/").content.decode()


def test_a_translation_that_loses_a_placeholder_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    catalogue = tmp_path / "django.po"
    monkeypatch.setattr(messages, "CATALOGUE", catalogue)
    monkeypatch.setattr(messages, "COMPILED", catalogue.with_suffix(".mo"))
    monkeypatch.setattr(messages, "texts", lambda: {"lưu lúc %(at)s": ["a.html"], "Có": ["a.html"]})
    messages.write({"lưu lúc %(at)s": ["a.html"], "Có": ["a.html"]}, {"lưu lúc %(at)s": "saved"})
    messages.COMPILED.write_bytes(messages.compiled(messages.read()))
    assert messages.faults() == ["no English for: Có", "placeholders differ: lưu lúc %(at)s"]


def test_quotes_and_lines_survive_the_catalogue(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(messages, "CATALOGUE", tmp_path / "django.po")
    words = {'nói "có" \\ không': 'say "yes"', "hai\ndòng": "two\nlines", "ổ 100%%": "100%%"}
    messages.write({key: ["a.html"] for key in words}, words)
    assert messages.read() == words


def test_names_of_states_are_translated_where_they_are_shown() -> None:
    with translation.override("en"):
        assert translation.gettext("Đang xử lý") == "Being processed"
