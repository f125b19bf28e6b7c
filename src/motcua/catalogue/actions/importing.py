"""Taking over records of the national catalogue: repeatable, and never stopped by a bad record."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from hashlib import sha256
from typing import IO, Any

from django.db import connection, transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from motcua.foundation import canonical, clock, events, ledger

from .. import records
from ..errors import FileTooLarge, UnreadableFile
from ..events import CatalogueImported
from ..models import NationalRecord, Procedure, ProcedureVersion
from ..search.indexing import SearchText, folded_names, index
from .rows import delete_parts, store_parts, version_row

AT_ONCE = 250
LONGEST_LINE = 4 * 1024 * 1024
LONGEST = 100_000_000
"""Bytes of a whole file, unpacked: five times the national catalogue."""
MOST = 100_000
"""Records of a whole file, those that are rejected counted too: each is told in the report."""
GZIP = b"\x1f\x8b"


@dataclass(frozen=True, slots=True)
class Rejection:
    """One record that was left out. `line` counts from 1; `code` is empty when it has none."""

    line: int
    code: str
    reason: str


@dataclass(slots=True)
class ImportReport:
    """What an import did, or in a dry run would do."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    rejected: list[Rejection] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Accepted:
    described: records.DescribedProcedure
    raw: dict[str, Any]
    digest: bytes


@transaction.atomic
def import_records(
    source: IO[bytes], now: datetime, *, dry_run: bool = False, by: str = "system"
) -> ImportReport:
    """Take over the records in `source`, one JSON object a line, gzip or plain.

    A record that cannot be understood is rejected with its line and the others go on; all accepted
    ones commit together. A procedure that has a version published here keeps it, and the record is
    kept beside it. Raises `UnreadableFile`, having kept nothing. `by` is how the ledger calls who
    asked. Of two at once the second waits, and finds what the first took over.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('catalogue.import'))")
    report = ImportReport()
    today = clock.local(now).date()
    seen: dict[str, int] = {}
    batch: list[_Accepted] = []
    for number, line in _lines(source):
        try:
            accepted = _accept(line)
            if accepted.described.code in seen:
                first = seen[accepted.described.code]
                raise records.BadRecord(f"Mã này đã có ở dòng {first}.")
        except records.BadRecord as bad:
            report.rejected.append(Rejection(number, _code_of(line), str(bad)))
            continue
        seen[accepted.described.code] = number
        batch.append(accepted)
        if len(batch) == AT_ONCE:
            _take_over(batch, today, now, report)
            batch = []
    _take_over(batch, today, now, report)
    if dry_run:
        transaction.set_rollback(True)
        return report
    if report.added or report.changed:
        counts = {"added": report.added, "changed": report.changed}
        ledger.append("catalogue.imported", "danh-muc-quoc-gia", by, counts)
    events.publish(
        CatalogueImported(report.added, report.changed, report.unchanged, len(report.rejected))
    )
    return report


def _lines(source: IO[bytes]) -> Iterator[tuple[int, bytes]]:
    """The lines that hold something, numbered from 1. Raises `UnreadableFile`."""
    head = source.read(2)
    source.seek(0)
    stream = gzip.GzipFile(fileobj=source, mode="rb") if head == GZIP else source
    number = size = records_seen = 0
    try:
        while line := stream.readline(LONGEST_LINE + 1):
            number += 1
            size += len(line)
            whole = line
            while not whole.endswith(b"\n") and (rest := stream.readline(LONGEST_LINE)):
                whole = rest  # too long to be a record: run to the end of the line
                size += len(rest)
                _check_size(number, size)
            _check_size(number, size)
            if line.strip():
                records_seen += 1
                if records_seen > MOST:
                    raise UnreadableFile(f"Tệp có quá {MOST} bản ghi. Hãy chia thành nhiều tệp.")
                line.decode("utf-8") if len(line) <= LONGEST_LINE else None
                yield number, line
    except (OSError, EOFError, zlib.error) as error:
        raise UnreadableFile(f"Tệp nén hỏng ở sau dòng {number}: {error}") from error
    except UnicodeDecodeError as error:
        raise UnreadableFile(f"Dòng {number} không phải chữ UTF-8.") from error


def _check_size(number: int, size: int) -> None:
    if size > LONGEST:
        raise FileTooLarge(LONGEST, number)


def _accept(line: bytes) -> _Accepted:
    if len(line) > LONGEST_LINE:
        raise records.BadRecord(f"Bản ghi dài quá {LONGEST_LINE // 1024 // 1024} MB.")
    try:
        raw = json.loads(line, parse_constant=_refuse_constant)
    except RecursionError as error:
        raise records.BadRecord("JSON lồng quá sâu.") from error
    except ValueError as error:
        raise records.BadRecord(f"Không phải JSON: {error}") from error
    described = records.read(raw)
    try:
        digest = sha256(canonical.dumps(raw).encode()).digest()
    except (TypeError, ValueError) as error:
        raise records.BadRecord(f"Bản ghi có giá trị không lưu được: {error}") from error
    return _Accepted(described, raw, digest)


def _refuse_constant(name: str) -> float:
    raise ValueError(f"{name} is not JSON")


def _code_of(line: bytes) -> str:
    """The code that a rejected record claims, for the report."""
    try:
        code = json.loads(line[: LONGEST_LINE + 1])["ma"]
    except (ValueError, TypeError, KeyError, RecursionError):
        return ""
    return code[:20] if isinstance(code, str) else ""


def _take_over(batch: list[_Accepted], today: date, now: datetime, report: ImportReport) -> None:
    """Store what is new or different in a batch of records with different codes."""
    codes = [accepted.described.code for accepted in batch]
    known = {
        code: bytes(digest)
        for code, digest in NationalRecord.objects.filter(procedure__code__in=codes).values_list(
            "procedure__code", "digest"
        )
    }
    new = [a for a in batch if a.described.code not in known]
    different = [a for a in batch if known.get(a.described.code, a.digest) != a.digest]
    report.added += len(new)
    report.changed += len(different)
    report.unchanged += len(batch) - len(new) - len(different)
    if not new and not different:
        return
    written = [*new, *different]
    procedures = _procedures(written, today)
    NationalRecord.objects.bulk_create(
        [
            NationalRecord(
                procedure=procedures[a.described.code],
                record=a.raw,
                digest=a.digest,
                imported_at=now,
            )
            for a in written
        ],
        update_conflicts=True,
        unique_fields=["procedure"],
        update_fields=["record", "digest", "imported_at"],
    )
    published = set(
        ProcedureVersion.objects.filter(
            procedure__in=procedures.values(), imported=False
        ).values_list("procedure_id", flat=True)
    )
    open_to_change = [a for a in written if procedures[a.described.code].pk not in published]
    _describe(open_to_change, procedures, today)


def _procedures(written: list[_Accepted], today: date) -> dict[str, Procedure]:
    """The procedures of these records by code. New ones are made; one that is only described here
    takes the names of the record, one with a published version keeps its own."""
    codes = [a.described.code for a in written]
    stored = {p.code: p for p in Procedure.objects.filter(code__in=codes)}
    published = set(
        ProcedureVersion.objects.filter(procedure__code__in=codes, imported=False).values_list(
            "procedure__code", flat=True
        )
    )
    fresh: list[Procedure] = []
    renamed: list[Procedure] = []
    for accepted in written:
        said, code = accepted.described, accepted.described.code
        if code in published:
            continue
        row = stored.get(code, Procedure(code=code))
        for name, value in said.procedure.items():
            setattr(row, name, value)
        row.levels = list(said.version["levels"])
        row.folded = folded_names(row.short_name, row.name)
        (renamed if code in stored else fresh).append(row)
    Procedure.objects.bulk_update(
        renamed, ["name", "short_name", "sector", "ministry", "levels", "folded"]
    )
    stored |= {p.code: p for p in Procedure.objects.bulk_create(fresh)}
    return stored


def _describe(written: list[_Accepted], procedures: dict[str, Procedure], today: date) -> None:
    """Put the described versions in force from today in the place of the earlier ones."""
    if not written:
        return
    chosen = [procedures[a.described.code] for a in written]
    earlier = ProcedureVersion.objects.filter(procedure__in=chosen, valid__contains=today)
    of_today = list(earlier.filter(valid__startswith=today))
    delete_parts(of_today)
    ProcedureVersion.objects.filter(pk__in=[v.pk for v in of_today]).delete()
    for version in earlier:
        version.valid = DateRange(version.valid.lower, today)
        version.save(update_fields=["valid"])
    rows = []
    for accepted in written:
        said = accepted.described.version
        procedure = procedures[accepted.described.code]
        row = version_row(said, procedure.pk, today, None, accepted.digest)
        row.imported = True
        rows.append(row)
    ProcedureVersion.objects.bulk_create(rows)
    store_parts([(row, a.described.version) for row, a in zip(rows, written, strict=True)])
    index(_search_text(procedures[a.described.code], a.described.version) for a in written)


def _search_text(procedure: Procedure, said: Any) -> SearchText:
    return SearchText(
        procedure_id=procedure.pk,
        names=f"{procedure.short_name} {procedure.name}",
        keywords=procedure.keywords,
        about=" ".join([procedure.sector, *(result["name"] for result in said["results"])]),
    )
