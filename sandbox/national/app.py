"""The portal's pages and interfaces."""

from __future__ import annotations

import hmac
import json
import os
import secrets
from datetime import datetime, timedelta, timezone
from typing import Any

import flask

from sandbox.common.pages import page, problem, style
from sandbox.common.server import Place, agreed_secret
from sandbox.national import checks, pages
from sandbox.national.sender import Sender
from sandbox.national.store import KNOBS, Store

LARGEST_BODY = 10_000_000
FIELDS = ("MaTTHC", "DonViXuLy", "ChuHoSo", "SoDinhDanh", "NgaySinh", "SoDienThoai", "Email")


def province_address() -> str:
    """Where the province's system takes dossiers."""
    port = os.environ.get("MOTCUA_PORT") or "8000"
    base = os.environ.get("MOTCUA_URL") or f"http://127.0.0.1:{port}"
    return f"{base.rstrip('/')}/api/national/dossiers"


def new_number() -> str:
    """A number of the portal's own for a dossier filed with it."""
    today = datetime.now(timezone(timedelta(hours=7)))
    return f"G01-{today:%y%m%d}-{secrets.randbelow(10**8):08d}"


def make_app(place: Place, province: str | None = None) -> flask.Flask:
    """The server; `province` is where dossiers go when it is not where the environment says."""
    app = flask.Flask(__name__, static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_BODY
    app.json.ensure_ascii = False  # type: ignore[attr-defined] # flask's default provider has it
    secret = agreed_secret("MOTCUA_NATIONAL_SECRET")
    store = Store(place.home / "national.sqlite")
    sender = Sender(store, secret, province or province_address())
    app.add_url_rule("/style.css", view_func=style)

    @app.post("/api/messages")
    def messages() -> flask.Response:
        given = flask.request.headers.get("Authorization", "")
        if not hmac.compare_digest(given.encode(), f"Bearer {secret}".encode()):
            return problem(401, "Không được phép", "Cần mã bí mật đã thỏa thuận.")
        body = flask.request.get_json(silent=True)
        batch = body.get("messages") if isinstance(body, dict) else None
        if not isinstance(batch, list) or not all(isinstance(m, dict) for m in batch):
            return problem(400, "Sai khuôn dạng", 'Cần {"messages": [...]}.')
        if store.misbehaves("down"):
            return problem(503, "Đang bảo trì", "Hãy gửi lại sau.")
        results = store.take(batch)
        if store.misbehaves("lose_answer"):
            return problem(502, "Mất câu trả lời", "Hãy gửi lại sau.")
        return flask.jsonify({"results": results})

    @app.get("/api/dossiers/<path:number>")
    def api_dossier(number: str) -> flask.Response:
        found = store.dossier(number)
        if found is None:
            return problem(404, "Không tìm thấy", "Chưa nhận được thông tin nào về hồ sơ này.")
        return flask.jsonify(found)

    @app.get("/")
    def overview() -> flask.Response:
        return page(
            "Cổng Dịch vụ công quốc gia (mô phỏng)",
            pages.OVERVIEW,
            dossiers=store.dossiers(),
            states=checks.STATES,
            sent=store.sent(),
            refusals=store.refusals(),
        )

    @app.get("/dossiers/<path:number>")
    def dossier(number: str) -> flask.Response:
        found = store.dossier(number)
        if found is None:
            return page("Không tìm thấy hồ sơ", pages.NOT_FOUND, 404, number=number)
        return page(
            f"Hồ sơ {number}",
            pages.DOSSIER,
            dossier=found["HoSo"],
            history=list(zip(found["TrangThai"], found["DienBien"], strict=True)),
            states=checks.STATES,
            moment=pages.moment,
        )

    def keep(values: Any) -> str:
        number = str(values.get("MaHoSo") or new_number())
        answers = values.get("DuLieu") or {}
        body = {
            "MaHoSo": number,
            **{name: str(values.get(name) or "") for name in FIELDS},
            "DuLieu": json.loads(answers) if isinstance(answers, str) else answers,
        }
        store.send(number, json.dumps(body, ensure_ascii=False))
        sender.wake()
        return number

    @app.route("/send", methods=["GET", "POST"])
    def send() -> flask.Response:
        form = flask.request.form
        if flask.request.method == "GET":
            return page("Nộp hồ sơ cho địa phương", pages.SEND, values={}, error="")
        try:
            keep(form)
        except ValueError:
            wrong = "Dữ liệu tờ khai phải là JSON."
            return page("Nộp hồ sơ cho địa phương", pages.SEND, 400, values=form, error=wrong)
        return flask.redirect("/", 303)  # type: ignore[return-value] # werkzeug's response is flask's here

    @app.post("/api/send")
    def api_send() -> flask.Response:
        try:
            number = keep(flask.request.get_json(silent=True) or {})
        except ValueError:
            return problem(400, "Sai khuôn dạng", "DuLieu phải là đối tượng JSON.")
        return flask.jsonify({"MaHoSo": number})

    @app.get("/api/sent/<path:number>")
    def api_sent(number: str) -> flask.Response:
        rows = store.sent(number)
        if not rows:
            return problem(404, "Không tìm thấy", "Chưa gửi hồ sơ nào mang mã này.")
        row = rows[0]
        return flask.jsonify({name: row[name] for name in ("number", "state", "tries", "answer")})

    @app.route("/api/knobs", methods=["GET", "POST"])
    def knobs() -> flask.Response:
        for name, value in (flask.request.get_json(silent=True) or {}).items():
            if name not in KNOBS:
                return problem(400, "Không có núm này", f"Có: {', '.join(KNOBS)}.")
            store.turn(name, int(value))
        return flask.jsonify(store.knobs())

    return app
