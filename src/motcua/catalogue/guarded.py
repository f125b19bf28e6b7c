"""Tables of the catalogue that name officers and that the second wall leaves open, and why."""

from __future__ import annotations

OPEN = {
    "catalogue_decree": "the law is everybody's; it names the officers who loaded and decided it",
    "catalogue_versiondraft": "what may become law; it names the officers who wrote and decided it",
    "catalogue_publicationstep": "decisions are public; it names the officer who recorded them",
}
