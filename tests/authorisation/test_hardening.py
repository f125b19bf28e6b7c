"""What every answer must tell the browser is asked of every route with each question of the table
(`headers.unsafe` in `test_matrix.py`); here it is shown that the judge sees what it is for, and
what holds for the registry of routes as a whole."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.http import HttpResponse
from django.urls import URLResolver, get_resolver

from .headers import unsafe
from .pages import wrong_in
from .table import _written, routes

SIGNED_BY_THEMSELVES = ("/api/",)
"""Below these nobody is known by a cookie: a token, a proof or a signature comes with the call."""


def views(patterns: list[Any], prefix: str = "/") -> Iterator[tuple[str, Any]]:
    for one in patterns:
        if isinstance(one, URLResolver):
            yield from views(one.url_patterns, prefix + _written(one))
        else:
            yield prefix + _written(one), one.callback


def test_no_route_with_a_cookie_goes_without_the_token_of_its_form() -> None:
    """A view that is exempt must stand where cookies count for nothing."""
    known = list(views(get_resolver().url_patterns))
    assert {route for route, _ in known} == routes()
    exempt = {route for route, view in known if getattr(view, "csrf_exempt", False)}
    assert exempt, "the search no longer finds any"
    assert [route for route in exempt if not route.startswith(SIGNED_BY_THEMSELVES)] == []


@pytest.mark.parametrize(
    "harm",
    [
        "<script>alert(1)</script>",
        "<script nonce='a'>1</script>",
        "<style>a{}</style>",
        "<p style='color: red'>",
        "<p STYLE=color>",
        "<img src=x onerror=alert(1)>",
        "<a href='javascript:alert(1)'>",
        "<a href=' JavaScript:alert(1)'>",
        "<a target=_blank href='/'>",
        "<form action='vbscript:x'>",
        "<form method=post action='/nop/'><input name=x></form>",
        "<script src='https://elsewhere.example/a.js'></script>",
        "<object data=x>",
        "<base href='/'>",
    ],
)
def test_what_must_not_stand_in_a_page_is_seen(harm: str) -> None:
    assert wrong_in(f"<!doctype html><html><body>{harm}</body></html>")


def test_a_good_page_is_good() -> None:
    assert not wrong_in(
        "<!doctype html><link rel=stylesheet href='/static/a.css'><script src='/static/a.js' defer>"
        "</script><form method=post><input type=hidden name=csrfmiddlewaretoken value=x></form>"
        "<form method=get action='/tim/'></form><a href='mailto:a@b.vn'>thư</a>"
    )


def good() -> Any:
    answer: Any = HttpResponse("<p>", content_type="text/html; charset=utf-8")
    for name, value in {
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Permissions-Policy": "camera=()",
        "Cache-Control": "private, no-store",
        "Content-Security-Policy": "default-src 'self'; object-src 'none'; base-uri 'none';"
        " frame-ancestors 'none'",
    }.items():
        answer.headers[name] = value
    answer.set_cookie(settings.SESSION_COOKIE_NAME, "x", httponly=True, samesite="Lax")
    answer.body = "<p>"
    return answer


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *((name, None) for name in good().headers if name != "Content-Type"),
        ("Content-Security-Policy", "default-src 'self' 'unsafe-inline'; object-src 'none'"),
        ("Content-Security-Policy", "default-src *; object-src; base-uri; frame-ancestors"),
        ("X-Content-Type-Options", "sniff"),
        ("Access-Control-Allow-Origin", "*"),
    ],
)
def test_a_header_that_is_missing_or_lax_is_seen(name: str, value: str | None) -> None:
    answer = good()
    assert unsafe(answer, signed_in=True) == []
    if value is None:
        del answer.headers[name]
    else:
        answer.headers[name] = value
    assert unsafe(answer, signed_in=True)


@pytest.mark.parametrize(
    "lax", [{"httponly": False, "samesite": "Lax"}, {"httponly": True}, {"samesite": "None"}]
)
def test_a_cookie_that_is_lax_is_seen_whatever_its_name(lax: dict[str, Any]) -> None:
    answer = good()
    answer.set_cookie("another", "x", **lax)
    assert unsafe(answer, signed_in=True)
