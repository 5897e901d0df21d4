"""The main job, told from beginning to end (DESIGN §2).

load config → gather (hooks) → plan (pure) → adjust (hooks) → gate
→ reconcile each output → apply → record → tell observers
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

from fondly.busy import busy_plugins
from fondly.config import Config
from fondly.gate import for_output
from fondly.gather import IsOurs, adjust, gather
from fondly.journal import Journal
from fondly.outputs.deliver import Delivery, deliver
from fondly.outputs.opening import Ready, key_of, ready_outputs
from fondly.planner import Horizons, Plan, plan
from fondly.plugins import Plugins, load_plugins
from fondly.state import one_at_a_time
from fondly_calendar.identity import is_ref, uid_for
from fondly_hooks.errors import FondlyError
from fondly_hooks.types.entries import Busy, Entry
from fondly_hooks.types.outputs import Failure, Outcome, OutputReport, RunReport
from fondly_hooks.types.people import Relationship
from fondly_hooks.types.times import Span

DAY = dt.timedelta(days=1)
EXPORT = "export"


@dataclass(frozen=True, slots=True)
class Run:
    """What a run did: one delivery for each output, and what failed elsewhere."""

    deliveries: tuple[Delivery, ...]
    failures: tuple[Failure, ...]
    serious: bool

    @property
    def exit_code(self) -> int:
        """0 when all was done, 1 when some part failed and the rest was done."""
        return int(self.serious or any(delivery.report.error for delivery in self.deliveries))


@dataclass(frozen=True, slots=True)
class Prepared:
    """A config with its plugins loaded and its outputs validated. Nothing was touched yet."""

    config: Config
    plugins: Plugins
    outputs: tuple[Ready, ...]

    @property
    def relationship(self) -> Relationship:
        """The people and what they share."""
        return self.config.relationship

    @property
    def serious(self) -> bool:
        """Whether something failed that the config does not call optional."""
        return any(failure.plugin not in self.plugins.optional for failure in self.plugins.failures)


def prepare(config: Config) -> Prepared:
    """Load the plugins and validate the outputs; raises `ConfigError` with every problem."""
    plugins = load_plugins(config, busy_plugins(config))
    return Prepared(config, plugins, tuple(ready_outputs(config, plugins)))


def make_plan(prepared: Prepared, journal: Journal, horizons: Horizons, now: dt.datetime) -> tuple[Plan, Plan]:
    """The plan as the planner made it, and as the adjusters left it. Secrets are still in it: the gate comes next."""
    relationship, plugins = prepared.relationship, prepared.plugins
    commitments = journal.commitments()
    gathered = gather(plugins, relationship, _days_to_gather(horizons, now), _is_ours(prepared, journal))
    planned = plan(relationship, gathered, journal.history(commitments), commitments, horizons, now)
    adjusted = adjust(plugins, relationship, planned.entries)
    return planned, Plan(tuple(sorted(adjusted, key=_order)), planned.left_out)


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
    chosen = [ready for ready in prepared.outputs if not only or ready.spec.name in set(only)]
    with one_at_a_time(folder):
        journal = Journal.look(folder) if dry_run else Journal(folder / "journal.db")
        try:
            planned, adjusted = make_plan(prepared, journal, delivery_horizons(prepared.relationship, now), now)
            deliveries = []
            for ready in chosen:
                name = ready.spec.name
                entries = for_output(adjusted.entries, ready.spec, now)
                deliveries.append(
                    _serve(prepared, ready, entries, journal, now, dry_run, lambda o, name=name: progress(name, o))  # type: ignore[misc]
                )
            if not dry_run:
                _record(journal, planned, deliveries, now)
        finally:
            journal.close()
    _tell(prepared, deliveries, dry_run)
    return Run(tuple(deliveries), tuple(prepared.plugins.failures), prepared.serious)


def local_now(relationship: Relationship, now: dt.datetime) -> dt.datetime:
    """The clock as ``me`` reads it; "today" is theirs, wherever the machine stands. A naive one is taken as theirs."""
    me = relationship.person(relationship.me)
    zone = ZoneInfo(me.zone_on(now.date()))
    return now.replace(tzinfo=zone) if now.tzinfo is None else now.astimezone(zone)


def _serve(
    prepared: Prepared,
    ready: Ready,
    entries: list[Entry],
    journal: Journal,
    now: dt.datetime,
    dry_run: bool,
    progress: Callable[[Outcome], None],
) -> Delivery:
    report = OutputReport(ready.spec.name, ready.spec.kind)
    if ready.kind is None:
        note = f"outputs of the kind '{ready.spec.kind}' come with a later version; nothing is written there"
        return Delivery(OutputReport(ready.spec.name, ready.spec.kind, notes=(note,)))
    if not ready.spec.seen_by:
        report = OutputReport(
            ready.spec.name, ready.spec.kind, notes=("it has no 'seen_by', so nothing may be shown there",)
        )
    try:
        output = ready.open(prepared.config, now)
    except FondlyError as problem:
        return Delivery(OutputReport(ready.spec.name, ready.spec.kind, error=str(problem)))
    except Exception as problem:  # an output kind of anybody's may do anything; the others are served
        return Delivery(OutputReport(ready.spec.name, ready.spec.kind, error=f"{type(problem).__name__}: {problem}"))
    try:
        return deliver(
            output, report, entries, journal, prepared.relationship.id, now, dry_run=dry_run, progress=progress
        )
    finally:
        output.close()


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


def _tell(prepared: Prepared, deliveries: Iterable[Delivery], dry_run: bool) -> None:
    reports = tuple(delivery.report for delivery in deliveries)
    report = RunReport(reports, tuple(prepared.plugins.failures), dry_run)
    for _ in prepared.plugins.call_each("fondly_run_finished", report=report):
        pass


def delivery_horizons(relationship: Relationship, now: dt.datetime) -> Horizons:
    """What a sync delivers: each kind as far ahead as the config says, and back to where practices are tidied away."""
    today, rhythm = now.date(), relationship.rhythm
    back = today - rhythm.tidy * DAY
    return Horizons(
        practices=Span(back, today + rhythm.horizon * DAY),
        dates=Span(back, today + rhythm.date_horizon * DAY),
        anniversaries=Span(today, today + rhythm.anniversary_horizon * DAY),
    )


def _days_to_gather(horizons: Horizons, now: dt.datetime) -> Span:
    """Whole quarters around the practices and dates, since a quarter is planned as one."""
    last = max(horizons.practices.end, horizons.dates.end)
    return Span(now.date() - 100 * DAY, last + 100 * DAY)


def _is_ours(prepared: Prepared, journal: Journal) -> IsOurs:
    """Whether a busy time is an entry that fondly made, in any copy: by its mark, or by its UID."""
    relationship = prepared.relationship
    names = sorted({EXPORT, *(ready.spec.name for ready in prepared.outputs), *journal.outputs()})
    uids = {row.uid for name in names for row in journal.remembered(name).values()}
    uids |= {uid_for(relationship.id, EXPORT, id, 0) for id in journal.commitments()}
    key = key_of(relationship.id)

    def is_ours(busy: Busy) -> bool:
        return busy.uid in uids or bool(busy.uid and busy.ref and is_ref(key, names, busy.uid, busy.ref))

    return is_ours


def _order(entry: Entry) -> tuple[dt.date, float, str]:
    moment = entry.start.timestamp() if isinstance(entry.start, dt.datetime) else 0.0
    return entry.first_day, moment, entry.id
