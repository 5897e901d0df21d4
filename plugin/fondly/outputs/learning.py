"""What a person did in their own tools, read back: ticks, ticks taken back, and what they let go."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from fondly.journal import Journal
from fondly.outputs.reconcile import UNKNOWN, is_taken_up_again
from fondly_hooks.types.delivery import Action, Remembered

SKIPPED = ("practice/", "date/", "preparation/")  # ids of what can be let go; a day to remember stays one


@dataclass(frozen=True, slots=True)
class Readers:
    """Who sees an output, and who ``me`` is."""

    seen_by: frozenset[str] = frozenset()
    me: str = ""

    @property
    def only_me(self) -> bool:
        """Whether nobody else sees it, so that what is done there is mine."""
        return self.seen_by == {self.me}


def learn(
    actions: Iterable[Action],
    remembered: Mapping[str, Remembered],
    readers: Readers,
    journal: Journal,
    today: dt.date,
) -> tuple[str, ...]:
    """Record what a person did there since the last run; the ids of what is done now and was not before.

    The day is kept, never who. What is deleted where others see it is nobody's skip.
    """
    fresh: list[str] = []
    for action in actions:
        row, thing = remembered.get(action.entry_id), action.thing
        if not action.entry_id or action.entry_id.startswith(UNKNOWN) or (thing is not None and thing.mine is False):
            continue
        if thing is not None and thing.done and not (row and row.done):
            if journal.tick(action.entry_id, today):
                fresh.append(action.entry_id)
        elif thing is not None and row and row.done and not thing.done and not row.gone:
            journal.untick(action.entry_id)
        if not readers.only_me or not action.entry_id.startswith(SKIPPED):
            continue
        if _is_let_go(action, row):
            ends = row.ends if row else None
            day = ends.date() if isinstance(ends, dt.datetime) else ends
            journal.memory.write(today, [(action.entry_id, "skip")], ends=day)
        elif thing is not None and is_taken_up_again(thing, row):
            journal.memory.write(today, [], unsaid=[(action.entry_id, "skip")])
    return tuple(fresh)


def _is_let_go(action: Action, row: Remembered | None) -> bool:
    """Whether a person just deleted or cancelled it."""
    if action.verb == "bury":
        return not (row and row.done)  # what was done was not let go by whoever clears the list
    thing = action.thing
    if thing is None or thing.fields.get("st") != "CANCELLED" or "st" not in action.theirs:
        return False
    return row is None or row.fields.get("st") != "CANCELLED"
