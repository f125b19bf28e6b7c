"""Papers and questions for what the State holds already (NĐ 224/2026 Đ15 k1 d: asked once only).

A paper that a connected register makes unnecessary may still be asked for where a law says so; the
reason is then part of what is published (`parameters.asked_anyway`). Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from motcua.foundation import text

POPULATION = "CSDL quốc gia về dân cư"
CIVIL_STATUS = "CSDL hộ tịch điện tử"
BUSINESS = "CSDL quốc gia về đăng ký doanh nghiệp"
LAND = "CSDL quốc gia về đất đai"
BIRTH_NOTICE = "Giấy chứng sinh điện tử"
INSURANCE = "CSDL quốc gia về bảo hiểm"

PAPERS: tuple[tuple[str, str], ...] = (
    ("căn cước", POPULATION),
    ("chứng minh nhân dân", POPULATION),
    ("sổ hộ khẩu", POPULATION),
    ("xác nhận thông tin về cư trú", POPULATION),
    ("giấy tờ chứng minh nơi cư trú", POPULATION),
    ("xác nhận số định danh", POPULATION),
    ("giấy khai sinh", CIVIL_STATUS),
    ("giấy chứng nhận kết hôn", CIVIL_STATUS),
    ("xác nhận tình trạng hôn nhân", CIVIL_STATUS),
    ("trích lục khai tử", CIVIL_STATUS),
    ("giấy chứng sinh", BIRTH_NOTICE),
    ("giấy chứng nhận đăng ký doanh nghiệp", BUSINESS),
    ("giấy chứng nhận đăng ký hộ kinh doanh", BUSINESS),
    ("giấy chứng nhận quyền sử dụng đất", LAND),
    ("thẻ bảo hiểm y tế", INSURANCE),
)
"""What a paper's name holds, and the register that has it."""

QUESTIONS: tuple[tuple[str, str], ...] = (
    ("ngày sinh của người nộp", "population.birth_date"),
    ("ngày tháng năm sinh", "population.birth_date"),
    ("giới tính", "population.sex"),
    ("dân tộc", "population.ethnicity"),
    ("quốc tịch", "population.nationality"),
    ("nơi cư trú", "population.residence"),
    ("nơi thường trú", "population.residence"),
    ("số định danh cá nhân", "population.id_number"),
    ("số điện thoại", "account.phone"),
    ("thư điện tử", "account.email"),
)
"""What a question is called in full, and the source that could answer it."""


@dataclass(frozen=True, slots=True)
class Held:
    """Something asked for that a register holds. `place` is `components[2]` or `form.ngay_sinh`;
    `register` who has it; `reason` why it is asked all the same, empty when nobody has said."""

    place: str
    what: str
    register: str
    reason: str = ""


def held(version: Mapping[str, Any], questions: Iterable[tuple[str, str, str]] = ()) -> list[Held]:
    """The papers of a version that a register holds and that are asked for all the same, and the
    questions of its form (key, label, source) that a source could answer and does not."""
    reasons = version.get("parameters", {}).get("asked_anyway", {})
    found = []
    for paper in version.get("components", []):
        register = paper.get("replaced_by") or register_of(paper["name"])
        if register and paper.get("required", True):
            place = f"components.{paper['key']}"
            found.append(Held(place, paper["name"], register, _reason(reasons, place)))
    for key, label, source in questions:
        could = source_of(label)
        if could and not source:
            place = f"form.{key}"
            found.append(Held(place, label, could, _reason(reasons, place)))
    return found


def refused(found: Iterable[Held]) -> list[Held]:
    """Those for which no legal reason is given: publication waits for one."""
    return [one for one in found if len(one.reason) < SHORTEST_REASON]


SHORTEST_REASON = 10
"""Letters; shorter than any article and document."""


def register_of(paper: str) -> str:
    """The register that makes a paper of this name unnecessary, empty when none is known. "A or B"
    is judged by A; forms to be filled in are no papers of the State."""
    name = text.nfc(paper).lower()
    if name.startswith(("tờ khai", "đơn ", "giấy đề nghị", "phiếu", "văn bản đề nghị")):
        return ""
    return next((register for words, register in PAPERS if words in name), "")


def source_of(label: str) -> str:
    """The source that could answer a question with exactly this name, empty when none."""
    asked = " ".join(text.nfc(label).lower().split())
    return next((source for words, source in QUESTIONS if words == asked), "")


def _reason(reasons: Any, place: str) -> str:
    said = reasons.get(place, "") if isinstance(reasons, Mapping) else ""
    return said.strip() if isinstance(said, str) else ""
