"""Asked once only (NĐ 224/2026 Đ15 k1 d; NĐ 118/2025 Đ4, amended by NĐ 309/2026): what a connected
register holds is asked of the applicant after the look-up failed, found nothing, or is said to be
wrong; the reason is kept. Pure.

`lookups` are by the register's name: `{"outcome", "at"}`. A register that is not in it is not
connected here, so nothing could be looked up. `disputes` are by `field:<key>` or `paper:<key>`: in
what way the applicant says that the register is wrong.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from motcua.catalogue.facts import ComponentFacts
from motcua.forms.sources import register_of

FOUND, NONE, DOWN, OBJECTED = "found", "none", "down", "objected"
BECAUSE = {
    NONE: "không có dữ liệu của bạn",
    DOWN: "chưa trả lời",
    OBJECTED: "không được hỏi, theo ý của bạn",
}
"""Why something is asked although a register could know it, in words."""

LONGEST_WORDS = 300
SHORTEST_WORDS = 5

Lookups = Mapping[str, Mapping[str, str]]
Disputes = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Spared:
    """What one filing did not ask for: papers that a register makes unnecessary, and answers that
    a register gave."""

    papers: int
    answers: int


def outcome(lookups: Lookups, register: str) -> str:
    """How the look-up in a register ended; empty when it is not connected."""
    return str(lookups.get(register, {}).get("outcome", ""))


def is_held(paper: ComponentFacts, lookups: Lookups, disputes: Disputes) -> bool:
    """Whether a paper must not be asked for: its register knows, and nobody says it is wrong. One
    that is needed only under a condition was chosen by the answers, and is asked for."""
    replaced = bool(paper.replaced_by) and not paper.needed
    answered = replaced and outcome(lookups, paper.replaced_by) == FOUND
    return answered and f"paper:{paper.key}" not in disputes


def why_paper(paper: ComponentFacts, lookups: Lookups, disputes: Disputes) -> str:
    """Why a paper that a register could replace is asked for, in words; empty when none could."""
    if not paper.replaced_by or is_held(paper, lookups, disputes):
        return ""
    if said := disputes.get(f"paper:{paper.key}"):
        return f"Bạn cho biết dữ liệu của {paper.replaced_by} chưa đúng: {said}"
    ended = outcome(lookups, paper.replaced_by)
    unknown = "không thay được giấy này trong trường hợp bạn chọn" if ended == FOUND else ""
    because = BECAUSE.get(ended, unknown or "chưa kết nối với hệ thống này")
    return f"{paper.replaced_by} {because}."


def why_asked(
    sourced: Mapping[str, str], filled: Collection[str], lookups: Lookups
) -> dict[str, str]:
    """Of the fields that a source could answer (`sourced`, field to source) and that none did: why
    they are asked, by the register's name."""
    found: dict[str, str] = {}
    for key, source in sourced.items():
        register = register_of(source)
        ended = outcome(lookups, register)
        if key in filled or not ended:
            continue
        because = BECAUSE.get(ended, "không có mục này của bạn")
        found.setdefault(register, f"{register} {because}.")
    return found


def spared(
    papers: Iterable[ComponentFacts],
    given: Collection[str],
    sources: Mapping[str, Any],
    lookups: Lookups,
    disputes: Disputes,
) -> Spared:
    """What a filing with the needed `papers`, of which those in `given` were handed in, did not ask
    for."""
    held = [one for one in papers if is_held(one, lookups, disputes) and one.key not in given]
    answers = [key for key, source in sources.items() if not source.get("disputed")]
    return Spared(len(held), len(answers))


def words(said: str) -> str:
    """What somebody says is wrong, as it is kept; empty when it says nothing."""
    cleaned = " ".join(said.split())[:LONGEST_WORDS]
    return cleaned if len(cleaned) >= SHORTEST_WORDS else ""
