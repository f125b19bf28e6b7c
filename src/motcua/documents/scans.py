"""The pages of stored scans as pictures that may stand in a PDF/A."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from motcua.documents.actions import open_file
from motcua.documents.models import File

PROGRAM = "motcua.documents.rasteriser"
SECONDS = 180


class ScanUnreadable(Exception):
    """A stored scan cannot be turned into pages; names the file."""


@dataclass(frozen=True, slots=True)
class ScanPage:
    """One page: a JPEG file and the size it is shown at, in millimetres."""

    path: Path
    width: float
    height: float


@contextmanager
def pages(files: Sequence[File]) -> Iterator[list[ScanPage]]:
    """The pages of `files` in order, on the disk until the end of the block. Raises
    `ScanUnreadable`."""
    with tempfile.TemporaryDirectory(prefix="motcua-scan-") as held:
        found: list[ScanPage] = []
        for number, file in enumerate(files):
            folder = Path(held) / str(number)
            folder.mkdir()
            found.extend(_of(file, folder))
        yield found


def _of(file: File, folder: Path) -> Iterator[ScanPage]:
    source = folder / "source"
    with open_file(file) as stream, source.open("wb") as out:
        shutil.copyfileobj(stream, out)
    try:
        done = subprocess.run(  # noqa: S603 - our own program, files we named
            [sys.executable, "-m", PROGRAM, str(source), file.media_type, str(folder)],
            capture_output=True,
            timeout=SECONDS,
            check=True,
        )
    except (subprocess.TimeoutExpired, subprocess.CalledProcessError) as error:
        raise ScanUnreadable(f"{file.name} ({file.pk})") from error
    for number, (width, height) in enumerate(json.loads(done.stdout), start=1):
        yield ScanPage(folder / f"{number}.jpg", width, height)
