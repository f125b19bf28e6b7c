"""What happened, told to whoever listens, at least once.

`publish` writes one outbox row in the action's own transaction: a rolled-back action tells
nothing. A relay (`relay_once`, called by the worker every 0.2 s) hands each row to its handlers.
Every handler runs in a savepoint of its own and leaves one row under the unique pair (event,
handler); one that fails is retried alone, with back-off, and stops no other. Handlers must bear
being called twice. Events arrive roughly in the order they were published; nobody may rely on it.
"""

from __future__ import annotations

import dataclasses
import json
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar, Protocol, TypeVar, get_args, get_type_hints

import structlog
from django.db import connection, transaction

from motcua.foundation import background, clock
from motcua.foundation.models import HandlerRun, OutboxEvent

log = structlog.get_logger()

DONE, FAILED = "done", "failed"
KEPT_DAYS = 7
GIVEN_UP_AFTER = 3600  # seconds; the retries of one failure end well within


class Event(Protocol):
    """Any dataclass with fields of int, str, bool, None, date, datetime, lists and dicts."""

    __dataclass_fields__: ClassVar[dict[str, dataclasses.Field[Any]]]


# By hand, since every act pays for it: a third of what the same costs through models.
_INSERT = "INSERT INTO foundation_outboxevent (name, payload, created_at) VALUES "

_OLD = """
    SELECT id FROM foundation_outboxevent e
    WHERE relayed_at < %s AND NOT EXISTS
        (SELECT FROM foundation_handlerrun r WHERE r.event_id = e.id AND r.state = %s)
    ORDER BY id LIMIT 5000
"""

E = TypeVar("E", bound=Event)


@dataclass(frozen=True, slots=True)
class _Handler:
    name: str
    event_class: type[Any]
    function: Callable[[Any], None]


_handlers: dict[str, dict[str, _Handler]] = {}
_known_hints: dict[type[Any], dict[str, Any]] = {}


def name_of(event_class: type[Any]) -> str:
    """`dossiers.DossierSubmitted` for the class of that name in `motcua.dossiers.events`."""
    module = event_class.__module__.removeprefix("motcua.").removesuffix(".events")
    return f"{module}.{event_class.__qualname__}"


def publish(*events: Event) -> None:
    """Tell of `events` once the caller's transaction has committed. One INSERT for all of them.

    Raises RuntimeError outside a transaction: what is published must stand or fall with the act.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("publish within the transaction of the action")
    if not events:
        return
    now = clock.now()
    values: list[Any] = []
    for event in events:
        values += (name_of(type(event)), json.dumps(_encoded(event), ensure_ascii=False), now)
    with connection.cursor() as cursor:
        cursor.execute(_INSERT + ", ".join(["(%s, %s, %s)"] * len(events)), values)


def handles(event_class: type[E]) -> Callable[[Callable[[E], None]], Callable[[E], None]]:
    """Register the decorated function as a handler of `event_class` (in a room's reactions)."""

    def register(function: Callable[[E], None]) -> Callable[[E], None]:
        name = f"{function.__module__}.{function.__qualname__}".removeprefix("motcua.")
        registered = _handlers.setdefault(name_of(event_class), {})
        registered[name] = _Handler(name, event_class, function)
        return function

    return register


def relay_once(limit: int = 500, seconds: float = 1.0) -> int:
    """Deliver up to `limit` waiting events, and begin none after `seconds`; the number delivered.

    Rows that another relay holds are passed over. A batch is one transaction, so a killed worker
    delivers it again from the start; `seconds` bounds how long its row locks are held.
    """
    started = time.monotonic()
    delivered: list[int] = []
    runs: list[HandlerRun] = []
    with transaction.atomic():
        waiting = OutboxEvent.objects.filter(relayed_at__isnull=True).order_by("id")
        rows = list(waiting.select_for_update(skip_locked=True)[:limit])
        if not rows:
            return 0
        earlier = set(HandlerRun.objects.filter(event__in=rows).values_list("event_id", "handler"))
        for row in rows:
            for handler in list(_handlers.get(row.name, {}).values()):
                if (row.pk, handler.name) in earlier:
                    continue
                error = _attempt(handler, row)
                runs.append(_run(row, handler, error))
            delivered.append(row.pk)
            if time.monotonic() - started > seconds:
                break
        HandlerRun.objects.bulk_create(runs)
        OutboxEvent.objects.filter(pk__in=delivered).update(relayed_at=clock.now())
        for run in runs:
            if run.state == FAILED:
                background.defer("foundation.retry", 2, event_id=run.event_id, handler=run.handler)
    return len(delivered)


def relay_all() -> int:
    """Deliver until nothing waits (for tests and commands); the number delivered."""
    total = 0
    while count := relay_once():
        total += count
    return total


def retry(event_id: int, handler: str) -> None:
    """Run one failed handler again. Raises what it raises, after noting it; does nothing when it
    has succeeded meanwhile or no longer exists."""
    error: Exception | None = None
    with transaction.atomic():
        run = (
            HandlerRun.objects.select_for_update(of=("self",))
            .select_related("event")
            .filter(event_id=event_id, handler=handler, state=FAILED)
            .first()
        )
        known = _handlers.get(run.event.name, {}).get(handler) if run else None
        if run is None or known is None:
            return
        error = _attempt(known, run.event)
        run.state = FAILED if error else DONE
        run.error = _told(error)
        run.at = clock.now()
        run.save(update_fields=["state", "error", "at"])
    if error:
        raise error


def failing() -> list[HandlerRun]:
    """Deliveries that have failed and not yet succeeded, oldest event first."""
    return list(HandlerRun.objects.filter(state=FAILED).select_related("event").order_by("event"))


def take_up_again() -> int:
    """Defer anew the deliveries that were given up more than an hour ago; how many."""
    given_up = HandlerRun.objects.filter(
        state=FAILED, at__lt=clock.now() - timedelta(seconds=GIVEN_UP_AFTER)
    )
    found = list(given_up.order_by("event")[:1_000])
    for run in found:
        background.defer("foundation.retry", event_id=run.event_id, handler=run.handler)
    return len(found)


def sweep() -> int:
    """Remove events relayed more than `KEPT_DAYS` ago whose handlers are all done; how many."""
    before = clock.now() - timedelta(days=KEPT_DAYS)
    total = 0
    while True:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(_OLD, [before, FAILED])
            old = [row[0] for row in cursor.fetchall()]
            cursor.execute("DELETE FROM foundation_handlerrun WHERE event_id = ANY(%s)", [old])
            cursor.execute("DELETE FROM foundation_outboxevent WHERE id = ANY(%s)", [old])
        if not old:
            return total
        total += len(old)


def _attempt(handler: _Handler, row: OutboxEvent) -> Exception | None:
    """Run one handler in a savepoint; the error it ended with, if any.

    Deferred constraints are checked inside, so that a broken reference is this handler's failure
    and not the whole batch's at commit.
    """
    try:
        with transaction.atomic():
            handler.function(_decoded(handler.event_class, row.payload))
            _check_references()
    except Exception as error:  # whatever a handler does wrong must not stop the others
        if connection.connection is None or connection.connection.closed:
            raise
        log.error("handler_failed", event_id=row.pk, handler=handler.name, error=_told(error))
        return error
    return None


def _check_references() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")


def _run(row: OutboxEvent, handler: _Handler, error: Exception | None) -> HandlerRun:
    return HandlerRun(
        event=row,
        handler=handler.name,
        state=FAILED if error else DONE,
        error=_told(error),
        at=clock.now(),
    )


def _told(error: Exception | None) -> str:
    """What is kept of an error: its kind and where it was raised. Its words may hold what a person
    answered, and are not kept."""
    if error is None:
        return ""
    place = traceback.extract_tb(error.__traceback__)[-1:]
    where = "".join(f" ({Path(one.filename).name}:{one.lineno})" for one in place)
    return f"{type(error).__name__}{where}"


def _encoded(event: Event) -> dict[str, Any]:
    return {f.name: _plain(getattr(event, f.name)) for f in dataclasses.fields(event)}


def _plain(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value


def _hints(event_class: type[Any]) -> dict[str, Any]:
    if event_class not in _known_hints:
        _known_hints[event_class] = get_type_hints(event_class)
    return _known_hints[event_class]


def _decoded(event_class: type[Any], payload: dict[str, Any]) -> Any:
    """The event as it was published. Fields it did not have then take their defaults."""
    hints = _hints(event_class)
    return event_class(**{k: _typed(v, hints[k]) for k, v in payload.items() if k in hints})


def _typed(value: Any, hint: Any) -> Any:
    kinds = {hint, *get_args(hint)}
    if isinstance(value, str) and datetime in kinds:
        return datetime.fromisoformat(value)
    if isinstance(value, str) and date in kinds:
        return date.fromisoformat(value)
    if isinstance(value, list) and (hint is tuple or getattr(hint, "__origin__", None) is tuple):
        return tuple(value)
    return value
