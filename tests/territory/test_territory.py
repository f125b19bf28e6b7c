"""The provinces and communes of Vietnam, as they were and are."""

from __future__ import annotations

from datetime import date

import pytest

from motcua.territory import actions, queries, rules
from motcua.territory.models import Unit

BEFORE_THE_NEW_WARDS = date(2025, 7, 1)
TODAY = date(2026, 11, 22)


@pytest.fixture
def units(db: None) -> None:
    actions.load_units(actions.national_units())


@pytest.mark.parametrize("on", [BEFORE_THE_NEW_WARDS, TODAY])
def test_there_are_34_provinces_and_3321_communes_on_every_day(units: None, on: date) -> None:
    assert queries.provinces(on).count() == 34
    assert Unit.objects.filter(level="commune", valid__contains=on).count() == 3321


def test_nothing_is_in_force_before_the_two_tier_government(units: None) -> None:
    assert not queries.provinces(date(2025, 6, 30)).exists()


def test_lang_son_has_65_communes_in_vietnamese_order(units: None) -> None:
    names = [unit.short_name for unit in queries.communes_of("20", TODAY)]
    assert len(names) == 65
    assert names[:4] == ["Ba Sơn", "Bắc Sơn", "Bằng Mạc", "Bình Gia"]
    assert names.index("Đồng Đăng") > names.index("Điềm He") > names.index("Công Sơn")


def test_a_commune_that_became_a_ward_is_both_each_on_its_days(units: None) -> None:
    before = queries.unit("07294", date(2026, 8, 3))
    after = queries.unit("07294", date(2026, 8, 4))
    assert before is not None
    assert after is not None
    assert (before.name, after.name) == ("Xã Bố Hạ", "Phường Bố Hạ")
    assert "388/NQ-UBTVQH16" in after.source
    assert after.parent is not None
    assert after.parent.code == "24"


def test_loading_again_adds_nothing(units: None) -> None:
    assert actions.load_units(actions.national_units()) == 0


def test_a_commune_of_an_unknown_province_is_refused_and_nothing_is_kept(db: None) -> None:
    lines = [line for line in actions.national_units() if line.code != "20"]
    with pytest.raises(rules.BadUnit):
        actions.load_units(lines)
    assert not Unit.objects.exists()


@pytest.mark.parametrize(
    "row",
    [
        {"code": "1", "name": "Tỉnh A", "province": "", "from": "2025-07-01", "to": ""},
        {"code": "00001", "name": "Kỳ Lừa", "province": "20", "from": "2025-07-01", "to": ""},
        {"code": "00001", "name": "Xã A", "province": "20", "from": "1/7/2025", "to": ""},
        {"code": "00001", "name": "Xã A"},
    ],
)
def test_a_line_that_is_no_unit_is_refused(row: dict[str, str]) -> None:
    with pytest.raises(rules.BadUnit):
        rules.parse_line({"decision": "x", **row})


def test_the_kind_is_told_from_the_name() -> None:
    assert rules.split_name("Đặc khu Vân Đồn", "commune") == ("Đặc khu", "Vân Đồn")
    assert rules.split_name("Thành phố Huế", "province") == ("Thành phố", "Huế")
