from motcua.foundation.room import RoomConfig


class PrivacyConfig(RoomConfig):
    name = "motcua.privacy"
    label = "privacy"
