"""The decision in the middle of the batch contract: from what stands, what is remembered and what is wanted to actions.

Pure, and the same for every kind of output. The person's hand wins everywhere, field by field (DESIGN §3.2, §9).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace

from fondly_calendar.render import next_sequence
from fondly_hooks.types.delivery import Action, Remembered, Standing, Thing, Wanted

DELETED = "you deleted it there, so it stays away"
EDITED = "you changed it there, so it stays as it is"
FOREIGN = "something that fondly did not make stands there, and is left alone"
ADOPTED = "it was put there by another fondly, or before its journal was lost, and stays"
ASKED = "without its journal fondly does not know whether you deleted it; --yes makes it again"
AGAIN = "you put it back, so it stays"
TWICE = "it stands there twice"
HIDDEN = "it is secret from somebody who sees this place"
KEPT = "it is no longer planned, but you changed it, so it stays"
UNKNOWN = "unknown/"  # begins the id of what is ours, and of which nobody knows any more what it was
TIDIED = ("practice/", "custom/fondly/")  # ids of what does not stay once it is over
COMMITTED = ("practice/", "date/")  # ids of what is planned once, and stays as it was delivered


@dataclass(frozen=True, slots=True)
class Setting:
    """What a decision depends on beside what stands, is remembered and is wanted.

    Where ``past_stays``, dates and anniversaries stay when they are over. When ``taking_back``, all goes that nobody
    touched. ``committed`` are the ids of entries whose form is settled (``None``: nobody keeps count); of the others,
    what another run put there stands. ``adrift``: the place holds an entry of ours that the journal knows nothing of,
    so that what is missing may have been deleted, and is made only after a ``yes``. ``id_of`` tells which planned turn
    a UID belongs to, ``hidden`` which entries somebody who sees the place must not see.
    """

    past_stays: bool = True
    taking_back: bool = False
    committed: Collection[str] | None = None
    adrift: bool = False
    yes: bool = False
    id_of: Callable[[str], str | None] = lambda uid: None
    hidden: Callable[[str], bool] = lambda id: False


def reconcile(
    standing: Standing,
    remembered: Mapping[str, Remembered],
    wanted: Iterable[Wanted],
    now: dt.datetime,
    setting: Setting = Setting(),
) -> list[Action]:
    """What to do, one action for each entry concerned, in order of the wanted entries and then of the UIDs.

    ``remembered`` is by entry id. A deletion is concluded only from a complete standing that is there at all.
    """
    things = {thing.uid: thing for thing in standing.things}
    actions: list[Action] = []
    seen: set[str] = set()
    for want in wanted:
        row = remembered.get(want.entry.id)
        thing = things.get(want.uid)
        seen.add(want.uid)
        actions.append(_for_wanted(want, row, thing, standing, now, setting))
    by_uid = {row.uid: row for row in remembered.values()}
    served = {action.entry_id for action in actions if action.verb == "create" or action.thing is not None}
    for uid in sorted(things.keys() - seen):
        if action := _for_unwanted(things[uid], by_uid.get(uid), now, setting, served):
            actions.append(_taken_back(action, setting) if setting.taking_back else action)
    return actions


def forgettable(standing: Standing, remembered: Mapping[str, Remembered], wanted: Iterable[Wanted]) -> list[str]:
    """The ids of entries that stand nowhere and are wanted no longer: nothing but their tombstones is worth keeping."""
    uids = {thing.uid for thing in standing.things}
    ids = {want.entry.id for want in wanted}
    return [id for id, row in remembered.items() if not row.gone and row.uid not in uids and id not in ids]


def _for_wanted(
    want: Wanted, row: Remembered | None, thing: Thing | None, standing: Standing, now: dt.datetime, setting: Setting
) -> Action:
    mine = thing is not None and _is_mine(thing, row, want)
    theirs = theirs_of(thing, row, want) if thing is not None and mine else frozenset[str]()
    action = Action(
        verb="unchanged",
        entry_id=want.entry.id,
        uid=want.uid,
        generation=want.generation,
        wanted=want,
        thing=thing,
        theirs=theirs,
    )
    if thing is not None:
        if not mine:
            return replace(action, verb="keep", why=FOREIGN)
        return _merged(action, want, row, thing, now, setting)
    if row is not None and row.gone == "person":
        return replace(action, verb="keep", why=DELETED)
    if row is not None and row.uid != want.uid:
        return replace(action, verb="create", why="new")  # under the old one stands, or stood, something else
    if row is not None and not row.gone and row.pending not in ("create", "delete") and not standing.absent:
        # It stood there, and fondly did not take it away. Only a complete listing tells that a person did.
        return replace(action, verb="bury", why=DELETED) if standing.complete else action
    waits = row.gone == "asked" if row is not None else setting.adrift
    if waits and not setting.yes:
        return replace(action, verb="wait", why=ASKED)
    return replace(action, verb="create", why="new")


def _merged(
    action: Action, want: Wanted, row: Remembered | None, thing: Thing, now: dt.datetime, setting: Setting
) -> Action:
    """What becomes of an entry that stands and is wanted: each field is a person's, or as it is wanted."""
    theirs = action.theirs
    if thing.done and (thing.theirs is None or theirs & {"st", "su"}):
        return replace(action, why="it is done and stays")
    if thing.fields == want.fields and not theirs:
        return action  # as nearly all are
    differing = {name for name in want.fields if thing.fields.get(name) != want.fields[name]}
    if thing.form and thing.form != want.entry.component and (theirs or thing.touched):
        return replace(action, verb="keep", why=EDITED)
    changed = differing - theirs
    if changed and _is_of_another_run(thing, row, want, theirs, setting):
        return replace(action, adopted=True, why=ADOPTED)
    if not changed:
        return replace(action, verb="keep", why=EDITED) if differing else action
    sequence = next_sequence(thing.sequence, now)
    return replace(action, verb="update", sequence=sequence, changed_at=now, why=_changes(changed))


def _is_of_another_run(
    thing: Thing, row: Remembered | None, want: Wanted, theirs: frozenset[str], setting: Setting
) -> bool:
    """Whether what stands is another run's, on another machine or before the journal was lost: the first commitment in
    a calendar is the one that counts there."""
    if thing.theirs is None or not want.entry.id.startswith(COMMITTED):
        return False
    if setting.committed is not None and want.entry.id not in setting.committed:
        return True
    if row is None:
        return setting.committed is not None
    ours = {name: value for name, value in thing.fields.items() if name not in theirs}
    known = (row.fields, row.pending_fields) if row.pending else (row.fields,)
    return not any(all(fields.get(name) == value for name, value in ours.items()) for fields in known)


def _for_unwanted(
    thing: Thing, row: Remembered | None, now: dt.datetime, setting: Setting, served: Collection[str]
) -> Action | None:
    if not (thing.mine or (thing.mine is None and row is not None)):
        return None
    turn = None if row else setting.id_of(thing.uid)
    entry_id = row.entry_id if row else turn or f"{UNKNOWN}{thing.uid}"
    theirs = theirs_of(thing, row, None)
    action = Action(verb="delete", entry_id=entry_id, uid=thing.uid, thing=thing, theirs=theirs)
    action = replace(action, why="it is no longer planned")
    if not setting.past_stays:
        return action
    if setting.hidden(entry_id):
        # The surprise goes before anything else; what a person wrote into it is theirs to take away.
        return replace(action, verb="keep" if theirs or thing.touched or thing.done else "delete", why=HIDDEN)
    if thing.done:
        return replace(action, verb="unchanged", why="it is done and stays")
    if theirs or thing.touched:
        return replace(action, verb="keep", why=KEPT)
    if is_over(thing, now):
        # Dates and anniversaries stay where they were; practices go once their time to be tidied has come.
        if not entry_id.startswith(TIDIED):
            return replace(action, verb="unchanged", why="it is past and stays")
        return replace(action, why="it is past, and nobody touched it")
    if turn in served:
        return replace(action, entry_id=f"{UNKNOWN}{thing.uid}", why=TWICE)  # of an earlier life of the calendar
    if setting.taking_back:
        return action
    if turn:
        return replace(action, verb="unchanged", adopted=True, why=ADOPTED)
    if entry_id.startswith(COMMITTED) and is_taken_up_again(thing, row):
        return replace(action, verb="keep", adopted=True, why=AGAIN)
    return action


def _taken_back(action: Action, setting: Setting) -> Action:
    """What becomes of something that nobody wants when all is taken back: it goes, unless a person touched it."""
    if action.verb == "delete":
        return replace(action, why="it is taken back")
    thing = action.thing
    if action.verb == "unchanged" and setting.past_stays and thing is not None and not thing.done:
        return replace(action, verb="delete", why="it is taken back")
    return replace(action, verb="keep", why="you changed it, or ticked it off, so it stays")


def _is_mine(thing: Thing, row: Remembered | None, want: Wanted) -> bool:
    """Whether fondly made it. Where the mark was dropped, the journal decides, and without it the UID."""
    if thing.mine is not None:
        return thing.mine
    return row is None or (row.uid == thing.uid == want.uid)


def theirs_of(thing: Thing, row: Remembered | None, want: Wanted | None) -> frozenset[str]:
    """The fields that a person changed. Where the thing cannot tell, the journal does, else what is wanted."""
    if thing.theirs is not None:
        return thing.theirs
    if thing.edited is not None:
        return frozenset(thing.fields) if thing.edited else frozenset()
    if row is None:
        wanted = {} if want is None else want.fields
        return frozenset(name for name, value in thing.fields.items() if wanted.get(name) != value)
    # What was a person's once stays so: the journal has their values by now.
    changed = frozenset(
        name
        for name, value in thing.fields.items()
        if value != row.fields.get(name) and not (row.pending and value == row.pending_fields.get(name))
    )
    return row.theirs | changed


def is_taken_up_again(thing: Thing, row: Remembered | None) -> bool:
    """Whether a person put back what they had deleted or cancelled: from a trash bin, or with an undo."""
    if row is None or thing.mine is False:
        return False
    cancelled = row.fields.get("st") == "CANCELLED" and "st" in row.theirs
    return row.gone == "person" or (cancelled and thing.fields.get("st") != "CANCELLED")


def is_over(thing: Thing, now: dt.datetime) -> bool:
    """Whether it is over at ``now``; what does not say when it ends is not."""
    if isinstance(thing.ends, dt.datetime):
        return thing.ends.tzinfo is not None and thing.ends <= now
    return thing.ends is not None and thing.ends <= now.date()


NAMES = {
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


def _changes(names: Collection[str]) -> str:
    return "changed: " + ", ".join(name for short, name in NAMES.items() if short in names) or "changed"
