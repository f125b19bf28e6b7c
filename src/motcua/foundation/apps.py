from motcua.foundation.room import RoomConfig


class FoundationConfig(RoomConfig):
    name = "motcua.foundation"
    label = "foundation"
