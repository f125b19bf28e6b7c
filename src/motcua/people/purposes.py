"""What a person's data may be used for beyond what the law requires, and what that takes.

Two kinds. Some uses need a consent, given for that use alone, never ticked beforehand (Luật
91/2025/QH15). Others rest on the duties of an agency (Đ19: no consent is needed for state
management) and end when the person objects. Either way whoever is about to use the data asks
`queries.may_use` first.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Purpose:
    """One use. `text` is what a person agrees to, or what happens until they object; a new wording
    gets a new `version`, and a consent to an older one no longer counts."""

    key: str
    title: str
    text: str
    needs_consent: bool
    version: int = 1


EMAIL = "email"
EMAIL_EXTRA = "email_extra"
SURVEY = "survey"
PREFILL = "prefill"

PURPOSES: dict[str, Purpose] = {
    one.key: one
    for one in (
        Purpose(
            EMAIL_EXTRA,
            "Thư điện tử về tiến độ, ngoài những thông báo bắt buộc",
            "Tôi đồng ý để cơ quan dùng địa chỉ thư điện tử của tôi gửi thêm thư về tiến độ hồ sơ:"
            " đã nhận hồ sơ, đã nộp phí. Những thông báo pháp luật buộc phải gửi không thuộc sự"
            " đồng ý này. Tôi có thể rút lại bất cứ lúc nào, có hiệu lực ngay.",
            needs_consent=True,
        ),
        Purpose(
            SURVEY,
            "Lời mời đánh giá mức độ hài lòng",
            "Tôi đồng ý để cơ quan mời tôi đánh giá mức độ hài lòng sau khi hồ sơ có kết quả. Không"
            " đồng ý thì tôi vẫn có thể tự đánh giá trên trang hồ sơ. Tôi có thể rút lại bất cứ lúc"
            " nào, có hiệu lực ngay.",
            needs_consent=True,
        ),
        Purpose(
            EMAIL,
            "Thư điện tử về hồ sơ",
            "Thông báo về hồ sơ được gửi thêm qua thư điện tử. Thông báo trong trang Thông báo của"
            " bạn luôn có, dù bạn tắt thư điện tử.",
            needs_consent=False,
        ),
        Purpose(
            PREFILL,
            "Điền sẵn tờ khai",
            "Tờ khai được điền sẵn từ tài khoản của bạn và các cơ sở dữ liệu quốc gia. Tắt đi thì"
            " bạn tự điền.",
            needs_consent=False,
        ),
    )
}

CONSENTS = tuple(one for one in PURPOSES.values() if one.needs_consent)
OBJECTABLE = tuple(one for one in PURPOSES.values() if not one.needs_consent)
