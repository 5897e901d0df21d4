"""The schedules of examples/, run as cron and systemd run them: without the shell's variables, from the home folder."""

from __future__ import annotations

import configparser
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from support import config_text, write_config

EXAMPLES = Path(__file__).parents[2] / "examples"
NOW = "2026-11-22T09:00:00+01:00"
PLACES = "\n  - {name: ours, kind: ics, path: ours.ics, seen_by: [ana, ben]}"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home with fondly where pipx puts it, and a config where fondly looks for it."""
    home = tmp_path / "home of ana"
    program = home / ".local/bin/fondly"
    program.parent.mkdir(parents=True)
    program.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m fondly --now {NOW} "$@"\n', encoding="utf-8")
    program.chmod(0o755)
    config = home / ".config/fondly"
    config.mkdir(parents=True)
    write_config(config, config_text(outputs=PLACES))
    return home


def run(command: list[str], home: Path) -> str:
    """What the command prints, with as little around it as a clock gives it."""
    done = subprocess.run(
        command,
        capture_output=True,
        text=True,
        check=False,
        cwd=home,
        env={"HOME": str(home), "PATH": "/usr/bin:/bin", "XDG_CONFIG_HOME": str(home / ".config")},
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stderr == ""
    return done.stdout


def unit(name: str) -> configparser.ConfigParser:
    """The unit file; each key stands once in a section."""
    found = configparser.ConfigParser(strict=True, interpolation=None)
    found.optionxform = str  # type: ignore[assignment,method-assign]
    found.read(EXAMPLES / "systemd" / name, encoding="utf-8")
    return found


def test_cron(home: Path) -> None:
    """Each line has its five fields in range; what it names runs and prints what is worth a mail, and no more."""
    text = (EXAMPLES / "cron/fondly.cron").read_text(encoding="utf-8")
    lines = [line.split(maxsplit=5) for line in text.splitlines() if line and not line.startswith("#")]
    printed = []
    for *when, command in lines:
        for field, most in zip(when, (59, 23, 31, 12, 7), strict=True):
            assert field == "*" or 0 <= int(field) <= most
        assert "%" not in command, "cron takes it for a new line"
        printed.append(run(["/bin/sh", "-c", command], home))
    sync, plan = printed
    assert sync == ""
    assert "Next week" in plan
    assert "BEGIN:VEVENT" in (home / ".config/fondly/ours.ics").read_text(encoding="utf-8")


def test_the_service(home: Path) -> None:
    """It runs the main job once, without a word, and may write where that has to write."""
    service = unit("fondly.service")["Service"]
    assert service["Type"] == "oneshot"
    command = shlex.split(service["ExecStart"].replace("%h", shlex.quote(str(home))))
    assert run(command, home) == ""
    assert "BEGIN:VEVENT" in (home / ".config/fondly/ours.ics").read_text(encoding="utf-8")
    assert {"NoNewPrivileges", "PrivateTmp", "PrivateUsers"} <= set(service)
    assert (service["ProtectSystem"], service["ReadWritePaths"]) == ("strict", "%h")


def test_the_timer() -> None:
    """It begins the service of its name once an hour, not at the same minute for everybody."""
    timer = unit("fondly.timer")
    assert timer["Timer"]["OnCalendar"] == "hourly"
    assert timer["Timer"]["FixedRandomDelay"] == timer["Timer"]["Persistent"] == "yes"
    assert timer["Install"]["WantedBy"] == "timers.target"


def test_systemd_finds_nothing_to_mend(home: Path, tmp_path: Path) -> None:
    """Where it is installed, it says itself what it does not understand."""
    if not shutil.which("systemd-analyze"):
        pytest.skip("systemd-analyze is not installed")
    folder = tmp_path / "units"
    shutil.copytree(EXAMPLES / "systemd", folder)
    runtime = tmp_path / "runtime"
    runtime.mkdir(mode=0o700)
    done = subprocess.run(
        ["systemd-analyze", "--user", "--man=no", "verify", *map(str, sorted(folder.iterdir()))],
        capture_output=True,
        text=True,
        check=False,
        env={"HOME": str(home), "PATH": "/usr/bin:/bin", "XDG_RUNTIME_DIR": str(runtime)},
    )
    if "Failed to initialize manager" in done.stderr:
        pytest.skip("systemd-analyze cannot run here")
    assert not re.findall(r".*fondly\.(?:service|timer).*", done.stderr)
    assert done.returncode == 0, done.stderr


def test_the_server(home: Path) -> None:
    """The unit of `fondly serve` starts again after a mistake, and its command is one that fondly knows."""
    service = unit("fondly-serve.service")["Service"]
    assert service["Restart"] == "on-failure"
    command = shlex.split(service["ExecStart"].replace("%h", shlex.quote(str(home))))
    assert command[1:] == ["serve"]
    assert "--behind-proxy" in run([*command, "--help"], home)
    hardened = ("ReadWritePaths", "ProtectSystem", "PrivateTmp", "PrivateUsers", "NoNewPrivileges", "UMask")
    assert [service[key] for key in hardened] == [unit("fondly.service")["Service"][key] for key in hardened]
