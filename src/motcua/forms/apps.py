from motcua.foundation.room import RoomConfig


class FormsConfig(RoomConfig):
    name = "motcua.forms"
    label = "forms"
