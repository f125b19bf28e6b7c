from motcua.foundation.room import RoomConfig


class PaymentsConfig(RoomConfig):
    name = "motcua.payments"
    label = "payments"
