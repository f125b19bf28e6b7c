"""How the bank is spoken to: VNPAY 2.1.0 parameters and signatures, credit notices, VietQR.

Pure functions of their arguments. A signature is HMAC-SHA512, in hexadecimal, over the parameters
sorted by name and URL-encoded (payments, callbacks, credit notices), or over a fixed sequence of
values joined by `|` (questions to the bank). On the wire VNPAY counts in hundredths of a đồng.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha512
from urllib.parse import quote_plus

from motcua.foundation import clock
from motcua.payments.rules import LARGEST, Outcome

SIGNATURE = "vnp_SecureHash"
VERSION = "2.1.0"

ANSWERS = {
    "00": "Confirm Success",
    "01": "Order not found",
    "02": "Order already confirmed",
    "04": "Invalid amount",
    "97": "Fail checksum",
    "99": "Unknown error",
}

FAILURES = {
    "07": "Ngân hàng đang kiểm tra giao dịch. Chúng tôi sẽ báo khi có kết quả.",
    "09": "Thẻ hoặc tài khoản chưa đăng ký dịch vụ ngân hàng trực tuyến.",
    "10": "Thông tin xác thực không đúng quá 3 lần.",
    "11": "Đã hết thời gian chờ thanh toán.",
    "12": "Thẻ hoặc tài khoản bị khóa.",
    "13": "Mật khẩu xác thực giao dịch (OTP) không đúng.",
    "24": "Bạn đã hủy giao dịch.",
    "51": "Tài khoản không đủ số dư.",
    "65": "Tài khoản đã vượt hạn mức giao dịch trong ngày.",
    "75": "Ngân hàng đang bảo trì.",
    "79": "Mật khẩu thanh toán không đúng quá số lần quy định.",
    "91": "Ngân hàng không nhận được giao dịch này.",
    "99": "Ngân hàng báo lỗi không xác định.",
}

QUESTION_FIELDS = (
    "vnp_RequestId",
    "vnp_Version",
    "vnp_Command",
    "vnp_TmnCode",
    "vnp_TxnRef",
    "vnp_TransactionDate",
    "vnp_CreateDate",
    "vnp_IpAddr",
    "vnp_OrderInfo",
)
ANSWER_FIELDS = (
    "vnp_ResponseId",
    "vnp_Command",
    "vnp_ResponseCode",
    "vnp_Message",
    "vnp_TmnCode",
    "vnp_TxnRef",
    "vnp_Amount",
    "vnp_BankCode",
    "vnp_PayDate",
    "vnp_TransactionNo",
    "vnp_TransactionType",
    "vnp_TransactionStatus",
    "vnp_OrderInfo",
    "vnp_PromotionCode",
    "vnp_PromotionAmount",
)


class BadMessage(ValueError):
    """A signed message without a number where one must be."""


@dataclass(frozen=True, slots=True)
class BankWord:
    """What the bank says: of which order, how it ended, how much (đồng), its own transaction."""

    order: str
    outcome: Outcome
    amount: int
    transaction: str
    code: str


def failure_text(code: str) -> str:
    """A Vietnamese sentence for a response code of the bank."""
    return FAILURES.get(code, FAILURES["99"])


def moment(at: datetime) -> str:
    """`yyyyMMddHHmmss` in Vietnam time."""
    return clock.local(at).strftime("%Y%m%d%H%M%S")


def _mac(text: str, key: bytes) -> str:
    return hmac.new(key, text.encode(), sha512).hexdigest()


def encode(params: Mapping[str, str]) -> str:
    """The parameters sorted and URL-encoded, without empty ones: what is signed and sent."""
    return "&".join(
        f"{quote_plus(name)}={quote_plus(value)}" for name, value in sorted(params.items()) if value
    )


def signature(params: Mapping[str, str], key: bytes) -> str:
    """The signature over `params`, leaving out the signature fields themselves."""
    left_out = (SIGNATURE, "vnp_SecureHashType", "signature")
    return _mac(encode({k: v for k, v in params.items() if k not in left_out}), key)


def signed_by_bank(params: Mapping[str, str], key: bytes, field: str = SIGNATURE) -> bool:
    """True when `field` is the right signature. Compared in constant time."""
    given = params.get(field, "")
    expected = signature(params, key)
    return hmac.compare_digest(given.lower().encode(), expected.encode())


def payment_query(
    *,
    terminal: str,
    order: str,
    amount: int,
    info: str,
    return_url: str,
    client_ip: str,
    started_at: datetime,
    expires_at: datetime,
    key: bytes,
) -> str:
    """The query string that opens the gateway's payment page for one attempt."""
    params = {
        "vnp_Version": VERSION,
        "vnp_Command": "pay",
        "vnp_TmnCode": terminal,
        "vnp_Amount": str(amount * 100),
        "vnp_CurrCode": "VND",
        "vnp_TxnRef": order,
        "vnp_OrderInfo": info,
        "vnp_OrderType": "other",
        "vnp_Locale": "vn",
        "vnp_ReturnUrl": return_url,
        "vnp_IpAddr": client_ip,
        "vnp_CreateDate": moment(started_at),
        "vnp_ExpireDate": moment(expires_at),
    }
    return f"{encode(params)}&{SIGNATURE}={signature(params, key)}"


def _whole(text: str, unit: int = 1) -> int:
    """`text` as whole đồng when it counts `unit`ths of them. Raises `BadMessage`."""
    if not (text.isascii() and text.isdigit()) or len(text) > 15:
        raise BadMessage(f"not an amount: {text[:20]!r}")
    amount, rest = divmod(int(text), unit)
    if rest or amount > LARGEST:
        raise BadMessage(f"not an amount: {text!r}")
    return amount


def _outcome(response: str, status: str) -> Outcome:
    """Both codes must say 00 for money; a held or running transaction is not settled."""
    if response == "07" or status in ("01", "04", "05", "06", "07"):
        return Outcome.UNSETTLED
    return Outcome.PAID if response == "00" and status in ("", "00") else Outcome.FAILED


def read_callback(params: Mapping[str, str]) -> BankWord:
    """The gateway's callback (IPN). Raises `BadMessage`."""
    response = params.get("vnp_ResponseCode", "")
    return BankWord(
        order=params.get("vnp_TxnRef", ""),
        outcome=_outcome(response, params.get("vnp_TransactionStatus", "")),
        amount=_whole(params.get("vnp_Amount", ""), 100),
        transaction=params.get("vnp_TransactionNo", ""),
        code=response[:4],
    )


def read_credit(params: Mapping[str, str]) -> BankWord:
    """The bank's notice that an account was credited; `order` is the content of the transfer.
    Raises `BadMessage`."""
    return BankWord(
        order=params.get("content", ""),
        outcome=Outcome.PAID,
        amount=_whole(params.get("amount", "")),
        transaction=params.get("transaction", ""),
        code="00",
    )


def question(
    *,
    terminal: str,
    order: str,
    info: str,
    started_at: datetime,
    now: datetime,
    request_id: str,
    ip: str,
    key: bytes,
) -> dict[str, str]:
    """The body of a `querydr` request: how did this order end?"""
    body = {
        "vnp_RequestId": request_id,
        "vnp_Version": VERSION,
        "vnp_Command": "querydr",
        "vnp_TmnCode": terminal,
        "vnp_TxnRef": order,
        "vnp_TransactionDate": moment(started_at),
        "vnp_CreateDate": moment(now),
        "vnp_IpAddr": ip,
        "vnp_OrderInfo": info,
    }
    return {**body, SIGNATURE: _joined_mac(body, QUESTION_FIELDS, key)}


def answer_signed(body: Mapping[str, str], key: bytes) -> bool:
    """True when the bank signed this answer to a question."""
    expected = _joined_mac(body, ANSWER_FIELDS, key)
    return hmac.compare_digest(str(body.get(SIGNATURE, "")).lower().encode(), expected.encode())


def _joined_mac(body: Mapping[str, str], fields: Sequence[str], key: bytes) -> str:
    return _mac("|".join(str(body.get(name, "")) for name in fields), key)


def read_answer(body: Mapping[str, str]) -> BankWord:
    """The bank's answer to a question; 91 means that it does not know the order. Raises
    `BadMessage`."""
    response = str(body.get("vnp_ResponseCode", ""))
    order = str(body.get("vnp_TxnRef", ""))
    if response == "91":
        return BankWord(order, Outcome.UNKNOWN, 0, "", "91")
    if response != "00":
        return BankWord(order, Outcome.UNSETTLED, 0, "", response[:4])
    status = str(body.get("vnp_TransactionStatus", ""))
    outcome = _outcome("00", status) if status else Outcome.UNSETTLED
    return BankWord(
        order=order,
        outcome=outcome,
        amount=_whole(str(body.get("vnp_Amount", "")), 100),
        transaction=str(body.get("vnp_TransactionNo", "")),
        code=status[:4],
    )


def vietqr(bank_bin: str, account: str, amount: int, content: str) -> str:
    """The text of a dynamic VietQR code (EMVCo, with CRC): transfer `amount` đồng to `account` at
    the bank `bank_bin` with `content`."""
    from vietnam_qr_pay import QRPay  # here: the web process rarely draws one

    return str(QRPay.init_viet_qr(bank_bin, account, amount=str(amount), purpose=content).build())
