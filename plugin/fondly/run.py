"""The main job, told from beginning to end (DESIGN §2).

load config → gather (hooks) → plan (pure) → adjust (hooks) → gate
→ reconcile each output → apply → record → tell observers
"""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from fondly.gate import for_output
from fondly.journal import Journal
from fondly.lastrun import save_last_run
from fondly.observing import tell_done, tell_finished
from fondly.outputs.deliver import Delivery, deliver
from fondly.outputs.opening import Ready
from fondly.planner import Plan
from fondly.preparing import Prepared, delivery_horizons, make_plan
from fondly.service.rest import pause_on
from fondly.state import JOURNAL, one_at_a_time
from fondly_hooks.errors import FondlyError
from fondly_hooks.types.delivery import Outcome
from fondly_hooks.types.entries import Entry
from fondly_hooks.types.reports import Failure, OutputReport, RunReport
from fondly_hooks.types.times import DayRange


@dataclass(frozen=True, slots=True)
class Run:
    """What a run did: one delivery for each output, what failed elsewhere, and the pause that it ran in, if any.

    ``unserved`` are outputs that hold entries of ours, and that the config names no longer.
    """

    deliveries: tuple[Delivery, ...]
    failures: tuple[Failure, ...]
    serious: bool
    pause: DayRange | None = None
    unserved: tuple[str, ...] = ()

    @property
    def exit_code(self) -> int:
        """0 when all was done, 1 when some part failed and the rest was done."""
        return int(self.serious or any(delivery.report.error for delivery in self.deliveries))


def sync(
    prepared: Prepared,
    folder: Path,
    now: dt.datetime,
    *,
    only: Iterable[str] = (),
    dry_run: bool = False,
    progress: Callable[[str, Outcome], None] = lambda name, outcome: None,
) -> Run:
    """The main job. ``folder`` is the relationship's state folder, ``now`` an aware datetime, ``only`` output names.

    Raises `FondlyError` where nothing could be begun; what fails on the way is in the run's deliveries and failures.
    """
    plugins = prepared.plugins
    plugins.surroundings = replace(plugins.surroundings, now=now, dry_run=dry_run)
    chosen = [ready for ready in prepared.outputs if not only or ready.spec.name in set(only)]
    with contextlib.nullcontext() if dry_run else one_at_a_time(folder):
        path = folder / JOURNAL
        journal = Journal(path if path.exists() or not dry_run else None)
        try:
            past = journal.past()
            planned, adjusted = make_plan(prepared, past, delivery_horizons(prepared.relationship, now), now)
            deliveries = []
            for ready in chosen:
                name = ready.spec.name
                entries = for_output(adjusted.entries, ready.spec, prepared.relationship, now)
                tell = partial(progress, name)
                deliveries.append(serve(prepared, ready, entries, journal, now, dry_run=dry_run, progress=tell))
            if not dry_run:
                _record(journal, planned, deliveries, now)
        finally:
            journal.close()
    _tell(prepared, adjusted.entries, deliveries, dry_run)
    if not dry_run:
        save_last_run(folder, plugins, now)
        if plugins.last_good:
            plugins.last_good.save()
    pause = pause_on(prepared.relationship, past, now.date())
    return Run(tuple(deliveries), tuple(plugins.failures), prepared.serious, pause)


def serve(
    prepared: Prepared,
    ready: Ready,
    entries: Sequence[Entry],
    journal: Journal,
    now: dt.datetime,
    *,
    dry_run: bool,
    progress: Callable[[Outcome], None],
    taking_back: bool = False,
) -> Delivery:
    """Deliver to one output; whatever fails is in the delivery's report."""
    report = OutputReport(ready.spec.name, ready.spec.kind)
    if ready.kind is None and ready.options is None:
        return Delivery(
            replace(report, error=f"the plugin that gives the kind '{ready.spec.kind}' could not be loaded")
        )
    if ready.kind is None:
        note = f"outputs of the kind '{ready.spec.kind}' come with a later version; nothing is written there"
        return Delivery(replace(report, notes=(note,)))
    if not ready.spec.seen_by:
        report = replace(report, notes=("it has no 'seen_by', so nothing may be shown there",))
    try:
        output = ready.open(prepared.config, now)
        with contextlib.closing(output):
            return deliver(
                output,
                report,
                entries,
                journal,
                prepared.relationship.id,
                now,
                dry_run=dry_run,
                taking_back=taking_back,
                progress=progress,
            )
    except FondlyError as problem:
        return Delivery(replace(report, error=str(problem)))
    except Exception as problem:  # an output kind of anybody's may do anything; the others are served
        return Delivery(replace(report, error=f"{type(problem).__name__}: {problem}"))


def _record(journal: Journal, planned: Plan, deliveries: Iterable[Delivery], now: dt.datetime) -> None:
    """What was delivered is a commitment from now on; what is no longer planned is none."""
    standing = frozenset[str]().union(*(delivery.standing for delivery in deliveries))
    committed = journal.commitments()
    kinds = ("practice", "date")
    journal.commit(
        (e for e in planned.entries if e.id in standing and e.kind in kinds and committed.get(e.id) != e), now
    )
    ids = {entry.id for entry in planned.entries}
    journal.release(id for id, entry in committed.items() if id not in ids and not entry.ended_by(now))
    journal.forget(now)
    journal.backup()


def _tell(prepared: Prepared, known: Iterable[Entry], deliveries: Sequence[Delivery], dry_run: bool) -> None:
    """Tell the observers what was ticked, each entry as it was planned, and that the run is over."""
    by_id = {entry.id: entry for entry in known}
    ticked = dict.fromkeys(id for delivery in deliveries for id in delivery.done)
    tell_done(prepared.plugins, [by_id[id] for id in ticked if id in by_id])
    reports = tuple(delivery.report for delivery in deliveries)
    report = RunReport(reports, tuple(prepared.plugins.failures), dry_run)
    everybody = frozenset(person.id for person in prepared.relationship.people)
    tell_finished(prepared.plugins, report, [ready.spec for ready in prepared.outputs], everybody)
