"""The demonstration world is complete, the same every time, and says what is illustrative."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.apps import apps

from motcua.agencies import queries as agencies
from motcua.agencies.models import Agency, Kind
from motcua.catalogue import queries as catalogue
from motcua.catalogue import rules
from motcua.catalogue.models import ProcedureVersion
from motcua.demo import accounts, load, world
from motcua.people.models import Appointment

NOW = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
TODAY = date(2026, 11, 22)
FIVE = ("1.001193", "2.000815", "1.001612", "1.013225", "1.004873")


@pytest.fixture
def demo(db: None) -> None:
    load.load(NOW)


def _rows() -> dict[str, int]:
    return {
        model._meta.label: model.objects.count()
        for model in apps.get_models()
        if model.__module__.startswith("motcua.")
    }


def test_loading_twice_is_loading_once(demo: None, capsys: pytest.CaptureFixture[str]) -> None:
    before = _rows()
    capsys.readouterr()
    load.load(NOW)
    assert _rows() == before
    assert capsys.readouterr().out == "", "the password is said once"


def test_lang_son_has_its_agencies_and_officers(demo: None) -> None:
    assert Agency.objects.filter(kind=Kind.PROVINCE).count() == 34
    assert agencies.communes("H37", TODAY).count() == 65
    codes = [agency.code for agency in agencies.communes("H37", TODAY)]
    assert codes == [f"H37.{n}" for n in range(101, 166)]
    for commune in agencies.communes("H37", TODAY):
        assert set(agencies.offices(commune.pk)) == {
            "trung-tam", "phong-kinh-te", "phong-van-hoa-xa-hoi", "van-phong"
        }  # fmt: skip
    assert agencies.agency("H37.00").kind == Kind.CENTRE
    below = Agency.objects.filter(realm="H37").exclude(code="H37")
    assert set(below.values_list("source", flat=True)) == {world.ILLUSTRATIVE}
    home = agencies.agency(accounts.HOME_AGENCY)
    roles = set(Appointment.objects.filter(agency=home).values_list("role", flat=True))
    assert {"handler", "approver", "head", "clerk"} <= roles


def test_every_procedure_files_or_says_plainly_why_not(demo: None) -> None:
    versions = ProcedureVersion.objects.filter(valid__contains=TODAY)
    assert versions.count() >= 25
    fileable = 0
    for row in versions:
        law = catalogue.version(row.pk)
        verdict = rules.can_file_online(law)
        assert verdict.allowed or verdict.reason.strip(), law.code
        if law.form_id is None:
            assert law.process_id is None, law.code
            assert law.online_reason, law.code
            continue
        fileable += 1
        assert law.result_template, law.code
        assert law.results, law.code
        assert law.components, law.code
        assert law.legal_basis, law.code
        competent = catalogue.competent_agency(law.code, "06427", TODAY)
        assert competent.agency is not None, law.code
        for case in law.cases:
            for channel in case.channels:
                assert rules.limit(law, case, channel.way), (law.code, channel.way)
                assert channel.source, (law.code, channel.way)
                assert channel.fee_text, (law.code, channel.way)
    assert fileable >= 25


def test_the_five_are_complete_and_their_forms_answer_what_the_law_asks(demo: None) -> None:
    for code in FIVE:
        law = catalogue.facts_in_force(code, TODAY)
        assert law is not None
        assert rules.can_file_online(law).allowed
        assert law.register
        assert law.steps
    copies = catalogue.facts_in_force("2.000815", TODAY)
    shop = catalogue.facts_in_force("1.001612", TODAY)
    assert copies is not None
    assert shop is not None
    assert rules.fee(copies, copies.cases[0], "online", {"pages": 5, "copies": 2}).amount == 14_000
    online = rules.fee(shop, shop.cases[0], "online", {})
    counter = rules.fee(shop, shop.cases[0], "counter", {})
    assert (online.amount, counter.amount) == (150_000, 50_000)
    assert online.illustrative
    assert rules.limit(shop, shop.cases[0], "online").amount == 3


def test_the_building_permit_keeps_its_older_rule_for_older_days(demo: None) -> None:
    old = catalogue.facts_in_force("1.013225", date(2026, 6, 30))
    new = catalogue.facts_in_force("1.013225", date(2026, 7, 1))
    assert old is not None
    assert new is not None
    for law, house, other, unit in ((old, 15, 20, "day"), (new, 7, 10, "working_day")):
        for answers, days in (({"work_kind": "house"}, house), ({"work_kind": "linear"}, other)):
            case = rules.case_of(law, answers)
            for way in ("online", "counter", "post"):
                limit = rules.limit(law, case, way)
                assert (limit.amount, limit.unit) == (days, unit)
    assert old.process_id != new.process_id
    assert new.parameters["supplements"] == 1
    assert new.parameters["supplement_working_days"] == 2


def test_every_expression_speaks_of_questions_that_its_form_asks(demo: None) -> None:
    from motcua.forms.models import FormVersion
    from motcua.foundation import expressions

    for row in ProcedureVersion.objects.filter(form__isnull=False):
        law = catalogue.version(row.pk)
        fields = set(FormVersion.objects.get(pk=law.form_id).definition["fields"])
        sources = [law.case_question, *(component.needed for component in law.components)]
        sources += [channel.fee for case in law.cases for channel in case.channels]
        for source in filter(None, sources):
            assert expressions.compile(source).names <= fields, (law.code, source)
        beneficiary = law.parameters.get("beneficiary")
        assert beneficiary is None or beneficiary in fields, law.code
