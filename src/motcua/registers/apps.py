from motcua.foundation.room import RoomConfig


class RegistersConfig(RoomConfig):
    name = "motcua.registers"
    label = "registers"
