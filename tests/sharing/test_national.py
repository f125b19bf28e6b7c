"""What the National Portal is told of a dossier is what it takes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from motcua.sharing import national
from sandbox.national import checks

START = datetime(2026, 11, 20, 3, 5, 7, tzinfo=UTC)
MOMENTS = st.integers(0, 10**7).map(lambda s: START + timedelta(seconds=s))
WORDS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=60)


@st.composite
def dossiers(draw, status=None):
    status = status or draw(st.integers(1, 10))
    taken_in = status in (2, 4, 5, 6, 9, 10)
    return national.NationalDossier(
        number="H37.105-261120-0001",
        procedure_code="1.001612",
        procedure_name=draw(WORDS),
        sector_code=draw(st.sampled_from(["", "G06-KH01"])),
        sector_name=draw(st.sampled_from(["", "Hộ kinh doanh"])),
        channel=draw(st.integers(1, 3)),
        owner_name=draw(WORDS),
        owner_id_number=draw(st.sampled_from(["020199900001", "081234567", ""])),
        subject_kind=draw(st.integers(1, 4)),
        abstract=draw(WORDS) * 40,
        submitted_at=START,
        received_at=draw(MOMENTS) if taken_in else None,
        due_at=draw(st.none() | MOMENTS),
        status=status,
        finished_at=draw(MOMENTS) if status in (3, 8, 9, 10) else None,
        returned_at=draw(MOMENTS) if status == 10 else None,
        unit=draw(WORDS),
        note=draw(WORDS),
        handler=draw(st.sampled_from(["", "Nông Văn A"])),
        handler_title=draw(st.sampled_from(["", "Chuyên viên"])),
        fee_name="Lệ phí",
        fee_amount=draw(st.integers(0, 10**6)),
        fee_paid=draw(st.booleans()),
        result_number=draw(st.sampled_from(["", "15/GCN"])),
        result_name="Giấy chứng nhận",
        verified_account=draw(st.booleans()),
        origin_number=draw(st.sampled_from(["", "G01-261120-00000001"])),
    )


@given(dossiers())
def test_the_portal_takes_every_state_of_every_dossier(dossier):
    assert checks.problems(national.payload(dossier)) == []


@given(dossiers(status=9))
def test_moments_are_vietnam_time_to_the_second(dossier):
    told = national.payload(dossier)
    assert told["HoSo"]["NgayNopHoSo"] == "20261120100507"
    assert told["TienTrinh"]["ThoiDiemXuLy"] >= told["HoSo"]["NgayNopHoSo"]


@given(dossiers())
def test_fees_and_results_travel_with_the_state(dossier):
    told = national.payload(dossier)["HoSo"]
    assert bool(told.get("DanhSachLePhi")) == bool(dossier.fee_amount)
    assert (told["DuocThanhToanTrucTuyen"] == "2") == dossier.fee_paid
    assert bool(told.get("DanhSachGiayToKetQua")) == bool(dossier.result_number)
    assert len(told["TrichYeuHoSo"]) <= 1000


@given(dossiers(), st.data())
def test_a_message_without_a_required_name_is_refused_by_that_name(dossier, data):
    told = national.payload(dossier)
    name = data.draw(st.sampled_from(checks.REQUIRED))
    del told["HoSo"][name]
    assert any(name in problem for problem in checks.problems(told))


@given(dossiers(), st.sampled_from(["2026-11-20", "20261120", "20261320000000", "", 5, None]))
def test_a_date_in_another_form_is_refused(dossier, wrong):
    told = national.payload(dossier)
    told["HoSo"]["NgayNopHoSo"] = wrong
    assert any("NgayNopHoSo" in problem for problem in checks.problems(told))
