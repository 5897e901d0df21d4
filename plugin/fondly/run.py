"""The main job, told from beginning to end (DESIGN §2).

load config → gather (hooks) → plan (pure) → adjust (hooks) → gate
→ reconcile each output → apply → record → tell observers
"""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from fondly.feeds.resting import awake, reader_rests
from fondly.gate import for_output
from fondly.healing import open_journal_of
from fondly.hiding import secrets_of
from fondly.journal import Journal
from fondly.lastrun import save_last_run
from fondly.needslook import needs_a_look
from fondly.observing import tell_done, tell_finished
from fondly.outputs.deliver import Delivery
from fondly.outputs.guarding import Consent
from fondly.outputs.opening import Ready
from fondly.planner import Past, Plan
from fondly.preparing import Prepared, delivery_horizons, make_plan
from fondly.service.rest import pause_on
from fondly.serving import Service, follow_renamed, setup_of, with_ticks
from fondly.state import one_at_a_time
from fondly.watching import Watcher
from fondly_hooks.types.entries import Entry
from fondly_hooks.types.reports import Failure, RunReport
from fondly_hooks.types.times import DayRange

ASK_NOTHING = Consent()
UNWATCHED = Watcher()


@dataclass(frozen=True, slots=True)
class Run:
    """What a run did: one delivery for each output, what failed elsewhere, and the pause that it ran in, if any.

    ``unserved`` are outputs that hold entries of ours, and that the config names no longer. ``notes`` tell what was
    found on the way. ``shared_rests``: somebody who reads a feed asked for a pause.
    """

    deliveries: tuple[Delivery, ...]
    failures: tuple[Failure, ...]
    serious: bool
    pause: DayRange | None = None
    unserved: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    shared_rests: bool = False

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
    consent: Consent = ASK_NOTHING,
    watcher: Watcher = UNWATCHED,
) -> Run:
    """The main job. ``folder`` is the relationship's state folder, ``now`` an aware datetime, ``only`` output names.

    Raises `FondlyError` where nothing could be begun; what fails on the way is in the run's deliveries and failures.
    """
    plugins, relationship = prepared.plugins, prepared.relationship
    plugins.surroundings = replace(plugins.surroundings, now=now, dry_run=dry_run)
    chosen = [ready for ready in prepared.outputs if not only or ready.spec.name in set(only)]
    with contextlib.nullcontext() if dry_run else one_at_a_time(folder):
        journal, notes = open_journal_of(folder, now, dry_run=dry_run, yes=consent.yes)
        try:
            notes += follow_renamed(prepared, journal)
            past, adjusted, deliveries, taken_over = _once(
                prepared, journal, chosen, folder, now, consent, dry_run, watcher
            )
            if taken_over and not dry_run:
                # What another run had put there is known now, and the plan is made around it.
                first = deliveries
                past, adjusted, deliveries, _ = _once(prepared, journal, chosen, folder, now, consent, dry_run, watcher)
                deliveries = [one.then(two) for one, two in zip(first, deliveries, strict=True)]
            unserved = _unserved(journal, prepared)
        finally:
            journal.close()
    _tell(prepared, adjusted, deliveries, dry_run)
    if not dry_run:
        save_last_run(folder, plugins, now)
        if plugins.last_good:
            plugins.last_good.save()
    pause = pause_on(relationship, past, now.date())
    shared_rests = bool(reader_rests(folder, [ready.spec for ready in prepared.outputs], now))
    return Run(tuple(deliveries), tuple(plugins.failures), prepared.serious, pause, unserved, notes, shared_rests)


def _once(
    prepared: Prepared,
    journal: Journal,
    chosen: Sequence[Ready],
    folder: Path,
    now: dt.datetime,
    consent: Consent,
    dry_run: bool,
    watcher: Watcher,
) -> tuple[Past, tuple[Entry, ...], list[Delivery], dict[str, Entry]]:
    """Plan, deliver and record: what was known before, the entries, the deliveries, what was taken over from others."""
    past, ticks = journal.past(), journal.ticks()
    specs = [ready.spec for ready in prepared.outputs]
    rests = reader_rests(folder, specs, now)
    setup = setup_of(prepared, past, rests)
    service = Service(prepared, journal, now, consent, dry_run=dry_run, setup=setup, watcher=watcher, folder=folder)
    opened = [service.open(ready) for ready in chosen]
    try:
        planned, adjusted = make_plan(prepared, past, delivery_horizons(prepared.relationship, now), now)
    except BaseException:
        for one in opened:
            one.close()
        raise
    deliveries: list[Delivery] = []
    secrets = secrets_of((*past.commitments.values(), *planned.entries, *adjusted.entries))
    for ready, output in zip(chosen, opened, strict=True):
        entries = for_output(adjusted.entries, ready.spec, prepared.relationship, now)
        entries = with_ticks(entries, ticks, ready.spec, prepared)
        entries += needs_a_look(journal, prepared, ready.spec, now)
        entries = awake(entries, ready.spec, rests, now)
        deliveries.append(service.serve(ready, output, entries, secrets))
    taken_over = _taken_over(prepared, planned, deliveries)
    if not dry_run:
        _record(journal, planned, taken_over, deliveries, now)
    return past, adjusted.entries, deliveries, taken_over


def _taken_over(prepared: Prepared, planned: Plan, deliveries: Sequence[Delivery]) -> dict[str, Entry]:
    """What other runs had delivered and this journal did not know, by id; of two the first output's counts."""
    if not any(action.adopted for delivery in deliveries for action in delivery.actions):
        return {}
    from fondly.adopting import adopted  # who shares a calendar with nobody else's fondly does not wait for it

    specs = {ready.spec.name: ready.spec for ready in prepared.outputs}
    known = {entry.id: entry for entry in planned.entries}
    found: dict[str, Entry] = {}
    for delivery in deliveries:
        for entry in adopted(delivery.actions, known, specs[delivery.report.name], prepared):
            found.setdefault(entry.id, entry)
    return found


def _record(
    journal: Journal,
    planned: Plan,
    taken_over: dict[str, Entry],
    deliveries: Iterable[Delivery],
    now: dt.datetime,
) -> None:
    """What was delivered is a commitment from now on; what is no longer planned is none."""
    standing = frozenset[str]().union(*(delivery.standing for delivery in deliveries))
    committed = journal.commitments()
    kinds = ("practice", "date")
    wanted = {e.id: e for e in planned.entries if e.id in standing and e.kind in kinds} | taken_over
    journal.commit((entry for id, entry in wanted.items() if committed.get(id) != entry), now)
    ids = {entry.id for entry in planned.entries} | taken_over.keys()
    journal.release(id for id, entry in committed.items() if id not in ids and not entry.ended_by(now))
    journal.forget(now)
    journal.backup()


def _unserved(journal: Journal, prepared: Prepared) -> tuple[str, ...]:
    """The outputs that hold entries of ours and that the config names no longer."""
    named = {ready.spec.name for ready in prepared.outputs}
    gone = [name for name in journal.outputs() if name not in named]
    return tuple(name for name in gone if any(not row.gone for row in journal.remembered(name).values()))


def _tell(prepared: Prepared, known: Iterable[Entry], deliveries: Sequence[Delivery], dry_run: bool) -> None:
    """Tell the observers what was ticked, each entry as it was planned, and that the run is over."""
    by_id = {entry.id: entry for entry in known}
    ticked = dict.fromkeys(id for delivery in deliveries for id in delivery.done)
    tell_done(prepared.plugins, [by_id[id] for id in ticked if id in by_id])
    reports = tuple(delivery.report for delivery in deliveries)
    report = RunReport(reports, tuple(prepared.plugins.failures), dry_run)
    everybody = frozenset(person.id for person in prepared.relationship.people)
    tell_finished(prepared.plugins, report, [ready.spec for ready in prepared.outputs], everybody)
