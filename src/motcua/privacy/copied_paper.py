"""The copy of one's data as a paper to read: PDF, by what the data is about, in volumes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from motcua.documents.rendering import render
from motcua.foundation import clock
from motcua.privacy import copies
from motcua.privacy.copied_words import plain_words
from motcua.privacy.models import Export

VOLUME = 400
"""Records in one PDF: what is laid out at once stays small, however much is kept about somebody."""

GROUPS = {
    "people": "Bạn, tài khoản và sự đồng ý của bạn",
    "documents": "Giấy tờ và kết quả",
    "notices": "Thông báo và thư",
    "payments": "Phí, lệ phí và thanh toán",
    "processes": "Các bước giải quyết",
    "registers": "Sổ đăng ký",
    "sharing": "Hỏi dữ liệu ở cơ quan khác",
    "dossiers": "Bản nháp và hồ sơ",
    "privacy": "Yêu cầu về dữ liệu của bạn",
}
"""Each room that holds something about people, in words."""


def volumes(copy: Export, person: str) -> Iterator[bytes]:
    """The copy as PDF/A, volume by volume; never more than one of them at once."""
    assert copy.ready_at is not None, "a copy is read when it is ready"
    waiting: list[dict[str, Any]] | None = None
    part = 0
    for volume in _volumes(copy):
        if waiting is not None:
            part += 1
            yield _rendered(copy, person, waiting, part, last=False)
        waiting = volume
    yield _rendered(copy, person, waiting or [], part + 1, last=True)


def _rendered(
    copy: Export, person: str, groups: list[dict[str, Any]], part: int, *, last: bool
) -> bytes:
    assert copy.ready_at is not None
    data = {
        "title": "Bản sao dữ liệu cá nhân",
        "agency_name": "Một Cửa",
        "person": person,
        "made_at": f"{clock.local(copy.ready_at):%H:%M ngày %d/%m/%Y}",
        "part": part,
        "split": part > 1 or not last,
        "groups": groups,
    }
    return render("data_copy", data, copy.ready_at)


def _volumes(copy: Export) -> Iterator[list[dict[str, Any]]]:
    groups: list[dict[str, Any]] = []
    count = 0
    for section in copies.sections(copy):
        held = section.held
        title = GROUPS[held.model.split(".")[0]]
        for record in section.records:
            if count == VOLUME:
                yield groups
                groups, count = [], 0
            if not groups or groups[-1]["title"] != title:
                groups.append({"title": title, "kinds": []})
            kinds = groups[-1]["kinds"]
            if not kinds or kinds[-1]["title"] != held.title:
                kinds.append({"title": held.title, "why": _why(section), "records": []})
            kinds[-1]["records"].append(_shown(record))
            count += 1
    if groups:
        yield groups


def _why(section: copies.Section) -> str:
    held = section.held
    kept = held.duty or "Không có quy định buộc phải lưu"
    return f"{held.why}. {kept}. {held.kept}."


def _shown(record: list[tuple[str, Any]]) -> list[tuple[str, str]]:
    """A record's pairs; the questions of a form each on a line of their own."""
    shown: list[tuple[str, str]] = []
    for words, value in record:
        if isinstance(value, dict):
            shown.append((words, "\n".join(f"{k}: {plain_words(one)}" for k, one in value.items())))
        else:
            shown.append((words, plain_words(value)))
    return shown or [("Trống", "–")]
