from motcua.foundation.room import RoomConfig


class MachinesConfig(RoomConfig):
    name = "motcua.machines"
    label = "machines"
