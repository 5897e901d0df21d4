"""Serving one output of a prepared config: opened, on its terms, whatever fails being its own."""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from fondly.config.records import OutputSpec
from fondly.feeds.resting import ReaderRest
from fondly.hiding import is_hidden
from fondly.journal import Journal
from fondly.outputs.deliver import Delivery, Terms, deliver, is_resting
from fondly.outputs.guarding import Consent
from fondly.outputs.learning import Readers
from fondly.outputs.opening import Ready
from fondly.planner import Past
from fondly.preparing import Prepared
from fondly.watching import Watcher
from fondly_hooks.errors import FondlyError
from fondly_hooks.types.entries import Entry
from fondly_hooks.types.outputs import Beginning, Output
from fondly_hooks.types.reports import OutputReport


@dataclass(frozen=True, slots=True)
class Opened:
    """An open output and the name that its entries know it by, or why it could not be opened."""

    output: Output | None = None
    identity: str = ""
    problem: str | None = None

    def close(self) -> None:
        """Give it back unused."""
        if self.output is not None:
            self.output.close()


@dataclass(frozen=True, slots=True)
class Service:
    """What is the same for all outputs of a run. ``setup`` is a sum of all that a person sets: the config, the plugins,
    the pauses; where it is another one than last time, many deletions surprise nobody. ``folder`` is the state folder.
    """

    prepared: Prepared
    journal: Journal
    now: dt.datetime
    consent: Consent = Consent()
    dry_run: bool = False
    taking_back: bool = False
    setup: str = ""
    watcher: Watcher = field(default_factory=Watcher)
    folder: Path | None = None
    finders: dict[str, Callable[[str], str | None]] = field(default_factory=dict)

    def open(self, ready: Ready) -> Opened:
        """Open an output; one that takes its time to answer is asked already, while the plan is made."""
        spec, journal = ready.spec, self.journal
        if ready.kind is None:
            return Opened()
        try:
            identity = journal.identity(spec.name)
            output = ready.open(self.prepared.config, self.now, self.folder, identity=identity, to_look=self.dry_run)
            if isinstance(output, Beginning) and not is_resting(journal, spec.name, self.now, self.consent):
                output.begin(journal.knows(spec.name), journal.state(spec.name))
        except FondlyError as problem:
            return Opened(problem=str(problem))
        except Exception as problem:  # an output kind of anybody's may do anything; the others are served
            return Opened(problem=f"{type(problem).__name__}: {problem}")
        return Opened(output, identity)

    def serve(
        self, ready: Ready, opened: Opened, entries: Sequence[Entry], secrets: Mapping[str, frozenset[str]]
    ) -> Delivery:
        """Deliver to one output; whatever fails is in the delivery's report. ``secrets`` are as `secrets_of` gives."""
        spec = ready.spec
        report = OutputReport(spec.name, spec.kind)
        if ready.kind is None:
            return _not_served(report, ready)
        if not spec.seen_by:
            report = replace(report, notes=("it has no 'seen_by', so nothing may be shown there",))
        delivery = Delivery(replace(report, error=opened.problem))
        if opened.output is not None:
            try:
                with contextlib.closing(opened.output):
                    delivery = deliver(
                        opened.output,
                        report,
                        entries,
                        self.journal,
                        self.prepared.relationship.id,
                        self.now,
                        self._terms(spec, opened.identity, secrets),
                        dry_run=self.dry_run,
                        progress=partial(self.watcher.step, spec.name),
                        begin=partial(self.watcher.begin, spec.name),
                    )
            except FondlyError as problem:
                delivery = Delivery(replace(report, error=str(problem)))
            except Exception as problem:  # as above
                delivery = Delivery(replace(report, error=f"{type(problem).__name__}: {problem}"))
        if not self.dry_run:
            self._note(ready, delivery, opened.identity)
        return delivery

    def _terms(self, spec: OutputSpec, identity: str, secrets: Mapping[str, frozenset[str]]) -> Terms:
        explained = self.setup != self.journal.fact(f"setup:{spec.name}")
        return Terms(
            identity=identity,
            readers=Readers(spec.seen_by, self.prepared.relationship.me),
            consent=replace(self.consent, explained=self.consent.explained or explained),
            committed=None if self.taking_back else self.journal.committed(),
            taking_back=self.taking_back,
            id_of=partial(self._id_of, identity),
            hidden=partial(is_hidden, secrets=secrets, readers=spec.seen_by),
        )

    def _id_of(self, identity: str, uid: str) -> str | None:
        """Which turn that UID belongs to in the output of that identity; all are computed once, if ever."""
        if identity not in self.finders:
            from fondly.adopting import finder

            self.finders[identity] = finder(self.prepared, identity, self.now)
        return self.finders[identity](uid)

    def _note(self, ready: Ready, delivery: Delivery, identity: str) -> None:
        """Note where it is, what its entries know it by, with which setup it was served, and since when it fails."""
        name, journal = ready.spec.name, self.journal
        place, failing = ready.place(self.prepared.config.folder), f"failing:{name}"
        facts: dict[str, str | None] = {}
        problem = delivery.report.error
        if problem is None:
            fresh = {
                failing: None,
                f"problem:{name}": None,
                f"setup:{name}": self.setup or None,
                f"place:{name}": place,
                f"identity:{name}": None if identity == name else identity,
            }
            known = {key: journal.fact(key) for key in fresh}
            facts = {key: value for key, value in fresh.items() if known[key] != value}
        else:
            facts = {failing: journal.fact(failing) or self.now.date().isoformat(), f"problem:{name}": problem}
        if facts:
            journal.note(facts)


def setup_of(prepared: Prepared, past: Past, rests: Iterable[ReaderRest] = ()) -> str:
    """The sum of all that a person sets and that may explain many changes; ``rests`` are the readers' pauses."""
    plugins = prepared.plugins
    names = {*plugins.sources, *(failure.plugin for failure in plugins.failures)}
    own = [f"{span.first}:{span.last}" for span in (*past.pauses, *past.quieter)]
    config = json.dumps(prepared.config.document.data, default=str)
    parts = (config, "\n".join(sorted(names)), "\n".join([*own, *map(str, rests)]))
    return hashlib.sha256("\0".join(parts).encode("utf-8", "replace")).hexdigest()[:32]


def follow_renamed(prepared: Prepared, journal: Journal) -> tuple[str, ...]:
    """An output that has another name by now, at the same place, keeps its entries; what was found, to be told."""
    named = {ready.spec.name for ready in prepared.outputs}
    known = set(journal.outputs())
    before = {journal.fact(f"place:{name}"): name for name in sorted(known - named)}
    notes = []
    for ready in prepared.outputs:
        name = ready.spec.name
        place = ready.place(prepared.config.folder)
        old = before.get(place) if place and name not in known else None
        if old is not None:
            journal.rename(old, name)
            notes.append(f"{name}: it was named '{old}' before, and keeps its entries")
    return tuple(notes)


def with_ticks(
    entries: Iterable[Entry], ticks: Mapping[str, frozenset[str]], spec: OutputSpec, prepared: Prepared
) -> list[Entry]:
    """The entries with the ticks that this output may show: those made where all its readers see them anyway.

    ``ticks`` has the outputs in which each was ticked; what was said to fondly itself is for ``me`` alone.
    """
    seen_by = {ready.spec.name: ready.spec.seen_by for ready in prepared.outputs}
    mine = frozenset({prepared.relationship.me})

    def is_shown(entry: Entry) -> bool:
        places = ticks.get(entry.id)
        if places is None or spec.titles == "busy" or entry.kind == "anniversary":
            return False
        return any(spec.seen_by <= readers for readers in ([seen_by.get(name, mine) for name in places] or [mine]))

    return [replace(entry, status="COMPLETED") if is_shown(entry) else entry for entry in entries]


def _not_served(report: OutputReport, ready: Ready) -> Delivery:
    kind = ready.spec.kind
    if ready.options is None:
        return Delivery(replace(report, error=f"the plugin that gives the kind '{kind}' could not be loaded"))
    note = f"outputs of the kind '{kind}' come with a later version; nothing is written there"
    return Delivery(replace(report, notes=(note,)))
