"""What fondly does not do without being asked: fill a calendar that was emptied, remove most of what stands."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from fondly.outputs.reconcile import HIDDEN, is_over
from fondly_hooks.types.delivery import Action, Remembered, Standing

MANY = 10  # so many deletions surprise nobody


@dataclass(frozen=True, slots=True)
class Consent:
    """What a person agreed to beforehand: ``yes`` to make what may have been deleted, ``force`` to remove most of what
    stands, what is to become of a place that was ``emptied``. ``explained``: the config, a pause or the like changed,
    so that many deletions are no surprise."""

    yes: bool = False
    force: bool = False
    emptied: Literal["", "recreate", "forget"] = ""
    explained: bool = False


def emptied_problem(name: str, remembered: Mapping[str, Remembered]) -> str:
    """What to do about a place in which nothing of ours stands any more."""
    count = sum(not row.gone and row.pending is None for row in remembered.values())
    return (
        f"none of the {count} entries that fondly put there stands there any more, as if the calendar had been "
        "emptied, made anew, or exchanged for another one; nothing was written. "
        f"'fondly sync --only {name} --recreate' makes them again, and '--forget' in its place leaves them away"
    )


def as_if(remembered: Mapping[str, Remembered], emptied: Literal["recreate", "forget"]) -> dict[str, Remembered]:
    """What is remembered once a person said what is to become of an emptied place."""
    gone: Literal["us", "person"] = "us" if emptied == "recreate" else "person"
    return {id: row if row.gone else replace(row, gone=gone, pending=None) for id, row in remembered.items()}


def is_adrift(remembered: Mapping[str, Remembered], standing: Standing) -> bool:
    """Whether something of ours stands there that the journal does not know: it is new, or was put back from an old
    copy, or another machine was here. So it may not know of deletions either."""
    known = {row.uid for row in remembered.values()}
    return any(thing.mine and thing.uid not in known for thing in standing.things)


def surprising(
    actions: Sequence[Action], standing: Standing, consent: Consent, name: str, now: dt.datetime
) -> str | None:
    """Why so many deletions are not made unasked; ``None`` where they are fine. What is over does not count."""
    if consent.force or consent.explained:
        return None
    deleted = sum(a.verb == "delete" and a.thing is not None and not is_over(a.thing, now) for a in actions)
    ours = sum(thing.mine is not False for thing in standing.things)
    if deleted <= MANY or 2 * deleted <= ours:
        return None
    return (
        f"{deleted} of the {ours} entries there would be removed, and nothing in the config tells why; nothing was "
        f"written. Look with 'fondly sync --only {name} --dry-run'; if that is right, say --force in its place"
    )


def secret_note(actions: Iterable[Action]) -> str | None:
    """What is secret by now from somebody who sees it, and was not removed because a person changed it."""
    count = sum(action.verb == "keep" and action.why == HIDDEN for action in actions)
    if not count:
        return None
    what = "an entry there is" if count == 1 else f"{count} entries there are"
    return (
        f"{what} secret from somebody who sees this place, and you changed or ticked it, so fondly does not remove it: "
        "delete it there"
    )


def waiting_note(actions: Iterable[Action], name: str) -> str | None:
    """What waits for a yes."""
    count = sum(action.verb == "wait" for action in actions)
    if not count:
        return None
    entries = "an entry is" if count == 1 else f"{count} entries are"
    return (
        f"{entries} not made: the journal is new, so you may have deleted them there. "
        f"'fondly sync --only {name} --yes' makes them"
    )
