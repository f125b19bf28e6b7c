"""The tests of this folder share one scene in one transaction, instead of one each."""

from __future__ import annotations

import pytest


@pytest.fixture
def _django_db_helper() -> None:
    """The mark `django_db` has the test database made; the transaction is the scene's."""
