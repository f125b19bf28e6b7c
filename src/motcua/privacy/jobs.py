"""The background work of the room."""

from __future__ import annotations

import structlog

from motcua.foundation import clock
from motcua.foundation.background import periodic, task
from motcua.privacy import breaches
from motcua.privacy.actions import disposing, exports, whole
from motcua.privacy.actions import erasure as erasing

log = structlog.get_logger()

NIGHT = range(1, 5)
"""Hours in Vietnam at which nobody files and few work."""
ROUNDS = 20
"""Small transactions a kind at a time, so that nothing else of the worker waits long."""


@periodic(seconds=600)
def dispose_at_night() -> dict[str, int]:
    """Between one and five at night, dispose of what has been kept long enough, a little at a
    time; the next round goes on."""
    now = clock.now()
    if clock.local(now).hour not in NIGHT:
        return {}
    done = disposing.run(now, ROUNDS)
    if done:
        log.info("retention_disposed", **done)
    return done


@task("privacy.export")
def make_export(export_id: str) -> None:
    """Make a copy of a person's data that is too large to wait for."""
    exports.fill(export_id, clock.now())


@periodic(seconds=300)
def remove_expired_exports() -> int:
    """Remove the contents of copies a day old."""
    return exports.remove_expired(clock.now())


@periodic(seconds=300)
def remind_of_breaches() -> int:
    """Remind those in charge while the authority has not been told of a breach."""
    return breaches.remind(clock.now())


@task("privacy.erase_whole", attempts=20)
def erase_whole(erasure: int) -> None:
    """Ask every room to forget a person, then destroy their keys."""
    whole.carry_out(erasure, clock.now())


@task("privacy.erase", attempts=20)
def erase(erasure: int) -> None:
    """Renew a person's keys after a deletion, so that backups do not bring it back."""
    erasing.carry_out(erasure)
