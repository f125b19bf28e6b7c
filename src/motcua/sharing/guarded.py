"""Tables of the exchange that the second wall leaves open, and why."""

from __future__ import annotations

OPEN = {
    "sharing_call": "what was asked of other agencies, by blind index; every door adds to it",
    "sharing_outgoing": "messages on their way, encrypted; every action adds to them and only the"
    " worker reads them",
}
