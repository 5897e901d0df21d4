"""A small relationship on disk: a config file, a state folder, a clock; everything else is the real thing."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from fondly.planner import Horizons
from fondly.preparing import Prepared, local_now, make_plan, open_config
from fondly.run import Run, sync
from fondly.service.trying import Tried, try_hook
from fondly.state import past_in, state_folder
from fondly_hooks.types.entries import Entry
from fondly_hooks.types.times import Span

CONFIG = """\
id: 00000000-0000-4000-8000-000000000000
timezone: Europe/Berlin
people:
  - {id: ana, name: Ana, birthday: 1992-02-29}
  - {id: ben, name: Ben, birthday: --07-04}
me: ana
"""


@dataclass
class World:
    """Two people, Ana and Ben, whose ``fondly.yaml`` is in ``folder``; ``now`` can be set to another moment.

    Each method reads the file anew, as a command does.
    """

    folder: Path
    now: dt.datetime

    @property
    def config(self) -> Path:
        """The config file."""
        return self.folder / "fondly.yaml"

    def prepare(self) -> Prepared:
        """The config, read and judged, with its plugins; raises `ConfigError` with all that is wrong in it."""
        return open_config(self.config, self.now)

    def plan(self, days: int = 28) -> tuple[Entry, ...]:
        """What is planned for the coming days, adjusted by the plugins; secrets are in it."""
        prepared = self.prepare()
        now = local_now(prepared.relationship, self.now)
        window = Span(now.date(), now.date() + dt.timedelta(days=days))
        past = past_in(state_folder(prepared.relationship.id))
        return make_plan(prepared, past, Horizons.all_in(window), now)[1].entries

    def sync(self, *, dry_run: bool = False) -> Run:
        """The main job, once: what it did in each output, and what failed."""
        prepared = self.prepare()
        now = local_now(prepared.relationship, self.now)
        return sync(prepared, state_folder(prepared.relationship.id), now, dry_run=dry_run)

    def ask(self, hook: str, plugin: str) -> Tried:
        """Ask one plugin one hook, as ``fondly hooks test`` does: ``faults`` is empty where all it gave is used."""
        prepared = self.prepare()
        now = local_now(prepared.relationship, self.now)
        past = past_in(state_folder(prepared.relationship.id))
        tried = try_hook(prepared, past, now, hook, plugin)
        if plugin not in prepared.plugins.sources:
            raise LookupError(f"there is no plugin '{plugin}'; what failed: {self.failures()}")
        return tried

    def failures(self) -> list[str]:
        """What fails while a plan is made, in words, each with the plugin's name."""
        prepared = self.prepare()
        now = local_now(prepared.relationship, self.now)
        window = Span(now.date(), now.date() + dt.timedelta(days=28))
        make_plan(prepared, past_in(state_folder(prepared.relationship.id)), Horizons.all_in(window), now)
        return [f"{failure.plugin}: {failure.error}" for failure in prepared.plugins.failures]


class MakeWorld(Protocol):
    """What the fixture ``world`` is: it makes a `World`."""

    def __call__(
        self, *, hooks: Path | Iterable[Path] = (), outputs: Iterable[str] = (), config: str = "", settings: str = ""
    ) -> World:
        """A world with these hooks: a folder, which is used where it is, or files, which are copied.

        ``outputs`` are lines of YAML such as ``{name: file, kind: ics, path: us.ics, seen_by: [ana, ben]}``,
        ``config`` is more of the file, and ``settings`` what stands under ``hooks.settings``, in YAML.
        """


def make_world(
    folder: Path, now: dt.datetime, hooks: Path | Iterable[Path], outputs: Iterable[str], config: str, settings: str
) -> World:
    """Write a config file into that folder; see `MakeWorld`."""
    used = folder / "hooks"
    if isinstance(hooks, Path) and hooks.is_dir():
        used = hooks.resolve()
    else:
        _copy([hooks] if isinstance(hooks, Path) else hooks, used)
    text = CONFIG + config.rstrip("\n") + "\n"
    text += f"hooks:\n  folder: {used}\n" + (f"  settings: {settings}\n" if settings else "")
    lines = "".join(f"  - {output}\n" for output in outputs)
    text += f"outputs:\n{lines}" if lines else ""
    path = folder / "fondly.yaml"
    path.write_text(text, encoding="utf-8")
    path.chmod(0o600)
    return World(folder, now)


def _copy(files: Iterable[Path], folder: Path) -> None:
    """Copy files into a hooks folder, a script into that of its hook; nobody else can write them there."""
    folder.mkdir(mode=0o755, exist_ok=True)
    for file in files:
        target = folder / file.parent.name if file.parent.suffix == ".d" else folder
        target.mkdir(mode=0o755, exist_ok=True)
        copied = Path(shutil.copy(file, target))
        copied.chmod(file.stat().st_mode & 0o755)
