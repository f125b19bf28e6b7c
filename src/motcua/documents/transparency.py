"""The days of the ledger, signed and timestamped, for anybody to check.

`publish` closes the days that have ended and signs each statement with the installation's seal;
the timestamp covers the signature, so it proves when the root was signed. A day whose timestamp
could not be had is signed at the next call: nothing half-made is kept. `proof` is what
`docs/verify_ledger.py` judges without any of this code.
"""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import structlog
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from motcua.documents import ca, timetokens
from motcua.documents.timestamps import TimestampUnavailable
from motcua.documents.timetokens import BadToken
from motcua.foundation import clock, ledger_days
from motcua.foundation.ledger_terms import Break
from motcua.foundation.models import LedgerDay, LedgerDaySignature

log = structlog.get_logger()

FORM = "motcua-ledger-proof/1"
_SEAL = ("so-cai", "Một Cửa", "Sổ cái Một Cửa", "Con dấu sổ cái")
"""Agency, its name, signer and title of the certificate that signs the days."""


@dataclass(frozen=True, slots=True)
class Signed:
    """A signature of a statement (ECDSA with SHA-256, DER), the certificates (PEM, signer first,
    root last) and the timestamp token of the signature (empty when none could be had)."""

    signature: bytes
    certificates: str
    timestamp: bytes


def publish(now: datetime) -> int:
    """Close what has ended, sign what is closed and unsigned, the oldest first; how many days were
    signed. Raises `TimestampUnavailable`; days before the failing one are kept."""
    ledger_days.close_days(now)
    done = 0
    for day in LedgerDay.objects.filter(signed__isnull=True).order_by("day"):
        made = _sign(day.statement)
        try:
            with transaction.atomic():
                LedgerDaySignature.objects.create(
                    day=day,
                    signature=made.signature,
                    certificates=made.certificates,
                    timestamp=made.timestamp,
                    signed_at=now,
                )
        except IntegrityError:
            continue  # another process was quicker
        done += 1
        log.info("ledger_day_signed", day=day.day.isoformat(), entries=day.last - day.first + 1)
    return done


def first_break() -> Break | None:
    """The first signed day whose signature or timestamp does not hold."""
    if not LedgerDaySignature.objects.exists():
        return None
    roots = x509.load_pem_x509_certificates(trust())
    for signed in LedgerDaySignature.objects.select_related("day").order_by("day").iterator(100):
        day = signed.day
        if problem := _problem(day.statement, signed, roots):
            return Break(day.first, None, problem, day.day.isoformat())
    return None


def proof(position: int, now: datetime, *, with_body: bool) -> dict[str, Any]:
    """What proves that the entry at `position` is in the ledger, as JSON values. With `with_body`
    the entry itself is in it, else only its digest. Raises `ledger_days.NotSealed`.

    For a day that still runs, the statement is signed for the asker, timestamped if the authority
    answers, and kept nowhere.
    """
    found = ledger_days.prove(position, now)
    if found.closed is None:
        signed = _sign(found.statement, must_be_timestamped=False)
    else:
        kept = LedgerDaySignature.objects.filter(day=found.closed).first()
        signed = (
            Signed(bytes(kept.signature), kept.certificates, bytes(kept.timestamp))
            if kept
            else _sign(found.statement, must_be_timestamped=False)
        )
    entry = {"body": found.body} if with_body else {}
    return {
        "form": FORM,
        "number": position,
        "digest": found.digest.hex(),
        **entry,
        "path": [one.hex() for one in found.path],
        **_as_json(found.statement, signed),
    }


def published() -> QuerySet[LedgerDaySignature]:
    """The signed days, the newest first. They are for everybody."""
    return LedgerDaySignature.objects.select_related("day").order_by("-day")


def published_proof(position: int) -> dict[str, Any] | None:
    """The proof for everybody: without the entry's content, and only from a signed day, so that
    nobody makes the installation sign by asking. None where there is none."""
    covering = {"day__first__lte": position, "day__last__gte": position}
    if not LedgerDaySignature.objects.filter(**covering).exists():
        return None
    return proof(position, clock.now(), with_body=False)


def day_as_json(signed: LedgerDaySignature) -> dict[str, Any]:
    """A published day, as it is downloaded."""
    made = Signed(bytes(signed.signature), signed.certificates, bytes(signed.timestamp))
    fields = ledger_days.read(signed.day.statement)
    return {"form": ledger_days.FORM, **fields, **_as_json(signed.day.statement, made)}


def trust() -> bytes:
    """The roots (PEM) that signatures and timestamps lead to."""
    ca.ensure()
    return (ca.folder() / "trust.pem").read_bytes()


def stamped_at(signed: LedgerDaySignature) -> datetime | None:
    """What the timestamp says, without judging it."""
    try:
        return timetokens.moment(bytes(signed.timestamp))
    except BadToken:
        return None


def _as_json(statement: str, signed: Signed) -> dict[str, Any]:
    return {
        "statement": statement,
        "signature": b64encode(signed.signature).decode(),
        "certificates": signed.certificates,
        "timestamp": b64encode(signed.timestamp).decode() if signed.timestamp else None,
    }


def _sign(statement: str, *, must_be_timestamped: bool = True) -> Signed:
    key = ca.signing_key(*_SEAL)
    signature = key.key.sign(statement.encode(), ec.ECDSA(hashes.SHA256()))
    try:
        token = timetokens.ask(settings.ENV.tsa_url, signature)
        ca.ensure()  # the sandbox's authority may have made its root just now
    except TimestampUnavailable:
        if must_be_timestamped:
            raise
        token = b""
    chain = (key.certificate, key.intermediate, key.root)
    pem = b"".join(one.public_bytes(serialization.Encoding.PEM) for one in chain)
    return Signed(signature, pem.decode(), token)


def _problem(
    statement: str, signed: LedgerDaySignature, roots: list[x509.Certificate]
) -> str | None:
    signature = bytes(signed.signature)
    try:
        at = timetokens.check(bytes(signed.timestamp), signature, roots)
        certificates = x509.load_pem_x509_certificates(signed.certificates.encode())
    except BadToken as error:
        return str(error)
    except ValueError:
        return "certificates of the day altered"
    key = certificates[0].public_key()
    if not isinstance(key, ec.EllipticCurvePublicKey):
        return "certificates of the day altered"
    try:
        key.verify(signature, statement.encode(), ec.ECDSA(hashes.SHA256()))
    except InvalidSignature:
        return "signature of the day differs from its statement"
    if not timetokens.trusted(certificates[0], certificates[1:], roots, at):
        return "day signed by somebody unknown"
    return None
