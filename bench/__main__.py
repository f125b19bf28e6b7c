"""All benchmarks, one after another, each in a process of its own."""

from __future__ import annotations

import subprocess
import sys

ALL = ("forms", "process", "ledger", "search", "pages", "desk", "wall", "decree", "submit")


def main() -> int:
    """Run those named on the command line, or all; 1 when one of them failed."""
    failed = False
    for name in sys.argv[1:] or ALL:
        done = subprocess.run([sys.executable, "-m", f"bench.{name}"], check=False)
        failed |= done.returncode != 0
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
