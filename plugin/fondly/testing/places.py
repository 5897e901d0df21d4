"""One output as the host sees it, with its journal, and with what may happen to it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from fondly.journal import Journal
from fondly.outputs.deliver import Delivery, deliver
from fondly_hooks.types.delivery import Action, Outcome, Remembered, Standing
from fondly_hooks.types.entries import Entry
from fondly_hooks.types.outputs import Output, OutputContext, OutputKind
from fondly_hooks.types.reports import OutputReport

ZONE = ZoneInfo("Europe/Berlin")
NOW = dt.datetime(2026, 11, 22, 9, tzinfo=ZONE)
DAY, HOUR = dt.timedelta(days=1), dt.timedelta(hours=1)
IDENTITY = "00000000-0000-4000-8000-000000000000"


class Killed(BaseException):
    """What stands for the machine that goes down."""


@dataclass
class Place:
    """One output of the kind, as the host sees it."""

    kind: OutputKind
    options: Any
    folder: Path
    journal: Journal = field(default_factory=lambda: Journal(None))
    applied: list[Action] = field(default_factory=list)

    def open(self) -> Output:
        """Open it as a run does."""
        context = OutputContext(
            name="ours",
            key=IDENTITY.encode(),
            base=self.folder,
            now=NOW,
            timezone=str(ZONE),
            calendar_name="Ana & Ben",
        )
        return self.kind.open(self.options, context)

    def deliver(
        self, entries: Sequence[Entry], *, dry_run: bool = False, die_after: int | None = None, refuse: str = ""
    ) -> Delivery:
        """One run of the host. With ``die_after`` it dies after so many outcomes of writes.

        The entry whose id it is to ``refuse`` never reaches the output, and its outcome is an error.
        """
        self.applied = []
        output = _Watched(self.open(), self.applied, die_after, refuse)
        try:
            return deliver(
                output, OutputReport("ours", self.kind.name), entries, self.journal, IDENTITY, NOW, dry_run=dry_run
            )
        finally:
            output.close()

    def expect_quiet(self, entries: Sequence[Entry]) -> None:
        """A further run with the same entries writes nothing."""
        report = self.deliver(entries).report
        assert report.error is None, report.error
        done = {name: getattr(report, name) for name in ("created", "updated", "deleted") if getattr(report, name)}
        assert not done, f"a run in which nothing had changed did this: {done}"
        assert not report.kept, f"{report.kept} entries are not read as they were written, and pass for a person's edit"

    def uids(self) -> list[str]:
        """The UIDs of what stands there now, as the output reads it."""
        output = self.open()
        try:
            standing = output.read(self.journal.remembered("ours"), None)
        finally:
            output.close()
        return sorted(thing.uid for thing in standing.things)

    def files(self) -> dict[str, bytes]:
        """All files below the folder, by name."""
        return {str(path): path.read_bytes() for path in sorted(self.folder.rglob("*")) if path.is_file()}


class _Watched:
    """An output that is looked at while it works."""

    def __init__(self, output: Output, applied: list[Action], die_after: int | None, refuse: str) -> None:
        self.output, self.applied, self.die_after, self.refuse = output, applied, die_after, refuse

    @property
    def requests(self) -> int:
        """What the output counts."""
        return self.output.requests

    @property
    def ahead(self) -> int | None:
        """What the output shows."""
        return self.output.ahead

    def read(self, remembered: Mapping[str, Remembered], state: str | None) -> Standing:
        """As the output does."""
        return self.output.read(remembered, state)

    def fields(self, wanted: Entry, uid: str) -> Mapping[str, str]:
        """As the output does."""
        return self.output.fields(wanted, uid)

    def apply(self, actions: Sequence[Action]) -> Iterator[Outcome]:
        """As the output does; afterwards each action has to have its one outcome."""
        self.applied += actions
        refused = [action for action in actions if self.refuse and action.entry_id == self.refuse]
        yield from (Outcome(action=action, error="there is no room for it") for action in refused)
        actions = [action for action in actions if action not in refused]
        wrote, found = 0, []
        for outcome in self.output.apply(actions):
            found.append(outcome.action)
            yield outcome
            wrote += outcome.action.verb in ("create", "update", "delete")
            if self.die_after is not None and wrote >= self.die_after:
                raise Killed
        missing = [action.entry_id for action in actions if not any(action is one for one in found)]
        assert not missing, f"these actions have no outcome: {missing}"
        assert len(found) == len(actions), "an action has more than one outcome"

    def state(self, outcomes: Sequence[Outcome]) -> str | None:
        """As the output does."""
        return self.output.state(outcomes)

    def close(self) -> None:
        """As the output does."""
        self.output.close()


def three() -> list[Entry]:
    """Three times that lie ahead, today, so that a place which shows no more than that has them."""
    return [
        Entry(
            id=f"practice/communication/2026-W48/{number}",
            kind="practice",
            title=f"Time {number}",
            neutral_title="Catch-up",
            start=NOW + number * HOUR,
            end=NOW + number * HOUR + dt.timedelta(minutes=20),
            description="Twenty minutes, and then tea.",
            people=("ana", "ben"),
        )
        for number in (1, 2, 3)
    ]
