from motcua.foundation.room import RoomConfig


class PeopleConfig(RoomConfig):
    name = "motcua.people"
    label = "people"
