"""A draft with its own form and process: kept, judged, published together."""

from __future__ import annotations

import copy
from datetime import date
from decimal import Decimal
from threading import Barrier, Thread

import pytest
from django.db import connection

from motcua.catalogue import actions, editing, keeping
from motcua.catalogue.designing import Choice
from motcua.catalogue.errors import BadSpecification, DraftChanged, DraftGone, NotReady
from motcua.catalogue.specification import parse
from motcua.forms import building
from motcua.forms.models import FormVersion
from motcua.foundation.models import LedgerEntry
from motcua.processes.models import ProcessVersion
from tests.catalogue.specs import CODE
from tests.catalogue.test_drafting import DECISION, NOW
from tests.catalogue.test_keeping_rules import full
from tests.forms.test_building import bees

CHOICE = Choice("appraise_and_sign", hours={}, roles={})


def written(spec=None, form=None, choice=CHOICE):
    """A draft with a form and a process."""
    draft = actions.start_draft(spec or full(**{"from": "2026-11-23"}), "new", "account:1", NOW)
    if choice is not None:
        draft = actions.save_process(draft.pk, choice, draft.revision, "account:1", NOW)
    return actions.save_form(draft.pk, form or bees(), draft.revision, "account:1", NOW)


def sent(draft):
    return actions.send_for_review(draft.pk, draft.revision, "account:1", NOW)


def published(draft):
    return actions.publish_draft(draft.pk, draft.revision, DECISION, "account:2", NOW)


def test_form_and_process_are_published_with_the_version(db):
    version = published(sent(written()))
    assert version.form.key == version.process.key == "tt_9_000001"
    assert [*version.form.definition["fields"]]
    kinds = set(LedgerEntry.objects.filter(actor="account:2").values_list("kind", flat=True))
    assert {"forms.published", "processes.published", "catalogue.published"} <= kinds
    assert LedgerEntry.objects.filter(kind="catalogue.draft_form_saved", actor="account:1").exists()
    assert LedgerEntry.objects.filter(kind="catalogue.draft_process_saved").exists()


def test_hours_and_roles_of_the_template_are_those_that_were_set(db):
    from motcua.processes import queries as processes

    step = next(t for t in processes.templates() if t.key == "appraise_and_sign").parameters[0]
    choice = Choice("appraise_and_sign", hours={step.step: Decimal("3.5")})
    version = published(sent(written(choice=choice)))
    assert "3.5" in version.process.bpmn


@pytest.mark.parametrize(
    ("said", "form", "choice", "words"),
    [
        ({}, bees(), None, "chưa chọn quy trình"),
        ({"fee": "nobody * 2"}, bees(), CHOICE, "nobody"),
    ],
)
def test_what_cannot_be_filed_is_not_sent(db, said, form, choice, words):
    spec = full(**{"from": "2026-11-23"})
    if said:
        channel = spec["version"]["cases"][0]["channels"][0]
        channel |= {**said, "fee_name": "Phí", "source": "TT 1"}
    with pytest.raises(NotReady, match=words):
        sent(written(spec, form, choice))
    assert not FormVersion.objects.exists()
    assert not ProcessVersion.objects.exists()


def test_nobody_who_decides_is_named(db):
    spec = full(**{"from": "2026-11-23"})
    del spec["competence"]
    with pytest.raises(NotReady, match="cơ quan giải quyết"):
        sent(written(spec))


def test_the_form_of_the_draft_counts_for_asking_once(db):
    asks = building.put_field(bees(), "sex", {"type": "text", "label": "Giới tính"}, "page_1")
    with pytest.raises(NotReady, match="Giới tính"):
        sent(written(form=asks))
    ready = building.add_shared(bees(), "applicant_sex", "page_1")
    assert keeping.asked_again(full()["version"], ready) == []


def test_rubbish_is_not_kept_and_the_revision_stays(db):
    draft = written()
    loops = copy.deepcopy(bees())
    loops["fields"]["keeps"]["visible"] = "hives == 1"
    with pytest.raises(BadSpecification, match="form"):
        actions.save_form(draft.pk, loops, draft.revision, "account:1", NOW)
    for choice in (Choice("nothing"), Choice("appraise_and_sign", roles={"no_step": "nobody"})):
        if choice.template == "nothing":
            with pytest.raises(BadSpecification, match="process"):
                actions.save_process(draft.pk, choice, draft.revision, "account:1", NOW)
    draft.refresh_from_db()
    assert draft.revision == 3


def test_changing_the_form_takes_it_back_from_review(db):
    draft = sent(written())
    changed = building.add_shared(bees(), "applicant_phone", "page_1")
    actions.save_form(draft.pk, changed, draft.revision, "account:3", NOW)
    with pytest.raises(DraftGone):
        actions.publish_draft(draft.pk, draft.revision + 1, DECISION, "account:2", NOW)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_save_at_once_one_is_told():
    draft = written()
    ways, gate = [], Barrier(2)

    def save(key):
        gate.wait()
        try:
            form = building.add_shared(bees(), key, "page_1")
            actions.save_form(draft.pk, form, draft.revision, "account:1", NOW)
            ways.append("kept")
        except DraftChanged:
            ways.append("told")
        finally:
            connection.close()

    threads = [Thread(target=save, args=(k,)) for k in ("applicant_phone", "applicant_sex")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(ways) == ["kept", "told"]


# -- the page ---------------------------------------------------------------------------------


def typed(specification, **more):
    said = {
        one.name: str(one.value)
        for one in editing.fields(specification, {})
        if one.kind != "yes_no" or one.value
    }
    return editing.apply(specification, said | more, {})


def test_the_page_unchanged_changes_nothing():
    assert parse(typed(full())) == parse(full() | {"version": typed(full())["version"]})
    assert typed(typed(full())) == typed(full())


def test_what_could_not_be_kept_is_typed_once():
    more = {"step.result": "Giấy xác nhận", "version.results.0.name": "", "version.steps": "<b>"}
    shown = editing.as_typed(editing.fields(full(), {}), more)
    again = {one.name: str(one.value) for one in shown if one.kind != "yes_no" or one.value}
    said = editing.apply(full(), again | {"version.steps": "Nộp."}, {})
    assert [one["name"] for one in parse(said).version["results"]] == ["Giấy xác nhận"]


def test_parts_are_added_and_taken_away_on_the_page():
    said = typed(
        full(),
        **{
            "step.case": "Cấp lại",
            "step.way.0": "counter",
            "step.result": "Giấy xác nhận",
            "step.basis": "2/2026/NĐ-CP",
            "version.case_question": "'all'",
            "competence.agency_kind": "province",
        },
    )
    checked = parse(said)
    assert [case["name"] for case in checked.version["cases"]] == ["Trường hợp all", "Cấp lại"]
    assert {c["way"] for c in checked.version["cases"][0]["channels"]} == {"online", "counter"}
    assert [r["name"] for r in checked.version["results"]] == ["Giấy phép", "Giấy xác nhận"]
    assert checked.version["legal_basis"][-1] == {"number": "2/2026/NĐ-CP"}
    assert checked.competence is not None
    assert checked.competence["agency_kind"] == "province"
    less = typed(
        said,
        **{
            "version.cases.1.name": "",
            "step.no_way.0": "counter",
            "version.results.0.name": "",
            "version.legal_basis.0.number": "",
        },
    )
    version = parse(less).version
    assert len(version["cases"]) == 1
    assert [c["way"] for c in version["cases"][0]["channels"]] == ["online"]
    assert [r["name"] for r in version["results"]] == ["Giấy xác nhận"]
    assert [b["number"] for b in version["legal_basis"]] == ["2/2026/NĐ-CP"]
    assert said["procedure"]["code"] == CODE
    assert date.fromisoformat(version["from"])


def test_when_a_paper_is_needed_when_a_fee_is_due_and_what_the_result_is_made_with_are_inputs():
    said = full()
    typed = {f.name: str(f.value) for f in editing.fields(said, {}) if f.kind != "yes_no"}
    typed |= {f.name: "1" for f in editing.fields(said, {}) if f.kind == "yes_no" and f.value}
    typed |= {
        "version.components.0.needed": "hives > 10",
        "version.cases.0.channels.0.fee": "20000",
        "version.cases.0.channels.0.fee_name": "Lệ phí",
        "version.cases.0.channels.0.fee_kind": "le_phi",
        "version.cases.0.channels.0.illustrative": "1",
        "version.pay_at": "result",
        "version.result_template": "result_generic",
        "version.register": "trai_ong",
    }
    version = editing.apply(said, typed, {})["version"]
    parse({**said, "version": version})
    channel = version["cases"][0]["channels"][0]
    assert (channel["fee_kind"], channel["illustrative"]) == ("le_phi", True)
    assert version["components"][0]["needed"] == "hives > 10"
    found = (version["pay_at"], version["result_template"], version["register"])
    assert found == ("result", "result_generic", "trai_ong")
    again = editing.apply({**said, "version": version}, {"version.register": ""}, {})["version"]
    assert "register" not in again
    wrong = {**typed, "version.components.0.needed": "hives >"}
    with pytest.raises(BadSpecification) as refused:
        parse(editing.apply(said, wrong, {}))
    assert refused.value.place == "version.components[0].needed"


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"result_template": "result_of_mine"}, "Không có mẫu kết quả"),
        ({"register": "Sổ của tôi"}, "Mã sổ ghi kết quả"),
    ],
)
def test_a_template_or_register_that_cannot_be_is_not_sent(db, said, words):
    draft = written(full(**{"from": "2026-11-23"}, **said))
    with pytest.raises(NotReady, match=words):
        sent(draft)
