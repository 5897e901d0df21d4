"""The decision in the middle of the batch contract: from what stands, what is remembered and what is wanted to actions.

Pure, and the same for every kind of output. The person's hand wins everywhere (DESIGN §3.2, §9).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import replace

from fondly_calendar.render import next_sequence
from fondly_hooks.types.delivery import Action, Remembered, Standing, Thing, Wanted

DELETED = "you deleted it there, so it stays away"
EDITED = "you changed it there, so it stays as it is"
FOREIGN = "something that fondly did not make stands there, and is left alone"


def reconcile(
    standing: Standing,
    remembered: Mapping[str, Remembered],
    wanted: Iterable[Wanted],
    now: dt.datetime,
    *,
    past_stays: bool = True,
    taking_back: bool = False,
) -> list[Action]:
    """What to do, one action for each entry concerned, in order of the wanted entries and then of the UIDs.

    ``remembered`` is by entry id. A deletion is concluded only from a complete standing that is there at all. Where
    ``past_stays``, dates and anniversaries stay when they are over. When ``taking_back``, all goes that nobody touched.
    """
    things = {thing.uid: thing for thing in standing.things}
    actions: list[Action] = []
    seen: set[str] = set()
    for want in wanted:
        row = remembered.get(want.entry.id)
        thing = things.get(want.uid)
        seen.add(want.uid)
        actions.append(_for_wanted(want, row, thing, standing, now))
    by_uid = {row.uid: row for row in remembered.values()}
    for uid in sorted(things.keys() - seen):
        if action := _for_unwanted(things[uid], by_uid.get(uid), now, past_stays):
            actions.append(_taken_back(action, past_stays) if taking_back else action)
    return actions


def forgettable(standing: Standing, remembered: Mapping[str, Remembered], wanted: Iterable[Wanted]) -> list[str]:
    """The ids of entries that stand nowhere and are wanted no longer: nothing but their tombstones is worth keeping."""
    uids = {thing.uid for thing in standing.things}
    ids = {want.entry.id for want in wanted}
    return [id for id, row in remembered.items() if not row.gone and row.uid not in uids and id not in ids]


def _for_wanted(
    want: Wanted, row: Remembered | None, thing: Thing | None, standing: Standing, now: dt.datetime
) -> Action:
    action = Action(verb="unchanged", entry_id=want.entry.id, uid=want.uid, generation=want.generation, wanted=want)
    if thing is not None:
        action = replace(action, thing=thing)
        if not _is_mine(thing, row, want):
            return replace(action, verb="keep", why=FOREIGN)
        if thing.done:
            return replace(action, why="it is done and stays")
        if _is_edited(thing, row, want):
            return replace(action, verb="keep", why=EDITED)
        if dict(thing.fields) == dict(want.fields):
            return action
        sequence = next_sequence(thing.sequence, now)
        return replace(action, verb="update", sequence=sequence, changed_at=now, why=_changes(thing, want))
    if row is not None and row.gone == "person":
        return replace(action, verb="keep", why=DELETED)
    if row is not None and not row.gone and row.pending not in ("create", "delete") and not standing.absent:
        # It stood there, and fondly did not take it away. Only a complete listing tells that a person did.
        return replace(action, verb="bury", why=DELETED) if standing.complete else action
    return replace(action, verb="create", why="new")


def _for_unwanted(thing: Thing, row: Remembered | None, now: dt.datetime, past_stays: bool) -> Action | None:
    if not (thing.mine or (thing.mine is None and row is not None)):
        return None
    entry_id = row.entry_id if row else ""
    action = Action(verb="delete", entry_id=entry_id, uid=thing.uid, thing=thing, why="it is no longer planned")
    if not past_stays:
        return action
    if thing.done:
        return replace(action, verb="unchanged", why="it is done and stays")
    if _is_edited(thing, row, None):
        return replace(action, verb="keep", why="it is no longer planned, but you changed it, so it stays")
    if _is_over(thing, now):
        # Dates and anniversaries stay where they were; practices go once their time to be tidied has come.
        if not entry_id.startswith("practice/"):
            return replace(action, verb="unchanged", why="it is past and stays")
        return replace(action, why="it is past, and nobody touched it")
    return action


def _taken_back(action: Action, past_stays: bool) -> Action:
    """What becomes of something that nobody wants when all is taken back: it goes, unless a person touched it."""
    if action.verb == "delete":
        return replace(action, why="it is taken back")
    thing = action.thing
    if action.verb == "unchanged" and past_stays and thing is not None and not thing.done:
        return replace(action, verb="delete", why="it is taken back")
    return replace(action, verb="keep", why="you changed it, or ticked it off, so it stays")


def _is_mine(thing: Thing, row: Remembered | None, want: Wanted) -> bool:
    """Whether fondly made it. Where the mark was dropped, the journal decides, and without it the UID."""
    if thing.mine is not None:
        return thing.mine
    return row is None or (row.uid == thing.uid == want.uid)


def _is_edited(thing: Thing, row: Remembered | None, want: Wanted | None) -> bool:
    if thing.edited is not None:
        return thing.edited
    now = dict(thing.fields)
    if row is not None:  # what was a person's once stays so: the journal has their values by now
        return row.edited or now not in (dict(row.fields), dict(row.pending_fields))
    return want is None or now != dict(want.fields)


def _is_over(thing: Thing, now: dt.datetime) -> bool:
    if isinstance(thing.ends, dt.datetime):
        return thing.ends.tzinfo is not None and thing.ends <= now
    return thing.ends is not None and thing.ends <= now.date()


_NAMES = {
    "su": "title",
    "de": "description",
    "ti": "time",
    "al": "alarms",
    "ca": "categories",
    "lo": "location",
    "st": "status",
    "tr": "free or busy",
    "cl": "class",
    "co": "colour",
    "ur": "link",
    "line": "text",
}


def _changes(thing: Thing, want: Wanted) -> str:
    names = [_NAMES.get(name, name) for name in want.fields if thing.fields.get(name) != want.fields[name]]
    return "changed: " + ", ".join(names)
