from motcua.foundation.room import RoomConfig


class NoticesConfig(RoomConfig):
    name = "motcua.notices"
    label = "notices"
