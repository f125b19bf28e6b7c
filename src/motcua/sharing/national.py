"""What the National Portal is told of a dossier: plain values in, its message out.

Names, codes and date formats are those of the portal's own interface (state of a dossier, progress,
fees, results), in which `TrangThaiHoSo` is one of the ten national states. Pure functions.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from motcua.foundation import clock

LONGEST_ABSTRACT = 1000
NOT_ONLINE, OWN_GATEWAY = 3, 2  # DuocThanhToanTrucTuyen; 1 is the portal's own gateway
CITIZEN_CARD, OLD_CARD = 1, 2  # LoaiDinhDanh: 12 digits, 9 digits


@dataclass(frozen=True, slots=True)
class NationalDossier:
    """A dossier at one turn. Codes: `channel` 1 counter, 2 online, 3 post; `subject_kind` 1
    citizen, 2 enterprise, 3 state body, 4 other; `status` 1 to 10. Moments are aware; `happened_at`
    is the turn itself, by default the latest moment known. Fees are whole đồng; `result_number`
    is empty until there is a result, `result_url` is where it can be fetched."""

    number: str
    procedure_code: str
    procedure_name: str
    sector_code: str
    sector_name: str
    channel: int
    owner_name: str
    owner_id_number: str
    subject_kind: int
    abstract: str
    submitted_at: datetime
    received_at: datetime | None
    due_at: datetime | None
    status: int
    finished_at: datetime | None
    returned_at: datetime | None
    unit: str
    note: str
    handler: str
    handler_title: str
    fee_name: str = ""
    fee_amount: int = 0
    fee_paid: bool = False
    result_number: str = ""
    result_name: str = ""
    verified_account: bool = False
    origin_number: str = ""
    email: str = ""
    phone: str = ""
    happened_at: datetime | None = None
    result_url: str = ""


def moment(at: datetime | None) -> str:
    """`yyyyMMddHHmmss` in Vietnam time; empty for None."""
    return clock.local(at).strftime("%Y%m%d%H%M%S") if at else ""


def payload(dossier: NationalDossier) -> dict[str, Any]:
    """The message: `HoSo` the state of the dossier, `TienTrinh` the step that led to it. A field
    without a value is left out. `MaHoSoCong` is the portal's own number of a dossier it sent."""
    return {"HoSo": _state(dossier), "TienTrinh": _progress(dossier)}


def _state(dossier: NationalDossier) -> dict[str, Any]:
    card = OLD_CARD if len(dossier.owner_id_number) == 9 else CITIZEN_CARD
    identity = {"LoaiDinhDanh": card, "SoDinhDanh": dossier.owner_id_number}
    values: dict[str, Any] = {
        "MaHoSo": dossier.number,
        "MaHoSoCong": dossier.origin_number,
        "MaTTHC": dossier.procedure_code,
        "TenTTHC": dossier.procedure_name,
        "MaLinhVuc": dossier.sector_code,
        "TenLinhVuc": dossier.sector_name,
        "KenhThucHien": str(dossier.channel),
        "ChuHoSo": dossier.owner_name,
        "LoaiDoiTuong": str(dossier.subject_kind),
        "MaDoiTuong": dossier.owner_id_number,
        "DinhDanhCHS": [identity] if dossier.owner_id_number else [],
        "Email": dossier.email,
        "SoDienThoai": dossier.phone,
        "TrichYeuHoSo": dossier.abstract[:LONGEST_ABSTRACT],
        "NgayNopHoSo": moment(dossier.submitted_at),
        "NgayTiepNhan": moment(dossier.received_at),
        "NgayHenTra": moment(dossier.due_at),
        "TrangThaiHoSo": str(dossier.status),
        "NgayTuChoi": moment(dossier.finished_at) if dossier.status == 3 else "",
        "NgayKetThucXuLy": moment(dossier.finished_at),
        "NgayTra": moment(dossier.returned_at),
        "DonViXuLy": dossier.unit,
        "NoiNopHoSo": "1" if dossier.origin_number else "2",
        "GhiChu": dossier.note,
        "TaiKhoanDuocXacThucVoiVNeID": "1" if dossier.verified_account else "0",
        "DuocThanhToanTrucTuyen": str(OWN_GATEWAY if dossier.fee_paid else NOT_ONLINE),
        "DanhSachLePhi": _fees(dossier),
        "DanhSachGiayToKetQua": _results(dossier),
    }
    return {name: value for name, value in values.items() if value not in ("", [])}


def _fees(dossier: NationalDossier) -> list[dict[str, Any]]:
    if not dossier.fee_amount:
        return []
    return [
        {
            "TenPhiLePhi": dossier.fee_name,
            "MaPhiLePhi": dossier.procedure_code,
            "HinhThucThu": "1",
            "Gia": str(dossier.fee_amount),
            "LoaiPhiLePhi": "2",
        }
    ]


def _results(dossier: NationalDossier) -> list[dict[str, Any]]:
    if not dossier.result_number:
        return []
    return [
        {
            "TenGiayTo": dossier.result_name,
            "GiayToId": dossier.result_number,
            "MaGiayToKetQua": dossier.result_number,
            "DuongDanTepTinKetQua": dossier.result_url,
        }
    ]


def _progress(dossier: NationalDossier) -> dict[str, Any]:
    known = (dossier.submitted_at, dossier.received_at, dossier.finished_at, dossier.returned_at)
    at = dossier.happened_at or max(m for m in known if m is not None)
    values = {
        "MaHoSo": dossier.number,
        "NguoiXuLy": dossier.handler or "Hệ thống",
        "ChucDanh": dossier.handler_title,
        "ThoiDiemXuLy": moment(at),
        "PhongBanXuLy": dossier.unit,
        "NoiDungXuLy": dossier.note,
        "TrangThai": str(dossier.status),
        "NgayBatDau": moment(dossier.received_at),
        "NgayKetThucTheoQuyDinh": moment(dossier.due_at),
    }
    return {name: value for name, value in values.items() if value}
