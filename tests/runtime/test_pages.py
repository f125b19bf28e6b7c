"""What every page tells the browser, and how its style sheets get there."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from pytest_django import Settings

from motcua.runtime import static
from motcua.runtime.headers import content_security_policy


def test_no_page_may_run_a_script_of_others_or_stand_in_a_frame(client: Client) -> None:
    answer = client.get("/nothing-here/")
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_a_form_may_lead_to_sign_in_and_payment_and_nowhere_else() -> None:
    policy = content_security_policy("https://eid.vn/authorize?x=1", "http://127.0.0.1:8003")
    assert policy.endswith("form-action 'self' http://127.0.0.1:8003 https://eid.vn")


@pytest.mark.django_db
def test_a_signed_in_page_is_not_kept_on_a_shared_computer(client: Client) -> None:
    assert "Cache-Control" not in client.get("/nothing-here/").headers
    client.cookies[settings.SESSION_COOKIE_NAME] = "somebody"
    assert "no-store" in client.get("/nothing-here/").headers["Cache-Control"]


def test_static_files_are_collected_once_and_again_when_one_changes(
    tmp_path: Path, settings: Settings
) -> None:
    source = tmp_path / "source"
    source.mkdir()
    (source / "house.css").write_text("a { color: red }")
    settings.STATICFILES_DIRS = [str(source)]
    settings.STATIC_ROOT = str(tmp_path / "served")
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    assert static.collect()
    assert not static.collect()
    (source / "second.css").write_text("b { color: blue }")
    assert static.collect()
    assert (tmp_path / "served" / "second.css").exists()


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/", "/api/openapi.json", "/khong-co/", "/api/khong-co"])
def test_trace_and_unknown_methods_are_not_answered(path: str) -> None:
    for method in ("TRACE", "CONNECT", "DEBUG"):
        answer = Client(raise_request_exception=False).generic(method, path)
        assert answer.status_code in (403, 404, 405), method
        assert method.encode() not in answer.content
