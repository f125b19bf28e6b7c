"""Taking over the national catalogue: a bad record stops nobody, a broken file keeps nothing."""

from __future__ import annotations

import gzip
import io
import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from motcua.catalogue import actions, queries, records, rules
from motcua.catalogue.actions import ImportReport
from motcua.catalogue.errors import UnreadableFile
from motcua.catalogue.models import NationalRecord, Procedure, ProcedureVersion
from tests.catalogue.specs import CODE, record, specification

NOW = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
TODAY = date(2026, 11, 22)
SHARED = Path(__file__).resolve().parents[3] / "shared/data/procedures/procedures_2642.jsonl.gz"


def lines(*values: Any) -> bytes:
    """JSON lines; bytes are taken as they are."""
    return b"".join((v if isinstance(v, bytes) else json.dumps(v).encode()) + b"\n" for v in values)


def take(content: bytes, now: datetime = NOW, *, dry_run: bool = False) -> ImportReport:
    return actions.import_records(io.BytesIO(content), now, dry_run=dry_run)


def counts(report: ImportReport) -> tuple[int, int, int, int]:
    return report.added, report.changed, report.unchanged, len(report.rejected)


def test_importing_again_changes_nothing(db: None) -> None:
    content = lines(record("9.000001"), record("9.000002"))
    assert counts(take(content)) == (2, 0, 0, 0)
    assert counts(take(content)) == (0, 0, 2, 0)
    assert ProcedureVersion.objects.count() == 2


def test_gzip_is_told_by_its_content(db: None) -> None:
    assert counts(take(gzip.compress(lines(record())))) == (1, 0, 0, 0)


def test_a_bad_record_stops_nobody_and_is_named_with_its_line(db: None) -> None:
    content = lines(
        record("9.000001"),
        b"{broken",
        {"ten": "A"},
        [],
        b"",
        record("9.000002"),
        record("9.000001"),
    )
    report = take(content)
    assert counts(report) == (2, 0, 0, 4)
    assert [r.line for r in report.rejected] == [2, 3, 4, 7]
    assert report.rejected[3].code == "9.000001"
    assert "dòng 1" in report.rejected[3].reason
    assert Procedure.objects.count() == 2


@pytest.mark.parametrize(
    "content",
    [
        gzip.compress(lines(record()))[:-9],
        lines(record()) + b"\xff\xfe\n",
        b"\x1f\x8bnot gzip",
    ],
)
def test_a_file_that_cannot_be_read_to_its_end_keeps_nothing(db: None, content: bytes) -> None:
    with pytest.raises(UnreadableFile):
        take(content)
    assert not Procedure.objects.exists()


def test_a_line_too_long_to_be_a_record_is_left_out(db: None) -> None:
    monster = json.dumps(record(ten="x" * (actions.importing.LONGEST_LINE + 10))).encode()
    report = take(lines(monster, record()))
    assert counts(report) == (1, 0, 0, 1)
    assert report.rejected[0].line == 1


def test_a_dry_run_tells_the_same_and_keeps_nothing(db: None) -> None:
    assert counts(take(lines(record(), 3), dry_run=True)) == (1, 0, 0, 1)
    assert not Procedure.objects.exists()


def test_a_changed_record_is_in_force_from_its_day(db: None) -> None:
    take(lines(record()))
    later = NOW + timedelta(days=3)
    assert counts(take(lines(record(quyet_dinh="2/QĐ-BNNMT")), later)) == (0, 1, 0, 0)
    before = queries.version_in_force(CODE, TODAY)
    after = queries.version_in_force(CODE, TODAY + timedelta(days=3))
    assert before is not None
    assert after is not None
    assert (before.decision, after.decision) == ("1/QĐ-BNNMT", "2/QĐ-BNNMT")


def test_a_record_changed_twice_on_one_day_has_one_version_that_day(db: None) -> None:
    take(lines(record()))
    take(lines(record(quyet_dinh="2/QĐ-BNNMT")))
    assert ProcedureVersion.objects.get().decision == "2/QĐ-BNNMT"


def test_nothing_of_a_record_is_lost(db: None) -> None:
    said = record(loai="Loại khác", ten="Thủ tu\u0323c A", them="trường mới")
    take(lines(said))
    assert NationalRecord.objects.get().record == said


def test_a_procedure_published_here_keeps_its_version_and_name(db: None) -> None:
    published = actions.publish_version(specification(), NOW)
    assert counts(take(lines(record(ten="Tên khác")))) == (1, 0, 0, 0)
    in_force = queries.version_in_force(CODE, TODAY)
    assert in_force is not None
    assert in_force.pk == published.pk
    assert in_force.procedure.short_name == "Cấp giấy phép trồng hoa đào"


def test_publishing_takes_the_place_of_what_was_only_described(db: None) -> None:
    take(lines(record()))
    published = actions.publish_version(specification(), NOW)
    assert ProcedureVersion.objects.get() == published


def test_an_imported_procedure_is_described_and_says_that_it_is_not_filed_here(db: None) -> None:
    take(lines(record()))
    law = queries.facts_in_force(CODE, TODAY)
    assert law is not None
    verdict = rules.can_file_online(law)
    assert (verdict.allowed, verdict.reason) == (False, records.NOT_FILED_HERE)
    assert rules.limit(law, law.cases[0], "online").amount == 3
    assert rules.fee(law, law.cases[0], "online", {}).amount == 50000
    assert law.results[0].code == "KQ.G10.000001"


def channel(**parts: Any) -> dict[str, Any]:
    return {**record()["kenh"][0], **parts}


@pytest.mark.parametrize(
    ("parts", "says"),
    [
        ({"ma": None}, "ma"),
        ({"ma": "1001"}, "ma"),
        ({"ten": " "}, "ten"),
        ({"ten": 5}, "ten"),
        ({"ten": "<img src=x onerror=alert(1)>"}, "ten"),
        ({"trinh_tu": "a\x00b"}, "trinh_tu"),
        ({"trinh_tu": "a\ud800b"}, "trinh_tu"),
        ({"cap": []}, "cap"),
        ({"cap": ["Cấp huyện"]}, "cap"),
        ({"kenh": {}}, "kenh"),
        ({"kenh": [channel(kenh="Bồ câu")]}, "kenh[0].kenh"),
        ({"kenh": [channel(thoi_han=-1)]}, "kenh[0].thoi_han"),
        ({"kenh": [channel(thoi_han="3")]}, "kenh[0].thoi_han"),
        ({"kenh": [channel(don_vi="Tuần")]}, "kenh[0].don_vi"),
        ({"kenh": [channel(phi_le_phi=["135 VNĐ"])]}, "kenh[0].phi_le_phi"),
        ({"kenh": [channel(phi_le_phi=[-5])]}, "kenh[0].phi_le_phi"),
        ({"kenh": [channel(mien_phi=None)]}, "kenh[0].mien_phi"),
        ({"ho_so": [{"ten": "A"}]}, "ho_so[0]"),
        ({"ket_qua": [3]}, "ket_qua"),
        ({"can_cu": "x"}, "can_cu"),
    ],
)
def test_a_record_that_cannot_be_understood_is_rejected_with_its_place(
    parts: dict[str, Any], says: str
) -> None:
    with pytest.raises(records.BadRecord) as rejected:
        records.read({**record(), **parts})
    assert says in str(rejected.value)


@pytest.mark.parametrize(
    ("parts", "says"),
    [
        ({"kenh": [channel(phi_le_phi=[135])]}, "135"),
        ({"kenh": [channel(don_vi=None)]}, "không có đơn vị"),
        ({"kenh": [channel(mien_phi=True)]}, "miễn phí"),
        ({"kenh": [channel(thoi_han=1.5)]}, "giờ làm việc"),
        ({"kenh": [channel(phi_le_phi=[2000, 1000])]}, "nhiều mức thu"),
        ({"url": "javascript:alert(1)"}, "url"),
    ],
)
def test_what_is_doubtful_is_taken_with_a_flag(parts: dict[str, Any], says: str) -> None:
    notes = records.read({**record(), **parts}).version["notes"]
    assert any(says in note for note in notes)


def test_a_way_that_is_listed_more_than_once_becomes_cases() -> None:
    said = records.read(record(kenh=[channel(thoi_han=2.0), channel(thoi_han=5.0)]))
    limits = [c["channels"][0]["limit"]["amount"] for c in said.version["cases"]]
    assert limits == [2.0, 5.0]


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)


@given(st.sampled_from(sorted(record())), json_values)
@example("kenh", True)
@example("kenh", 7)
def test_whatever_stands_in_a_field_the_record_is_read_or_rejected(field: str, value: Any) -> None:
    try:
        said = records.read({**record(), field: value})
    except records.BadRecord:
        return
    assert said.code == CODE or field == "ma"


@pytest.mark.shared
def test_the_whole_national_catalogue_is_taken_over_and_found(db: None) -> None:
    with SHARED.open("rb") as source:
        assert counts(actions.import_records(source, NOW)) == (2642, 0, 0, 0)
    with SHARED.open("rb") as source:
        assert counts(actions.import_records(source, NOW)) == (0, 0, 2642, 0)
    for typed, code in {
        "khai sinh": "1.001193",
        "dang ki ket hon": "1.000894",
        "thanhlap hộ kinh doanh": "1.001612",
        "xác nhận tình trạng hôn nhân": "1.004873",
        "giay phep lai xe": "3.000347",
    }.items():
        found = [hit.code for hit in queries.search(typed, on=TODAY)]
        assert code in found, (typed, found)
