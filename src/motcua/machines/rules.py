"""What a proof and a key must look like: pure functions, "now" is an argument."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, TypeGuard

from motcua.machines.errors import BadMachine, NotProven

SCOPES: Mapping[str, str] = {
    "agency.dossiers:read": "Đọc hồ sơ của cơ quan mình: trạng thái, hạn, tiến trình",
    "agency.documents:read": "Tải phiếu và kết quả đã ký trong hồ sơ của cơ quan mình",
    "catalogue:import": "Nhập bản ghi của danh mục thủ tục quốc gia",
    "catalogue:export": "Lấy ra toàn bộ bản ghi danh mục quốc gia đã nhập",
}
"""What a machine can be allowed, service by service; the API asks for one of them with each call.
None of them acts for a person: who files is a person, with a token of the national eID."""

SCOPE_KINDS: Mapping[str, frozenset[str]] = {
    "catalogue:import": frozenset({"ministry", "province"}),
}
"""Whose machines alone may have a scope: procedures are published by the minister and by the chair
of the province (NĐ 63/2010 Đ13 as amended by NĐ 92/2017), so no commune's program brings them."""

AUDIENCE = "motcua-api"
ALGORITHMS = ("ES256", "ES384", "EdDSA", "PS256", "RS256")
TOKEN_LIFE = timedelta(minutes=5)
LONGEST_PROOF = timedelta(minutes=5)
LEEWAY = timedelta(seconds=30)
"""How far a machine's clock may be from ours."""
SMALLEST_RSA = 2048  # bits


def assertion_problem(
    claims: Mapping[str, Any], client_id: str, audiences: frozenset[str], now: datetime
) -> str | None:
    """What is wrong with the claims of a client assertion whose signature is good (RFC 7523 3), or
    None: issuer and subject are the client, the audience is us, it is fresh and ends soon, and it
    has a name of its own."""
    if claims.get("iss") != client_id or claims.get("sub") != client_id:
        return "iss and sub must be the client"
    named = claims.get("aud")
    given = named if isinstance(named, list) else [named]
    if not any(isinstance(one, str) and one in audiences for one in given):
        return "aud must be this token endpoint or issuer"
    issued, expires = claims.get("iat"), claims.get("exp")
    if not (_is_moment(issued) and _is_moment(expires)):
        return "iat and exp must be numbers"
    at, leeway = now.timestamp(), LEEWAY.total_seconds()
    if issued > at + leeway:
        return "iat is in the future"
    if expires <= at - leeway:
        return "exp has passed"
    if expires - issued > LONGEST_PROOF.total_seconds():
        return "exp is too long after iat"
    before = claims.get("nbf", 0)
    if not _is_moment(before) or before > at + leeway:
        return "nbf is in the future"
    jti = claims.get("jti")
    if not isinstance(jti, str) or not 8 <= len(jti) <= 200:
        return "jti must be a text of 8 to 200 characters"
    return None


def _is_moment(value: Any) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < 2**40


def granted(asked: str, held: frozenset[str]) -> frozenset[str] | None:
    """The scopes of a token: those asked for, all that are held when none is named; None when one
    was asked for that is not held."""
    wanted = frozenset(asked.split())
    return (wanted or held) if wanted <= held else None


def public_key(jwk: Mapping[str, Any]) -> dict[str, Any]:
    """The parts of a JWK that may be kept, its `kid` among them (made from the key when it has
    none). Raises `BadMachine` for a private key, a shared secret, a short or an odd key."""
    from joserfc.errors import JoseError
    from joserfc.jwk import ECKey, OKPKey, RSAKey, import_key

    if {"d", "p", "q", "dp", "dq", "qi", "oth", "k"} & jwk.keys():
        raise BadMachine("Khóa này có phần bí mật. Chỉ gửi phần công khai; phần bí mật ở lại máy.")
    try:
        key = import_key(dict(jwk))
        kid = str(jwk.get("kid") or key.thumbprint())
        kept = dict(key.as_dict(private=False))
    except (JoseError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise BadMachine("Đây không phải khóa JWK đọc được.") from error
    if isinstance(key, RSAKey):
        if key.public_key.key_size < SMALLEST_RSA:
            raise BadMachine(f"Khóa RSA phải từ {SMALLEST_RSA} bit trở lên.")
    elif isinstance(key, ECKey):
        if kept.get("crv") not in ("P-256", "P-384"):
            raise BadMachine("Khóa EC phải thuộc P-256 hoặc P-384.")
    elif not isinstance(key, OKPKey) or kept.get("crv") != "Ed25519":
        raise BadMachine("Loại khóa này không dùng được: cần EC, Ed25519 hoặc RSA.")
    if len(kid) > 100 or not kid.isprintable():
        raise BadMachine("Tên khóa (kid) phải in được và không quá 100 ký tự.")
    return {name: value for name, value in kept.items() if name not in ("key_ops",)} | {"kid": kid}


def known_scopes(scopes: list[str], kind: str) -> list[str]:
    """The scopes sorted, each once. Raises `BadMachine` for an unknown one, for none, and for one
    that no machine of an agency of this kind has."""
    unknown = sorted(set(scopes) - SCOPES.keys())
    if unknown:
        listed = ", ".join(SCOPES)
        raise BadMachine(f"Không có phạm vi {', '.join(unknown)}. Các phạm vi: {listed}.")
    barred = [one for one in scopes if kind not in SCOPE_KINDS.get(one, {kind})]
    if barred:
        raise BadMachine(
            f"Phạm vi {', '.join(sorted(barred))} chỉ dành cho máy khách của bộ hoặc của"
            " Ủy ban nhân dân cấp tỉnh."
        )
    if not scopes:
        raise BadMachine("Máy khách phải có ít nhất một phạm vi.")
    return sorted(set(scopes))


def proven(problem: str | None) -> None:
    """Raises `NotProven` when something is wrong."""
    if problem is not None:
        raise NotProven(problem)
