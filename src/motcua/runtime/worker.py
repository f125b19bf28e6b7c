"""The background process: the events' relay, the jobs, and what is called every so often."""

from __future__ import annotations

import logging
import os
import sys

# People wait for the web processes, nobody for this one: when both want the processor, it yields.
BEHIND_PEOPLE = 19


def main() -> int:
    """Work until told to stop by SIGTERM or SIGINT; the exit code."""
    from motcua.runtime.database import set_up

    os.nice(BEHIND_PEOPLE)
    set_up()
    from motcua.foundation.worker import Worker

    logging.getLogger("procrastinate").setLevel(logging.WARNING)
    Worker().run()
    return 0


if __name__ == "__main__":
    sys.exit(main())
