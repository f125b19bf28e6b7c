"""Style sheets, scripts, fonts and pictures, collected to where they are served from."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

STAMP = ".collected-from"


def collect() -> bool:
    """Collect, hash and compress the static files if any has changed since; whether it did."""
    from django.conf import settings
    from django.core.management import call_command

    root = Path(settings.STATIC_ROOT)
    wanted = _fingerprint()
    stamp = root / STAMP
    if stamp.exists() and stamp.read_text() == wanted:
        return False
    root.mkdir(parents=True, exist_ok=True)
    call_command("collectstatic", interactive=False, clear=True, verbosity=0)
    stamp.write_text(wanted)
    return True


def _fingerprint() -> str:
    """Changes when a file is added, removed or written to. Contents are not read."""
    from django.contrib.staticfiles.finders import get_finders

    digest = sha256()
    for finder in get_finders():
        for path, storage in finder.list([]):
            stat = Path(storage.path(path)).stat()
            digest.update(f"{storage.path(path)}\0{stat.st_size}\0{stat.st_mtime_ns}\n".encode())
    return digest.hexdigest()
