"""Every action that has an official effect writes to the ledger, in its own transaction.

Read from the source: each public function of a room's actions that opens a transaction must reach
`ledger.append` through calls of ours, or stand below with the reason why it need not. What it
reaches runs in the same transaction: `append` opens none of its own.
"""

from __future__ import annotations

import ast
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.db import transaction

from motcua.agencies import actions as agencies
from motcua.forms import actions as forms
from motcua.foundation import ledger
from motcua.foundation.models import LedgerEntry
from motcua.people import actions as people
from motcua.processes import actions as processes
from motcua.territory import actions as territory

ROOT = Path(__file__).resolve().parents[1] / "src"
NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)

_DRAFTING = (
    "the applicant's own draft, without effect until it is filed (`submit` is in the ledger)"
)
_QUEUE = "delivery of what an act decided; the act is in the ledger"
_PART = "part of an action of the room above, which appends in the same transaction"
_FACTS = "facts taken over from the eID; the sign-in that brings them is in the ledger"
EXEMPT = {
    "documents.actions:draft": _PART,
    "documents.actions:redraft": _PART,
    "dossiers.actions.deciding:prepare_for_me": "a draft with another name; its signing is entered",
    "dossiers.actions.drafting:save_topic": _DRAFTING,
    "dossiers.actions.drafting:choose_agency": _DRAFTING,
    "dossiers.actions.drafting:dispute_paper": _DRAFTING,
    "dossiers.actions.drafting:detach": _DRAFTING,
    "dossiers.actions.drafting:discard_draft": _DRAFTING,
    "dossiers.actions.drafting:restore_draft": _DRAFTING,
    "notices.actions:send": _QUEUE,
    "notices.actions:mark_read": "one's own inbox",
    "notices.actions:mark_all_read": "one's own inbox",
    "notices.actions:claim_due": _QUEUE,
    "notices.actions:note_sent": _QUEUE,
    "notices.actions:note_failure": _QUEUE,
    "payments.actions.charging:cancel": _PART,
    "payments.actions.charging:refund": "notes that money is owed; paying it back is in the ledger",
    "payments.actions.paying:start_attempt": "the payer's own try; money received is in the ledger",
    "people.actions.knowing:upsert_person": _FACTS,
    "people.actions.knowing:upsert_organisation": _FACTS,
    "people.actions.knowing:expect_account": "an account nobody has used; appointing it is entered",
    "people.actions.looking:record_access": "a record of its own, of who looked, for its subject",
    "processes.actions:complete": _PART,
    "processes.actions:fire_timers": _PART,
    "processes.actions:cancel": _PART,
    "processes.actions:start_over": _PART,
    "processes.actions:assign": _PART,
    "sharing.actions:claim": _QUEUE,
    "sharing.actions:acknowledged": _QUEUE,
    "sharing.actions:unanswered": _QUEUE,
    "sharing.actions:refused": _QUEUE,
    "sharing.actions:send_again": _QUEUE,
}


class Source:
    """Functions of the package, by `module:name`, each with what it calls."""

    def __init__(self) -> None:
        self.functions: dict[str, ast.FunctionDef] = {}
        self._names: dict[str, dict[str, str]] = {}
        for path in (ROOT / "motcua").rglob("*.py"):
            module = ".".join(path.relative_to(ROOT).with_suffix("").parts)
            module = module.removesuffix(".__init__")
            tree = ast.parse(path.read_text(encoding="utf-8"))
            names = self._names[module] = {}
            for node in ast.walk(tree):
                if isinstance(node, ast.ImportFrom) and node.module:
                    for one in node.names:
                        names[one.asname or one.name] = f"{node.module}.{one.name}"
                elif isinstance(node, ast.FunctionDef):
                    self.functions.setdefault(f"{module}:{node.name}", node)

    def called(self, function: str) -> set[str]:
        """The functions of ours that it calls."""
        module = function.split(":")[0]
        found = set()
        for node in ast.walk(self.functions[function]):
            if isinstance(node, ast.Call):
                match node.func:
                    case ast.Name(id=name):
                        whole = self._names[module].get(name, f"{module}.{name}")
                        found.add(self._place(whole))
                    case ast.Attribute(value=ast.Name(id=base), attr=name):
                        if base in self._names[module]:
                            found.add(self._place(f"{self._names[module][base]}.{name}"))
        return found & self.functions.keys()

    def _place(self, whole: str) -> str:
        """`module:name` of a dotted name, followed through the packages that hand it on."""
        for _ in range(4):
            module, _, name = whole.rpartition(".")
            if f"{module}:{name}" in self.functions or module not in self._names:
                break
            if name not in self._names[module]:
                break
            whole = self._names[module][name]
        module, _, name = whole.rpartition(".")
        return f"{module}:{name}"

    def reaches_the_ledger(self, function: str) -> bool:
        seen: set[str] = set()
        waiting = [function]
        while waiting:
            here = waiting.pop()
            if here == "motcua.foundation.ledger:append":
                return True
            if here not in seen:
                seen.add(here)
                waiting += self.called(here)
        return False


@pytest.fixture(scope="module")
def source() -> Source:
    return Source()


def acts(source: Source) -> set[str]:
    """Public functions of actions that open a transaction."""
    return {
        name.removeprefix("motcua.")
        for name, node in source.functions.items()
        if ".actions" in name.split(":")[0]
        and not node.name.startswith("_")
        and any(ast.unparse(one).startswith("transaction.atomic") for one in node.decorator_list)
    }


def test_every_act_is_entered_or_has_a_reason_not_to_be(source: Source) -> None:
    found = acts(source)
    assert len(found) > 40, "the survey sees the actions"
    silent = {name for name in found if not source.reaches_the_ledger(f"motcua.{name}")}
    assert silent - EXEMPT.keys() == set(), "append to the ledger, or say here why not"


def test_no_exception_outlives_its_reason(source: Source) -> None:
    silent = {n for n in acts(source) if not source.reaches_the_ledger(f"motcua.{n}")}
    assert EXEMPT.keys() - silent == set(), "gone, or in the ledger by now"


def test_appending_opens_no_transaction_of_its_own(source: Source) -> None:
    assert "atomic" not in ast.unparse(source.functions["motcua.foundation.ledger:append"])


def kinds() -> list[str]:
    return list(LedgerEntry.objects.order_by("pk").values_list("kind", flat=True))


@pytest.mark.django_db
def test_configuration_and_consent_leave_entries_once() -> None:
    territory.load_units(territory.national_units()[:40])
    agencies.add_agencies(agencies.provincial_committees()[:0], date(2026, 1, 1))
    form = {"title": "Thử", "topics": []}
    with transaction.atomic():
        try:
            forms.publish("thu", form, NOW)
        except ValueError:
            transaction.set_rollback(True)
    person = people.upsert_person("020190912345", "Nông Thị Lan", now=NOW)
    first = people.give_consent(person.pk, "prefill", "Tôi đồng ý", NOW)
    people.give_consent(person.pk, "prefill", "Tôi đồng ý", NOW.replace(hour=2))
    people.withdraw_consent(person.pk, first.pk, NOW)
    assert kinds() == ["territory.units_added", "people.consent_given", "people.consent_withdrawn"]
    body = LedgerEntry.objects.get(kind="people.consent_given").body
    assert "Nông" not in body, "a person is a reference"
    assert "020190912345" not in body


@pytest.mark.django_db
def test_publishing_a_process_is_entered_and_a_rollback_takes_the_entry_back() -> None:
    text = (ROOT / "motcua/demo/data/processes/khai_sinh.bpmn").read_text(encoding="utf-8")
    with transaction.atomic():
        processes.publish("khai_sinh", text, NOW)
        assert kinds() == ["processes.published"]
        transaction.set_rollback(True)
    assert kinds() == []
    processes.publish("khai_sinh", text, NOW)
    processes.publish("khai_sinh", text, NOW)
    assert kinds() == ["processes.published"]
    assert ledger.verify().ok
