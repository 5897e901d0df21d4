"""Serving one output: read, decide, write, record. The same for every kind."""

from __future__ import annotations

import datetime as dt
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from fondly.journal import Journal
from fondly.outputs.reconcile import forgettable, reconcile
from fondly_calendar.identity import uid_for
from fondly_hooks.errors import FondlyError
from fondly_hooks.types.delivery import Action, Outcome, Remembered, Standing, Wanted
from fondly_hooks.types.entries import Entry
from fondly_hooks.types.outputs import Output
from fondly_hooks.types.reports import OutputReport

WRITES = ("create", "update", "delete")
WAITS = (1.0, 4.0)  # seconds before the second and the third try
_COUNTED = {
    "create": "created",
    "update": "updated",
    "delete": "deleted",
    "unchanged": "unchanged",
    "keep": "kept",
    "bury": "kept",
}


@dataclass(frozen=True, slots=True)
class Delivery:
    """What one run did, or would do, in one output: the report, the actions, the ids of what stands there.

    ``done`` has the ids of the entries that a person ticked there since the last run.
    """

    report: OutputReport
    actions: tuple[Action, ...] = ()
    standing: frozenset[str] = frozenset()
    done: tuple[str, ...] = ()


def deliver(
    output: Output,
    report: OutputReport,
    entries: Sequence[Entry],
    journal: Journal,
    relationship_id: str,
    now: dt.datetime,
    *,
    dry_run: bool = False,
    taking_back: bool = False,
    progress: Callable[[Outcome], None] = lambda outcome: None,
    wait: Callable[[float], None] = time.sleep,
) -> Delivery:
    """Bring the entries, as this output shows them, to where they belong.

    ``report`` names the output and has no counts yet. What fails is in the report, never raised, so that the other
    outputs are served. A dry run reads, decides and writes nothing, neither there nor in the journal. When
    ``taking_back``, what is over goes too. ``wait`` waits so many seconds before what failed for now is tried again.
    """
    name = report.name
    actions: list[Action] = []
    done: list[Outcome] = []
    ticked: tuple[str, ...] = ()
    try:
        remembered = journal.remembered(name)
        standing = output.read(remembered, journal.state(name))
        report = replace(report, notes=(*report.notes, *standing.notes))
        if standing.locked:
            return Delivery(replace(report, error=standing.locked, requests=output.requests))
        identify = _Identities(relationship_id, name, remembered, standing)
        wanted = [identify(entry, output) for entry in _ahead(output, entries, now)]
        wanted = [want for want in wanted if not _comes_too_late(want, remembered, standing, now)]
        actions = reconcile(standing, remembered, wanted, now, past_stays=output.ahead is None, taking_back=taking_back)
        if dry_run:
            return Delivery(_counted(report, [Outcome(action=action) for action in actions], 0, output), tuple(actions))
        ticked = _tick(actions, remembered, journal, now)
        journal.intend(name, actions)
        quiet: list[Outcome] = []
        for outcome in _apply(output, actions, wait):
            done.append(outcome)
            if outcome.action.verb in WRITES:
                journal.settle(name, [outcome])
                progress(outcome)
            elif _is_news(outcome, remembered.get(outcome.action.entry_id)):
                quiet.append(outcome)
        journal.settle(name, quiet)
        journal.finish(name, output.state(done), forgettable(standing, remembered, wanted))
        report = _counted(report, done, len(ticked), output)
    except FondlyError as problem:
        report = replace(_counted(report, done, 0, output), error=str(problem))
    ids = frozenset(o.action.entry_id for o in done if o.error is None and o.action.wanted is not None)
    return Delivery(report, tuple(actions), ids, ticked)


def _apply(output: Output, actions: Sequence[Action], wait: Callable[[float], None]) -> Iterator[Outcome]:
    """The outcome of each action; what failed for now is tried again, and only the last outcome counts."""
    for pause in (*WAITS, None):
        passing = []
        for outcome in output.apply(actions):
            if outcome.error is not None and outcome.again and pause is not None:
                passing.append(outcome.action)
            else:
                yield outcome
        if pause is None or not passing:
            return
        wait(pause)
        actions = passing


def _ahead(output: Output, entries: Sequence[Entry], now: dt.datetime) -> Sequence[Entry]:
    if output.ahead is None:
        return entries
    today = now.date()
    last = today + dt.timedelta(days=output.ahead)
    return [entry for entry in entries if today <= entry.first_day < last]


def _comes_too_late(want: Wanted, remembered: Mapping[str, Remembered], standing: Standing, now: dt.datetime) -> bool:
    """Whether it is over and stands nowhere: nobody is served by a reminder of what has passed."""
    known = want.entry.id in remembered or any(thing.uid == want.uid for thing in standing.things)
    return not known and want.entry.ended_by(now)


class _Identities:
    """Under which UID each entry stands in one output, or will stand."""

    def __init__(
        self, relationship_id: str, output: str, remembered: Mapping[str, Remembered], standing: Standing
    ) -> None:
        self.relationship_id, self.output, self.remembered = relationship_id, output, remembered
        self.uids = {thing.uid for thing in standing.things}

    def __call__(self, entry: Entry, output: Output) -> Wanted:
        uid, generation = self._find(entry.id)
        return Wanted(entry=entry, uid=uid, generation=generation, fields=output.fields(entry, uid))

    def _find(self, id: str) -> tuple[str, int]:
        row = self.remembered.get(id)
        if row is not None and not (row.gone == "us" and row.pending is None):
            return row.uid, row.generation
        # A server with a trash bin refuses the UID of what it keeps there, so what fondly itself took away comes back
        # under another one. Without a journal the calendar tells which one that was.
        first = 0 if row is None else row.generation + 1
        uids = [(uid_for(self.relationship_id, self.output, id, first + step), first + step) for step in range(8)]
        return next((found for found in uids if found[0] in self.uids), uids[0])


def _tick(
    actions: Sequence[Action], remembered: Mapping[str, Remembered], journal: Journal, now: dt.datetime
) -> tuple[str, ...]:
    """Record what a person ticked there since the last run; the ids of what is done now and was not before."""
    fresh = []
    for action in actions:
        row = remembered.get(action.entry_id)
        if (
            action.thing is not None
            and action.thing.done
            and not (row and row.done)
            and journal.tick(action.entry_id, now.date())
        ):
            fresh.append(action.entry_id)
    return tuple(fresh)


def _is_news(outcome: Outcome, row: Remembered | None) -> bool:
    """Whether the journal does not know yet what this outcome tells."""
    thing = outcome.action.thing
    if outcome.action.verb == "bury":
        return True
    if thing is None:
        return False
    if row is None or row.pending or row.gone:
        return True
    known = (row.place, row.version, dict(row.fields), row.edited, row.done)
    return known != (outcome.place, outcome.version, dict(thing.fields), outcome.action.verb == "keep", thing.done)


def _counted(report: OutputReport, outcomes: Sequence[Outcome], completed: int, output: Output) -> OutputReport:
    counts: dict[str, Any] = Counter(_COUNTED[outcome.action.verb] for outcome in outcomes if outcome.error is None)
    failed = [outcome.error for outcome in outcomes if outcome.error is not None]
    error = report.error
    if failed:
        many = f"{len(failed)} entries could not be delivered, the first because " if len(failed) > 1 else ""
        error = f"{many}{failed[0]}"
    return replace(report, **counts, completed=completed, requests=output.requests, error=error)
