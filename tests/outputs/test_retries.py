"""What failed for now is tried again by the host, a few times and not for long."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from fondly.journal import Journal
from fondly.outputs.deliver import Delivery, deliver
from fondly_hooks.types.delivery import Action, Outcome, Remembered, Standing, Thing
from fondly_hooks.types.entries import Entry
from fondly_hooks.types.reports import OutputReport
from support import BERLIN, RELATIONSHIP, entry

NOW = dt.datetime(2026, 11, 22, 9, tzinfo=BERLIN)
ENTRIES = [
    entry(id=f"practice/tea/2026-W48/{number}", start=NOW + dt.timedelta(hours=number), title=f"Tea {number}")
    for number in (1, 2, 3)
]


@dataclass
class Busy:
    """A place that refuses each entry as often as ``refusals`` says, by title, and says whether that may pass."""

    refusals: dict[str, int]
    again: bool = True
    stood: dict[str, Mapping[str, str]] = field(default_factory=dict)
    asked: list[list[str]] = field(default_factory=list)
    requests: int = 0
    ahead: int | None = None

    def read(self, remembered: Mapping[str, Remembered], state: str | None) -> Standing:
        """What stands there."""
        return Standing(things=tuple(Thing(uid=uid, fields=fields, mine=True) for uid, fields in self.stood.items()))

    def fields(self, wanted: Entry, uid: str) -> Mapping[str, str]:
        """Its title."""
        return {"text": wanted.title}

    def apply(self, actions: Sequence[Action]) -> Iterator[Outcome]:
        """Refuse, or write."""
        self.asked.append([action.wanted.entry.title for action in actions if action.wanted])
        for action in actions:
            assert action.wanted is not None
            title = action.wanted.entry.title
            if self.refusals.get(title, 0):
                self.refusals[title] -= 1
                yield Outcome(action=action, error="it is busy", again=self.again)
            else:
                self.stood[action.uid] = action.wanted.fields
                yield Outcome(action=action)

    def state(self, outcomes: Sequence[Outcome]) -> str | None:
        """Nothing."""
        return None

    def close(self) -> None:
        """Nothing."""


def run(
    place: Busy, journal: Journal | None = None, *, dry_run: bool = False, told: int = 3, now: dt.datetime = NOW
) -> tuple[Delivery, list[float]]:
    """One delivery, and how long the host wanted to wait. So many writes are ``told``, each once, when it is final."""
    waits: list[float] = []
    heard: list[Outcome] = []
    report = OutputReport("busy", "busy")
    done = deliver(
        place,
        report,
        ENTRIES,
        journal or Journal(None),
        RELATIONSHIP,
        now,
        dry_run=dry_run,
        progress=heard.append,
        wait=waits.append,
    )
    assert len(heard) == (0 if dry_run else told)
    return done, waits


def test_what_passes_is_delivered() -> None:
    """Two refusals of one entry, and it stands; the others are not asked again."""
    place = Busy({"Tea 2": 2})
    done, waits = run(place)
    assert done.report.error is None
    assert done.report.created == 3
    assert place.asked == [["Tea 1", "Tea 2", "Tea 3"], ["Tea 2"], ["Tea 2"]]
    assert waits == [1.0, 4.0]


def test_what_does_not_pass_is_told_and_comes_with_the_next_run() -> None:
    """After the third try it is an error; the next run delivers it."""
    place, journal = Busy({"Tea 2": 3}), Journal(None)
    done, waits = run(place, journal)
    assert done.report.error == "it is busy"
    assert done.report.created == 2
    assert waits == [1.0, 4.0]
    done, waits = run(place, journal, told=1)
    assert (done.report.error, done.report.created, waits) == (None, 1, [])


def test_what_will_not_pass_is_not_tried_again() -> None:
    """A kind that says nothing of trying again is asked once."""
    done, waits = run(Busy({"Tea 1": 1}, again=False))
    assert done.report.error == "it is busy"
    assert waits == []


def test_a_dry_run_asks_nothing() -> None:
    """Nothing is applied, so there is nothing to wait for."""
    place = Busy({"Tea 1": 1})
    done, waits = run(place, dry_run=True)
    assert (done.report.created, waits, place.asked) == (3, [], [])


def test_what_is_over_comes_no_more() -> None:
    """What could not be delivered in time is a reminder of nothing; what stands already is served on."""
    place, journal = Busy({"Tea 2": 9}), Journal(None)
    later = NOW + dt.timedelta(hours=2, minutes=30)
    run(place, journal)
    done, _ = run(place, journal, told=0, now=later)
    assert (done.report.created, done.report.unchanged, len(place.stood)) == (0, 2, 2)
    done, _ = run(Busy({}), told=1, now=later)
    assert [entry for entry in ENTRIES if entry.id in done.standing] == ENTRIES[2:]
