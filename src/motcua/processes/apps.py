from motcua.foundation.room import RoomConfig


class ProcessesConfig(RoomConfig):
    name = "motcua.processes"
    label = "processes"
