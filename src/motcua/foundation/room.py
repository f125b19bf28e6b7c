"""What every room's `apps.py` builds on."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from django.apps import AppConfig
from django.utils.module_loading import module_has_submodule


class RoomConfig(AppConfig):
    """A room of the house. When the house is ready, the room's `reactions` are imported, so that
    its handlers of events are known in every process; a reaction imports heavy libraries only
    inside the function that needs them."""

    default = False  # Django must not take this base for a room's own configuration
    default_auto_field = "django.db.models.BigAutoField"

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls.default = True

    def ready(self) -> None:
        if self.module is not None and module_has_submodule(self.module, "reactions"):
            import_module(f"{self.name}.reactions")
