from motcua.foundation.room import RoomConfig


class DocumentsConfig(RoomConfig):
    name = "motcua.documents"
    label = "documents"
