from motcua.foundation.room import RoomConfig


class SharingConfig(RoomConfig):
    name = "motcua.sharing"
    label = "sharing"
