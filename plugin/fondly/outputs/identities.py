"""Under which UID each entry stands in one output, or will stand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from fondly_calendar.identity import uid_for
from fondly_hooks.types.delivery import Action, Remembered, Standing, Wanted
from fondly_hooks.types.entries import Entry
from fondly_hooks.types.outputs import Output

MOST = 8  # generations that are looked for where the journal knows none


class Identities:
    """The UIDs of one output. ``identity`` is the name by which its UIDs are made: the first that it ever had."""

    def __init__(
        self, relationship_id: str, identity: str, remembered: Mapping[str, Remembered], standing: Standing
    ) -> None:
        self.relationship_id, self.identity, self.remembered = relationship_id, identity, remembered
        self.things = {thing.uid: thing for thing in standing.things}
        self.displaced = 0
        self.foreign = {thing.uid for thing in standing.things if thing.mine is False}

    def wanted(self, entry: Entry, output: Output) -> Wanted:
        """The entry with its UID, and the values that are to stand."""
        uid, generation = self._find(entry.id)
        want = Wanted(entry=entry, uid=uid, generation=generation, fields=output.fields(entry, uid))
        if uid not in self.foreign and self._is_a_strangers(want):
            self.foreign.add(uid)
            self.displaced += 1
            return self.wanted(entry, output)
        return want

    def _is_a_strangers(self, want: Wanted) -> bool:
        """Whether what stands under that UID without any mark, and without a word of it in the journal, has neither the
        title nor the time of the entry: then it is no entry of ours that lost its marks on a server."""
        thing = self.things.get(want.uid)
        if thing is None or thing.mine is not None or thing.theirs is not None or want.entry.id in self.remembered:
            return False
        known = [name for name in ("su", "ti") if name in want.fields]
        return bool(known) and all(thing.fields.get(name) != want.fields[name] for name in known)

    def notes(self) -> tuple[str, ...]:
        """What there is to say about strangers that bear a UID of ours."""
        if not self.displaced:
            return ()
        what = "an entry bears" if self.displaced == 1 else f"{self.displaced} entries bear"
        return (f"{what} an identity of fondly's that fondly did not make: left alone, and made beside under another",)

    def another(self, action: Action, output: Output) -> Action:
        """The same action under the next generation's UID: something of somebody else's stands under this one."""
        generation = action.generation + 1
        uid = uid_for(self.relationship_id, self.identity, action.entry_id, generation)
        wanted = action.wanted
        if wanted is not None:
            fields = output.fields(wanted.entry, uid)
            wanted = replace(wanted, uid=uid, generation=generation, fields=fields)
        return replace(action, uid=uid, generation=generation, wanted=wanted)

    def _standing(self, id: str, row: Remembered) -> tuple[str, int] | None:
        """The first generation of the entry that stands there, whatever the journal knows: another machine may have
        made it anew, or a backup of the calendar was put back."""
        own = row.uid in self.things and row.uid not in self.foreign
        for step in range(row.generation if own else row.generation + MOST) if self.things else ():
            uid = uid_for(self.relationship_id, self.identity, id, step)
            thing = self.things.get(uid)
            if thing is not None and thing.mine:
                return uid, step
        return (row.uid, row.generation) if own else None

    def _find(self, id: str) -> tuple[str, int]:
        row = self.remembered.get(id)
        known = row is not None and not (row.gone == "us" and row.pending is None)
        if row is not None and (standing := self._standing(id, row)):
            return standing
        if row is not None and known and row.uid not in self.foreign:
            return row.uid, row.generation
        self.displaced += bool(row and row.uid in self.foreign)
        # A server with a trash bin refuses the UID of what it keeps there, so what fondly itself took away comes back
        # under another one. Without a journal the calendar tells which one that was.
        first = 0 if row is None else row.generation + 1
        steps = range(first, first + MOST)
        uids = [(uid_for(self.relationship_id, self.identity, id, step), step) for step in steps]
        ours = next((found for found in uids if found[0] in self.things and found[0] not in self.foreign), None)
        return ours or next((found for found in uids if found[0] not in self.foreign), uids[0])
