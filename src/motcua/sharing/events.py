"""What leaves the room."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MessageRefused:
    """The other side says it can never take a message; its stream stands until it is sent again."""

    message_id: int
    target: str
    stream: str
    reason: str
