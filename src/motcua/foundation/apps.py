from motcua.foundation import logs
from motcua.foundation.room import RoomConfig


class FoundationConfig(RoomConfig):
    name = "motcua.foundation"
    label = "foundation"

    def ready(self) -> None:
        logs.configure()
        super().ready()
