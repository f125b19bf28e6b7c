"""Who may vouch for a paper, and who may not, whatever the names say."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO

import pytest
from cryptography.x509.oid import ExtendedKeyUsageOID, ObjectIdentifier
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.timestamps import HTTPTimeStamper

from motcua.documents import ca, signing
from motcua.documents.verification import Report, verify_pdf
from motcua.foundation import clock
from tests.documents import pki
from tests.documents.pki import DAY, NOW, Holder

DOCUMENT_SIGNING = ObjectIdentifier("1.3.6.1.5.5.7.3.36")


class World:
    """A root for signers and one for timestamps, and what each may be asked to do."""

    def __init__(self) -> None:
        self.root, self.time_root = pki.root("Gốc ký"), pki.root("Gốc thời gian")
        self.middle = self.root.issue("Cấp chứng thư", ca=True)
        self.signer = self.middle.issue("Lý Văn Tài", usage=pki.SIGNS)
        self.tsa = pki.tsa(self.time_root)

    @property
    def roots(self):
        return [self.root.certificate, self.time_root.certificate]

    def lists(self, revoked=(), **more) -> list[bytes]:
        return [
            self.root.revocation_list(),
            self.middle.revocation_list(revoked, **more),
            self.time_root.revocation_list(),
        ]

    def judge(self, paper: bytes, signer: Holder | None = None, **how) -> Report:
        """Sign and verify. `how` may name another `tsa`, `at`, `lists`, `chain`, `roots`, `extra`
        (lists of the verifier's own)."""
        signer = signer or self.signer
        tsa = how.get("tsa", self.tsa)
        stamps = pki.timestamper(tsa, how.get("at", NOW)) if tsa else None
        signed = pki.sign(paper, signer, stamps)
        chain = how.get("chain", [signer, self.middle, *([tsa] if tsa else [])])
        full = pki.with_material(signed, chain, how.get("lists", self.lists()))
        return verify_pdf(full, how.get("roots", self.roots), how.get("extra", ()))


@pytest.fixture(scope="module")
def world() -> World:
    return World()


def state(report: Report) -> tuple[bool, bool, bool, str]:
    (one,) = report.signatures
    return report.valid, report.intact, one.trusted, one.revocation


def test_the_plain_case_is_valid(paper, world):
    report = world.judge(paper)
    assert state(report) == (True, True, True, "good"), report.problem


def test_without_roots_nothing_is_trusted(signed):
    report = verify_pdf(signed, [])
    assert state(report) == (False, True, False, "unknown")


def test_both_roots_are_needed(signed, roots):
    for root in roots:
        report = verify_pdf(signed, [root])
        assert (report.valid, report.intact) == (False, True)


def test_an_intermediate_is_no_anchor_for_others(paper, world):
    """Only what the verifier named counts, not what the file brings along."""
    stranger = World()
    report = world.judge(
        paper,
        stranger.signer,
        chain=[stranger.signer, stranger.middle, stranger.root, world.tsa],
        lists=[*stranger.lists(), *world.lists()],
    )
    assert state(report) == (False, True, False, "unknown")


def test_a_home_made_authority_with_the_same_names_is_not_believed(paper, world):
    twin = World()
    assert twin.root.certificate.subject == world.root.certificate.subject
    signed = pki.sign(paper, twin.signer, pki.timestamper(twin.tsa))
    chain = [twin.signer, twin.middle, twin.root, twin.tsa, twin.time_root]
    full = pki.with_material(signed, chain, [*twin.lists(), *world.lists()])
    report = verify_pdf(full, world.roots)
    assert state(report) == (False, True, False, "unknown")
    assert report.signatures[0].timestamped_at is None


@pytest.mark.parametrize(
    "how",
    [
        {"usage": pki.SIGNS_BUT_DOES_NOT_COMMIT},
        {"usage": pki.SIGNS, "purposes": [ExtendedKeyUsageOID.SERVER_AUTH]},
        {"usage": pki.SIGNS, "purposes": [ExtendedKeyUsageOID.CLIENT_AUTH]},
        {"usage": pki.SIGNS, "purposes": [ExtendedKeyUsageOID.TIME_STAMPING]},
        {"usage": pki.SIGNS, "purposes": [ExtendedKeyUsageOID.CODE_SIGNING], "critical": False},
        {"ca": True},
    ],
)
def test_a_certificate_not_made_for_signing_documents_is_refused(paper, world, how):
    valid, intact, trusted, _ = state(world.judge(paper, world.middle.issue("Máy chủ", **how)))
    assert (valid, intact, trusted) == (False, True, False)


@pytest.mark.parametrize("purpose", [DOCUMENT_SIGNING, ExtendedKeyUsageOID.EMAIL_PROTECTION])
def test_a_certificate_may_say_that_it_is_for_documents(paper, world, purpose):
    signer = world.middle.issue("Lý Văn Tài", usage=pki.SIGNS, purposes=[purpose])
    assert world.judge(paper, signer).valid


def test_a_certificate_that_had_ended_when_it_signed_is_refused(paper, world):
    old = world.middle.issue("Lý Văn Tài", usage=pki.SIGNS, until=NOW - DAY)
    assert state(world.judge(paper, old))[:3] == (False, True, False)


def test_a_certificate_that_ended_since_still_vouches_for_what_it_signed(paper, world):
    """The timestamp proves that it was good then."""
    old = world.middle.issue("Lý Văn Tài", usage=pki.SIGNS, until=NOW - DAY)
    assert world.judge(paper, old, at=NOW - 2 * DAY).valid


def test_a_certificate_that_had_not_begun_is_refused(paper, world):
    young = world.middle.issue("Lý Văn Tài", usage=pki.SIGNS, since=NOW + DAY)
    assert not world.judge(paper, young).valid


# -- revocation -----------------------------------------------------------------------------------


def test_a_signer_revoked_before_signing_is_told(paper, world):
    lists = world.lists([(world.signer.certificate, NOW - DAY)])
    assert state(world.judge(paper, lists=lists)) == (False, True, False, "revoked")


def test_a_signer_revoked_after_signing_had_the_right_to_sign(paper, world):
    lists = world.lists([(world.signer.certificate, NOW - DAY)])
    assert world.judge(paper, lists=lists, at=NOW - 2 * DAY).valid


def test_an_old_list_beside_a_new_one_hides_nothing(paper, world):
    """A forger adds the list from before he was revoked; one list is enough to refuse."""
    revoked = [(world.signer.certificate, NOW - DAY)]
    old, new = world.lists(until=NOW + 300 * DAY), world.lists(revoked, since=NOW - DAY / 2)
    for lists in ([*old, *new], [*new, *old]):
        assert state(world.judge(paper, lists=lists)) == (False, True, False, "revoked")


def test_the_verifiers_own_list_counts_too(paper, world):
    revoked = world.middle.revocation_list([(world.signer.certificate, NOW - DAY)])
    report = world.judge(paper, extra=[revoked])
    assert state(report) == (False, True, False, "revoked")


def test_a_strangers_list_revokes_nobody(paper, world):
    stranger = World().middle.revocation_list([(world.signer.certificate, NOW - DAY)])
    assert world.judge(paper, extra=[stranger, b"no list at all"]).valid


def test_an_authority_that_was_revoked_vouches_for_nobody(paper, world):
    lists = [world.root.revocation_list([(world.middle.certificate, NOW - DAY)])]
    report = world.judge(paper, lists=[*lists, *world.lists()[1:]])
    assert not report.valid


@pytest.mark.parametrize("missing", [0, 1])
def test_without_a_list_nobody_knows(paper, world, missing):
    lists = world.lists()
    del lists[missing]
    assert state(world.judge(paper, lists=lists)) == (False, True, False, "unknown")


def test_a_list_that_had_ended_says_nothing(paper, world):
    lists = world.lists(since=NOW - 100 * DAY, until=NOW - 50 * DAY)
    assert state(world.judge(paper, lists=lists)) == (False, True, False, "unknown")


def test_a_list_made_after_the_signature_is_as_good(paper, world):
    lists = world.lists(since=NOW - DAY)
    assert world.judge(paper, lists=lists, at=NOW - 2 * DAY).valid


# -- timestamps -----------------------------------------------------------------------------------


def test_without_a_timestamp_nothing_proves_when(paper, world):
    report = world.judge(paper, tsa=None)
    assert state(report)[:3] == (False, True, False)
    assert report.signatures[0].timestamped_at is None


@pytest.mark.parametrize(
    "how",
    [
        {"critical": False},
        {"purposes": []},
        {"purposes": [ExtendedKeyUsageOID.CODE_SIGNING]},
        {"purposes": [ExtendedKeyUsageOID.TIME_STAMPING, ExtendedKeyUsageOID.SERVER_AUTH]},
        {"until": NOW - DAY},
    ],
)
def test_a_timestamp_by_a_certificate_not_made_for_it_proves_nothing(paper, world, how):
    report = world.judge(paper, tsa=pki.tsa(world.time_root, **how))
    assert state(report)[:3] == (False, True, False)
    assert report.signatures[0].timestamped_at is None


def test_a_timestamp_by_a_stranger_proves_nothing(paper, world):
    stranger = pki.root("Gốc thời gian")
    report = world.judge(
        paper, tsa=pki.tsa(stranger), lists=[*world.lists(), stranger.revocation_list()]
    )
    assert state(report)[:3] == (False, True, False)
    assert report.signatures[0].timestamped_at is None


def test_the_signer_cannot_be_his_own_clock(paper, world):
    """A signer's certificate that stamps its own signature, back in time."""
    assert not world.judge(paper, tsa=world.signer, at=NOW - 2 * DAY).valid


def test_a_timestamp_authority_that_was_revoked_proves_nothing(paper, world):
    lists = world.lists()[:2]
    lists.append(world.time_root.revocation_list([(world.tsa.certificate, NOW - DAY)]))
    assert not world.judge(paper, lists=lists).valid


def test_without_a_list_for_the_timestamp_it_proves_nothing(paper, world):
    report = world.judge(paper, lists=world.lists()[:2])
    assert (report.valid, report.signatures[0].timestamped_at) == (False, None)


# -- several signers ------------------------------------------------------------------------------


def second(signed: bytes, world: World, signer: Holder | None = None, **how) -> bytes:
    signer = signer or world.signer
    twice = pki.sign(signed, signer, pki.timestamper(world.tsa), field="chu_ky_2", **how)
    return pki.with_material(twice, [signer, world.middle, world.tsa], world.lists())


@pytest.mark.parametrize("writer", [pki.QuietWriter, IncrementalPdfFileWriter])
def test_a_second_signer_whom_one_trusts_leaves_the_paper_valid(signed, roots, world, writer):
    report = verify_pdf(second(signed, world, writer=writer), [*roots, *world.roots])
    assert report.valid, report.problem
    assert [one.field for one in report.signatures] == ["chu_ky_1", "chu_ky_2"]
    assert [one.signer for one in report.signatures] == ["Nguyễn Thị Phượng", "Lý Văn Tài"]


def test_two_officers_of_ours_sign_one_after_the_other(signed, roots):
    signer = signing.SignerRef("H37", "Vi Văn Hai", "Chủ tịch")
    both = signing.sign(signed, signer, "Ủy ban nhân dân tỉnh Lạng Sơn", None, clock.now())
    report = verify_pdf(both, roots)
    assert report.valid, report.problem
    assert len(report.signatures) == 2


def test_a_second_signer_whom_one_does_not_trust_spoils_it(signed, roots, world):
    report = verify_pdf(second(signed, world), roots)
    assert (report.valid, report.intact) == (False, True)
    assert [one.trusted for one in report.signatures] == [True, False]


def test_a_change_before_the_second_signature_is_noticed(signed, roots, world):
    """The second signer signed it, the first did not."""
    writer = pki.QuietWriter(BytesIO(signed))
    page = writer.find_page_for_modification(0)[0]
    page.get_object()[generic.NameObject("/Rotate")] = generic.NumberObject(90)
    writer.mark_update(page)
    out = BytesIO()
    writer.write(out)
    report = verify_pdf(second(out.getvalue(), world), [*roots, *world.roots])
    assert (report.valid, report.intact) == (False, False)
    assert all(one.trusted for one in report.signatures)


def test_the_first_signature_may_be_a_strangers_and_still_counts(paper, world, roots):
    """Every signature must be good, not only the last."""
    stranger = World()
    first = pki.sign(paper, stranger.signer, pki.timestamper(stranger.tsa))
    full = second(pki.with_material(first, [stranger.signer], stranger.lists()), world)
    assert not verify_pdf(full, world.roots).valid


# -- our own authority ----------------------------------------------------------------------------


def test_an_officer_who_was_revoked_gets_a_new_certificate_and_old_papers_stay(paper, roots):
    signer = signing.SignerRef("H37.106", "Hoàng Văn Páo", "Chủ tịch")
    before = signing.sign(paper, signer, "Ủy ban nhân dân xã Đoàn Kết", None, clock.now())
    key = ca.signing_key("H37.106", "Ủy ban nhân dân xã Đoàn Kết", "Hoàng Văn Páo", "Chủ tịch")
    ca.revoke(key.certificate, NOW + DAY)
    after = signing.sign(paper, signer, "Ủy ban nhân dân xã Đoàn Kết", None, clock.now())
    again = ca.signing_key("H37.106", "Ủy ban nhân dân xã Đoàn Kết", "Hoàng Văn Páo", "Chủ tịch")
    assert again.certificate.serial_number != key.certificate.serial_number
    for content in (before, after):
        assert verify_pdf(content, roots, ca.crls()).valid


def test_an_officers_old_key_is_of_no_use_after_he_was_revoked(paper, roots, tsa_address):
    """He kept the key and signs with the list from before."""
    key = ca.signing_key("H37.107", "Ủy ban nhân dân xã Quan Sơn", "Lành Thị Sen", "Chủ tịch")
    thief = Holder(key.certificate, key.key)
    old_lists = ca.crls()
    ca.revoke(key.certificate, NOW - DAY)
    taken = pki.sign(paper, thief, HTTPTimeStamper(tsa_address))
    full = pki.with_material(taken, [thief, Holder(key.intermediate, key.key)], old_lists)
    report = verify_pdf(full, roots, ca.crls())
    assert not report.valid
    assert report.signatures[0].revocation == "revoked"


def test_the_lists_in_a_result_are_good_for_thirty_days(signed, roots):
    from cryptography import x509
    from pyhanko.pdf_utils.reader import PdfFileReader

    store = PdfFileReader(BytesIO(signed)).root["/DSS"]
    lists = [x509.load_der_x509_crl(one.get_object().data) for one in store["/CRLs"]]
    held = [x509.load_der_x509_certificate(one.get_object().data) for one in store["/Certs"]]
    assert {one.issuer for one in lists} == {one.issuer for one in held}
    for one in lists:
        assert one.next_update_utc - NOW >= timedelta(days=30)
