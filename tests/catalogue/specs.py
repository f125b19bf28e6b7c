"""Small procedures to publish in tests."""

from __future__ import annotations

from typing import Any

CODE = "9.000001"


def specification(code: str = CODE, **version: Any) -> dict[str, Any]:
    """A described procedure with one case; keyword arguments replace parts of the version."""
    return {
        "procedure": {
            "code": code,
            "name": "Thủ tục cấp giấy phép trồng hoa đào",
            "short_name": "Cấp giấy phép trồng hoa đào",
            "sector": "Trồng trọt",
            "keywords": ["trồng đào", "vườn đào"],
        },
        "competence": {"agency_kind": "commune", "source": "NĐ 1/2025/NĐ-CP"},
        "version": {
            "from": "2025-07-01",
            "decision": "Quyết định 1/QĐ-BNNMT",
            "online": "full",
            "level": "commune",
            "cases": [case()],
            **version,
        },
    }


def case(key: str = "all", **channel: Any) -> dict[str, Any]:
    """A case that is filed online in three working days, unless the channel says otherwise."""
    return {
        "key": key,
        "name": f"Trường hợp {key}",
        "channels": [
            {"way": "online", "limit": {"amount": 3, "unit": "working_day"}, **channel},
        ],
    }


def record(code: str = CODE, **parts: Any) -> dict[str, Any]:
    """A record of the national catalogue."""
    return {
        "ma": code,
        "ten": "Thủ tục cấp giấy phép trồng hoa đào",
        "quyet_dinh": "1/QĐ-BNNMT",
        "bo": "bo-nong-nghiep-mt",
        "linh_vuc": "Trồng trọt",
        "cap": ["Cấp xã"],
        "loai": None,
        "doi_tuong": "Công dân Việt Nam",
        "trinh_tu": "Bước 1: nộp hồ sơ.",
        "kenh": [
            {
                "kenh": "Trực tuyến",
                "thoi_han": 3.0,
                "don_vi": "Ngày làm việc",
                "mien_phi": False,
                "phi_le_phi": [50000],
                "mo_ta": "50.000 đồng",
            }
        ],
        "ho_so": [{"ten": "Đơn", "bieu_mau": None, "ban_chinh": 1, "ban_sao": 0, "loai": "nop"}],
        "can_cu": ["1/2025/NĐ-CP"],
        "co_quan": "Ủy ban nhân dân cấp xã",
        "co_quan_tham_quyen": None,
        "dieu_kien": None,
        "ket_qua": [{"ten": "Giấy phép", "ma": "KQ.G10.000001"}],
        "url": "https://dichvucong.gov.vn/thu-tuc-hanh-chinh/1",
        **parts,
    }
