"""What an account may do at one moment, read in one statement: posts of its own, posts lent by
delegation or during a leave, and the mandate it acts under. Every line is a join on what is in
force now, so that access ends with the row that gives it: what was lent ends with the giver's post,
and with the last post of the receiver at the same body."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from motcua.agencies.models import Kind
from motcua.foundation import clock
from motcua.people import roles
from motcua.people.models import Account
from motcua.people.viewers import DELEGATION, LEAVE, ActingFor, HeldPost

PARTS = (Kind.CENTRE, Kind.OFFICE)
"""Kinds of agency that are part of another and work for it."""

_SQL = """
SELECT '' AS kind, a.id, a.agency_id, g.name, g.kind, g.parent_id, a.role, a.title, a.sectors,
       a.account_id, '' AS lender, NULL::bigint AS person_id, NULL::bigint AS organisation_id,
       NULL::timestamptz AS ends
  FROM people_appointment a JOIN agencies_agency g ON g.id = a.agency_id
 WHERE a.account_id = %(account)s AND a.valid @> %(day)s
UNION ALL
SELECT 'delegation', a.id, a.agency_id, g.name, g.kind, g.parent_id, a.role, d.title, a.sectors,
       d.giver_id, c.display_name, NULL, NULL, NULL
  FROM people_delegation d
  JOIN people_account c ON c.id = d.giver_id AND c.is_active
  JOIN people_appointment a ON a.account_id = d.giver_id AND a.agency_id = d.agency_id
       AND a.role = ANY(d.roles) AND a.valid @> %(day)s
  JOIN agencies_agency g ON g.id = a.agency_id
 WHERE d.receiver_id = %(account)s AND d.valid @> %(now)s
   AND EXISTS (SELECT FROM people_appointment w JOIN agencies_agency b ON b.id = w.agency_id
                WHERE w.account_id = %(account)s AND w.valid @> %(day)s
                  AND (CASE WHEN b.kind = ANY(%(parts)s) THEN b.parent_id ELSE b.id END)
                    = (CASE WHEN g.kind = ANY(%(parts)s) THEN g.parent_id ELSE g.id END))
UNION ALL
SELECT 'leave', a.id, a.agency_id, g.name, g.kind, g.parent_id, a.role, a.title, a.sectors,
       l.account_id, c.display_name, NULL, NULL, NULL
  FROM people_leave l
  JOIN people_account c ON c.id = l.account_id
  JOIN people_appointment a ON a.account_id = l.account_id AND a.agency_id = l.agency_id
       AND a.role = ANY(%(passed)s) AND a.valid @> %(day)s
  JOIN agencies_agency g ON g.id = a.agency_id
 WHERE l.substitute_id = %(account)s AND l.valid @> %(now)s
   AND EXISTS (SELECT FROM people_appointment w JOIN agencies_agency b ON b.id = w.agency_id
                WHERE w.account_id = %(account)s AND w.valid @> %(day)s
                  AND (CASE WHEN b.kind = ANY(%(parts)s) THEN b.parent_id ELSE b.id END)
                    = (CASE WHEN g.kind = ANY(%(parts)s) THEN g.parent_id ELSE g.id END))
UNION ALL
SELECT 'mandate', m.id, NULL, coalesce(p.full_name, o.name), m.ground, NULL, '', '',
       m.procedures, NULL, array_to_string(m.deeds, ','), m.person_id, m.organisation_id,
       upper(m.valid)
  FROM people_mandate m
  LEFT JOIN people_person p ON p.id = m.person_id
  LEFT JOIN people_organisation o ON o.id = m.organisation_id
 WHERE m.representative_id = %(person)s AND m.valid @> %(now)s
   AND (m.id = %(acting)s OR (m.organisation_id = %(organisation)s AND m.ground = 'legal'))
 ORDER BY 1, 2
"""


@dataclass(frozen=True, slots=True)
class Standing:
    """What was found. `stands_in_for` are accounts on leave."""

    posts: tuple[HeldPost, ...]
    acting: ActingFor | None
    stands_in_for: frozenset[int]


def of(account: Account, now: datetime, acting: int | None = None) -> Standing:
    """The standing of an account at `now`, acting under the mandate `acting` if that is theirs and
    in force. The eID account of an organisation acts for it without choosing. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            _SQL,
            {
                "account": account.pk,
                "person": account.person_id,
                "organisation": account.organisation_id,
                "acting": acting,
                "day": clock.local(now).date(),
                "now": now,
                "passed": roles.PASSED_ON_LEAVE,
                "parts": list(PARTS),
            },
        )
        rows = cursor.fetchall()
    posts = [_post(row) for row in rows if row[0] != "mandate"]
    mandates = [_acting(row) for row in rows if row[0] == "mandate"]
    chosen = [found for found in mandates if found.mandate_id == acting]
    return Standing(
        # Posts of one's own come first: what is lent is used only where they do not reach.
        posts=tuple(sorted(posts, key=lambda post: bool(post.lent_as))),
        acting=next(iter(chosen or mandates), None),
        stands_in_for=frozenset(row[9] for row in rows if row[0] == LEAVE),
    )


def _post(row: tuple[Any, ...]) -> HeldPost:
    how, _, agency_id, name, kind, parent_id, role, title, sectors, _, lender, *_ = row
    above = [parent_id] if kind in PARTS else []
    return HeldPost(
        agency_id=agency_id,
        agency_name=name,
        role=role,
        title=title,
        sectors=frozenset(sectors),
        # NĐ 118/2025: a centre has no competence of its own.
        serves=frozenset(filter(None, [agency_id, *above])),
        lent_as=how if how in (DELEGATION, LEAVE) else "",
        lent_by=lender,
    )


def _acting(row: tuple[Any, ...]) -> ActingFor:
    _, mandate_id, _, name, ground, _, _, _, procedures, _, deeds, person_id, body_id, ends = row
    return ActingFor(
        mandate_id=mandate_id,
        person_id=person_id,
        organisation_id=body_id,
        name=name,
        ground=ground,
        procedures=frozenset(procedures),
        deeds=frozenset(filter(None, deeds.split(","))),
        ends=ends,
    )
