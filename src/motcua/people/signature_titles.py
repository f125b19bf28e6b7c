"""What stands above the title of who signs for another: NĐ 30/2020/NĐ-CP Đ13 and Phụ lục I (mục II,
7). A deputy signs “KT.” (ký thay) before the head's title, who was authorised in writing “TUQ.”
(thừa ủy quyền) before the title of who authorised them."""

from __future__ import annotations

_DEPUTY = "phó "


def is_deputy(title: str) -> bool:
    """Whether the holder of this title signs in the head's place."""
    return title.strip().casefold().startswith(_DEPUTY)


def for_the_head(title: str, head_title: str) -> str:
    """`KT. Chủ tịch` for a deputy, nothing for anybody else. Where nobody is head now, the head's
    title is the deputy's without `Phó`."""
    if not is_deputy(title):
        return ""
    rest = title.strip()[len(_DEPUTY) :].strip()
    return f"KT. {head_title.strip() or rest[:1].upper() + rest[1:]}"


def by_delegation(giver_title: str) -> str:
    """`TUQ. Chủ tịch`."""
    return f"TUQ. {giver_title.strip()}"
