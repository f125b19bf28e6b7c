"""The demonstration's authority: made once, its lists never run out, its keys for it alone."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from django.conf import settings

from motcua.documents import ca, jobs

WHO = ("H37.105", "Ủy ban nhân dân xã Điềm He", "Nguyễn Thị Phượng", "Phó Chủ tịch")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, surroundings: None) -> Path:
    monkeypatch.setattr(settings, "ENV", replace(settings.ENV, home=tmp_path))
    return tmp_path


def crl(name: str) -> x509.CertificateRevocationList:
    return x509.load_der_x509_crl((ca.folder() / f"{name}.crl").read_bytes())


def test_a_signers_chain_leads_to_the_root_and_may_only_sign(home):
    key = ca.signing_key(*WHO)
    key.certificate.verify_directly_issued_by(key.intermediate)
    key.intermediate.verify_directly_issued_by(key.root)
    usage = key.certificate.extensions.get_extension_for_class(x509.KeyUsage)
    assert usage.critical
    assert usage.value.content_commitment
    assert not usage.value.key_cert_sign
    names = {a.rfc4514_attribute_name: a.value for a in key.certificate.subject}
    assert WHO[2] in names.values()
    assert WHO[1] in names.values()


def test_trust_holds_self_signed_roots_alone(home):
    ca.ensure()
    trust = x509.load_pem_x509_certificates((ca.folder() / "trust.pem").read_bytes())
    assert [one.issuer == one.subject for one in trust] == [True]
    other = x509.load_pem_x509_certificate((ca.folder() / "root.pem").read_bytes())
    (ca.folder() / "timestamp-roots.pem").write_bytes((ca.folder() / "root.pem").read_bytes())
    ca.ensure()
    trust = x509.load_pem_x509_certificates((ca.folder() / "trust.pem").read_bytes())
    assert trust == [other, other]


def test_private_keys_are_for_their_owner_alone(home):
    ca.signing_key(*WHO)
    keys = list(ca.folder().rglob("*.key"))
    assert len(keys) == 3
    for path in keys:
        assert os.stat(path).st_mode & 0o077 == 0
    assert os.stat(ca.folder()).st_mode & 0o077 == 0


def test_two_signers_never_share_a_key_however_alike_their_names(home):
    people = [
        ("H37.105", "Xã A", "Lý Văn/Tài", "Chủ tịch"),
        ("H37.105", "Xã A", "Lý Văn Tài", "Chủ tịch"),
        ("H37.105", "Xã A", "Lý Văn Tài", "Phó Chủ tịch"),
        ("H37.105", "Xã B", "Lý Văn Tài", "Chủ tịch"),
        ("H37/105", "Xã A", "Lý Văn Tài", "Chủ tịch"),
        ("H37.105", "Xã " + "A" * 300, "Lý " * 100, "Chủ tịch " * 40),
    ]
    serials = {ca.signing_key(*who).certificate.serial_number for who in people}
    assert len(serials) == len(people)
    assert ca.signing_key(*people[0]) is ca.signing_key(*people[0])


def test_lists_are_renewed_long_before_they_end(home, monkeypatch):
    ca.ensure()
    first = crl("intermediate")
    assert first.next_update_utc - datetime.now(UTC) > timedelta(days=80)
    ca.ensure()
    assert crl("intermediate") == first
    monkeypatch.setattr(ca, "CRL_RENEW_UNDER", 91)
    ca.ensure()
    renewed = crl("intermediate")
    assert renewed.next_update_utc >= first.next_update_utc
    assert renewed.signature != first.signature


def test_lists_are_renewed_where_nothing_is_ever_signed(home, monkeypatch):
    jobs.renew_revocation_lists()
    assert not ca.exists()  # and no authority is made for that alone
    ca.ensure()
    first = crl("intermediate")
    monkeypatch.setattr(ca, "CRL_RENEW_UNDER", 91)
    jobs.renew_revocation_lists()
    assert crl("intermediate").signature != first.signature


def test_a_revoked_signer_stays_on_the_list(home, monkeypatch):
    key = ca.signing_key(*WHO)
    since = datetime.now(UTC).replace(microsecond=0)
    ca.revoke(key.certificate, since)
    for _ in range(2):
        entry = crl("intermediate").get_revoked_certificate_by_serial_number(
            key.certificate.serial_number
        )
        assert entry is not None
        assert entry.revocation_date_utc == since
        monkeypatch.setattr(ca, "CRL_RENEW_UNDER", 91)
        ca.ensure()
    assert ca.signing_key(*WHO).certificate.serial_number != key.certificate.serial_number


def test_a_certificate_about_to_end_is_made_anew(home, monkeypatch):
    monkeypatch.setattr(ca, "SIGNER_DAYS", 20)
    old = ca.signing_key(*WHO)
    monkeypatch.setattr(ca, "SIGNER_DAYS", 730)
    assert ca.signing_key(*WHO).certificate.serial_number != old.certificate.serial_number


def test_two_processes_that_start_at_once_make_one_authority(home):
    program = (
        "import django; django.setup()\n"
        "from motcua.documents import ca\n"
        f"key = ca.signing_key(*{WHO!r})\n"
        "print(key.root.serial_number, key.certificate.serial_number)\n"
    )
    environment = os.environ | {
        "MOTCUA_HOME": str(home),
        "DJANGO_SETTINGS_MODULE": "motcua.runtime.settings",
    }
    started = [
        subprocess.Popen(
            [sys.executable, "-c", program], stdout=subprocess.PIPE, env=environment, text=True
        )
        for _ in range(3)
    ]
    answers = {process.communicate(timeout=60)[0] for process in started}
    assert len(answers) == 1
    assert answers != {""}
