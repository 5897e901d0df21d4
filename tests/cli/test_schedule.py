"""``fondly schedule`` with stand-ins for systemctl and crontab: the real ones would schedule a test on this machine."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from support import RELATIONSHIP, config_text, write_config

SYSTEMCTL = """#!/bin/sh
echo "$@" >> "$LOG"
case "$*" in *enable*) exit ${FAIL:-0};; esac
"""
CRONTAB = """#!/bin/sh
case "$1" in
  -l) cat "$TABLE" 2>/dev/null || { echo "no crontab" >&2; exit 1; };;
  -r) rm "$TABLE";;
  -) cat > "$TABLE";;
esac
"""


class Machine:
    """A machine with some of these programs, and a config."""

    def __init__(self, folder: Path, *programs: str) -> None:
        self.folder = folder
        self.programs = folder / "bin"
        self.programs.mkdir()
        for name in ("sh", "cat", "rm", "echo"):
            (self.programs / name).symlink_to(f"/bin/{name}" if Path(f"/bin/{name}").exists() else f"/usr/bin/{name}")
        for name in programs:
            path = self.programs / name
            path.write_text(SYSTEMCTL if name == "systemctl" else CRONTAB, encoding="utf-8")
            path.chmod(0o755)
        self.config = write_config(folder, config_text())
        self.more: dict[str, str] = {}

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """The real command there."""
        env = {
            "PATH": str(self.programs),
            "HOME": str(self.folder),
            "LOG": str(self.folder / "log"),
            "TABLE": str(self.folder / "table"),
            "FONDLY_STATE_DIR": str(self.folder / "a state"),
            "PYTHONPATH": os.environ.get("PYTHONPATH", ""),
            **self.more,
        }
        command = [sys.executable, "-m", "fondly", "--config", str(self.config), *arguments]
        return subprocess.run(command, env=env, capture_output=True, text=True, timeout=60, check=False)

    @property
    def units(self) -> list[Path]:
        """The unit files that stand there."""
        return sorted((self.folder / ".config" / "systemd" / "user").glob("*"))


def test_systemd(tmp_path: Path) -> None:
    """On, twice, its state, and off again: units are written, switched on, and gone without a trace."""
    machine = Machine(tmp_path, "systemctl", "crontab")
    assert machine.run("schedule", "status").stdout.startswith("Off.")
    done = machine.run("schedule", "on")
    assert (done.returncode, done.stderr) == (0, "")
    assert "once an hour, by systemd" in done.stdout
    assert [path.suffix for path in machine.units] == [".service", ".timer"]
    text = machine.units[0].read_text(encoding="utf-8")
    assert f'"--config" "{machine.config}" "-q" "sync"' in text
    assert f'Environment="FONDLY_STATE_DIR={tmp_path}/a state"' in text
    assert RELATIONSHIP not in text + machine.units[0].name
    assert "enable --now" in (tmp_path / "log").read_text(encoding="utf-8")
    before = [path.read_bytes() for path in machine.units]
    assert machine.run("schedule", "on").returncode == 0
    assert [path.read_bytes() for path in machine.units] == before
    status = json.loads(machine.run("--json", "schedule", "status").stdout)
    assert status["schedule"] == {"on": True, "by": "systemd", "where": str(machine.units[1])}
    assert machine.run("schedule", "off").stdout == "Off.\n"
    assert machine.units == []
    assert machine.run("schedule", "off").stdout == "It was off already.\n"


def test_what_cannot_be_switched_on_leaves_nothing(tmp_path: Path) -> None:
    """One clear line, exit code 1, and no unit that never runs."""
    machine = Machine(tmp_path, "systemctl")
    machine.more["FAIL"] = "3"
    done = machine.run("schedule", "on")
    assert done.returncode == 1
    assert "systemctl --user enable --now" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert machine.units == []


def test_somebody_elses_unit_is_left_alone(tmp_path: Path) -> None:
    """A unit of that name that fondly did not write is neither overwritten nor removed."""
    machine = Machine(tmp_path, "systemctl")
    machine.run("schedule", "on")
    unit = machine.units[0]
    unit.write_text("[Service]\nExecStart=/bin/true\n", encoding="utf-8")
    for what in ("on", "off"):
        done = machine.run("schedule", what)
        assert done.returncode == 2
        assert "was not made by fondly" in done.stderr
    assert unit.read_text(encoding="utf-8") == "[Service]\nExecStart=/bin/true\n"


def test_cron(tmp_path: Path) -> None:
    """Where there is no systemd: one block in the crontab, all else to the byte."""
    machine = Machine(tmp_path, "crontab")
    table = tmp_path / "table"
    table.write_text("MAILTO=ana\n0 7 * * 1 backup  --all\n", encoding="utf-8")
    assert "by cron (the crontab)" in machine.run("schedule", "on").stdout
    text = table.read_text(encoding="utf-8")
    assert text.startswith("MAILTO=ana\n0 7 * * 1 backup  --all\n# fondly-")
    machine.run("schedule", "on")
    assert table.read_text(encoding="utf-8") == text
    assert machine.run("schedule", "status").stdout == "On, by cron (the crontab).\n"
    assert machine.run("schedule", "off").returncode == 0
    assert table.read_text(encoding="utf-8") == "MAILTO=ana\n0 7 * * 1 backup  --all\n"
    table.unlink()
    machine.run("schedule", "on")
    machine.run("schedule", "off")
    assert not table.exists()


def test_a_machine_without_either(tmp_path: Path) -> None:
    """It is said, with what to do instead."""
    done = Machine(tmp_path).run("schedule", "on")
    assert done.returncode == 1
    assert "fondly sync --every 1h" in done.stderr


def test_a_wrong_config_is_not_scheduled(tmp_path: Path) -> None:
    """Its problems are told, and nothing is touched."""
    machine = Machine(tmp_path, "systemctl")
    machine.config.write_text("nonsense: yes\n", encoding="utf-8")
    assert machine.run("schedule", "on").returncode == 2
    assert machine.units == []


@pytest.mark.parametrize("program", ["systemctl", "crontab"])
def test_variables_of_the_shell_are_not_there(tmp_path: Path, program: str) -> None:
    """Secrets that come from the environment are named, with what works instead, and their values are not told."""
    machine = Machine(tmp_path, program)
    output = "{name: ours, kind: caldav, url: 'https://x.org/', password: {env: OURS_PASSWORD}, seen_by: [ana]}"
    write_config(tmp_path, config_text(outputs=f"\n  - {output}"))
    machine.more["OURS_PASSWORD"] = "s3cr3t"
    done = machine.run("schedule", "on")
    assert "OURS_PASSWORD" in done.stderr
    assert ("fondly/env" if program == "systemctl" else "{file: …}") in done.stderr
    written = "".join(path.read_text(encoding="utf-8") for path in machine.units)
    assert "s3cr3t" not in done.stdout + done.stderr + written


def test_a_look_first(tmp_path: Path) -> None:
    """--dry-run shows what would be written, and writes nothing."""
    machine = Machine(tmp_path, "systemctl")
    shown = machine.run("schedule", "on", "--dry-run").stdout
    assert "OnCalendar=" in shown
    assert machine.units == []
