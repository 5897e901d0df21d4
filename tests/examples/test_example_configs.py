"""The configs, the pack and the schedules of examples/: each used as its README says."""

from __future__ import annotations

import configparser
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from support import config_text, write_config

EXAMPLES = Path(__file__).parents[2] / "examples"
NOW = "2026-11-22T09:00:00+01:00"


def fondly(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command line in that folder."""
    return subprocess.run(
        [sys.executable, "-m", "fondly", "--now", NOW, *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        env=dict(os.environ),
    )


def planned(folder: Path, config: str, *arguments: str) -> list[dict[str, Any]]:
    """What is planned with that config, which is sound."""
    checked = fondly(folder, "--config", config, "check")
    assert checked.returncode == 0, checked.stdout + checked.stderr
    done = fondly(folder, "--config", config, "--json", "plan", "--days", "60", *arguments)
    assert done.returncode == 0, done.stderr
    entries: list[dict[str, Any]] = json.loads(done.stdout)["entries"]
    return entries


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """The examples in a folder of their own, which nobody else can write."""
    folder = tmp_path / "examples"
    shutil.copytree(EXAMPLES, folder)
    for path in (folder, *folder.rglob("*")):
        path.chmod(path.stat().st_mode & 0o755)
    return folder


def test_three(copied: Path) -> None:
    """All three are concerned by what is together, and the surprise reaches the one file that Evi does not see."""
    entries = planned(copied, "three.yaml")
    together = [entry for entry in entries if len(entry["people"]) == 3]
    assert together
    assert {tuple(entry["people"]) for entry in together} == {("cleo", "dana", "evi")}
    assert any("The three of us" in entry["title"] for entry in entries)
    assert "Cake" not in json.dumps(planned(copied, "three.yaml", "--for", "evi"))
    assert fondly(copied, "--config", "three.yaml", "sync").returncode == 0
    assert "SUMMARY:Cake for Evi" in (copied / "without-evi.ics").read_text(encoding="utf-8")
    assert "Cake" not in (copied / "ours.ics").read_text(encoding="utf-8")


def test_apart(copied: Path) -> None:
    """What they do together is in the waking hours of both, and the visit is a time of being in one place."""
    entries = planned(copied, "apart.yaml")
    together = [entry for entry in entries if len(entry["people"]) == 2 and not entry["all_day"]]
    assert len(together) > 5
    hours = [int(entry["start"][11:13]) for entry in together if entry["start"] < "2026-12-27"]
    assert hours
    assert all(14 <= hour <= 22 for hour in hours), hours


def test_alone(copied: Path) -> None:
    """Nothing needs the other, who is remembered on their days."""
    entries = planned(copied, "alone.yaml")
    assert any(entry["kind"] == "practice" for entry in entries)
    assert {tuple(entry["people"]) for entry in entries if entry["kind"] == "practice"} == {("kit",)}
    assert not any(entry["kind"] == "date" for entry in entries)
    assert any("The first coffee" in entry["title"] for entry in entries)


def test_the_pack(copied: Path) -> None:
    """Its practice is planned, and its suggestions are among those of the catalogue."""
    write_config(copied, config_text(catalogue="{packs: [packs/winter.yaml]}"))
    assert any(entry["practice"] == "lamplight" for entry in planned(copied, "fondly.yaml"))
    shown = json.loads(fondly(copied, "--config", "fondly.yaml", "--json", "practices", "affection").stdout)
    assert "warm-their-coat" in [one["slug"] for one in shown["practices"][0]["suggestions"]]


def commands_in(text: str) -> list[list[str]]:
    """The command lines of fondly in a schedule, as words."""
    return [shlex.split(found) for found in re.findall(r"\bfondly (-q .*|plan .*|sync.*)$", text, re.MULTILINE)]


@pytest.mark.parametrize("name", ["cron/fondly.cron", "systemd/fondly.service"])
def test_the_commands_of_the_schedules_run(copied: Path, name: str) -> None:
    """Each command line that is run by a clock is one."""
    write_config(copied, config_text(outputs="\n  - {name: ours, kind: ics, path: ours.ics, seen_by: [ana, ben]}"))
    found = commands_in((EXAMPLES / name).read_text(encoding="utf-8"))
    assert found
    for words in found:
        done = fondly(copied, "--config", "fondly.yaml", *words)
        assert done.returncode == 0, done.stderr
        assert bool(done.stdout) == (words[0] == "plan"), "cron mails what is printed"


def test_the_lines_of_cron_have_five_fields() -> None:
    """Minutes, hours, days, months and weekdays, all of them in range."""
    text = (EXAMPLES / "cron/fondly.cron").read_text(encoding="utf-8")
    lines = [line.split(maxsplit=5) for line in text.splitlines() if line and not line.startswith("#")]
    assert len(lines) == 2
    for *when, command in lines:
        for field, most in zip(when, (59, 23, 31, 12, 7), strict=True):
            assert field == "*" or 0 <= int(field) <= most
        assert command.startswith("fondly ")


@pytest.mark.parametrize("name", ["fondly.service", "fondly.timer"])
def test_the_units_are_read(name: str) -> None:
    """They have the sections that systemd wants; where it is installed, it says so itself."""
    path = EXAMPLES / "systemd" / name
    unit = configparser.ConfigParser(strict=False, interpolation=None)
    unit.optionxform = str  # type: ignore[assignment,method-assign]
    unit.read(path)
    assert {"Unit", "Service"} <= set(unit) or {"Unit", "Timer", "Install"} <= set(unit)
    if name.endswith("service"):
        assert unit["Service"]["Type"] == "oneshot"
        assert unit["Service"]["ExecStart"] == "fondly -q sync"


def test_every_file_is_named_and_short() -> None:
    """The page names each file, or its folder's README does; none is longer than a page."""
    page = (EXAMPLES / "README.md").read_text(encoding="utf-8")
    targets = set(re.findall(r"\]\(([^)#:]+)\)", page))
    assert all((EXAMPLES / target).is_file() for target in targets)
    package = EXAMPLES / "fondly-stargazing"
    for path in EXAMPLES.rglob("*"):
        if path.is_file() and "__pycache__" not in path.parts:
            named = str(path.relative_to(EXAMPLES)) in targets or path.is_relative_to(package)
            assert named or path.name == "README.md", path
            lines = len(path.read_text(encoding="utf-8").splitlines())
            assert lines <= 72 or path.name == "fondly.yaml", (path, lines)
