from motcua.foundation.room import RoomConfig


class TerritoryConfig(RoomConfig):
    name = "motcua.territory"
    label = "territory"
