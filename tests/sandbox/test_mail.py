"""A mail that was sent can be read, whoever it was for."""

from __future__ import annotations

import smtplib
import socket
from email.message import EmailMessage

import pytest

from sandbox.mail.app import make_app
from sandbox.mail.smtp import start
from sandbox.mail.store import Store


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path / "mail.sqlite")


@pytest.fixture
def client(store):
    return make_app(store).test_client()


@pytest.fixture
def port(store):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        number = free.getsockname()[1]
    controller = start(store, number)
    yield number
    controller.stop()


def post(port, to="an@example.com", text="Hẹn trả kết quả\nXem http://127.0.0.1/ho-so/1/"):
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "a@example.com", to, "Đã tiếp nhận hồ sơ"
    message.set_content(text)
    with smtplib.SMTP("127.0.0.1", port, timeout=5) as server:
        server.send_message(message)


def test_a_mail_is_listed_and_read_with_its_vietnamese_letters(client, port):
    post(port)
    post(port, to="binh@example.com")
    assert "Đã tiếp nhận hồ sơ" in client.get("/").get_data(as_text=True)
    found = client.get("/api/messages?to=AN@example.com").json["messages"]
    assert [m["recipient"] for m in found] == ["an@example.com"]
    shown = client.get(f"/messages/{found[0]['id']}").get_data(as_text=True)
    assert "Hẹn trả kết quả" in shown
    assert 'href="http://127.0.0.1/ho-so/1/"' in shown


def test_a_mail_cannot_put_scripts_on_the_page(client, store):
    store.keep("x", ["an@example.com"], b"Subject: <script>1</script>\r\n\r\n<script>2</script>")
    assert "<script" not in client.get("/").get_data(as_text=True)
    assert "<script" not in client.get("/messages/1").get_data(as_text=True)


def test_failures_can_be_tried_out(port):
    for domain, code in (("refused", 550), ("later", 451)):
        with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
            post(port, to=f"an@{domain}.example.com")
        assert [c for c, _ in refused.value.recipients.values()] == [code]


def test_odd_mails_are_kept_all_the_same(store, client):
    for content in (b"", b"\xff\xfe", b"Content-Type: multipart/mixed; boundary=x\r\n\r\n--x"):
        store.keep("x", ["an@example.com"], content)
    assert len(client.get("/api/messages").json["messages"]) == 3
    assert client.get("/messages/3").status_code == 200
    assert client.get("/messages/9").status_code == 404


def test_the_mailbox_does_not_grow_for_ever(store, monkeypatch):
    monkeypatch.setattr("sandbox.mail.store.KEPT", 100)
    for i in range(250):
        store.keep("x", [f"{i}@example.com"], b"Subject: x\r\n\r\n")
    kept = store.mails(limit=1_000)
    assert len(kept) == 150
    assert kept[0].recipient == "249@example.com"
