"""Bad input, line by line: each is refused or flagged with its place, and nothing is half done.

What stands elsewhere: a record without a code and a limit without a unit in a record
(test_importing), versions that overlap (test_publishing), a decree that names an unknown code
(test_decrees), imports that are too large (tests/api/test_catalogue.py).
"""

from __future__ import annotations

import copy
import io
import json
import socket
from typing import Any

import pytest

from motcua.catalogue import actions, editing
from motcua.catalogue.errors import BadSpecification, VersionsOverlap
from motcua.catalogue.models import Competence, Decree, Procedure, ProcedureVersion, VersionDraft
from motcua.catalogue.specification import parse
from motcua.forms import building
from motcua.forms.definition import BadDefinition
from motcua.forms.models import FormVersion
from motcua.foundation.models import LedgerEntry
from tests.catalogue.specs import CODE, record, specification
from tests.catalogue.test_drafting import NOW
from tests.catalogue.test_keeping_rules import full
from tests.forms.test_building import bees


def left() -> tuple[int, ...]:
    """How many rows of everything that could be half done."""
    tables = (Procedure, ProcedureVersion, VersionDraft, FormVersion, Competence, Decree)
    return *(table.objects.count() for table in tables), LedgerEntry.objects.count()


def typed(**more: str) -> dict[str, Any]:
    """What the page of a draft makes of these inputs."""
    there = editing.fields(full(), {})
    said = {one.name: str(one.value) for one in there if one.kind != "yes_no" or one.value}
    return editing.apply(full(), said | more, {})


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("something was fetched")

    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    monkeypatch.setattr(socket, "create_connection", refuse)


@pytest.mark.parametrize("fee", ["135 VNĐ", "135 VND", "miễn phí", "10.000đ", "-"])
def test_a_fee_in_words_is_refused_at_its_place(fee: str) -> None:
    place = "version.cases.0.channels.0"
    with pytest.raises(BadSpecification) as refused:
        parse(typed(**{f"{place}.fee": fee, f"{place}.fee_name": "Lệ phí"}))
    assert refused.value.place == "version.cases[0].channels[0].fee"


def test_a_fee_in_words_in_a_record_is_left_out_and_the_others_come(db: None) -> None:
    wrong = record("9.000002")
    wrong["kenh"][0]["phi_le_phi"] = ["135 VNĐ"]
    content = "\n".join(json.dumps(one) for one in (record("9.000003"), wrong, {"ten": "A"}))
    report = actions.import_records(io.BytesIO(content.encode()), NOW)
    assert (report.added, [one.line for one in report.rejected]) == (1, [2, 3])
    assert "kenh[0].phi_le_phi" in report.rejected[0].reason
    assert (report.rejected[1].code, "ma" in report.rejected[1].reason) == ("", True)
    assert not Procedure.objects.filter(code="9.000002").exists()


@pytest.mark.parametrize("unit", ["", "tuần"])
def test_a_limit_without_a_unit_is_refused_at_its_place(unit: str) -> None:
    place = "version.cases.0.channels.0.limit"
    with pytest.raises(BadSpecification) as refused:
        parse(typed(**{f"{place}.amount": "5", f"{place}.unit": unit}))
    assert refused.value.place.startswith("version.cases[0].channels[0].limit")


def test_two_versions_that_overlap_leave_the_first_as_it_was(db: None) -> None:
    actions.publish_version(specification(), NOW)
    before = left()
    with pytest.raises(VersionsOverlap):
        actions.publish_version(specification(decision="Quyết định 2"), NOW)
    assert left() == before


SCRIPT = "<script>alert(1)</script>"


@pytest.mark.parametrize(
    ("change", "place"),
    [
        (lambda form: form | {"title": SCRIPT}, "title"),
        (lambda form: form["fields"]["hives"] | {"label": SCRIPT}, "fields.hives.label"),
        (lambda form: form["fields"]["hives"] | {"help": f"a {SCRIPT}"}, "fields.hives.help"),
        (lambda form: form["topics"][0] | {"title": "<b>A</b>"}, "topics[0].title"),
    ],
)
def test_a_script_in_a_text_of_a_form_is_refused_at_its_place(change: Any, place: str) -> None:
    form = copy.deepcopy(bees())
    changed = change(form)
    if place.startswith("fields"):
        form["fields"]["hives"] = changed
    elif place.startswith("topics"):
        form["topics"][0] = changed
    else:
        form = changed
    with pytest.raises(BadDefinition) as refused:
        building.read_file(json.dumps(form).encode())
    assert refused.value.place == place


def test_a_choice_and_a_message_with_a_tag_are_refused_and_a_comparison_is_not() -> None:
    choice = {"type": "choice", "label": "A", "options": [["a", "<img src=x>"]]}
    with pytest.raises(BadDefinition):
        building.put_field(bees(), "kind", choice, "page_1")
    with pytest.raises(BadDefinition):
        building.add_rule(bees(), "hives > 0", "<b>Sai</b>", "hives")
    kept = building.add_rule(bees(), "hives <100 && hives> 0", "Từ 1 đến 99 tổ.", "hives")
    assert kept["rules"][-1]["when"] == "hives <100 && hives> 0"


@pytest.mark.parametrize("path", ["procedure.name", "version.steps", "version.authority"])
def test_a_script_in_a_text_of_the_law_is_refused_at_its_place(path: str) -> None:
    with pytest.raises(BadSpecification) as refused:
        parse(typed(**{path: f"Nộp hồ sơ {SCRIPT}"}))
    assert refused.value.place == path


def test_a_form_whose_conditions_go_in_a_circle_is_refused_and_nothing_is_kept(db: None) -> None:
    draft = actions.start_draft(full(**{"from": "2026-11-23"}), "new", "account:1", NOW)
    form = copy.deepcopy(bees())
    form["fields"]["keeps"]["visible"] = "hives == 1"
    before = left()
    with pytest.raises(BadSpecification) as refused:
        actions.save_form(draft.pk, form, draft.revision, "account:1", NOW)
    assert "keeps" in str(refused.value)
    assert left() == before
    assert VersionDraft.objects.get(pk=draft.pk).form is None


@pytest.mark.parametrize(
    "spoil",
    [
        lambda form: form | {"$ref": "http://example.org/form.json"},
        lambda form: form | {"$schema": "http://example.org/schema.json"},
        lambda form: form | {"fields": {"hives": {"$ref": "http://example.org/a.json"}}},
        lambda form: form | {"topics": [{"$ref": "file:///etc/passwd"}]},
    ],
)
def test_a_form_that_refers_to_elsewhere_is_refused_and_nothing_is_fetched(
    no_network: None, spoil: Any
) -> None:
    with pytest.raises(BadDefinition) as refused:
        building.read_file(json.dumps(spoil(bees())).encode())
    assert refused.value.place is not None


def test_a_procedure_that_refers_to_elsewhere_is_refused_and_nothing_is_fetched(
    no_network: None,
) -> None:
    for part in ("procedure", "version"):
        raw = copy.deepcopy(specification())
        raw[part]["$ref"] = "http://example.org/procedure.json"
        with pytest.raises(BadSpecification) as refused:
            parse(raw)
        assert refused.value.place == part


def test_a_decree_that_names_an_unknown_code_is_kept_for_nobody(db: None) -> None:
    actions.publish_version(specification(), NOW)
    content = f"procedure,to,date\n{CODE},province,2026-12-01\n9.999999,province,2026-12-01\n"
    decree = actions.load_decree("NĐ 1", "", "phan_cap", content.encode(), "", "a:1", NOW)
    rules = Competence.objects.count()
    (problem,) = actions.rehearsal_of(decree, NOW.date()).problems
    assert (problem.line, problem.column) == (3, "procedure")
    assert "9.999999" in problem.reason
    with pytest.raises(actions.decrees.DecreeHasProblems):
        actions.schedule_decree(decree.pk, "a:1", NOW)
    assert Competence.objects.count() == rules
