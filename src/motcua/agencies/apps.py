from motcua.foundation.room import RoomConfig


class AgenciesConfig(RoomConfig):
    name = "motcua.agencies"
    label = "agencies"
