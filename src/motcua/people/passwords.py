"""Which words are no password: those that guessers try first.

Only break-glass accounts have one. Nothing is asked about its composition (ASVS 5.0, 6.2.5): it is
long, it is not among the 20,000 most frequent ones of known leaks (the list that comes with Django;
no outside service is asked), and it is not made of words that belong to this house or this account.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

from django.contrib.auth.password_validation import CommonPasswordValidator

from motcua.foundation import text

SHORTEST = 12
"""Characters."""
LONGEST = 1_000
CONTEXT = (
    "motcua", "dichvucong", "hanhchinhcong", "hanhchinh", "thutuc", "hoso", "uybannhandan", "ubnd",
    "vietnam", "quantri", "quantrivien", "hethong", "canbo", "congdan", "matkhau", "duphong",
    "admin", "administrator", "root", "password", "breakglass", "emergency",
)  # fmt: skip
"""Words of this house, folded (ASVS 5.0, 6.1.2): a password of these and of figures is none."""


def why_not(password: str, *names: str) -> str:
    """Why this may be no password of an account that is called `names`; empty when it may."""
    if len(password) < SHORTEST:
        return f"cần ít nhất {SHORTEST} ký tự"
    if len(password) > LONGEST:
        return f"không dài quá {LONGEST} ký tự"
    if password.strip().lower() in _commonest() or _core(password) in _commonest():
        return "mật khẩu này có trong danh sách những mật khẩu hay gặp nhất, ai dò cũng thử trước"
    if len(set(password)) < 5:
        return "mật khẩu lặp lại quá ít ký tự khác nhau"
    if not _left(password, names):
        return "mật khẩu chỉ gồm tên tài khoản hoặc những từ của hệ thống này"
    return ""


@cache
def _commonest() -> frozenset[str]:
    return frozenset(CommonPasswordValidator().passwords)


def _core(password: str) -> str:
    """Without what people put behind a common password to make it longer: `password2026!!`."""
    return re.sub(r"[\W\d_]+$", "", password.strip().lower())


def _left(password: str, names: Iterable[str]) -> str:
    """What is left without marks, figures, the account's names and the house's words."""
    rest = _letters(password)
    own = [word for name in names for word in (_letters(name), *map(_letters, name.split()))]
    for word in sorted({*CONTEXT, *own}, key=len, reverse=True):
        if len(word) > 2:
            rest = rest.replace(word, "")
    return rest


def _letters(words: str) -> str:
    return re.sub(r"[^a-z]", "", text.fold(words))
