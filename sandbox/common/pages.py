"""How the pages of the sandbox servers look: plain, readable, usable without a mouse or scripts."""

from __future__ import annotations

from typing import Any

import flask

STYLE = """
:root { color-scheme: light; font: 100%/1.5 system-ui, sans-serif; }
body { margin: 0 auto; max-width: 46rem; padding: 1rem; background: #fff; color: #1f2328; }
.sandbox { background: #fff3cd; border: 1px solid #8a6d00; padding: .5rem 1rem; }
a { color: #0b5394; }
label, legend { font-weight: 600; }
input[type=text], input[type=password] { font: inherit; padding: .4rem; width: 100%;
  box-sizing: border-box; border: 1px solid #57606a; border-radius: .25rem; }
button { font: inherit; padding: .5rem 1rem; border: 1px solid #9b1c1c; border-radius: .25rem;
  background: #9b1c1c; color: #fff; cursor: pointer; }
button.plain { background: #fff; color: #1f2328; border-color: #8c959f; text-align: left;
  width: 100%; margin: .15rem 0; }
:focus-visible { outline: 3px solid #0b5394; outline-offset: 2px; }
[role=alert] { border-left: .4rem solid #b00020; padding: .5rem 1rem; background: #fdecec; }
fieldset { border: 1px solid #8c959f; border-radius: .25rem; margin: 1rem 0; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; padding: .3rem .5rem; border-bottom: 1px solid #d0d7de; }
"""

SHELL = """<!doctype html>
<html lang="vi">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{ title }}</title>
<link rel="stylesheet" href="/style.css">
</head>
<body>
<main>
<p class="sandbox">Môi trường thử nghiệm: mọi người và dữ liệu ở đây đều là giả định.</p>
<h1>{{ title }}</h1>
{{ content }}
</main>
</body>
</html>
"""


def page(title: str, template: str, status: int = 200, **values: Any) -> flask.Response:
    """A page with `template` (Jinja, escaping) as its content."""
    content = flask.render_template_string(template, **values)
    shell = flask.render_template_string(SHELL, title=title, content=_safe(content))
    answer = flask.make_response(shell, status)
    answer.headers["Content-Security-Policy"] = "default-src 'self'; frame-ancestors 'none'"
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _safe(rendered: str) -> Any:
    from markupsafe import Markup

    return Markup(rendered)  # escaped when its own template was rendered


def style() -> flask.Response:
    """`/style.css`."""
    return flask.Response(STYLE, mimetype="text/css", headers={"Cache-Control": "max-age=3600"})


def problem(status: int, title: str, detail: str, **more: Any) -> flask.Response:
    """An error as `application/problem+json` (RFC 9457)."""
    body = {"type": "about:blank", "title": title, "status": status, "detail": detail, **more}
    answer = flask.jsonify(body)
    answer.status_code = status
    answer.mimetype = "application/problem+json"
    return answer
