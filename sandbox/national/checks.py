"""What the portal takes: names, codes and dates of a message. Pure functions."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

STATES = {
    "1": "Mới đăng ký",
    "2": "Được tiếp nhận",
    "3": "Không được tiếp nhận",
    "4": "Đang xử lý",
    "5": "Yêu cầu bổ sung giấy tờ",
    "6": "Yêu cầu thực hiện nghĩa vụ tài chính",
    "7": "Công dân yêu cầu rút hồ sơ",
    "8": "Dừng xử lý",
    "9": "Đã xử lý xong",
    "10": "Đã trả kết quả",
}
CODES = {
    "KenhThucHien": {"1", "2", "3"},
    "LoaiDoiTuong": {"1", "2", "3", "4"},
    "TrangThaiHoSo": set(STATES),
    "DuocThanhToanTrucTuyen": {"1", "2", "3"},
    "TrangThai": set(STATES),
}
REQUIRED = (
    "MaHoSo",
    "MaTTHC",
    "TenTTHC",
    "KenhThucHien",
    "ChuHoSo",
    "LoaiDoiTuong",
    "TrichYeuHoSo",
    "NgayNopHoSo",
    "TrangThaiHoSo",
    "DonViXuLy",
)
OPTIONAL = (
    "MaHoSoCong",
    "MaLinhVuc",
    "TenLinhVuc",
    "MaDoiTuong",
    "Email",
    "SoDienThoai",
    "NgayTiepNhan",
    "NgayHenTra",
    "NgayTra",
    "ThongTinTra",
    "HinhThuc",
    "NgayKetThucXuLy",
    "GhiChu",
    "TaiLieuNop",
    "DanhSachLePhi",
    "DanhSachHoSoBoSung",
    "DanhSachGiayToKetQua",
    "NoiNopHoSo",
    "HoSoCoThanhPhanSoHoa",
    "TaiKhoanDuocXacThucVoiVNeID",
    "NgayTuChoi",
    "DinhDanhCHS",
    "DSKetNoiCSDL",
    "DuocThanhToanTrucTuyen",
)
STEP_REQUIRED = ("MaHoSo", "NguoiXuLy", "ThoiDiemXuLy", "NoiDungXuLy", "TrangThai")
STEP_OPTIONAL = ("ChucDanh", "PhongBanXuLy", "NgayBatDau", "NgayKetThucTheoQuyDinh")
DATES = (
    "NgayNopHoSo",
    "NgayTiepNhan",
    "NgayHenTra",
    "NgayTra",
    "NgayKetThucXuLy",
    "NgayTuChoi",
    "ThoiDiemXuLy",
    "NgayBatDau",
    "NgayKetThucTheoQuyDinh",
)
LISTS = {
    "DanhSachLePhi": ("TenPhiLePhi", "MaPhiLePhi", "HinhThucThu", "Gia", "LoaiPhiLePhi"),
    "DanhSachGiayToKetQua": ("TenGiayTo", "GiayToId", "MaGiayToKetQua"),
    "TaiLieuNop": ("TenTepDinhKem",),
}
RECEIVED = {"2", "4", "5", "6", "9", "10"}  # states only a dossier that was taken in can have
LONGEST_ABSTRACT = 1000


def problems(payload: Any) -> list[str]:
    """Everything that is wrong with a payload, in words; empty when it can be taken."""
    if not isinstance(payload, Mapping) or not isinstance(payload.get("HoSo"), Mapping):
        return ["thiếu HoSo"]
    dossier = payload["HoSo"]
    found = _names("HoSo", dossier, REQUIRED, OPTIONAL)
    found += _values(dossier)
    if len(str(dossier.get("TrichYeuHoSo", ""))) > LONGEST_ABSTRACT:
        found.append(f"TrichYeuHoSo dài quá {LONGEST_ABSTRACT} ký tự")
    if dossier.get("TrangThaiHoSo") in RECEIVED and not dossier.get("NgayTiepNhan"):
        found.append(f"trạng thái {dossier['TrangThaiHoSo']} phải có NgayTiepNhan")
    for name, needed in LISTS.items():
        found += _rows(name, dossier.get(name, []), needed)
    step = payload.get("TienTrinh")
    if step is not None:
        if not isinstance(step, Mapping):
            return [*found, "TienTrinh không phải đối tượng"]
        found += _names("TienTrinh", step, STEP_REQUIRED, STEP_OPTIONAL)
        found += _values(step)
        if step.get("MaHoSo") != dossier.get("MaHoSo"):
            found.append("TienTrinh nói về hồ sơ khác")
    return found


def _names(
    what: str, values: Mapping[str, Any], required: tuple[str, ...], optional: tuple[str, ...]
) -> list[str]:
    missing = [f"{what} thiếu {name}" for name in required if not values.get(name)]
    known = {*required, *optional}
    return missing + [f"{what} không có trường {name}" for name in values if name not in known]


def _values(values: Mapping[str, Any]) -> list[str]:
    found = []
    for name, codes in CODES.items():
        if name in values and values[name] not in codes:
            found.append(f"{name} không nhận giá trị {values[name]!r}")
    for name in DATES:
        if name in values and not is_moment(values[name]):
            found.append(f"{name} không có dạng yyyyMMddHHmmss: {values[name]!r}")
    return found


def _rows(name: str, rows: Any, needed: tuple[str, ...]) -> list[str]:
    if not isinstance(rows, list):
        return [f"{name} không phải danh sách"]
    return [
        f"{name} thiếu {field}"
        for row in rows
        for field in needed
        if not isinstance(row, Mapping) or not row.get(field)
    ]


def is_moment(text: Any) -> bool:
    """Whether `text` is a moment written `yyyyMMddHHmmss`."""
    if not isinstance(text, str) or not re.fullmatch(r"[0-9]{14}", text):
        return False
    try:
        datetime.strptime(text, "%Y%m%d%H%M%S")  # noqa: DTZ007 only the form is checked
    except ValueError:
        return False
    return True
