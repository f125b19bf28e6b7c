"""Over https a browser takes our cookies from this very host only: their names say so."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.http import HttpResponse
from django.test import Client, RequestFactory

from motcua.doors.limits import devices

ROOT = Path(__file__).resolve().parents[2]
SRC = ROOT / "src"
SHOW = """
import json, django
django.setup()
from django.conf import settings as s
print(json.dumps({
    "names": [s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME, s.LANGUAGE_COOKIE_NAME],
    "secure": [s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE],
    "paths": [s.SESSION_COOKIE_PATH, s.CSRF_COOKIE_PATH],
    "domains": [s.SESSION_COOKIE_DOMAIN, s.CSRF_COOKIE_DOMAIN],
    "hsts": [s.SECURE_HSTS_SECONDS, s.SECURE_HSTS_INCLUDE_SUBDOMAINS],
}))
"""


def installation(**told: str) -> dict[str, list[object]]:
    """The settings of an installation that was told this."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("MOTCUA_")}
    home = {"MOTCUA_HOME": os.environ.get("MOTCUA_HOME", "")} if "MOTCUA_HOME" in os.environ else {}
    done = subprocess.run(
        [sys.executable, "-c", SHOW],
        env={**kept, **home, "DJANGO_SETTINGS_MODULE": "motcua.runtime.settings", **told},
        capture_output=True,
        text=True,
        check=True,
    )
    found: dict[str, list[object]] = json.loads(done.stdout)
    return found


def test_where_people_come_by_https_every_name_keeps_others_out():
    found = installation(MOTCUA_URL="https://motcua.example")
    assert all(str(name).startswith("__Host-motcua_") for name in found["names"])
    assert found["secure"] == [True, True]
    assert found["paths"] == ["/", "/"]
    assert found["domains"] == [None, None]
    assert found["hsts"] == [31_536_000, False]


def test_without_https_a_browser_would_not_take_such_a_name():
    found = installation(MOTCUA_URL="http://127.0.0.1:8000")
    assert not any("__Host-" in str(name) for name in found["names"])
    assert found["secure"] == [False, False]
    assert found["hsts"] == [0, False]


def test_the_operator_says_that_all_names_below_are_meant():
    found = installation(MOTCUA_URL="https://motcua.example", MOTCUA_HSTS_SUBDOMAINS="on")
    assert found["hsts"] == [31_536_000, True]


@pytest.fixture
def by_https(monkeypatch):
    monkeypatch.setattr(settings, "COOKIE_PREFIX", "__Host-")
    monkeypatch.setattr(settings, "SESSION_COOKIE_SECURE", True)
    monkeypatch.setattr(settings, "LANGUAGE_COOKIE_NAME", "__Host-motcua_language")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("path", "asked", "name"),
    [
        ("/hien-thi/", {"size": "large"}, "__Host-size"),
        ("/hien-thi/", {"contrast": "high"}, "__Host-contrast"),
        ("/ngon-ngu/", {"language": "en"}, "__Host-motcua_language"),
    ],
)
def test_a_wish_is_kept_under_such_a_name_and_read_from_it(by_https, path, asked, name):
    client = Client()
    client.post(path, asked)
    (kept,) = client.cookies.values()
    assert (kept.key, kept["path"], kept["domain"], bool(kept["secure"])) == (name, "/", "", True)
    page = client.get("/").content.decode()
    shown = {"large": "size-large", "high": "contrast-high", "en": '<html lang="en"'}
    assert shown[next(iter(asked.values()))] in page


def test_a_device_that_was_right_before_is_known_by_such_a_name(by_https):
    answer, request = HttpResponse(), RequestFactory().get("/")
    devices.remember(request, answer, "W10")
    (kept,) = answer.cookies.values()
    assert kept.key == "__Host-motcua_device"
    assert (kept["path"], kept["domain"], bool(kept["secure"])) == ("/", "", True)
    request.COOKIES[kept.key] = kept.value
    assert devices.known_for(request, "W10")


def test_nobody_names_a_cookie_past_the_settings():
    """What is read or set elsewhere would be missed over https only, where no test runs."""
    named = {
        path.relative_to(SRC).as_posix()
        for path in SRC.rglob("*.py")
        if "motcua_session" in (words := path.read_text()) or "motcua_csrf" in words
    }
    assert named == {"motcua/runtime/settings.py"}
