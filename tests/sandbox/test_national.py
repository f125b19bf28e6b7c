"""The portal's stand-in takes in what is right, says what is wrong, and sends until answered."""

from __future__ import annotations

import hmac
import json
import time
from hashlib import sha256

import pytest

from sandbox.common.server import Place
from sandbox.national.app import make_app

from ..serving import serve

SECRET = "sandbox-only-not-a-secret"
BEARER = {"Authorization": f"Bearer {SECRET}"}
RIGHT = {
    "MaHoSo": "H37.105-261120-0001",
    "MaTTHC": "1.001612",
    "TenTTHC": "Đăng ký <hộ kinh doanh>",
    "KenhThucHien": "2",
    "ChuHoSo": "Nông Văn A",
    "LoaiDoiTuong": "1",
    "TrichYeuHoSo": "Đăng ký",
    "NgayNopHoSo": "20261120100000",
    "TrangThaiHoSo": "1",
    "DonViXuLy": "UBND xã",
}
STEP = {
    "MaHoSo": RIGHT["MaHoSo"],
    "NguoiXuLy": "Nông Văn A",
    "ThoiDiemXuLy": "20261120100000",
    "NoiDungXuLy": "Đã nộp hồ sơ.",
    "TrangThai": "1",
}


@pytest.fixture
def client(tmp_path, monkeypatch):
    monkeypatch.delenv("MOTCUA_NATIONAL_SECRET", raising=False)
    return make_app(Place("http://127.0.0.1:1", 1, tmp_path), "http://127.0.0.1:9").test_client()


def send(client, key="k", step=STEP, **changed):
    payload = {"HoSo": {**RIGHT, **changed}, "TienTrinh": step}
    message = {"key": key, "stream": "s", "kind": "status", "payload": payload}
    answer = client.post("/api/messages", json={"messages": [message]}, headers=BEARER)
    return answer.json["results"][0]


def test_a_right_message_is_shown_with_its_history(client):
    assert send(client)["state"] == "accepted"
    shown = client.get(f"/dossiers/{RIGHT['MaHoSo']}").get_data(as_text=True)
    assert "10:00 ngày 20/11/2026" in shown
    assert "&lt;hộ kinh doanh&gt;" in shown
    assert RIGHT["MaHoSo"] in client.get("/").get_data(as_text=True)


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"MaTTHC": ""}, "MaTTHC"),
        ({"TrangThaiHoSo": "11"}, "TrangThaiHoSo"),
        ({"TrangThaiHoSo": "4"}, "NgayTiepNhan"),
        ({"NgayNopHoSo": "20/11/2026"}, "yyyyMMddHHmmss"),
        ({"TrichYeuHoSo": "x" * 1001}, "TrichYeuHoSo"),
        ({"TenKhac": "x"}, "TenKhac"),
        ({"DanhSachLePhi": [{"Gia": "1"}]}, "TenPhiLePhi"),
        ({"DanhSachLePhi": "x"}, "DanhSachLePhi"),
    ],
)
def test_a_wrong_message_is_refused_with_what_is_wrong(client, changed, named):
    result = send(client, **changed)
    assert result["state"] == "refused"
    assert named in result["error"]
    assert named in client.get("/").get_data(as_text=True)


def test_a_step_of_another_dossier_is_refused(client):
    assert send(client, step={**STEP, "MaHoSo": "khác"})["state"] == "refused"


def test_a_key_counts_once_for_good(client):
    assert send(client)["state"] == send(client, TrangThaiHoSo="3")["state"] == "accepted"
    assert client.get(f"/api/dossiers/{RIGHT['MaHoSo']}").json["TrangThai"] == ["1"]


@pytest.mark.parametrize("payload", [None, [], "x", {"HoSo": 3}, {"HoSo": RIGHT, "TienTrinh": 3}])
def test_rubbish_is_refused_and_harms_nothing(client, payload):
    body = {"messages": [{"key": "k", "payload": payload}, {"payload": {}}]}
    results = client.post("/api/messages", json=body, headers=BEARER).json["results"]
    assert [r["state"] for r in results] == ["refused", "refused"]


def test_nobody_reports_without_the_secret(client):
    assert client.post("/api/messages", json={"messages": []}).status_code == 401
    assert client.post("/api/messages", json={"x": 1}, headers=BEARER).status_code == 400


def test_a_dossier_filed_here_is_sent_signed_until_it_is_acknowledged(tmp_path, monkeypatch):
    monkeypatch.delenv("MOTCUA_NATIONAL_SECRET", raising=False)
    seen = []

    def province(environ, start):
        body = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
        seen.append((environ["HTTP_X_SIGNATURE"], body))
        start("503 X" if len(seen) == 1 else "200 OK", [("Content-Type", "application/json")])
        return [json.dumps({"SoHoSo": "H37.105-261120-0001", "TrangThaiHoSo": 1}).encode()]

    with serve(lambda _: province) as url:
        client = make_app(Place("http://127.0.0.1:1", 1, tmp_path), url).test_client()
        filed = {"MaTTHC": "1.001612", "ChuHoSo": "Nông Văn A", "DuLieu": {"name": "Quán Tình"}}
        number = client.post("/api/send", json=filed).json["MaHoSo"]
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline:
            sent = client.get(f"/api/sent/{number}").json
            if sent["state"] == "done":
                break
            time.sleep(0.05)
    assert (sent["tries"], sent["answer"]) == (2, "H37.105-261120-0001")
    signature, body = seen[0]
    assert signature == hmac.new(SECRET.encode(), body, sha256).hexdigest()
    assert seen[1] == seen[0]
    assert json.loads(body)["DuLieu"] == {"name": "Quán Tình"}


def test_the_form_says_when_the_answers_are_no_json(client):
    answer = client.post("/send", data={"DuLieu": "{", "ChuHoSo": "Nông Văn A"})
    assert answer.status_code == 400
    assert "Nông Văn A" in answer.get_data(as_text=True)
    assert client.post("/send", data={"DuLieu": "{}"}).status_code == 303
