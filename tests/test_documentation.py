"""What the documents say is there: links lead somewhere, commands exist, decisions have numbers of
their own, every problem an integrator may meet is explained."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from motcua.doors.cli.main import COMMANDS

ROOT = Path(__file__).resolve().parents[1]
PAGES = sorted(
    page
    for pattern in ("*.md", "docs/**/*.md")
    for page in ROOT.glob(pattern)
    if ".venv" not in page.parts
)
NAMES = [page.relative_to(ROOT).as_posix() for page in PAGES]


def slug(heading: str) -> str:
    """The anchor of a heading, as the usual renderers make it."""
    kept = re.sub(r"[^\w\s-]", "", heading.strip().lower())
    return kept.replace(" ", "-")


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_every_link_leads_somewhere(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    lost = []
    for link in re.findall(r"\]\(([^)\s]+)\)", text):
        if re.match(r"https?://|mailto:", link):
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path) if path else page
        if not target.exists():
            lost.append(link)
        elif anchor and target.suffix == ".md":
            headings = re.findall(r"^#+ (.+)$", target.read_text(encoding="utf-8"), re.MULTILINE)
            if anchor not in map(slug, headings):
                lost.append(link)
    assert lost == []


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_every_command_named_exists(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    code = re.findall(r"```.*?```|`[^`]+`", text, re.DOTALL)
    named = {
        word
        for piece in code
        for word in re.findall(r"(?:^|[\s`/])motcua ([a-z]+(?:-[a-z]+)*)\b", piece, re.MULTILINE)
    }
    assert named <= set(COMMANDS)


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_every_source_file_named_exists(page: Path) -> None:
    rooms = ROOT / "src/motcua"
    tops = {place.name for place in (*ROOT.iterdir(), *rooms.iterdir()) if place.is_dir()}
    gone = [
        path
        for path in re.findall(
            r"`([\w./-]+\.(?:py|json|bpmn|po|typ|toml|lock|sh))`", page.read_text()
        )
        if path.split("/")[0] in tops and not ((ROOT / path).exists() or (rooms / path).exists())
    ]
    assert gone == []


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_every_test_named_exists(page: Path) -> None:
    gone = []
    for path, name in re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", page.read_text(encoding="utf-8")):
        file = ROOT / path
        if not file.exists() or f"def {name}(" not in file.read_text(encoding="utf-8"):
            gone.append(f"{path}::{name}")
    assert gone == []


def test_every_decision_has_a_number_of_its_own_and_a_line_in_the_index() -> None:
    folder = ROOT / "docs/adr"
    decisions = sorted(folder.glob("[0-9]*.md"))
    numbers = [page.name[:4] for page in decisions]
    assert len(numbers) == len(set(numbers))
    index = (folder / "README.md").read_text(encoding="utf-8")
    for page in decisions:
        assert f"[{page.name[:4]}]({page.name})" in index
        assert page.read_text(encoding="utf-8").startswith(f"# {page.name[:4]} ")


def test_every_problem_of_the_api_is_explained() -> None:
    doors = ROOT / "src/motcua/doors"
    sources = [*doors.glob("*.py"), *doors.glob("api/*.py"), ROOT / "src/motcua/dossiers/errors.py"]
    said = "".join(path.read_text(encoding="utf-8") for path in sources)
    codes = {
        code
        for pattern in (
            r"Problem\(\s*\d+,\s*\"(\w+)\"",
            r"answer\(\s*\d+,\s*\"(\w+)\"",
            r"^    \d{3}: \(\"(\w+)\"",
            r"^    code = \"(\w+)\"",
        )
        for code in re.findall(pattern, said, re.MULTILINE)
    }
    assert codes, "the pattern no longer finds any"
    explained = (ROOT / "docs/integrator/api.md").read_text(encoding="utf-8")
    assert {code for code in codes if f"`{code}`" not in explained} == set()


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_no_page_speaks_of_one_persons_machine(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert re.findall(r"/(?:home|Users|work|root)/\w+", text) == []
