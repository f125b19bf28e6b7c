"""The usual legal grounds an officer cites, offered so that nobody has to type them."""

REFUSAL = (
    "Nghị định 118/2025/NĐ-CP Điều 17: hồ sơ không thuộc thẩm quyền giải quyết",
    "Nghị định 118/2025/NĐ-CP Điều 17: hồ sơ không đủ điều kiện theo quy định của thủ tục",
    "Nghị định 63/2010/NĐ-CP Điều 20: hồ sơ đã được hướng dẫn bổ sung mà không thực hiện",
)
"""For slip 03."""
