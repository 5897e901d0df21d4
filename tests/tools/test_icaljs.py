"""Thunderbird's parser, ical.js from npm, reads what fondly exports."""

from __future__ import annotations

import datetime as dt
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
HERE = Path(__file__).parent
NOW = "2026-11-22T09:00:00+01:00"


@pytest.fixture(scope="session")
def ical_js(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The reader script beside an installed ical.js."""
    if not shutil.which("npm"):
        pytest.skip("npm is not installed; .ci/run installs it")
    folder = tmp_path_factory.mktemp("node")
    for name in ("package.json", "read.mjs"):
        shutil.copy(HERE / name, folder / name)
    command = ["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", "--silent"]
    subprocess.run(command, cwd=folder, check=True, capture_output=True, timeout=300)
    return folder / "read.mjs"


def fondly(*arguments: str) -> bytes:
    """What the command prints."""
    command = [sys.executable, "-m", "fondly", "--config", str(ROOT / "examples/fondly.yaml"), "--now", NOW, *arguments]
    return subprocess.run(command, check=True, capture_output=True).stdout


@pytest.mark.tools
def test_ical_js_reads_the_export(ical_js: Path, tmp_path: Path) -> None:
    """Each entry is there, with its title and at the right moment, in a time zone told by our own VTIMEZONE."""
    file = tmp_path / "us.ics"
    file.write_bytes(fondly("export"))
    done = subprocess.run(["node", str(ical_js), str(file)], check=True, capture_output=True, text=True)
    found = {(entry["summary"], entry["start"], entry["end"]) for entry in json.loads(done.stdout)}
    planned = json.loads(fondly("--json", "plan", "--days", "28"))["entries"]
    assert len(planned) > 10
    for entry in planned:
        times = (entry["start"], entry["end"])
        if not entry["all_day"]:
            moments = (dt.datetime.fromisoformat(text).astimezone(dt.UTC) for text in times)
            times = tuple(f"{moment:%Y-%m-%dT%H:%M:%S}.000Z" for moment in moments)
        assert (entry["title"], *times) in found, entry["id"]
