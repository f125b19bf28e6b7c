"""What the people of the demonstration answer, and the papers they bring."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import pikepdf

from motcua.demo import accounts
from motcua.demo.nation import nation
from motcua.foundation import clock

HOME = accounts.home_commune()
PLACE = {"province": "20", "commune": HOME.code, "detail": "Thôn Bản Chu"}


def day(days: int = 0) -> str:
    """Today and so many days more, as a form's date."""
    return (clock.today() + timedelta(days=days)).isoformat()


def about(key: str, prefix: str = "applicant") -> dict[str, Any]:
    """Who files, as most forms ask it."""
    known = nation().people[accounts.citizen(key).id_number]
    return {
        f"{prefix}_full_name": known.full_name,
        f"{prefix}_id": known.id_number,
        f"{prefix}_birth_date": known.birth_date.isoformat(),
        f"{prefix}_address": PLACE,
        f"{prefix}_phone": "0912345678",
    }


def marital_status(key: str = "doc-than") -> dict[str, Any]:
    return {
        **about(key),
        "for_whom": "self",
        "person_sex": nation().people[accounts.citizen(key).id_number].sex,
        "person_ethnicity": "Tày",
        "person_nationality": "Việt Nam",
        "marital_status": "single",
        "lived_elsewhere": False,
        "purpose": "loan",
        "copies": 1,
        "had_paper": False,
        "result_way": "electronic",
    }


def household_business(key: str = "chu-quan") -> dict[str, Any]:
    return {
        **about(key, "owner"),
        "filed_by": "owner",
        "owner_sex": "female",
        "owner_ethnicity": "Nùng",
        "owner_nationality": "Việt Nam",
        "owner_lives_elsewhere": False,
        "business_name": "Phở Chua Xứ Lạng",
        "business_address": PLACE,
        "has_other_places": False,
        "sectors": [{"sector_name": "Nhà hàng", "sector_code": "5610", "sector_main": True}],
        "has_conditional_sector": False,
        "founder_kind": "individual",
        "capital": 50_000_000,
        "workers": 2,
        "tax_address_same": True,
        "may_found": True,
        "result_way": "electronic",
    }


def birth() -> dict[str, Any]:
    """The father files for the newborn; the notice of birth is on paper."""
    people_ = nation().people
    found = {
        **about("cha"),
        "filer_relation": "father",
        "child_full_name": "Hoàng Minh Châu",
        "child_birth_date": day(-5),
        "child_sex": "female",
        "child_ethnicity": "Tày",
        "child_nationality": "Việt Nam",
        "child_native_place": {"province": "20", "commune": HOME.code},
        "child_birth_place": {"province": "20", "commune": HOME.code},
        "birth_evidence": "notice_paper",
        "mother_known": True,
        "father_known": True,
        "parents_married": True,
        "marriage_agency": "Ủy ban nhân dân xã Cai Kinh",
        "copies_wanted": 2,
        "result_way": "electronic",
    }
    for role, key in (("mother", "me"), ("father", "cha")):
        known = people_[accounts.citizen(key).id_number]
        found |= {
            f"{role}_full_name": known.full_name,
            f"{role}_birth_date": known.birth_date.isoformat(),
            f"{role}_id": known.id_number,
            f"{role}_ethnicity": known.ethnicity,
            f"{role}_nationality": "Việt Nam",
            f"{role}_address": PLACE,
        }
    return found


def building(key: str = "xay-nha") -> dict[str, Any]:
    known = nation().people[accounts.citizen(key).id_number]
    return {
        "investor_kind": "person",
        "investor_full_name": known.full_name,
        "investor_id": known.id_number,
        "investor_address": PLACE,
        "investor_phone": "0912345675",
        "site_address": PLACE,
        "parcel_number": "125",
        "map_sheet": "14",
        "land_area": 180,
        "land_paper": "certificate",
        "land_certificate_number": "CT 123456",
        "land_certificate_date": "2019-05-20",
        "work_kind": "house",
        "ground_area": 90,
        "total_floor_area": 180,
        "height": 8,
        "floors": 2,
        "basements": 0,
        "has_top_floor": False,
        "designed_by": "self",
        "needs_fire_approval": False,
        "adjacent_safety": True,
        "start_date": day(60),
        "months": 8,
        "result_way": "electronic",
    }


def certified_copy(key: str = "cao-tuoi", pages: int = 4, copies: int = 2) -> dict[str, Any]:
    known = nation().people[accounts.citizen(key).id_number]
    return {
        "applicant_full_name": known.full_name,
        "applicant_id": known.id_number,
        "applicant_phone": "0912345677",
        "original_kind": "vietnam",
        "paper_name": "Giấy chứng nhận quyền sử dụng đất",
        "paper_issuer": "Sở Tài nguyên và Môi trường",
        "pages": pages,
        "copies": copies,
        "wants_e_copy": True,
        "visit_date": day(),
        "has_photocopies": False,
        "not_excluded": True,
    }


def general(key: str = "doc-than") -> dict[str, Any]:
    """The form that procedures without one of their own share."""
    return {
        **about(key),
        "for_whom": "self",
        "request_summary": "Đề nghị giải quyết theo quy định",
        "request_details": "Nội dung như hồ sơ kèm theo.",
        "result_way": "electronic",
    }


FIVE: dict[str, tuple[str, Any]] = {
    "1.001193": ("cha", birth),
    "2.000815": ("cao-tuoi", certified_copy),
    "1.001612": ("chu-quan", household_business),
    "1.013225": ("xay-nha", building),
    "1.004873": ("doc-than", marital_status),
}
"""Who of the named citizens files which of the five procedures, with which answers."""


def pdf(title: str = "Giấy tờ", pages: int = 1) -> bytes:
    """A small honest PDF."""
    with pikepdf.new() as document:
        for _ in range(pages):
            document.add_blank_page(page_size=(595, 842))
        document.docinfo["/Title"] = title
        out = io.BytesIO()
        document.save(out, deterministic_id=True)
    return out.getvalue()
