"""Nothing of a person comes out where it should not: values nobody could mistake are brought in
through the doors, everything that can fail is made to fail, and every output is searched."""

from __future__ import annotations

import logging
from datetime import timedelta

import pytest
import structlog
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from motcua.agencies import queries as agencies
from motcua.dossiers.actions import applicant, intake
from motcua.foundation import events, idempotency
from motcua.foundation.models import HandlerRun
from motcua.payments import actions as payments
from motcua.people import actions as people
from motcua.people.models import Account

from ..dossiers import people as p
from ..second_factor import fresh
from ..world import NOW, settle

pytestmark = [pytest.mark.usefixtures("world"), pytest.mark.django_db]

ID_NUMBER = "020301987654"
PHONE = "0987650431"
MAIL = "hoang-yen-canary@vi-du.vn"
ADDRESS = "Ngõ Chim Hoàng Yến 4711"
ANSWER = "Bệnh án Hoàng Yến 0815"
PAYER = "Chim Vàng Trả Tiền"
CANARIES = (ID_NUMBER, PHONE, MAIL, ADDRESS, ANSWER, PAYER)
NAME = "Hoàng Yến Báo Tin"
NAMES_IN_CLEAR = {"dossiers_dossier", "dossiers_timelineentry", "people_person", "people_account"}
"""They are searched, or say who did something."""


def signed_in(viewer) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(Account.objects.get(pk=viewer.account_id))
    session = client.session
    session["eid"] = {"assurance": 2}
    session.save()
    fresh(client)
    return client


def found_in(text: str) -> list[str]:
    return [canary for canary in CANARIES if canary in text]


def dump() -> dict[str, str]:
    """Every table as a dump in text would hold it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
        )
        tables = [row[0] for row in cursor.fetchall()]
        copied = {}
        for table in tables:
            with cursor.copy(f"COPY {table} TO STDOUT") as rows:
                copied[table] = b"".join(bytes(row) for row in rows).decode()
    return copied


def planted():
    """A dossier full of canaries, filed, asked back, answered and worked on at the desk."""
    person = people.upsert_person(
        ID_NUMBER, NAME, sex="female", residence=ADDRESS, phone=PHONE, email=MAIL, now=NOW
    )
    owner = p.queries.viewer_of(people.expect_account(person), 2, NOW)
    draft = p.drafted(
        owner,
        "1.004873",
        {
            **p.a.marital_status(),
            "applicant_id": ID_NUMBER,
            "applicant_full_name": NAME,
            "applicant_address": {**p.a.PLACE, "detail": ADDRESS},
            "applicant_phone": PHONE,
        },
    )
    dossier = p.drafting.submit(owner, draft.pk, NOW)
    settle()
    clerk = p.officer("receptionist")
    intake.ask_supplement(
        clerk, dossier.pk, p.seen(dossier), [{"key": "x", "text": ANSWER}], ADDRESS, NOW
    )
    applicant.answer_supplement(owner, dossier.number, f"{ANSWER} {PHONE}", [], {}, NOW)
    settle()
    planted_reasons(owner, clerk)
    planted_money()
    planted_answer()
    return owner, dossier, clerk


def planted_reasons(owner, clerk) -> None:
    """Two more dossiers: one is refused, one withdrawn, each with a reason about the person."""
    for end in (
        lambda other: intake.refuse(clerk, other.pk, p.seen(other), ANSWER, ADDRESS, NOW),
        lambda other: applicant.withdraw(owner, other.number, f"{ANSWER} {PHONE}", NOW),
    ):
        draft = p.drafted(owner, "1.004873", p.a.marital_status())
        other = p.drafting.submit(owner, draft.pk, NOW)
        settle()
        end(other)
        settle()


def planted_money() -> None:
    """A charge with its payer, and what a bank sends of one."""
    payments.charge(
        subject=4711,
        agency=agencies.agency("H37.105"),
        payer_name=f"{NAME} {PAYER}",
        description="H37.105-261122-4711",
        items=[{"name": "Lệ phí", "kind": "fee", "amount": 50_000}],
        due_at=NOW + timedelta(days=1),
        now=NOW,
    )
    payments.receive_callback({"content": f"{PAYER} {PHONE}", "account": ID_NUMBER}, NOW)


def planted_answer() -> None:
    """What a program was answered, which a repetition is answered too."""
    with transaction.atomic():
        assert idempotency.once("canary", "canary-0001", b"x" * 32) is None
        idempotency.remember("canary", "canary-0001", 201, {"name": PAYER, "phone": PHONE})
    with transaction.atomic():
        earlier = idempotency.once("canary", "canary-0001", b"x" * 32)
    assert earlier == idempotency.Answer(201, {"name": PAYER, "phone": PHONE})


def test_no_canary_gets_out(capfd, caplog, monkeypatch):
    caplog.set_level(logging.DEBUG)
    owner, dossier, clerk = planted()
    at_desk, at_home = signed_in(clerk), signed_in(owner)
    outputs: dict[str, str] = {}

    def said(name: str, answer) -> None:
        outputs[name] = (b"".join(answer) if answer.streaming else answer.content).decode(
            errors="replace"
        ) + str(answer.headers)

    # What others may open.
    page = at_desk.get(reverse("desk:dossier", args=[dossier.number])).content.decode()
    assert ID_NUMBER not in page, "the desk's page masks what the form asked"
    said("find", at_desk.get(reverse("desk:find"), {"q": NAME}))
    said("inbox", at_desk.get(reverse("desk:inbox")))
    said("lookup", Client().get(reverse("portal:lookup"), {"so": dossier.number}))

    # What is refused: the words typed wait in the session.
    refused = {"number": dossier.number, "seen": "-1", "reason": ANSWER, "note": PHONE}
    at_desk.post(reverse("desk:refuse", args=[dossier.pk]), refused)
    at_desk.post(reverse("desk:accept", args=[dossier.pk]), refused)

    # A view that fails with the value in its hands.
    def broken(*_: object, **__: object) -> None:
        held = ANSWER + ID_NUMBER + PHONE
        raise RuntimeError(len(held))

    with monkeypatch.context() as failing:
        failing.setattr("motcua.dossiers.queries.desk.find", broken)
        said("failed page", at_desk.get(reverse("desk:find"), {"q": ANSWER}))
        failing.setattr("motcua.dossiers.queries.citizen.dossier", broken)
        said("failed page at home", at_home.get(reverse("portal:dossier", args=[dossier.number])))

    # A handler and a job that fail, naming the value in the error.
    def fails(*_: object, **__: object) -> None:
        raise ValueError(f"{ANSWER} {ID_NUMBER}")

    log = structlog.get_logger()
    with monkeypatch.context() as failing:
        failing.setattr(events, "_decoded", fails)
        at_desk.post(reverse("desk:compare", args=[dossier.pk]), refused)
        intake.accept(clerk, dossier.pk, p.seen(dossier), NOW, note=ANSWER)
        events.relay_all()
    assert HandlerRun.objects.filter(state=events.FAILED).exists()
    log.error("job_failed", error=f"{ID_NUMBER} {PHONE} {MAIL}", deep={"who": [PHONE]})

    # A system outside that does not answer.
    monkeypatch.setattr(
        "motcua.sharing.client._tried", lambda *_, **__: (_ for _ in ()).throw(_refusal())
    )
    typed = {"find": "1", "person_id_number": ID_NUMBER}
    at_desk.post(reverse("desk:counter-file", args=["1.004873"]), typed)

    told = capfd.readouterr()
    outputs["standard output"], outputs["standard error"] = told.out, told.err
    outputs["logging"] = caplog.text
    tables = dump()
    assert NAME in tables["dossiers_dossier"], "names are searchable, and the dump is a dump"
    assert {name for name in tables if NAME in tables[name]} <= NAMES_IN_CLEAR
    assert (
        ID_NUMBER in at_home.get(reverse("portal:dossier", args=[dossier.number])).content.decode()
    )
    outputs |= {f"table {name}": text for name, text in tables.items()}
    assert {name: found_in(text) for name, text in outputs.items() if found_in(text)} == {}


def _refusal() -> Exception:
    from motcua.sharing.errors import ServiceRefused

    return ServiceRefused("population", f"không có {ID_NUMBER}")
