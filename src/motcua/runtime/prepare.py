"""What has to be true before the first page: tables of this version, static files collected and,
for the demonstration, its data. A process of its own, so that the supervisor stays small."""

from __future__ import annotations

import sys
import time

from motcua.runtime import static
from motcua.runtime.database import behind, bring_to_this_version, set_up


def main(demo: bool) -> int:
    """The exit code. The environment must name a running database."""
    set_up()
    if behind():
        _say("making the tables")
        bring_to_this_version()
    static.collect()
    if demo:
        _load()
    return 0


def _load() -> None:
    """`motcua.demo.load.load` is idempotent and says itself whether there is anything to do."""
    from importlib import import_module

    from motcua.foundation import clock

    module = import_module("motcua.demo.load")
    started = time.monotonic()
    if module.loaded():
        return
    _say("loading the demonstration data")
    module.load(clock.now())
    _say(f"demonstration data loaded in {time.monotonic() - started:.0f} s")


def _say(text: str) -> None:
    print(f"  {text}", flush=True)


if __name__ == "__main__":
    sys.exit(main(demo="--demo" in sys.argv[1:]))
