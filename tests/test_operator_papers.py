"""What operators are told of keys, data, logs and updates, held against the code."""

from __future__ import annotations

import re
from pathlib import Path

from django.apps import apps

from motcua.foundation import holdings
from motcua.foundation.crypto import EncryptedTextField

ROOT = Path(__file__).resolve().parents[1]
SOURCES = {
    path.relative_to(ROOT / "src/motcua").as_posix(): path.read_text(encoding="utf-8")
    for path in (ROOT / "src/motcua").rglob("*.py")
}
USES = re.compile(r"^\s*(?:from|import) (?:cryptography|joserfc|authlib|pyhanko|hmac)\b", re.M)
ALGORITHMS = re.compile(
    r"\b(AESGCM|HKDF|Scrypt|Argon2|SHA1|SHA224|SHA256|SHA384|SHA512|MD5|ES256|ES384|ES512|EdDSA"
    r"|PS256|RS256|HS256|SECP256R1|SECP384R1|sha1|sha256|sha384|sha512|md5|blake2b|TripleDES|ChaCha20)"
)
ON_THE_LIST = {
    "AESGCM": "AES-256-GCM",
    "SHA1": "SHA-1",
    "SHA256": "SHA-256",
    "SHA384": "SHA-384",
    "SHA512": "SHA-512",
    "SECP256R1": "P-256",
    "SECP384R1": "P-384",
}
CLASSES = ("secret", "sealed", "personal", "work", "public")


def page(name: str) -> str:
    return (ROOT / f"docs/operator/{name}.md").read_text(encoding="utf-8")


def rows(text: str) -> list[list[str]]:
    """The cells of all tables, without their heads."""
    lines = [line for line in text.splitlines() if line.startswith("| ")]
    cells = [[cell.strip() for cell in line.strip().strip("|").split(" | ")] for line in lines]
    return [row for row in cells if not set(row[0]) <= {"-", " "}]


def test_every_algorithm_and_module_is_on_the_list() -> None:
    told = page("keys")
    using = {name for name, source in SOURCES.items() if USES.search(source)}
    assert set(re.findall(r"^- `([^`]+)`$", told, re.M)) == using
    digests = {name for name, source in SOURCES.items() if "hashlib" in source}
    named = {found for name in using | digests for found in ALGORITHMS.findall(SOURCES[name])}
    assert {"AESGCM", "ES256", "sha256"} <= named
    words = {ON_THE_LIST.get(one.upper(), ON_THE_LIST.get(one, one)) for one in named}
    assert [word for word in sorted(words) if word not in told] == []


def test_each_phase_of_a_keys_life_has_its_rule() -> None:
    told = page("keys")
    phases = re.findall(r"^\d\. \*\*([^*]+)\.\*\* \S", told, re.M)
    assert phases == [
        "Making",
        "Handing out",
        "Keeping",
        "Using",
        "Time in use",
        "Changing",
        "Loss or disclosure",
        "Destroying",
        "Review",
    ]
    keys = [row for row in rows(told) if row[0] != "key"]
    assert len(keys) > 12
    assert all(len(row) == 6 and all(row) for row in keys)
    commands = {command for row in keys for command in re.findall(r"`motcua ([a-z-]+)", row[5])}
    assert commands >= {"keys", "machine", "bank-key", "breakglass"}
    every = "".join(source for name, source in SOURCES.items() if name.startswith("doors/cli/"))
    assert [one for one in commands if f'"{one}"' not in every] == []


def test_every_table_with_people_or_seals_has_its_class() -> None:
    told = [row for row in rows(page("data-classes")) if len(row) == 2 and row[0] in CLASSES]
    of: dict[str, str] = {}
    for name, tables in told:
        for table in re.findall(r"`([^`]+)`", tables):
            assert table not in of, table
            of[table] = name
    house = {m._meta.label: m for m in apps.get_models() if m.__module__.startswith("motcua.")}
    assert of.keys() <= house.keys()
    about_people = {held.model for held in holdings.everything()} | set(holdings.outside())
    for label, model in house.items():
        seals = any(isinstance(field, EncryptedTextField) for field in model._meta.get_fields())
        allowed = {"secret", "sealed"} if seals else set(CLASSES)
        if label in about_people:
            allowed &= {"secret", "sealed", "personal"}
        assert of.get(label, "work") in allowed, label


def test_each_class_has_all_its_rules() -> None:
    told = [row for row in rows(page("data-classes")) if len(row) == 8]
    head, *classes = told
    assert head[1:] == [
        "what it is",
        "at rest",
        "on the way",
        "who reads",
        "traces",
        "kept",
        "integrity",
    ]
    assert [row[0].strip("*") for row in classes] == list(CLASSES)
    assert all(all(row) for row in classes)


def test_updates_have_deadlines_that_grow_with_less_danger() -> None:
    told = [row for row in rows(page("updates")) if row[0] != "what"]
    days = [int(found[1]) for row in told[:4] if (found := re.match(r"(\d+) days", row[2]))]
    assert len(days) == 4
    assert days == sorted(days)
    assert days[0] <= 2
    assert days[-1] <= 90
    assert all(re.search(r"\d+ days", row[2]) for row in told)


def test_every_event_of_the_log_is_on_the_list() -> None:
    told = page("logs")
    events = re.compile(r'\.(?:info|warning|error|exception)\(\s*"([a-z]+(?:_[a-z]+)+)"')
    said = {event for source in SOURCES.values() for event in events.findall(source)}
    assert len(said) > 20
    assert set(re.findall(r"`([a-z_]+)`", told.split("## Events")[1])) == said
    logs = [row for row in rows(told) if row[0] != "log"]
    assert len(logs) >= 8
    assert all(len(row) == 8 and all(row) for row in logs)
