"""Who is next of kin to whom, as far as births were registered here: blind indexes of id numbers
and nothing else. It serves one question, whether somebody looked at a relative's data."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from django.db.models import Q

from motcua.foundation import crypto
from motcua.people import rules
from motcua.people.models import Kinship

Edge = tuple[bytes, bytes]
"""A parent and a child."""


def relatives(edges: Iterable[Edge], who: bytes) -> frozenset[bytes]:
    """Parents, children, the other parent of a child, siblings, grandparents and grandchildren of
    `who` (the near kin of Luật Hôn nhân và gia đình 2014 Đ3, without aunts and uncles)."""
    known = list(edges)
    parents = {parent for parent, child in known if child == who}
    children = {child for parent, child in known if parent == who}
    found = parents | children
    found |= {child for parent, child in known if parent in parents}
    found |= {parent for parent, child in known if child in parents | children}
    found |= {child for parent, child in known if parent in children}
    return frozenset(found - {who})


def note_birth(child: str, parents: Collection[str]) -> None:
    """Keep who the parents of a registered child are, by id numbers; what is none is passed over.
    Safe to repeat."""
    own = _index(child)
    edges = {(parent, own) for one in parents if (parent := _index(one))}
    if own is not None:
        Kinship.objects.bulk_create(
            [Kinship(parent_index=parent, child_index=own) for parent, _own in sorted(edges)],
            ignore_conflicts=True,
        )


def are_related(one: bytes, other: bytes) -> bool:
    """Whether these two blind indexes belong to relatives. Two statements."""
    near = _edges({one})
    people = {person for edge in near for person in edge}
    return other in relatives(near | _edges(people), one)


def _edges(people: Collection[bytes]) -> set[Edge]:
    if not people:
        return set()
    rows = Kinship.objects.filter(Q(parent_index__in=people) | Q(child_index__in=people))
    return {
        (bytes(parent), bytes(child))
        for parent, child in rows.values_list("parent_index", "child_index")
    }


def _index(id_number: str) -> bytes | None:
    try:
        return crypto.blind_index("person", rules.id_number(id_number))
    except rules.BadIdNumber:
        return None
