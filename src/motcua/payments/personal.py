"""What this room holds about a person."""

from __future__ import annotations

from django.db.models import Q

from motcua.foundation.holdings import Held

_ACCOUNTS = "Luật Kế toán 2015 Đ41, NĐ 174/2016/NĐ-CP Đ13: chứng từ kế toán lưu ít nhất 10 năm"

HELD = (
    Held(
        key="charges",
        title="Phí, lệ phí",
        model="payments.Charge",
        rows=lambda whose: Q(subject__in=whose.subjects),
        fields={
            "reference": "Mã khoản",
            "agency__name": "Cơ quan thu",
            "payer_name": "Người nộp",
            "description": "Nội dung",
            "items": "Các khoản",
            "amount": "Tổng số (đồng)",
            "state": "Tình trạng",
            "method": "Cách nộp",
            "created_at": "Lập lúc",
            "paid_at": "Nộp lúc",
        },
        why="Thu phí, lệ phí của thủ tục",
        duty=_ACCOUNTS,
        kept="10 năm",
    ),
    Held(
        key="payments",
        title="Tiền đã nộp",
        model="payments.Payment",
        rows=lambda whose: Q(charge__subject__in=whose.subjects),
        fields={
            "method": "Cách nộp",
            "transaction": "Mã giao dịch",
            "amount": "Số tiền (đồng)",
            "disposition": "Ghi nhận",
            "reason": "Lý do hoàn trả",
            "received_at": "Nhận lúc",
            "refunded_at": "Hoàn trả lúc",
            "refund_transaction": "Mã giao dịch hoàn trả",
        },
        why="Ghi nhận tiền bạn đã nộp hoặc được hoàn",
        duty=_ACCOUNTS,
        kept="10 năm",
    ),
    Held(
        key="attempts",
        title="Lần thanh toán qua ngân hàng",
        model="payments.Attempt",
        rows=lambda whose: Q(charge__subject__in=whose.subjects),
        fields={
            "order": "Mã đơn",
            "method": "Cách nộp",
            "amount": "Số tiền (đồng)",
            "state": "Kết quả",
            "gateway_transaction": "Mã giao dịch của cổng",
            "started_at": "Bắt đầu lúc",
            "settled_at": "Xong lúc",
        },
        omit={"response_code": "the gateway's own code for the result"},
        why="Đối soát với ngân hàng",
        duty=_ACCOUNTS,
        kept="10 năm",
    ),
)

OUTSIDE = {
    "payments.Callback": "the bank's messages about an order; what came of them is in the payments",
    "payments.BankKey": "a key, nothing about people",
}
