"""The inbox is the truth; mail is a hint that may fail without harm."""

from __future__ import annotations

import smtplib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua.foundation import clock, crypto
from motcua.notices import actions, jobs, mail, queries, rules
from motcua.notices.models import Delivery, Notice
from motcua.people.models import Person
from tests.world import at_once

NOW = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)


@dataclass
class Someone:
    person_id: int | None


def person(id_number="020199900001"):
    return Person.objects.create(
        id_number=id_number, id_index=crypto.blind_index("person", id_number),
        full_name="Nông An", folded_name="nong an", updated_at=NOW,
    )  # fmt: skip


@pytest.fixture
def an(db):
    return person()


def send(who, key="k", email=None, **more):
    fields = {"title": "Đã tiếp nhận", "body": "Hẹn trả 20/11", "now": NOW, **more}
    return actions.send(key=key, person_id=who.pk, email=email, **fields)


class Server:
    """A mail server in place of SMTP, which answers as told."""

    def __init__(self, monkeypatch):
        self.messages, self.error = [], None
        monkeypatch.setattr(mail.outgoing, "connect", lambda *args: self)

    def sendmail(self, sender, recipients, content):
        if self.error is not None:
            raise self.error
        self.messages.append(message_from_bytes(content, policy=policy.default))

    def quit(self):
        pass


@pytest.fixture
def server(monkeypatch):
    return Server(monkeypatch)


def test_a_notice_is_in_the_inbox_once_however_often_it_is_sent(an):
    first, again = send(an, email="an@example.com"), send(an, email="an@example.com", title="Khác")
    assert (again.pk, again.title) == (first.pk, "Đã tiếp nhận")
    assert queries.unread(Someone(an.pk)) == 1
    assert Delivery.objects.count() == 1


def test_only_its_owner_sees_or_reads_a_notice(an):
    notice = send(an)
    other = Someone(person("020199900002").pk)
    assert queries.inbox(other) == []
    assert queries.notice(other, notice.pk) is None
    assert actions.mark_read(other, notice.pk, NOW) is False
    assert queries.inbox(Someone(None)) == []
    assert queries.unread(Someone(an.pk)) == 1


def test_reading_counts_once_and_keeps_the_first_time(an):
    notice = send(an)
    assert actions.mark_read(Someone(an.pk), notice.pk, NOW)
    assert actions.mark_read(Someone(an.pk), notice.pk, NOW + timedelta(hours=1))
    notice.refresh_from_db()
    assert notice.read_at == NOW
    send(an, key="k2")
    assert actions.mark_all_read(Someone(an.pk), NOW) == 1
    assert queries.unread(Someone(an.pk)) == 0


def test_the_inbox_pages_from_the_newest(an):
    for i in range(5):
        send(an, key=str(i), title=f"Thông báo {i}")
    first = queries.inbox(Someone(an.pk), limit=3)
    assert [row.title[-1] for row in first] == ["4", "3", "2"]
    rest = queries.inbox(Someone(an.pk), after=first[-1].id)
    assert [row.title[-1] for row in rest] == ["1", "0"]


def test_a_mail_goes_out_with_the_text_and_a_link(an, server):
    with clock.frozen(NOW):
        send(an, email="an@example.com", link="/ho-so/H37.105-261120-0001/")
        assert jobs.deliver() == 1
        assert jobs.deliver() == 0
    message = server.messages[0]
    assert message["Subject"] == "Đã tiếp nhận"
    assert "/ho-so/H37.105-261120-0001/" in message.get_content()
    assert queries.inbox(Someone(an.pk))[0].mail == "Đã gửi"


def test_a_mail_server_that_is_down_harms_no_notice_and_is_tried_again(an, server):
    server.error = ConnectionRefusedError("down")
    with clock.frozen(NOW):
        send(an, email="an@example.com")
        assert jobs.deliver() == 0
        assert queries.unread(Someone(an.pk)) == 1
    server.error = None
    with clock.frozen(NOW + timedelta(seconds=30)):
        assert jobs.deliver() == 0
    with clock.frozen(NOW + timedelta(minutes=2)):
        assert jobs.deliver() == 1
    assert Delivery.objects.get().attempts == 1


def test_an_address_the_server_refuses_for_good_is_not_tried_again(an, server):
    server.error = smtplib.SMTPRecipientsRefused({"an@example.com": (550, b"unknown")})
    with clock.frozen(NOW):
        send(an, email="an@example.com")
        jobs.deliver()
    delivery = Delivery.objects.get()
    assert delivery.state == "failed"
    assert "550" in delivery.last_error
    assert queries.mail_states() == {"failed": 1}


@pytest.mark.parametrize("address", ["không phải thư", "a@b\r\nBcc: c@d", "@", "a@"])
def test_an_address_that_is_none_fails_alone(an, server, address):
    with clock.frozen(NOW):
        send(an, key="bad", email=address)
        send(an, key="good", email="an@example.com")
        assert jobs.deliver() == 1
    assert sorted(Delivery.objects.values_list("state", flat=True)) == ["failed", "sent"]


def test_a_title_cannot_smuggle_in_another_header(an):
    notice = send(an, title="Chào\r\nBcc: ai@example.com")
    content = mail.compose(notice, "an@example.com").as_bytes()
    assert message_from_bytes(content)["Bcc"] is None


@given(st.integers(1, 20))
def test_waits_grow_and_end(failures):
    again = rules.next_try(failures, NOW)
    if failures >= rules.TRIES:
        assert again is None
    else:
        assert timedelta(minutes=1) <= again - NOW <= timedelta(hours=4)


@pytest.mark.django_db(transaction=True)
def test_two_workers_send_each_mail_once(server):
    who = person()
    with clock.frozen(NOW):
        for i in range(20):
            send(who, key=str(i), email="an@example.com")
        at_once(jobs.deliver, jobs.deliver)
    assert len(server.messages) == 20
    assert len({m["Message-ID"] for m in server.messages}) == 20


@pytest.mark.django_db(transaction=True)
def test_the_same_notice_sent_at_once_arrives_once():
    who = person()
    at_once(*[lambda: send(who, email="an@example.com")] * 4)
    assert (Notice.objects.count(), Delivery.objects.count()) == (1, 1)
