"""What is found by a number printed on paper: procedures by their code, by the code of a form that
they ask for (CT01, TK1-TS, 01/ĐK), by the number of a document that they rest on (53/2025/TT-BCA).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from motcua.foundation import text

_CODE = re.compile(r"(?<![\d.,])([1-9])[ .-]?(\d{3})[ .]?(\d{3})(?![\d])")
_DOCUMENT = re.compile(r"(?<!\d)(\d{1,4})\s?/\s?((?:19|20)\d\d)(?:\s?/\s?([a-z][a-z0-9-]*))?")
_FORM = re.compile(
    r"\b(?:mau|phieu|to khai)(?: don)?(?: so)?[: ]{0,2}"
    r"([a-z0-9]+(?:[-/.][a-z0-9]+)*)"
)
_WRITTEN = re.compile(r"\b[A-ZĐ]{1,5}\d{1,3}[a-z]?(?:[-/][A-ZĐ0-9]+)*\b")
_FILE = re.compile(r"\.?(?:docx?|pdf|xlsx?).*$")
_LIKE_A_FORM = re.compile(r"[a-z0-9]+(?:[-/.][a-z0-9]+)*")
_SAID = re.compile(r"\b(?:(?:bieu )?mau|to khai|phieu|don)(?: so)?$")
_KINDS = re.compile(
    r"\b(?:thong tu|nghi dinh|luat|quyet dinh|nghi quyet|van ban|tt|nd|qd|nq)(?: so)?$"
)
_SHORTEST = 4
"""A shorter code is only looked for after "mẫu" or the like: "b2" is a licence as well."""

_FORMS = """
    SELECT p.code, c.name || ' ' || c.form_code
    FROM catalogue_component c JOIN catalogue_procedureversion v ON v.id = c.version_id
    JOIN catalogue_procedure p ON p.id = v.procedure_id
    WHERE upper_inf(v.valid) AND c.name || c.form_code ~ '[0-9]'
        AND c.name || c.form_code ~* '(mẫu|mau|phiếu|phieu|tờ khai|to khai|[A-ZĐ]{1,5}[0-9])'
"""
_DOCUMENTS = """
    SELECT p.code, basis ->> 'number'
    FROM catalogue_procedureversion v JOIN catalogue_procedure p ON p.id = v.procedure_id,
        jsonb_array_elements(v.legal_basis) basis
    WHERE upper_inf(v.valid) AND basis ->> 'number' IS NOT NULL
"""


@dataclass(frozen=True, slots=True)
class Said:
    """Numbers in a query: how each is written there, the codes of the procedures it stands for, and
    what is left of the query without them."""

    written: tuple[str, ...]
    codes: frozenset[str]
    rest: str


@dataclass(frozen=True)
class Numbers:
    """The procedures (by code) for each form and each document, under the number without marks,
    gaps and separators; documents also under number and year alone."""

    forms: Mapping[str, frozenset[str]] = field(default_factory=dict)
    documents: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def said_in(self, typed: str) -> Said | None:
        """The forms and documents that `typed` names, None when none is known. Of several numbers,
        the procedures that all of them stand for, or else any."""
        typed = " ".join(typed.split())
        plain = text.fold(typed)
        if len(plain) != len(typed) or not any(letter.isdigit() for letter in plain):
            return None  # places must be the same in both
        found: list[tuple[int, int, frozenset[str]]] = []
        for match in _DOCUMENT.finditer(plain):
            number, year, kind = match.groups()
            codes = self.documents.get(_bare(f"{number}/{year}/{kind or ''}"))
            if codes and (kind or _is_document(plain, match.start())):
                found.append((*match.span(), codes))
        for start, end, key in _form_like(plain):
            if any(start < other_end and other < end for other, other_end, _ in found):
                continue
            codes = self.forms.get(key)
            if codes and (len(key) >= _SHORTEST or _SAID.search(plain[:start].rstrip())):
                found.append((start, end, codes))
        if not found:
            return None
        together = frozenset.intersection(*(codes for *_, codes in found))
        any_of = frozenset[str]().union(*(codes for *_, codes in found))
        rest = typed
        for start, end, _ in sorted(found, reverse=True):
            before = _SAID.sub("", plain[:start].rstrip())
            rest = f"{rest[: len(before)]} {rest[end:]}"
        written = tuple(typed[start:end] for start, end, _ in sorted(found))
        return Said(written, together or any_of, rest)


def procedure_codes(typed: str) -> list[str]:
    """The codes of procedures written in `typed`, with their dot or without ("1001193")."""
    return [f"{first}.{second}{third}" for first, second, third in _CODE.findall(typed)]


def numbers(forms: Iterable[tuple[str, str]], documents: Iterable[tuple[str, str]]) -> Numbers:
    """From what the papers of procedures are called, and the documents they rest on."""
    by_form: dict[str, set[str]] = {}
    for code, name in forms:
        said = [match.group(1) for match in _FORM.finditer(text.fold(name))]
        said += [text.fold(match.group()) for match in _WRITTEN.finditer(text.nfc(name))]
        for key in {_bare(_FILE.sub("", number)) for number in said}:
            if _telling(key):
                by_form.setdefault(key, set()).add(code)
    by_document: dict[str, set[str]] = {}
    for code, number in documents:
        match = _DOCUMENT.match(text.fold(number).strip())
        if match:
            count, year, kind = match.groups()
            for key in (f"{count}/{year}/", f"{count}/{year}/{kind or ''}"):
                by_document.setdefault(_bare(key), set()).add(code)
    return Numbers(
        {key: frozenset(codes) for key, codes in by_form.items()},
        {key: frozenset(codes) for key, codes in by_document.items()},
    )


def statements() -> tuple[str, str]:
    """What to ask PostgreSQL for what `numbers` is made of."""
    return _FORMS, _DOCUMENTS


def _is_document(plain: str, start: int) -> bool:
    """Whether "53/2025" is a document rather than a month: named as one, or all that was typed."""
    before = plain[:start].rstrip()
    return not before or _KINDS.search(before) is not None


def _form_like(plain: str) -> list[tuple[int, int, str]]:
    """Words of a query that may be the code of a form, also when it is written apart ("ct 01"),
    the longest first."""
    cut = [(m.start(), m.end()) for m in _LIKE_A_FORM.finditer(plain)]
    found = []
    for first, (start, _) in enumerate(cut):
        for _, end in cut[first : first + 3]:
            key = _bare(plain[start:end])
            if _telling(key) and end - start <= 24:
                found.append((start, end, key))
    found.sort(key=lambda one: one[0] - one[1])
    return found


def _telling(key: str) -> bool:
    """Whether this may be the code of one form: letters and digits. "01" is every first form."""
    return (
        2 <= len(key) <= 20
        and any(letter.isdigit() for letter in key)
        and any(letter.isalpha() for letter in key)
    )


def _bare(number: str) -> str:
    count, slash, rest = number.partition("/")
    if slash and count.isdigit() and rest[:4].isdigit():
        return f"{int(count)}/{rest[:4]}{re.sub(r'[^a-z0-9]', '', rest[4:])}"
    return re.sub(r"[^a-z0-9]", "", number)
