"""A backup from before an erasure does not bring the person back: a drill with a whole house."""

from __future__ import annotations

import json
import shutil
import tempfile
from pathlib import Path

import pytest

from journey.house import House
from motcua.foundation.person_keys import ERASED
from motcua.runtime.postgres import cluster_of

from .test_kill_and_restore import command

pytestmark = pytest.mark.long

READ = (
    "import json; from motcua.people.models import Person;"
    " two = Person.objects.order_by('pk')[:2];"
    " print('FOUND ' + json.dumps([(p.pk, p.id_number, str(p.key_owner)) for p in two]))"
)
SEND = (
    "from motcua.foundation import clock; from motcua.notices import actions;"
    " [actions.send(f'drill-{pk}', pk, 'T', 'Lời nhắn kín', now=clock.now()) for pk in (%s, %s)]"
)
ERASE = (
    "import uuid; from motcua.foundation import person_keys;"
    " print(person_keys.destroy(uuid.UUID('%s'), list(person_keys.Part)))"
)
NOTICES = (
    "import json; from motcua.notices.models import Notice;"
    " rows = Notice.objects.filter(key__startswith='drill-').order_by('person_id');"
    " print('FOUND ' + json.dumps([n.body for n in rows]))"
)


def ask(environment: dict[str, str], code: str) -> list[object]:
    """What the code found, run inside the installation of that environment."""
    done = command(environment, "manage", "shell", "-c", code)
    assert done.returncode == 0, done.stdout + done.stderr
    found = [line for line in done.stdout.splitlines() if line.startswith("FOUND ")]
    return json.loads(found[-1].removeprefix("FOUND ")) if found else []


def test_a_restored_backup_shows_the_person_erased_and_everybody_else() -> None:
    scratch = Path(tempfile.mkdtemp(prefix="motcua-erasure-"))
    other = scratch / "other"
    other.mkdir()
    keys = scratch / "keys"
    try:
        with House() as house:
            here = house.environment() | {"MOTCUA_BACKUP_KEY": str(scratch / "backup.key")}
            elsewhere = here | {"MOTCUA_HOME": str(other)}
            (gone, _, owner), (kept, number, _) = ask(here, READ)  # type: ignore[misc] # rows of three
            ask(here, SEND % (gone, kept))
            backup = command(here, "backup", str(scratch / "old"), "--json")
            assert backup.returncode == 0, backup.stderr
            ask(here, ERASE % owner)
            saved = command(here, "person-keys", "backup", str(keys))
            assert saved.returncode == 0, saved.stderr
            assert ask(here, NOTICES) == [ERASED, "Lời nhắn kín"]
        restored = command(elsewhere, "restore", str(scratch / "old"), "--json")
        assert restored.returncode == 0, restored.stderr
        brought = command(elsewhere, "person-keys", "restore", str(keys))
        assert brought.returncode == 0, brought.stderr
        (first, erased, _), (_, read, _) = ask(elsewhere, READ)  # type: ignore[misc] # as above
        assert (first, erased) == (gone, ERASED)
        assert read == number
        assert ask(elsewhere, NOTICES) == [ERASED, "Lời nhắn kín"]
        verified = command(elsewhere, "ledger", "verify", "--json")
        assert json.loads(verified.stdout)["ok"], verified.stdout
    finally:
        if (other / "postgres").exists():
            cluster_of(other).destroy()
        shutil.rmtree(scratch)
