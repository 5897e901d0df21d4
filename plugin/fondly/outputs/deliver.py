"""Serving one output: read, decide, write, record. The same for every kind."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from fondly.journal import Journal
from fondly.outputs.carrying import carry_out
from fondly.outputs.counting import counted, is_news
from fondly.outputs.guarding import (
    Consent,
    as_if,
    emptied_problem,
    is_adrift,
    secret_note,
    surprising,
    waiting_note,
)
from fondly.outputs.identities import Identities
from fondly.outputs.learning import Readers, learn
from fondly.outputs.reconcile import Setting, forgettable, reconcile
from fondly_hooks.errors import FondlyError, LaterError, OutputError
from fondly_hooks.types.delivery import Action, Outcome, Remembered, Standing, Wanted
from fondly_hooks.types.entries import Entry
from fondly_hooks.types.outputs import Fitting, Output
from fondly_hooks.types.reports import OutputReport

WRITES = ("create", "update", "delete")
LATEST = dt.timedelta(days=1)  # nobody is left alone for longer


@dataclass(frozen=True, slots=True)
class Terms:
    """On what terms an output is served.

    ``identity`` is the name by which UIDs are made, where the output has another one by now. ``readers`` see the place,
    ``consent`` is what a person agreed to beforehand, ``committed`` has the ids of what was delivered before (``None``:
    nobody keeps count), ``id_of`` tells which planned turn a UID belongs to, ``hidden`` which entries a reader
    must not see. When ``taking_back``, what is over goes too.
    """

    identity: str | None = None
    readers: Readers = field(default_factory=Readers)
    consent: Consent = field(default_factory=Consent)
    committed: frozenset[str] | None = None
    taking_back: bool = False
    id_of: Callable[[str], str | None] = lambda uid: None
    hidden: Callable[[str], bool] = lambda id: False


@dataclass(frozen=True, slots=True)
class Delivery:
    """What one run did, or would do, in one output: the report, the actions, the ids of what stands there.

    ``done`` has the ids of the entries that a person ticked there since the last run.
    """

    report: OutputReport
    actions: tuple[Action, ...] = ()
    standing: frozenset[str] = frozenset()
    done: tuple[str, ...] = ()

    def then(self, second: Delivery) -> Delivery:
        """Both of two deliveries to one output in one run, as one."""
        one, two = self.report, second.report
        sums = {
            name: getattr(one, name) + getattr(two, name)
            for name in ("created", "updated", "deleted", "completed", "requests")
        }
        report = replace(two, **sums, notes=tuple(dict.fromkeys((*one.notes, *two.notes))))
        standing = self.standing | second.standing
        return Delivery(report, (*self.actions, *second.actions), standing, (*self.done, *second.done))


AS_USUAL = Terms()


def deliver(
    output: Output,
    report: OutputReport,
    entries: Sequence[Entry],
    journal: Journal,
    relationship_id: str,
    now: dt.datetime,
    terms: Terms = AS_USUAL,
    *,
    dry_run: bool = False,
    progress: Callable[[Outcome], None] = lambda outcome: None,
    begin: Callable[[int], None] = lambda writes: None,
    wait: Callable[[float], None] = time.sleep,
) -> Delivery:
    """Bring the entries, as this output shows them, to where they belong.

    ``report`` names the output and has no counts yet. What fails is in the report, never raised, so that the other
    outputs are served. A dry run reads, decides and writes nothing, neither there nor in the journal. ``begin`` is told
    how many writes there are to be, ``progress`` what came of each; ``wait`` waits so many seconds before what failed
    for now is tried again.
    """
    job = _Job(output, report, journal, relationship_id, now, terms, dry_run)
    try:
        job.read()
        if job.may_go_on():
            job.decide(entries)
        if not dry_run and job.report.error is None:
            begin(sum(action.verb in WRITES for action in job.actions))
            job.carry_out(progress, wait)
    except FondlyError as problem:
        job.fail(problem)
    return job.delivery()


class _Job:
    """One output in one run."""

    def __init__(
        self,
        output: Output,
        report: OutputReport,
        journal: Journal,
        relationship_id: str,
        now: dt.datetime,
        terms: Terms,
        dry_run: bool,
    ) -> None:
        self.output, self.report, self.journal, self.now = output, report, journal, now
        self.relationship_id, self.terms, self.dry_run = relationship_id, terms, dry_run
        self.name = report.name
        self.remembered: Mapping[str, Remembered] = {}
        self.standing = Standing()
        self.setting = Setting()
        self.wanted: list[Wanted] = []
        self.actions: list[Action] = []
        self.outcomes: list[Outcome] = []
        self.ticked: tuple[str, ...] = ()
        self.identities = Identities(relationship_id, self.name, {}, self.standing)

    def read(self) -> None:
        """What is remembered and what stands there."""
        self._not_too_early()
        self.remembered = self.journal.remembered(self.name)
        self.standing = self.output.read(self.remembered, self.journal.state(self.name))
        self._note(*self.standing.notes)

    def may_go_on(self) -> bool:
        """Whether the place may be written to; else the report says why not."""
        emptied = self.terms.consent.emptied
        if self.standing.locked:
            self.report = replace(self.report, error=self.standing.locked)
        elif self.standing.emptied and emptied:
            self.remembered = as_if(self.remembered, emptied)
            if not self.dry_run:
                self.journal.let_go(self.name, "us" if emptied == "recreate" else "person")
        elif self.standing.emptied and not self.terms.taking_back:
            self.report = replace(self.report, error=emptied_problem(self.name, self.remembered))
        return self.report.error is None

    def decide(self, entries: Sequence[Entry]) -> None:
        """What is to be done."""
        terms, output, standing, remembered = self.terms, self.output, self.standing, self.remembered
        self.identities = Identities(self.relationship_id, terms.identity or self.name, remembered, standing)
        shown = _ahead(output, entries, self.now)
        if isinstance(output, Fitting):
            shown, notes = output.fit(shown)
            self._note(*notes)
        wanted = [self.identities.wanted(entry, output) for entry in shown]
        self.wanted = [want for want in wanted if not _comes_too_late(want, remembered, standing, self.now)]
        self.setting = Setting(
            past_stays=output.ahead is None,
            taking_back=terms.taking_back,
            committed=terms.committed,
            adrift=is_adrift(remembered, standing),
            yes=terms.consent.yes,
            id_of=terms.id_of,
            hidden=terms.hidden,
        )
        self.actions = reconcile(standing, remembered, self.wanted, self.now, self.setting)
        self._note(*self.identities.notes())
        self._note(waiting_note(self.actions, self.name), secret_note(self.actions))
        if self.setting.past_stays and not terms.taking_back:  # a list of what comes is made anew in any case
            refused = surprising(self.actions, standing, terms.consent, self.name, self.now)
            self.report = replace(self.report, error=refused)
        if self.dry_run:
            self.outcomes = [Outcome(action=action) for action in self.actions]

    def carry_out(self, progress: Callable[[Outcome], None], wait: Callable[[float], None]) -> None:
        """Write, each intent noted before and settled after."""
        journal, name = self.journal, self.name
        self._learn(self.actions)
        # First of all: whoever goes on after a crash has to know what waits for a yes.
        waiting = [Outcome(action=action) for action in self.actions if action.verb == "wait"]
        if waiting:
            journal.settle(name, waiting)
        journal.intend(name, self.actions)
        quiet: list[Outcome] = []
        served = [action for action in self.actions if action.verb != "wait"]
        for outcome in carry_out(self.output, served, self._anew, wait):
            self.outcomes.append(outcome)
            if outcome.action.verb in WRITES:
                journal.settle(name, [outcome])
                progress(outcome)
            elif is_news(outcome, self.remembered.get(outcome.action.entry_id)):
                quiet.append(outcome)
        journal.settle(name, quiet)
        state = self.output.state(self.outcomes)
        journal.finish(name, state, forgettable(self.standing, self.remembered, self.wanted))
        if journal.fact(f"later:{name}") is not None:
            journal.note({f"later:{name}": None})

    def fail(self, problem: FondlyError) -> None:
        """Tell what failed, and remember until when the place is to be left alone."""
        if isinstance(problem, LaterError) and not self.dry_run:
            until = self.now + dt.timedelta(seconds=problem.seconds)
            self.journal.note({f"later:{self.name}": until.isoformat()})
        self.report = replace(self.report, error=str(problem))

    def delivery(self) -> Delivery:
        """What was done."""
        report = counted(self.report, self.outcomes, len(self.ticked), self.output)
        well = [outcome.action for outcome in self.outcomes if outcome.error is None and not self.dry_run]
        ids = frozenset(action.entry_id for action in well if action.wanted is not None and action.verb != "wait")
        return Delivery(report, tuple(self.actions), ids, self.ticked)

    def _anew(self, outcome: Outcome) -> Action:
        """What to do about an action that met something else than what was read."""
        action, stands = outcome.action, outcome.stands
        if stands is None:
            action = self.identities.another(action, self.output)
        else:
            wishes = [action.wanted] if action.wanted else []
            met = replace(self.standing, things=(stands,))
            decided = reconcile(met, self.remembered, wishes, self.now, self.setting)
            action = decided[0] if decided else replace(action, verb="keep", thing=stands)
            self._learn([action])
        self.journal.intend(self.name, [action])
        return action

    def _learn(self, actions: Sequence[Action]) -> None:
        self.ticked += learn(actions, self.remembered, self.terms.readers, self.journal, self.now.date())

    def _note(self, *notes: str | None) -> None:
        self.report = replace(self.report, notes=(*self.report.notes, *filter(None, notes)))

    def _not_too_early(self) -> None:
        """Raises `OutputError` as long as the place asked to be left alone."""
        if until := is_resting(self.journal, self.name, self.now, self.terms.consent):
            clock = f"{until.astimezone(self.now.tzinfo):%H:%M}"
            raise OutputError(f"the server asked to come back later; fondly goes on after {clock}")


def is_resting(journal: Journal, name: str, now: dt.datetime, consent: Consent) -> dt.datetime | None:
    """Until when that place asked to be left alone; ``None`` where it did not, or the time is over."""
    until = journal.fact(f"later:{name}")
    if until is None or consent.force:
        return None
    moment = dt.datetime.fromisoformat(until)
    return moment if now < moment <= now + LATEST else None  # a clock that went astray locks nobody out


def _ahead(output: Output, entries: Sequence[Entry], now: dt.datetime) -> Sequence[Entry]:
    if output.ahead is None:
        return entries
    today = now.date()
    last = today + dt.timedelta(days=output.ahead)
    return [entry for entry in entries if today <= entry.first_day < last]


def _comes_too_late(want: Wanted, remembered: Mapping[str, Remembered], standing: Standing, now: dt.datetime) -> bool:
    """Whether it is over and stands nowhere: nobody is served by a reminder of what has passed."""
    if not want.entry.ended_by(now):
        return False
    row = remembered.get(want.entry.id)
    stood = row is not None and row.gone in ("", "person") and row.pending != "create"
    return not stood and not any(thing.uid == want.uid for thing in standing.things)
