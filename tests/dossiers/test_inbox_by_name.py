"""The inbox and the desk's search by a number or a name, where there is more than is gone through
one by one."""

from __future__ import annotations

import re

import pytest

from motcua.dossiers import searching
from motcua.dossiers.models import Dossier
from motcua.dossiers.queries import desk
from motcua.foundation import sight
from motcua.processes.models import ProcessInstance, WorkItem

from ..owner import the_owner
from ..world import NOW
from . import people as p

pytestmark = [pytest.mark.usefixtures("world"), pytest.mark.django_db]

LONG = searching.WALKED + 400
RARE = 40
"""Every so many dossiers is one of somebody called Quách Đình Khôi: more than a page of them, some
met along the inbox and some beyond what is gone through."""


def copied(model: type, changed: dict[str, str], source: str) -> str:
    """SQL that copies rows of a table with some columns changed."""
    columns = [f.column for f in model._meta.concrete_fields if not f.primary_key]  # type: ignore[attr-defined] # any model
    values = ", ".join(changed.get(column, f"t.{column}") for column in columns)
    into = ", ".join(columns)
    return f"INSERT INTO {model._meta.db_table} ({into}) SELECT {values} FROM {source}"  # type: ignore[attr-defined] # any model


@pytest.fixture
def long_inbox():
    """The receptionist's inbox with `LONG` dossiers more; the one that was copied."""
    _, dossier = p.filed("1.004873")
    name = f"CASE WHEN n % {RARE} = 0 THEN 'quach dinh khoi' ELSE 'nong thi lan' END"
    shown = f"CASE WHEN n % {RARE} = 0 THEN 'Quách Đình Khôi' ELSE 'Nông Thị Lan' END"
    statements = [
        copied(
            Dossier,
            {
                "number": "'Z-' || lpad(n::text, 5, '0')",
                "applicant_folded": name,
                "applicant_name": shown,
                "submitted_at": "t.submitted_at - n * interval '1 second'",
            },
            f"dossiers_dossier t, generate_series(1, {LONG}) n WHERE t.id = {dossier.pk}",
        ),
        copied(
            ProcessInstance,
            {"subject": "d.id"},
            "processes_processinstance t, dossiers_dossier d"
            f" WHERE t.subject = {dossier.pk} AND d.number LIKE 'Z-%'",
        ),
        copied(
            WorkItem,
            {
                "subject": "i.subject",
                "instance_id": "i.id",
                "task_id": "gen_random_uuid()",
                "due_at": "t.due_at + i.id * interval '1 second'",
            },
            "processes_workitem t, processes_processinstance i JOIN dossiers_dossier d"
            f" ON d.id = i.subject WHERE t.subject = {dossier.pk} AND d.number LIKE 'Z-%'",
        ),
        "ANALYZE dossiers_dossier, processes_workitem",
    ]
    with the_owner() as cursor:
        for statement in statements:
            cursor.execute(statement)
    return dossier


def pages(viewer, **asked):
    """The numbers of all pages."""
    found, after = [], ""
    while True:
        page = desk.inbox(viewer, NOW, after=after, **asked)
        found += [row.number for row in page.rows]
        after = page.next
        if not after:
            return found


def test_a_rare_name_is_found_along_the_inbox_and_beyond_in_its_order(long_inbox):
    receptionist = p.officer("receptionist")
    expected = [f"Z-{n:05}" for n in range(RARE, LONG + 1, RARE)]
    assert len(expected) > desk.PAGE
    assert int(expected[-1][2:]) > searching.WALKED
    assert sorted(pages(receptionist, query="Quách  Đình")) == expected
    assert len(pages(receptionist, query="nông thị lan")) == LONG - len(expected)


def test_a_number_is_found_by_how_it_begins_and_nothing_stands_for_anything(long_inbox):
    receptionist = p.officer("receptionist")
    assert pages(receptionist, query=long_inbox.number.lower()) == [long_inbox.number]
    assert pages(receptionist, query="z-0001") == [f"Z-0001{n}" for n in range(10)]
    assert pages(receptionist, query="%") == []
    assert pages(receptionist, query="Quách_Đình") == []


def test_one_or_two_letters_begin_a_word(long_inbox):
    receptionist = p.officer("receptionist")
    assert len(pages(receptionist, query="qu")) == LONG // RARE
    assert len(pages(receptionist, query="đì")) == LONG // RARE
    assert pages(receptionist, query="uá") == []


def test_tabs_procedures_and_other_inboxes_narrow_it_further(long_inbox):
    receptionist = p.officer("receptionist")
    assert pages(receptionist, query="quách", tab="mine") == []
    assert pages(receptionist, query="quách", tab="return") == []
    assert pages(receptionist, query="quách", tab="waiting") == []
    assert pages(receptionist, query="quách", procedure="1.001193") == []
    assert len(pages(receptionist, query="quách", procedure="1.004873")) == LONG // RARE
    assert pages(p.officer("handler"), query="quách") == []
    with sight.seeing(sight.of(realms=["H01"])):
        assert desk.inbox(receptionist, NOW, query="quách").rows == []


def test_the_search_gives_the_newest_of_the_agency_also_beyond_what_is_gone_through(long_inbox):
    handler = p.officer("handler")
    everybody = [row.number for row in desk.find(handler, "nông", limit=5)]
    assert everybody == [f"Z-{n:05}" for n in range(1, 6)]
    rare = [row.number for row in desk.find(handler, "Quách Đình", limit=100)]
    assert rare == [f"Z-{n:05}" for n in range(RARE, LONG + 1, RARE)]
    assert [row.number for row in desk.find(handler, "z-02400")] == ["Z-02400"]
    with sight.seeing(sight.of(realms=["H01"])):
        assert desk.find(handler, "Quách Đình") == []


def explained(query: str) -> str:
    """The plan of one of the function's queries, for a name that nobody bears."""
    given = {
        "prefix": "'HUA KHONG CO%'",
        "folded": "'%hua khong co%'",
        "first": "NULL",
        "agency": str(p.agency_id()),
        "duty": "'receptionist'",
        "tab": "'todo'",
        "assignees": "'{}'::bigint[]",
        "wanted": "''",
        "after_due": "NULL::timestamptz",
        "after_id": "0",
        "last_due": "now()",
        "last_id": "0",
        "most": "51",
        "met": "0",
    }
    asked = re.sub(r"(?<![.\w])(" + "|".join(given) + r")\b", lambda m: given[m[0]], query)
    with the_owner() as cursor:
        cursor.execute(f"EXPLAIN {asked}")
        return "\n".join(row[0] for row in cursor.fetchall())


def test_the_plans_use_the_indexes(long_inbox):
    rare = explained(searching.INBOX_BY_INDEX)
    assert "Bitmap Index Scan on dossier_waiting_trigram" in rare
    assert "Bitmap Index Scan on dossier_number_begins" in rare
    assert "Seq Scan on dossiers_dossier" not in rare
    assert "Seq Scan on processes_workitem" not in rare
    sought = explained(searching.FOUND_BY_INDEX)
    assert "Bitmap Index Scan on dossier_applicant_trigram" in sought
    assert "Bitmap Index Scan on dossier_number_begins" in sought
    walked = explained(searching.INBOX_WALKED)
    assert f"LIMIT {searching.WALKED}" in searching.INBOX_WALKED
    assert not re.search(r"Index Cond: .*~~", walked)
