"""What can go wrong with machines, each with a sentence for who runs one."""

from __future__ import annotations


class MachineError(Exception):
    """Base of this room's errors; `message` is Vietnamese and may be shown."""

    message = "Không thực hiện được."

    def __init__(self, message: str = "") -> None:
        self.message = message or self.message
        super().__init__(self.message)


class BadMachine(MachineError):
    """What a machine or a key would be registered with cannot be used."""


class UnknownMachine(MachineError):
    """No machine has this client id."""

    message = "Không có máy khách nào mang mã này."


class TwoKeys(MachineError):
    """Both places are taken at that time."""

    message = (
        "Máy khách đã có hai khóa còn hạn. Hãy cho một khóa hết hạn trước (motcua machine key)."
    )


class NotProven(MachineError):
    """A token was asked for without proof. `reason` is for our log, not for the caller: they learn
    only that the proof was not good."""

    message = "Máy khách chưa chứng minh được mình: xem lại khóa, thời hạn và nội dung chứng thực."

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__()


class ScopeRefused(MachineError):
    """A scope was asked for that the machine does not hold."""

    message = "Máy khách không được cấp phạm vi này."
