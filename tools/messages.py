"""The catalogue of English texts, `src/motcua/locale/en/LC_MESSAGES/django.po` and `.mo`.

    python tools/messages.py update   brings django.po into line with the pages, compiles, checks
    python tools/messages.py compile  makes django.mo of django.po, as make setup does
    python tools/messages.py check    names what is untranslated, unused or not compiled; exit 1

The Vietnamese text in a template or a view is the key. `update` gives new texts an empty
translation and drops texts that no page uses any more. Needs no gettext programs.
"""

from __future__ import annotations

import ast
import re
import struct
import sys
from collections.abc import Iterator
from pathlib import Path

from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
DOORS = ROOT / "src/motcua/doors"
WITH_LABELS = {
    ROOT / "src/motcua/catalogue/models.py": {"ChangeKind", "Handover", "State", "Step"},
    ROOT / "src/motcua/dossiers/models.py": {"Status"},
    ROOT / "src/motcua/documents/models.py": {"State"},
    ROOT / "src/motcua/dossiers/transfer_models.py": {"Return"},
}
"""Rooms below the doors speak Vietnamese only. Of these classes of choices, pages show the labels
through `{% translate name %}`, so they are translated too."""

CATALOGUE = ROOT / "src/motcua/locale/en/LC_MESSAGES/django.po"
COMPILED = CATALOGUE.with_suffix(".mo")

HEADER = """\
Project-Id-Version: Một Cửa
Language: en
MIME-Version: 1.0
Content-Type: text/plain; charset=UTF-8
Content-Transfer-Encoding: 8bit
Plural-Forms: nplurals=2; plural=(n != 1);
"""

MARKERS = {"_", "gettext", "gettext_lazy", "gettext_noop"}
OTHER_MARKERS = {"ngettext", "ngettext_lazy", "pgettext", "pgettext_lazy", "npgettext"}


class Unreadable(Exception):
    """A text that this script cannot take in, or a catalogue that it cannot read."""


def texts() -> dict[str, list[str]]:
    """Every text to translate, with the files that show it, in the order of the files."""
    found: dict[str, list[str]] = {}
    templates = sorted(DOORS.rglob("templates/**/*.html"))
    modules = sorted(path for path in DOORS.rglob("*.py") if "/api/" not in path.as_posix())
    for path in [*templates, *modules, *WITH_LABELS]:
        place = path.relative_to(ROOT).as_posix()
        if path.suffix == ".html":
            words = _of_template(path, place)
        else:
            tree = ast.parse(path.read_text(encoding="utf-8"), place)
            labels = WITH_LABELS.get(path)
            words = _labels(tree, labels) if labels else _of_module(tree, place)
        for text in words:
            places = found.setdefault(text, [])
            if place not in places:
                places.append(place)
    return found


def _of_template(path: Path, place: str) -> Iterator[str]:
    """Django turns its translation tags into calls with one literal each, the rest into noise."""
    source = templatize(path.read_text(encoding="utf-8"), origin=place)
    call = re.compile(r"\b(n?p?gettext|_)\(\s*(u?'(?:[^'\\]|\\.)*'|u?\"(?:[^\"\\]|\\.)*\")")
    for match in call.finditer(source):
        if match[1] not in MARKERS:
            raise Unreadable(f"{place}: plural forms and contexts are not used in this house")
        yield str(ast.literal_eval(match[2]))


def _of_module(tree: ast.Module, place: str) -> Iterator[str]:
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name)):
            continue
        if node.func.id in OTHER_MARKERS:
            raise Unreadable(f"{place}:{node.lineno}: plural forms and contexts are not used here")
        if node.func.id not in MARKERS or not node.args:
            continue
        if isinstance(node.args[0], ast.Constant) and isinstance(node.args[0].value, str):
            yield node.args[0].value


def _labels(tree: ast.Module, classes: set[str]) -> Iterator[str]:
    """`NAME = 1, "label"` in the classes of choices."""
    for node in ast.walk(tree):
        if not (isinstance(node, ast.ClassDef) and node.name in classes):
            continue
        for line in node.body:
            if isinstance(line, ast.Assign) and isinstance(line.value, ast.Tuple):
                label = line.value.elts[-1]
                if isinstance(label, ast.Constant) and isinstance(label.value, str):
                    yield label.value


def read() -> dict[str, str]:
    """The translations of django.po, without its header. Raises `Unreadable`."""
    path = CATALOGUE
    kept: dict[str, str] = {}
    key, value, field = "", "", ""

    def keep() -> None:
        if field == "msgstr" and key:
            if key in kept:
                raise Unreadable(f"{path.name}: twice: {key!r}")
            kept[key] = value

    for number, raw in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        line = raw.strip()
        if not line or line.startswith("#"):
            continue
        match = re.fullmatch(r"(?:(msgid|msgstr)\s+)?(\".*\")", line)
        if match is None:
            raise Unreadable(f"{path.name}:{number}: {line[:60]}")
        text = str(ast.literal_eval(match[2]))
        if match[1] == "msgid":
            keep()
            key, value, field = text, "", "msgid"
        elif match[1] == "msgstr":
            value, field = text, "msgstr"
        elif field == "msgid":
            key += text
        else:
            value += text
    keep()
    return kept


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\t", "\\t")
    lines = escaped.split("\n")
    pieces = [f'"{line}\\n"' for line in lines[:-1]] + ([f'"{lines[-1]}"'] if lines[-1] else [])
    if len(pieces) <= 1:
        return pieces[0] if pieces else '""'
    return "\n".join(['""', *pieces])


def write(found: dict[str, list[str]], translations: dict[str, str]) -> None:
    """django.po for the texts found, in their order."""
    parts = [f'msgid ""\nmsgstr {_quoted(HEADER)}']
    for text, places in found.items():
        where = "".join(f"#: {place}\n" for place in places)
        # msgfmt and translators' tools check that placeholders agree where this mark stands.
        mark = "#, python-format\n" if re.search(r"%(\(\w+\))?s", text) else ""
        said = _quoted(translations.get(text, ""))
        parts.append(f"{where}{mark}msgid {_quoted(text)}\nmsgstr {said}")
    CATALOGUE.parent.mkdir(parents=True, exist_ok=True)
    CATALOGUE.write_text("\n\n".join(parts) + "\n", encoding="utf-8")


def compiled(translations: dict[str, str]) -> bytes:
    """The machine form (GNU .mo, little endian, no hash table): sorted keys, then their texts."""
    entries = {"": HEADER, **{key: said for key, said in translations.items() if said}}
    pairs = sorted((key.encode(), said.encode()) for key, said in entries.items())
    count = len(pairs)
    keys_at, texts_at = 28, 28 + 8 * count
    keys = b"".join(key + b"\0" for key, _ in pairs)
    body = b"".join(said + b"\0" for _, said in pairs)
    index: list[int] = []
    position = texts_at + 8 * count
    for lengths in ([len(key) for key, _ in pairs], [len(said) for _, said in pairs]):
        for length in lengths:
            index += [length, position]
            position += length + 1
    head = struct.pack("<7I", 0x950412DE, 0, count, keys_at, texts_at, 0, 0)
    return head + struct.pack(f"<{len(index)}I", *index) + keys + body


def placeholders(text: str) -> list[str]:
    """`%(name)s` and `%s`, which a translation must keep."""
    return sorted(re.findall(r"%(?:\(\w+\))?s", text))


def faults() -> list[str]:
    """What keeps the catalogue from being complete, one line each."""
    found, translations = texts(), read()
    lines = [f"no English for: {text}" for text in found if not translations.get(text)]
    lines += [f"no page uses: {text}" for text in translations if text not in found]
    lines += [
        f"placeholders differ: {text}"
        for text, said in translations.items()
        if said and placeholders(text) != placeholders(said)
    ]
    if not COMPILED.exists() or COMPILED.read_bytes() != compiled(translations):
        lines.append("django.mo is not that of django.po: run make messages")
    return lines


def update() -> None:
    found = texts()
    translations = read() if CATALOGUE.exists() else {}
    write(found, translations)
    COMPILED.write_bytes(compiled(read()))


def main(arguments: list[str]) -> int:
    if arguments not in (["update"], ["compile"], ["check"]):
        sys.stderr.write(f"{__doc__}\n")
        return 2
    if arguments == ["compile"]:
        COMPILED.write_bytes(compiled(read()))
        return 0
    if arguments == ["update"]:
        update()
    lines = faults()
    sys.stdout.write("".join(f"{line}\n" for line in lines))
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
