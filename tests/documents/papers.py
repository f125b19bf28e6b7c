"""What a paper says: the least, the usual and the most."""

from __future__ import annotations

from typing import Any

from motcua.documents import rendering

APPLICANT = {
    "name": "Hoàng Thị Xuân",
    "id_number": "020195912345",
    "address": "Thôn Bản Chu, xã Điềm He, tỉnh Lạng Sơn",
    "phone": "0987000111",
    "email": "xuan@example.vn",
}
PAPER: dict[str, Any] = {
    "agency_name": "Ủy ban nhân dân xã Điềm He",
    "agency_parent": "Ủy ban nhân dân tỉnh Lạng Sơn",
    "centre_name": "Trung tâm Phục vụ hành chính công xã Điềm He",
    "number": "01/2026/GKS-H37.105",
    "title": "Giấy khai sinh",
    "date": "Điềm He, ngày 22 tháng 11 năm 2026",
    "signer_name": "Nguyễn Thị Phượng",
    "signer_title": "Phó Chủ tịch",
    "dossier_number": "H37.105-261122-0001",
    "lookup_code": "ABCD2345",
    "verify_code": "A1B2C3D4E5F6A1B2C3",
    "verify_page": "https://motcua.example.vn/kiem-tra/",
    "lookup_page": "https://motcua.example.vn/tra-cuu/",
    "qr_svg": rendering.qr_svg("https://motcua.example.vn/kiem-tra/A1B2C3D4E5F6A1B2C3/"),
    "applicant": APPLICANT,
    "procedure": "Đăng ký khai sinh",
    "procedure_code": "1.001193",
    "texts": {
        "child_full_name": "Nông Gia Bảo",
        "child_birth_date": "01/11/2026",
        "child_sex": "Nam",
        "mother_full_name": "Hoàng Thị Xuân",
        "applicant_full_name": "Hoàng Thị Xuân",
        "applicant_id": "020195912345",
    },
    "facts": {"personal_id": "020226912345", "register_number": 12, "register_year": 2026},
}
