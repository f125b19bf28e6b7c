"""The pages on which mails are read."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime, timedelta, timezone

import flask

from sandbox.common.pages import page, problem, style
from sandbox.mail.store import Store

VIETNAM = timezone(timedelta(hours=7))

LIST = """<form method="get" action="/"><p><label for="to">Thư gửi tới</label>
<input type="text" id="to" name="to" value="{{ to }}"></p><p><button>Tìm</button></p></form>
<table><thead><tr><th scope="col">Lúc</th><th scope="col">Người nhận</th>
<th scope="col">Tiêu đề</th></tr></thead><tbody>
{% for m in mails %}<tr><td>{{ when(m.at) }}</td><td>{{ m.recipient }}</td>
<td><a href="/messages/{{ m.id }}">{{ m.subject or "(không có tiêu đề)" }}</a></td></tr>
{% else %}<tr><td colspan="3">Chưa có thư nào.</td></tr>{% endfor %}</tbody></table>"""

ONE = """<dl><dt>Từ</dt><dd>{{ mail.sender }}</dd><dt>Đến</dt><dd>{{ mail.recipient }}</dd>
<dt>Lúc</dt><dd>{{ when(mail.at) }}</dd></dl>
{% for line in mail.text.splitlines() %}<p>{{ line|urlize(40) }}</p>{% endfor %}
<p><a href="/">Tất cả thư</a></p>"""

NONE = """<p role="alert">Không có thư này.</p><p><a href="/">Tất cả thư</a></p>"""


def when(at: float) -> str:
    """`10:05 20/11/2026` in Vietnam."""
    return datetime.fromtimestamp(at, VIETNAM).strftime("%H:%M %d/%m/%Y")


def make_app(store: Store) -> flask.Flask:
    """The web server over a mailbox."""
    app = flask.Flask(__name__, static_folder=None)
    app.add_url_rule("/style.css", view_func=style)

    @app.get("/")
    def overview() -> flask.Response:
        to = flask.request.args.get("to", "")
        return page("Hộp thư thử nghiệm", LIST, mails=store.mails(to), to=to, when=when)

    @app.get("/messages/<int:mail_id>")
    def message(mail_id: int) -> flask.Response:
        found = store.mail(mail_id)
        if found is None:
            return page("Không tìm thấy", NONE, 404)
        return page(found.subject or "(không có tiêu đề)", ONE, mail=found, when=when)

    @app.get("/api/messages")
    def api_messages() -> flask.Response:
        found = store.mails(flask.request.args.get("to", ""))
        return flask.jsonify({"messages": [asdict(mail) for mail in found]})

    @app.delete("/api/messages")
    def api_clear() -> flask.Response:
        store.clear()
        return flask.jsonify({"messages": []})

    @app.errorhandler(404)
    def missing(_: Exception) -> flask.Response:
        return problem(404, "Không tìm thấy", "Không có trang này.")

    return app
