"""Kinds of personal data a breach may touch, as the notice to the authority names them."""

from __future__ import annotations

KINDS = {
    "identity": "Họ tên, số định danh",
    "contact": "Điện thoại, thư điện tử, địa chỉ",
    "answers": "Nội dung khai trong hồ sơ",
    "papers": "Giấy tờ đính kèm",
    "family": "Quan hệ gia đình, hộ tịch",
    "health": "Sức khỏe (nhạy cảm)",
    "biometric": "Sinh trắc học, ảnh giấy tờ tùy thân (nhạy cảm)",
    "bank": "Tài khoản, giao dịch (nhạy cảm)",
    "account": "Đăng nhập, khóa, mật khẩu (nhạy cảm)",
}
