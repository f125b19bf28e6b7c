"""What the catalogue tells other rooms."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class VersionPublished:
    """A version of a procedure was published and is frozen from now on."""

    version_id: int
    code: str


@dataclass(frozen=True, slots=True)
class CatalogueImported:
    """Records of the national catalogue were taken over."""

    added: int
    changed: int
    unchanged: int
    rejected: int


@dataclass(frozen=True, slots=True)
class DecreeInForce:
    """The first day of a decree that hands competences over has come."""

    decree_id: int
    number: str
