"""What readers ask for on the page of their feed: a pause, to go on, to leave. It is done here, and nobody is told."""

from __future__ import annotations

import contextlib
import datetime as dt
from pathlib import Path

from fondly.config.records import OutputSpec
from fondly.feeds.access import change_access, leave
from fondly.journal import Journal
from fondly.state import JOURNAL


def leave_for_good(folder: Path, spec: OutputSpec, now: dt.datetime) -> None:
    """Let the readers of this feed go: it is empty from now on, and what concerned them alone is erased.

    Their pause of everything shared lasts until they open a new invitation. ``folder`` is the state folder. The file
    of the feed is emptied by the next sync, and until then the server shows nothing of it.
    """
    change_access(folder, lambda access: leave(access, spec.name, now))
    if not (folder / JOURNAL).exists():
        return
    with contextlib.closing(Journal(folder / JOURNAL)) as journal:
        journal.drop(spec.name)
        alone = [
            id for id, entry in journal.commitments().items() if entry.people and spec.seen_by >= set(entry.people)
        ]
        if len(spec.seen_by) == 1:
            journal.erase(alone)
        journal.backup()
