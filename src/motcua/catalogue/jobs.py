"""The catalogue's background work."""

from __future__ import annotations

from motcua.foundation import background, clock

from .actions.decrees import bring_into_force
from .actions.phrases import make_search_vectors
from .search import vectors


@background.periodic(60)
def decrees_come_into_force() -> None:
    """Say of decrees whose first day has come that they are in force."""
    bring_into_force(clock.now())


@background.periodic(600)
def phrases_get_their_vectors() -> None:
    """Make the vectors of phrases that were added since `motcua catalogue vectors` was run."""
    if vectors.kept():
        make_search_vectors()
