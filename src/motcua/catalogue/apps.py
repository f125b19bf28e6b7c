from motcua.foundation.room import RoomConfig


class CatalogueConfig(RoomConfig):
    name = "motcua.catalogue"
    label = "catalogue"
