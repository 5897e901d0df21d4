"""Scheduling a relationship's sync on this machine, by whatever it has: systemd, launchd or cron."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from fondly.scheduling import cron, launchd, systemd
from fondly.scheduling.job import MARK, Job
from fondly_hooks.errors import ConfigError, OutputError
from fondly_hooks.files import replace_atomically

TIME_LIMIT = 10  # seconds for each command


class Scheduler(Protocol):
    """One way to have something run by itself. Raises `OutputError` with one plain line."""

    name: str

    def shown(self) -> str:
        """What `on` would write."""

    def on(self) -> str:
        """Write it and switch it on; where it stands."""

    def off(self) -> bool:
        """Switch it off and take it away; whether it was there."""

    def where(self) -> str | None:
        """Where it stands; ``None`` where it does not."""


def scheduler_for(job: Job, platform: str = sys.platform) -> Scheduler:
    """The scheduler of this machine. Raises `OutputError` where it has none that fondly knows."""
    if platform == "darwin":
        return _Launchd(job)
    if platform == "win32":
        raise OutputError(
            "on Windows the Task Scheduler does this: schtasks /Create /SC HOURLY /TN fondly /TR "
            f'"{subprocess.list2cmdline(job.words)}"'
        )
    if shutil.which("systemctl") and _works(["systemctl", "--user", "show-environment"]):
        return _Systemd(job)
    if shutil.which("crontab"):
        return _Cron(job)
    raise OutputError(
        "this machine has neither systemd for users nor cron; 'fondly sync --every 1h' runs on as long as it is left to"
    )


@dataclass(slots=True)
class _Systemd:
    job: Job
    name: str = "systemd"

    @property
    def files(self) -> dict[Path, str]:
        base = Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "systemd" / "user"
        texts = {"service": systemd.service(self.job), "timer": systemd.timer(self.job)}
        return {base / f"{self.job.name}.{kind}": text for kind, text in texts.items()}

    def shown(self) -> str:
        return "\n".join(f"{path}:\n\n{text}" for path, text in self.files.items())

    def on(self) -> str:
        for path in self.files:
            _refuse_strange(path)
        try:
            for path, text in self.files.items():
                _write(path, text.encode())
            _run(["systemctl", "--user", "daemon-reload"])
            _run(["systemctl", "--user", "enable", "--now", f"{self.job.name}.timer"])
        except OutputError:
            self.off()
            raise
        return str(next(iter(self.files)).parent)

    def off(self) -> bool:
        there = [path for path in self.files if path.exists()]
        for path in there:
            _refuse_strange(path)
        if there:
            with suppress(OutputError):
                _run(["systemctl", "--user", "disable", "--now", f"{self.job.name}.timer"])
        for path in there:
            path.unlink(missing_ok=True)
        if there:
            with suppress(OutputError):
                _run(["systemctl", "--user", "daemon-reload"])
        return bool(there)

    def where(self) -> str | None:
        timer = next(path for path in self.files if path.suffix == ".timer")
        return str(timer) if timer.exists() and MARK in timer.read_text(encoding="utf-8") else None


@dataclass(slots=True)
class _Launchd:
    job: Job
    name: str = "launchd"

    @property
    def path(self) -> Path:
        return Path.home() / "Library" / "LaunchAgents" / f"{launchd.label(self.job)}.plist"

    def shown(self) -> str:
        return f"{self.path}:\n\n{launchd.plist(self.job).decode()}"

    def on(self) -> str:
        _refuse_strange(self.path)
        domain = f"gui/{os.getuid()}"
        with suppress(OutputError):
            _run(["launchctl", "bootout", f"{domain}/{launchd.label(self.job)}"])
        try:
            _write(self.path, launchd.plist(self.job))
            _run(["launchctl", "bootstrap", domain, str(self.path)])
        except OutputError:
            self.path.unlink(missing_ok=True)
            raise
        return str(self.path)

    def off(self) -> bool:
        if not self.path.exists():
            return False
        _refuse_strange(self.path)
        with suppress(OutputError):
            _run(["launchctl", "bootout", f"gui/{os.getuid()}/{launchd.label(self.job)}"])
        self.path.unlink(missing_ok=True)
        return True

    def where(self) -> str | None:
        return str(self.path) if self.path.exists() else None


@dataclass(slots=True)
class _Cron:
    job: Job
    name: str = "cron"

    def shown(self) -> str:
        return f"in the crontab:\n\n{cron.block(self.job)}"

    def on(self) -> str:
        _run(["crontab", "-"], cron.with_block(self._crontab(), self.job))
        return "the crontab"

    def off(self) -> bool:
        before = self._crontab()
        after = cron.without_block(before, self.job)
        if after == before:
            return False
        _run(["crontab", "-"] if after.strip() else ["crontab", "-r"], after)
        return True

    def where(self) -> str | None:
        crontab = self._crontab()
        return "the crontab" if cron.without_block(crontab, self.job) != crontab else None

    @staticmethod
    def _crontab() -> str:
        try:
            done = subprocess.run(["crontab", "-l"], capture_output=True, timeout=TIME_LIMIT, check=False)  # noqa: S607
        except (OSError, subprocess.TimeoutExpired) as problem:
            raise OutputError(f"crontab -l does not answer ({type(problem).__name__})") from None
        return done.stdout.decode("utf-8", "surrogateescape") if done.returncode == 0 else ""


def _refuse_strange(path: Path) -> None:
    """Raises `ConfigError` where something stands there that fondly did not make."""
    if path.exists() and MARK.split(";")[0].encode() not in path.read_bytes():
        raise ConfigError(f"{path} stands there and was not made by fondly, so it is left alone; move it away first")


def _write(path: Path, data: bytes) -> None:
    try:
        replace_atomically(path, data, mode=0o600)
    except OSError as problem:
        raise OutputError(f"{path} cannot be written: {problem.strerror or problem}") from None


def _works(words: Sequence[str]) -> bool:
    with suppress(OutputError):
        _run(words)
        return True
    return False


def _run(words: Sequence[str], text: str | None = None) -> None:
    data = None if text is None else text.encode("utf-8", "surrogateescape")
    try:
        done = subprocess.run(words, input=data, capture_output=True, timeout=TIME_LIMIT, check=False)  # noqa: S603
    except (OSError, subprocess.TimeoutExpired) as problem:
        raise OutputError(f"{' '.join(words[:2])} does not answer ({type(problem).__name__})") from None
    if done.returncode != 0:
        said = " ".join(done.stderr.decode("utf-8", "replace").split())[:200]
        raise OutputError(f"{' '.join(words)} failed ({done.returncode}){f': {said}' if said else ''}")
