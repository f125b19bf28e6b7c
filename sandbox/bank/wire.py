"""Signatures of the gateway (HMAC-SHA512) and moments as it writes them, from the bank's side."""

from __future__ import annotations

import hmac
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta, timezone
from hashlib import sha512
from urllib.parse import quote_plus

VIETNAM = timezone(timedelta(hours=7))
HASH = "vnp_SecureHash"
QUESTION = (
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
ANSWER = (
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


def now_text() -> str:
    """This moment as `yyyyMMddHHmmss` in Vietnam."""
    return datetime.now(VIETNAM).strftime("%Y%m%d%H%M%S")


def encode(params: Mapping[str, str]) -> str:
    """What is signed and sent: sorted, URL-encoded, without empty values."""
    return "&".join(f"{quote_plus(k)}={quote_plus(v)}" for k, v in sorted(params.items()) if v)


def _mac(text: str, key: bytes) -> str:
    return hmac.new(key, text.encode(), sha512).hexdigest()


def sign(params: Mapping[str, str], key: bytes, field: str = HASH) -> dict[str, str]:
    """`params` with their signature in `field`."""
    return {**params, field: _mac(encode(params), key)}


def signed(params: Mapping[str, str], key: bytes, field: str = HASH) -> bool:
    """Whether `field` is the right signature of the others."""
    left_out = (field, "vnp_SecureHashType")
    rest = {k: v for k, v in params.items() if k not in left_out}
    return hmac.compare_digest(params.get(field, "").lower(), _mac(encode(rest), key))


def sign_joined(body: Mapping[str, str], fields: Sequence[str], key: bytes) -> dict[str, str]:
    """`body` signed over the values of `fields` joined by a bar."""
    return {**body, HASH: _mac("|".join(body.get(name, "") for name in fields), key)}


def signed_joined(body: Mapping[str, str], fields: Sequence[str], key: bytes) -> bool:
    """Whether a body signed over joined values is right."""
    expected = sign_joined(body, fields, key)[HASH]
    return hmac.compare_digest(str(body.get(HASH, "")).lower(), expected)
