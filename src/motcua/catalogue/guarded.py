"""Tables of the catalogue that name officers and that the second wall leaves open, and why."""

from __future__ import annotations

OPEN = {
    "catalogue_decree": "the law is everybody's; it names the officers who loaded and decided it",
}
