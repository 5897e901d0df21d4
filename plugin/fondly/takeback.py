"""Taking back all that fondly made (DESIGN §3.7): the same way as a sync, with nothing wanted."""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Iterable
from pathlib import Path

from fondly.healing import open_journal_of
from fondly.journal import Journal
from fondly.outputs.deliver import Delivery
from fondly.preparing import Prepared
from fondly.run import UNWATCHED, Run
from fondly.serving import Service, follow_renamed
from fondly.state import one_at_a_time
from fondly.watching import Watcher


def take_back(
    prepared: Prepared,
    folder: Path,
    now: dt.datetime,
    *,
    only: Iterable[str] = (),
    dry_run: bool = False,
    watcher: Watcher = UNWATCHED,
) -> Run:
    """Take away what fondly made in these outputs (all where ``only`` is empty), and what is over with it.

    What a person changed or ticked off stays. No plugin is asked for anything but the kinds of outputs. What stands
    nowhere afterwards is no commitment, so the next sync makes all of it again. Raises `FondlyError` where nothing
    could be begun.
    """
    chosen = [ready for ready in prepared.outputs if not only or ready.spec.name in set(only)]
    with contextlib.nullcontext() if dry_run else one_at_a_time(folder):
        journal, notes = open_journal_of(folder, now, dry_run=dry_run, yes=True)
        try:
            notes += follow_renamed(prepared, journal)
            service = Service(prepared, journal, now, dry_run=dry_run, taking_back=True, watcher=watcher, folder=folder)
            deliveries = [service.serve(ready, service.open(ready), [], {}) for ready in chosen]
            if not dry_run:
                _release(journal, deliveries)
            named = {ready.spec.name for ready in prepared.outputs}
            unserved = tuple(name for name in journal.past().outputs if name not in named and _standing(journal, name))
        finally:
            journal.close()
    return Run(tuple(deliveries), tuple(prepared.plugins.failures), prepared.serious, unserved=unserved, notes=notes)


def _release(journal: Journal, deliveries: Iterable[Delivery]) -> None:
    """What stands nowhere any more is no commitment."""
    taken = {action.entry_id for delivery in deliveries for action in delivery.actions if action.verb == "delete"}
    standing = {id for name in journal.past().outputs for id in _standing(journal, name)}
    journal.release(taken - standing)
    journal.backup()


def _standing(journal: Journal, output: str) -> set[str]:
    """The ids of the entries that stand in that output, as far as the journal knows."""
    return {id for id, row in journal.remembered(output).items() if not row.gone}
