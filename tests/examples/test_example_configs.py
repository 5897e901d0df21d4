"""The configs and the pack of examples/: each used as its README says."""

from __future__ import annotations

import datetime as dt
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

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


@pytest.mark.parametrize("name", ["three.yaml", "apart.yaml", "alone.yaml"])
def test_it_says_how_to_get_an_id(name: str) -> None:
    """An id is private, so nobody should take the one that stands there."""
    assert "Make an id of your own: fondly init" in (EXAMPLES / name).read_text(encoding="utf-8")


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """The examples in a folder of their own, which nobody else can write."""
    folder = tmp_path / "examples"
    shutil.copytree(EXAMPLES, folder)
    for path in (folder, *folder.rglob("*")):
        path.chmod(path.stat().st_mode & 0o755)
    return folder


def test_all_of_it(copied: Path) -> None:
    """The config that has something of everything is fine, and Ana's calendar is read for it."""
    entries = planned(copied, "fondly.yaml")
    assert {"practice", "date", "anniversary"} <= {entry["kind"] for entry in entries}
    assert "ana-work.ics" in fondly(copied, "--config", "fondly.yaml", "check").stdout


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
    """What they do together is in the waking hours of both; in the days of the visit only one clock counts."""
    entries = planned(copied, "apart.yaml")
    chicago = ZoneInfo("America/Chicago")
    times = [
        dt.datetime.fromisoformat(entry["start"])
        for entry in entries
        if len(entry["people"]) == 2 and not entry["all_day"]
    ]
    before = [time for time in times if time.date() < dt.date(2026, 12, 27)]
    assert len(before) > 5
    for clock in (before, [time.astimezone(chicago) for time in before]):
        assert all(dt.time(7, 30) <= time.time() < dt.time(22, 30) for time in clock), clock
    visit = [time for time in times if dt.date(2026, 12, 27) <= time.date() <= dt.date(2027, 1, 6)]
    assert any(time.astimezone(chicago).time() < dt.time(7, 30) for time in visit), visit
    notes = [line for line in fondly(copied, "--config", "apart.yaml", "check").stdout.splitlines() if ".at:" in line]
    assert notes == [], "its own windows meet on both clocks"


def test_alone(copied: Path) -> None:
    """Nothing needs the other, who is remembered on their days, and nothing is said to be done together."""
    entries = planned(copied, "alone.yaml")
    assert any(entry["kind"] == "practice" for entry in entries)
    assert {tuple(entry["people"]) for entry in entries if entry["kind"] == "practice"} == {("kit",)}
    assert not any(entry["kind"] == "date" for entry in entries)
    assert any("The first coffee" in entry["title"] for entry in entries)
    assert "together" not in fondly(copied, "--config", "alone.yaml", "plan", "--days", "60").stdout


def test_the_pack(copied: Path) -> None:
    """Its practice is planned, and its suggestions are among those of the catalogue."""
    write_config(copied, config_text(catalogue="{packs: [packs/winter.yaml]}"))
    assert any(entry["practice"] == "lamplight" for entry in planned(copied, "fondly.yaml"))
    shown = json.loads(fondly(copied, "--config", "fondly.yaml", "--json", "practices", "affection").stdout)
    assert "warm-their-coat" in [one["slug"] for one in shown["practices"][0]["suggestions"]]
    shown = json.loads(fondly(copied, "--config", "fondly.yaml", "--json", "practices", "shared-experiences").stdout)
    assert "follow-the-rain" not in [one["slug"] for one in shown["practices"][0]["suggestions"]]
