"""Progress on a terminal: a bar for each output. Nothing elsewhere."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

from fondly.cli import Options
from fondly.watching import Watcher
from fondly_hooks.types.delivery import Outcome

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID


class Bars(Watcher):
    """A bar for each output that is written to, with how many writes a second there are."""

    def __init__(self, progress: Progress, waiting: TaskID) -> None:
        self.progress, self.waiting = progress, waiting
        self.tasks: dict[str, TaskID] = {}

    def begin(self, output: str, writes: int) -> None:
        """A new bar."""
        self.progress.update(self.waiting, visible=False)
        if writes:
            self.tasks[output] = self.progress.add_task(output, total=writes, rate="")

    def step(self, output: str, outcome: Outcome) -> None:
        """One more."""
        task = self.tasks.get(output)
        if task is not None:
            self.progress.advance(task)
            speed = self.progress.tasks[self.progress.task_ids.index(task)].speed
            self.progress.update(task, rate=f"{speed:.0f} a second" if speed else "")


@contextlib.contextmanager
def watching(options: Options, begin: str) -> Iterator[Watcher]:
    """A watcher that shows on the terminal what there is to wait for; ``begin`` is what is shown first."""
    if options.json or options.verbosity < 0 or not sys.stderr.isatty():
        yield Watcher()
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn

    columns = (
        SpinnerColumn(finished_text=" "),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        yield Bars(progress, progress.add_task(begin, total=None, rate=""))
