"""The service's addresses (the package's docstring lists what they answer)."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from typing import Any

import flask

from sandbox.common import pages
from sandbox.common.server import Place
from sandbox.population.callers import Gate, Refused
from sandbox.population.register import BadChild, Conflict, Register

REQUEST_ID = re.compile(r"[A-Za-z0-9._:-]{1,120}")
NUMBER_IN_PATH = re.compile(r"\d{9}(?=\d{3}\b)")
NOT_FOUND = "Không tìm thấy trong cơ sở dữ liệu."
HOME = """
<p>Máy chủ này đóng vai Cơ sở dữ liệu quốc gia về dân cư. Các lượt gọi gần nhất:</p>
{% if calls %}<table><caption>{{ calls|length }} lượt gọi gần nhất</caption>
<thead><tr><th scope="col">Lúc</th><th scope="col">Hệ thống</th><th scope="col">Người tra cứu</th>
<th scope="col">Mục đích</th><th scope="col">Hồ sơ</th><th scope="col">Nội dung</th>
<th scope="col">Trả lời</th></tr></thead><tbody>
{% for c in calls %}<tr><td>{{ c.at.strftime("%d/%m/%Y %H:%M:%S") }} UTC</td><td>{{ c.client }}</td>
<td>{{ c.caller }}</td><td>{{ c.purpose }}</td><td>{{ c.case }}</td><td>{{ c.what }}</td>
<td>{{ c.status }}</td></tr>{% endfor %}
</tbody></table>{% else %}<p>Chưa có lượt gọi nào.</p>{% endif %}
"""

Answer = Callable[[], tuple[Any, int]]


def make_app(place: Place) -> flask.Flask:
    """The service at `place`. `MOTCUA_EID_URL` names the provider whose tokens it takes; by
    default the eID sandbox on the port before its own."""
    app = flask.Flask("sandbox.population", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = 65_536
    app.json.ensure_ascii = False  # type: ignore[attr-defined] # of the default provider
    register = Register(place.home)
    gate = Gate(os.environ.get("MOTCUA_EID_URL") or f"http://127.0.0.1:{place.port - 1}")

    def guarded(scope: str, answer: Answer) -> flask.Response:
        headers, client = flask.request.headers, "?"
        try:
            client = gate.check(headers, scope)
            body, status = answer()
            response = flask.jsonify(body)
            response.status_code = status
        except Refused as error:
            response = pages.problem(error.status, "Refused", error.detail)
        except LookupError:
            response = pages.problem(404, "Not found", NOT_FOUND)
        except BadChild as error:
            response = pages.problem(422, "Unprocessable", str(error))
        except Conflict as error:
            response = pages.problem(409, "Conflict", str(error))
        response.headers["Cache-Control"] = "no-store"
        what = f"{flask.request.method} {flask.request.full_path.rstrip('?')}"
        masked = NUMBER_IN_PATH.sub("•••••••••", what)  # a log is no second register
        gate.note(client, headers, masked, response.status_code)
        return response

    @app.get("/people/<id_number>")
    def person(id_number: str) -> flask.Response:
        return guarded("population:read", lambda: (_found(register.person(id_number)), 200))

    @app.get("/people/<id_number>/family")
    def family(id_number: str) -> flask.Response:
        return guarded("population:read", lambda: (_found(register.family(id_number)), 200))

    @app.get("/people/<id_number>/household")
    def household(id_number: str) -> flask.Response:
        return guarded("population:read", lambda: (_found(register.household(id_number)), 200))

    @app.get("/birth-notices")
    def notices() -> flask.Response:
        mother = flask.request.args.get("mother", "")
        return guarded("births:read", lambda: ({"notices": register.notices(mother)}, 200))

    @app.get("/birth-notices/<number>")
    def notice(number: str) -> flask.Response:
        return guarded("births:read", lambda: (_found(register.notice(number)), 200))

    @app.put("/newborns/<request_id>")
    def newborn(request_id: str) -> flask.Response:
        return guarded("population:assign", lambda: _assign(register, request_id))

    @app.get("/style.css")
    def style() -> flask.Response:
        return pages.style()

    @app.get("/")
    def home() -> flask.Response:
        return pages.page("Dân cư quốc gia (bản thử)", HOME, calls=list(gate.log))

    @app.errorhandler(404)
    @app.errorhandler(405)
    @app.errorhandler(413)
    def http_error(error: Any) -> flask.Response:
        return pages.problem(error.code, error.name, error.description)

    return app


def _found(entry: dict[str, Any] | None) -> dict[str, Any]:
    if entry is None:
        raise LookupError
    return entry


def _assign(register: Register, request_id: str) -> tuple[Any, int]:
    if not REQUEST_ID.fullmatch(request_id):
        raise BadChild("Mã yêu cầu chỉ gồm chữ, số và . _ : -, dài đến 120 ký tự.")
    data = flask.request.get_json(silent=True)
    if not isinstance(data, dict):
        raise BadChild("Nội dung phải là một đối tượng JSON.")
    newborn, fresh = register.assign(request_id, data)
    return {"id_number": newborn.id_number}, 201 if fresh else 200
