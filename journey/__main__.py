"""`python -m journey`: file, process, sign, deliver and verify, and write down how it went."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
import time
import traceback
from pathlib import Path
from typing import Any

from journey.house import MOTCUA, House
from journey.people import Citizen, Officer, Steps, work_off
from journey.stories import STORIES, Story

OUT = Path("build/journey")
RETURNED = 10
SETTLE_NOTHING = (
    "Quản trị hệ thống",
    "Người phụ trách bảo vệ dữ liệu cá nhân",
    "Thanh tra viên",
)
"""Officers whom no step of a procedure waits for."""


def main() -> int:
    """The exit code: 0 when every dossier was returned and its result verified."""
    began = time.monotonic()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # and leave nothing behind
    shutil.rmtree(OUT, ignore_errors=True)
    OUT.mkdir(parents=True)
    wanted = sys.argv[1:]
    with House() as house:
        print(f"the house stands after {time.monotonic() - began:.1f} s", file=sys.stderr)
        officers = [
            Officer(house.url, number, title)
            for number, title in house.officers().items()
            if number not in {story.person for story in STORIES}
            and "9001" in number
            and title not in SETTLE_NOTHING
        ]
        for officer in officers:
            officer.seed = house.seeds().get(officer.id_number, "")
            officer.sign_in("/mot-cua/")
        dossiers = [
            _travel(house, story, officers)
            for story in STORIES
            if not wanted or story.procedure in wanted
        ]
        if not all(_fine(dossier) for dossier in dossiers):
            print(house.last_words(), file=sys.stderr)
    report = {
        "ok": all(_fine(dossier) for dossier in dossiers),
        "seconds": round(time.monotonic() - began, 1),
        "dossiers": dossiers,
        "trust": "trust.pem",
    }
    (OUT / "journey.json").write_text(
        json.dumps(report, ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
    )
    for dossier in dossiers:
        print(
            f"{dossier['procedure']}  {dossier['number']}  status {dossier['status']}"
            f"  verified {dossier['verified']}  {dossier.get('error', '')}"
        )
    return 0 if report["ok"] else 1


def _fine(dossier: dict[str, Any]) -> bool:
    return dossier["status"] == RETURNED and dossier["verified"] is True


def _travel(house: House, story: Story, officers: list[Officer]) -> dict[str, Any]:
    """The whole way of one dossier. What goes wrong is written down, and the next one goes on."""
    print(f"{story.procedure} {story.name}", file=sys.stderr)
    steps = Steps()
    told: dict[str, Any] = {
        "procedure": story.procedure,
        "number": "",
        "status": 0,
        "result": "",
        "verified": False,
        "steps": steps.done,
    }
    citizen = Citizen(house.url, story.person, story.name)
    try:
        if story.counter:
            told["number"] = officers[0].file_at_counter(story, steps)
            citizen.sign_in("/ho-so/")
        else:
            told["number"] = citizen.file(story, steps)
            citizen.pay(told["number"], steps)
        number = told["number"]
        work_off(number, officers, citizen, steps, lambda: citizen.status(number) == RETURNED)
        told["status"] = citizen.status(number)
        with steps.step("collect"):
            result = OUT / f"{number}.pdf"
            result.write_bytes(citizen.result(number))
            told["result"] = result.name
        with steps.step("verify"):
            _keep_trust(house)
            told["verified"] = _verified(house, result)
        with steps.step("rate"):
            citizen.rate(number)
    except Exception as error:
        told["error"] = f"{type(error).__name__}: {error}"
        traceback.print_exc()
        if told["number"] and not told["status"]:
            told["status"] = _status_after_all(citizen, told["number"])
    finally:
        citizen.close()
    return told


def _status_after_all(citizen: Citizen, number: str) -> int:
    try:
        return citizen.status(number)
    except Exception:
        return 0


def _verified(house: House, result: Path) -> bool:
    """Whether the command finds the file valid, given the roots alone."""
    done = subprocess.run(
        [MOTCUA, "verify", result, "--trust", OUT / "trust.pem", "--json"],
        env=house.environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        print(done.stdout, done.stderr, file=sys.stderr)
    return done.returncode == 0


def _keep_trust(house: House) -> None:
    """Take the roots out of the house, as an operator would hand them to a verifier."""
    found = sorted(house.home.rglob("trust.pem"))
    if not found:
        raise RuntimeError("the house has no trust.pem")
    shutil.copy(found[0], OUT / "trust.pem")


if __name__ == "__main__":
    sys.exit(main())
