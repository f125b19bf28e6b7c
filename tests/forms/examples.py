"""Complete answers to the demonstration's forms, as a citizen of the demo gives them."""

from __future__ import annotations

import json
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import motcua.demo
from motcua.forms import engine
from motcua.forms.engine import CompiledForm

FOLDER = Path(motcua.demo.__file__).parent / "data" / "forms"
KEYS = sorted(path.stem for path in FOLDER.glob("*.json"))
TODAY = date(2026, 11, 22)

HOME = {"province": "20", "commune": "06040", "detail": "Thôn Pò Cại"}
PLACE = {"province": "20", "commune": "06040"}
APPLICANT = {
    "applicant_full_name": "Hoàng Văn Đức",
    "applicant_id": "020094900001",
    "applicant_birth_date": "1994-03-12",
    "applicant_address": HOME,
    "applicant_phone": "0912345678",
}
RESULT = {"result_way": "electronic"}

ANSWERS: dict[str, dict[str, Any]] = {
    "chung": {
        **APPLICANT,
        **RESULT,
        "for_whom": "self",
        "request_summary": "Cấp lại giấy phép bị mất",
        "request_details": "Giấy phép số 12, cấp năm 2020.\nLý do: bị mất.",
    },
    "chung_thuc_ban_sao": {
        "applicant_full_name": "Hoàng Văn Đức",
        "applicant_id": "020094900001",
        "applicant_phone": "0912345678",
        "original_kind": "vietnam",
        "paper_name": "Bằng tốt nghiệp trung học phổ thông",
        "paper_issuer": "Sở Giáo dục và Đào tạo tỉnh Lạng Sơn",
        "paper_date": "2012-07-01",
        "pages": 5,
        "copies": 3,
        "wants_e_copy": True,
        "visit_date": "2026-11-23",
        "has_photocopies": False,
        "not_excluded": True,
    },
    "khai_sinh": {
        **APPLICANT,
        **RESULT,
        "filer_relation": "father",
        "child_full_name": "Hoàng Nông Bảo An",
        "child_birth_date": "2026-11-10",
        "child_sex": "female",
        "child_ethnicity": "Tày",
        "child_nationality": "Việt Nam",
        "child_native_place": PLACE,
        "child_birth_facility": "Trung tâm Y tế Tràng Định",
        "child_birth_place": PLACE,
        "birth_evidence": "notice_electronic",
        "birth_notice_number": "CS-2026-0001",
        "mother_known": True,
        "mother_full_name": "Nông Thị Hương",
        "mother_birth_date": "1996-08-25",
        "mother_id": "020196900002",
        "mother_ethnicity": "Nùng",
        "mother_nationality": "Việt Nam",
        "mother_address": HOME,
        "father_known": True,
        "father_full_name": "Hoàng Văn Đức",
        "father_birth_date": "1994-03-12",
        "father_id": "020094900001",
        "father_ethnicity": "Tày",
        "father_nationality": "Việt Nam",
        "father_address": HOME,
        "parents_married": True,
        "marriage_agency": "Ủy ban nhân dân xã Thất Khê",
        "copies_wanted": 2,
    },
    "tinh_trang_hon_nhan": {
        **APPLICANT,
        **RESULT,
        "for_whom": "self",
        "person_sex": "male",
        "person_ethnicity": "Tày",
        "person_nationality": "Việt Nam",
        "marital_status": "single",
        "lived_elsewhere": False,
        "purpose": "property",
        "copies": 2,
        "had_paper": False,
    },
    "ho_kinh_doanh": {
        **RESULT,
        "filed_by": "owner",
        "owner_full_name": "Nông Thị Hương",
        "owner_birth_date": "1996-08-25",
        "owner_sex": "female",
        "owner_id": "020196900002",
        "owner_ethnicity": "Nùng",
        "owner_nationality": "Việt Nam",
        "owner_phone": "0912345678",
        "owner_address": HOME,
        "owner_lives_elsewhere": False,
        "business_name": "Phở Hương Thất Khê",
        "business_address": HOME,
        "has_other_places": False,
        "sectors": [
            {"sector_name": "Nhà hàng ăn uống", "sector_code": "5610", "sector_main": True},
            {"sector_name": "Bán lẻ đồ uống", "sector_main": False},
        ],
        "has_conditional_sector": False,
        "founder_kind": "family",
        "members": [
            {
                "member_full_name": "Hoàng Văn Đức",
                "member_id": "020094900001",
                "member_birth_date": "1994-03-12",
                "member_address": HOME,
            }
        ],
        "capital": 50_000_000,
        "workers": 3,
        "tax_address_same": True,
        "may_found": True,
    },
    "giay_phep_xay_dung": {
        **RESULT,
        "investor_kind": "person",
        "investor_full_name": "Hoàng Văn Đức",
        "investor_id": "020094900001",
        "investor_address": HOME,
        "investor_phone": "0912345678",
        "site_address": HOME,
        "parcel_number": "123",
        "map_sheet": "45",
        "land_area": 250.5,
        "land_paper": "certificate",
        "land_certificate_number": "CĐ 123456",
        "land_certificate_date": "2015-05-20",
        "work_kind": "house",
        "ground_area": 120.0,
        "total_floor_area": 240.0,
        "height": 8.5,
        "floors": 2,
        "basements": 0,
        "has_top_floor": False,
        "designed_by": "self",
        "needs_fire_approval": False,
        "adjacent_safety": True,
        "start_date": "2026-12-15",
        "months": 12,
    },
}

ANSWERS["lien_thong_khai_sinh"] = {
    **ANSWERS["khai_sinh"],
    "residence_address": HOME,
    "household_head_name": "Hoàng Văn Đức",
    "household_head_id": "020094900001",
    "household_agreed": True,
    "insurance_hospital": "Trạm y tế xã Thất Khê",
    "card_wanted": True,
}
ANSWERS["lien_thong_khai_tu"] = {
    **APPLICANT,
    **RESULT,
    "deceased_full_name": "Hoàng Văn Thắng",
    "deceased_id": "020041900010",
    "deceased_birth_date": "1941-02-03",
    "death_date": "2026-11-20",
    "death_cause": "Tuổi già",
    "residence_address": HOME,
    "funeral_kind": "social",
    "payee_account": "0123456789",
    "payee_bank": "Ngân hàng Nông nghiệp và Phát triển nông thôn",
}


@cache
def form(key: str) -> CompiledForm:
    """One form of the demonstration, compiled."""
    return engine.compiled(json.loads((FOLDER / f"{key}.json").read_text(encoding="utf-8")))


def wrong(key: str, **changes: Any) -> dict[str, str]:
    """Errors of the complete answers after `changes`: path to message."""
    answers = {**ANSWERS[key], **changes}
    return {e.field: e.message for e in form(key).validate(answers, today=TODAY)}
