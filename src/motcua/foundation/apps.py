from typing import Any

from django.db.models.signals import post_migrate

from motcua.foundation import logs
from motcua.foundation.room import RoomConfig


class FoundationConfig(RoomConfig):
    name = "motcua.foundation"
    label = "foundation"

    def ready(self) -> None:
        logs.configure()
        super().ready()
        post_migrate.connect(_raise_wall, sender=self, dispatch_uid="motcua.row_security")


def _raise_wall(**_: Any) -> None:
    """Django says so once to each application, after the migrations of all."""
    from motcua.foundation import row_security

    row_security.raise_wall()
