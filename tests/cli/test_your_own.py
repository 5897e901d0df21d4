"""docs/your-own.md is true: what it shows runs, and gives what it says."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from support import config_text, write_config

PAGE = (Path(__file__).parents[2] / "docs/your-own.md").read_text(encoding="utf-8")
NOW = "2026-11-22T09:00:00+01:00"
OUTPUTS = "\n  - {name: file, kind: ics, path: us.ics, seen_by: [ana, ben]}"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a config that is found without being named."""
    path = write_config(tmp_path, config_text(outputs=OUTPUTS))
    monkeypatch.setenv("FONDLY_CONFIG", str(path))
    monkeypatch.setenv("HOLIDAYS_TOKEN", "x")
    return tmp_path


def run(home: Path, line: str) -> str:
    """What a command line of the page prints."""
    command = line
    if line.startswith("fondly"):
        command = f'"{sys.executable}" -m fondly --now {NOW}{line.removeprefix("fondly")}'
    done = subprocess.run(command, shell=True, cwd=home, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return re.sub(r"\d+ ms", "9 ms", done.stdout)


def blocks(language: str) -> list[str]:
    """The fenced blocks of that language."""
    return re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)


def test_from_nothing_to_a_calendar_in_six_commands(home: Path) -> None:
    """The session is real, to the letter, and takes at most six commands."""
    (session,) = blocks("console")
    shown = re.split(r"^\$ (.*)\n", session, flags=re.MULTILINE)[1:]
    assert 2 * 3 <= len(shown) <= 2 * 6
    for command, output in zip(shown[::2], shown[1::2], strict=True):
        assert run(home, command) == output, command
    assert shown[-1].startswith("SUMMARY:Water plants")


def test_the_files_are_those_that_are_made(home: Path) -> None:
    """The plugin and the script that the page shows are what `hooks new` writes."""
    run(home, "fondly hooks new water-plants")
    assert (home / "hooks/water-plants.py").read_text(encoding="utf-8") == blocks("python")[0]
    (home / "hooks/water-plants.py").unlink()
    (home / "hooks/tests/test_water_plants.py").unlink()
    run(home, "fondly hooks new water-plants --script sh")
    assert (home / "hooks/fondly_entries.d/water-plants.sh").read_text(encoding="utf-8") == blocks("sh")[0]


def test_the_other_commands_run(home: Path) -> None:
    """Each command that stands alone on its line."""
    lines = re.findall(r"^    (fondly .*)$", PAGE, re.MULTILINE)
    assert len(lines) == 2
    for line in lines:
        run(home, line)
    assert (home / "hooks/rain-check.py").is_file()


def test_the_plugin_with_settings_and_its_test(home: Path) -> None:
    """The settings are taken, what is wrong in them has its line and column, and the test of the page passes."""
    holidays, test = blocks("python")[1:]
    (home / "hooks").mkdir(mode=0o755)
    path = home / "hooks/holidays.py"
    path.write_text(holidays, encoding="utf-8")
    path.chmod(0o644)
    settings = blocks("yaml")[0]
    config = config_text(outputs=OUTPUTS) + settings
    write_config(home, config)
    run(home, "fondly sync")
    text = (home / "us.ics").read_text(encoding="utf-8")
    assert "SUMMARY:Nobody works\n" in text
    assert "DTSTART;VALUE=DATE:20261212\n" in text
    write_config(home, config.replace("days: 7", "dais: 7"))
    command = [sys.executable, "-m", "fondly", "sync"]
    done = subprocess.run(command, cwd=home, capture_output=True, text=True, check=False, env=dict(os.environ))
    assert done.returncode == 2
    assert re.search(r"fondly.yaml:\d+:\d+: hooks.settings.holidays.dais: is not known here", done.stderr), done.stderr
    (home / "test_holidays.py").write_text(test, encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_holidays.py"]
    done = subprocess.run(command, cwd=home, capture_output=True, text=True, check=False, env=dict(os.environ))
    assert "1 passed" in done.stdout, done.stdout + done.stderr
