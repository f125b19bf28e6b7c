"""Why a request about one's data may be refused, by law; a refusal names one and explains it."""

from __future__ import annotations

GROUNDS: dict[str, str] = {
    "law_keeps": "Pháp luật buộc phải lưu hoặc xử lý dữ liệu này (Luật 91/2025/QH15)",
    "under_result": "Nội dung nằm trong kết quả đã ký: phải cải chính bằng thủ tục riêng",
    "from_register": "Dữ liệu do cơ sở dữ liệu quốc gia cung cấp: phải sửa tại nơi quản lý gốc",
    "others": "Việc thực hiện xâm phạm dữ liệu, quyền của người khác",
    "security": "Liên quan quốc phòng, an ninh, điều tra theo quyết định của cơ quan có thẩm quyền",
    "unfounded": "Cơ quan không giữ dữ liệu này, hoặc dữ liệu đã đúng",
}
