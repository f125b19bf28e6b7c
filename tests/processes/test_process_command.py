"""`motcua process`: a file judged without a database."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from motcua.doors.cli.main import main
from tests.processes.test_inspection import GOOD
from tests.processes.test_steplist import TEMPLATES

FILE = str(TEMPLATES / "appraise_and_sign.bpmn")
TRY = ["process", "simulate", FILE, "--number", "20", "--start", "2026-11-23T08:00", "--json"]


def test_a_template_is_simulated_the_same_each_time(capsys: pytest.CaptureFixture[str]) -> None:
    said = []
    for _ in range(2):
        assert main([*TRY, "--limit", "5:working_day", "--staff", "handler=2"]) == 0
        said.append(json.loads(capsys.readouterr().out))
    assert said[0] == said[1]
    assert said[0]["dossiers"] == 20
    assert 0 <= said[0]["share_on_time"] <= 1
    assert [step["step"] for step in said[0]["steps"]] == [
        "intake",
        "appraise",
        "sign",
        "give_back",
    ]
    assert said[0]["steps"][0]["done"] == 20
    assert main([*TRY, "--seed", "2"]) == 0
    assert json.loads(capsys.readouterr().out)["mean_hours"] != said[0]["mean_hours"]


def test_it_runs_without_django_and_without_a_database() -> None:
    code = f"import sys; from motcua.doors.cli.main import main; main({TRY[:-1]!r})"
    code += "; sys.exit('django' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    assert run.stdout.startswith("Thẩm định và ký: 20 hồ sơ, trung bình ")


def test_a_check_names_what_is_found(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["process", "check", FILE]) == 0
    assert main(["process", "check", FILE, "--hours", "10"]) == 1
    assert "Quá thời hạn của thủ tục: Quy trình" in capsys.readouterr().err
    broken = tmp_path / "broken.bpmn"
    broken.write_text(GOOD.replace(' default="choice-end"', "").replace('role="approver"', ""))
    assert main(["process", "check", str(broken)]) == 1
    assert "Bước chưa có vai trò: userTask “second”" in capsys.readouterr().err


@pytest.mark.parametrize(
    "more",
    [["--staff", "handler"], ["--limit", "5:weeks"], ["--per-day", "many"], ["--case", "a=b"]],
)
def test_what_is_not_understood_is_bad_input(
    more: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*TRY, *more]) == 2
    assert capsys.readouterr().err.startswith("motcua process: ")


def test_a_value_that_a_condition_lacks_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "area.bpmn"
    file.write_text(GOOD)
    plan = ["process", "simulate", str(file), "--number", "20", "--start", "2026-11-23T08:00"]
    assert main(plan) == 1
    assert "area" in capsys.readouterr().err
    assert main([*plan, "--case", "area=120"]) == 0
