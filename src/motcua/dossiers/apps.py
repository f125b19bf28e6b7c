from motcua.foundation.room import RoomConfig


class DossiersConfig(RoomConfig):
    name = "motcua.dossiers"
    label = "dossiers"
