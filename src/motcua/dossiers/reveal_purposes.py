"""Why an officer may ask to see what is masked, offered so that nobody has to type it.

No consent is needed where a state body settles a procedure, but the purpose is kept (Luật Bảo vệ dữ
liệu cá nhân 91/2025/QH15 Đ19)."""

PURPOSES = (
    ("compare", "Đối chiếu với giấy tờ hoặc cơ sở dữ liệu"),
    ("contact", "Liên hệ người nộp về hồ sơ này"),
    ("decide", "Thẩm định, quyết định giải quyết hồ sơ"),
    ("on_site", "Kiểm tra thực địa"),
    ("complaint", "Giải quyết phản ánh, khiếu nại, tố cáo"),
)
NEEDS_NOTE = frozenset({"complaint"})
"""Which complaint it is, is said."""
