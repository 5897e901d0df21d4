"""A CalDAV calendar as an output."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from fondly_calendar.contentlines import parse
from fondly_calendar.dav import DavCalendar, PreconditionFailedError, RefusedError
from fondly_calendar.render import Identity, Revision, calendar_object, managed_fields
from fondly_calendar.standing import thing_of
from fondly_hooks.errors import OutputError
from fondly_hooks.types.delivery import Action, Outcome, Remembered, Standing, Thing
from fondly_hooks.types.entries import Entry
from fondly_hooks.types.outputs import OutputContext

MEANWHILE = "somebody changed it while fondly was writing, so it stays as it is"
ELSEWHERE = "something with the same identity stands elsewhere in the calendar"


class CalDavOutput:
    """One calendar on a server. Each object says itself whose it is; the journal saves reading them all again."""

    ahead = None

    def __init__(self, calendar: DavCalendar, context: OutputContext) -> None:
        self.calendar, self.context = calendar, context
        self._token: str | None = None

    @property
    def requests(self) -> int:
        """How many requests went to the server."""
        return self.calendar.requests

    def read(self, remembered: Mapping[str, Remembered], state: str | None) -> Standing:
        """Poll, and fetch in one request what the journal does not know in this version."""
        standing_rows = {row.place: row for row in remembered.values() if row.place and not row.gone}
        changes = self.calendar.poll(state if remembered else None)
        self._token = changes.token
        things: list[Thing] = []
        to_fetch: set[str] = set()
        for href, version in changes.versions.items():
            row = standing_rows.get(href)
            if row is None or row.pending or version is None or version != row.version:
                to_fetch.add(href)
        for href, row in standing_rows.items():
            here = href in changes.versions or not (changes.complete or href in changes.gone)
            if here and row.version is None:
                to_fetch.add(href)
            elif here and href not in to_fetch:
                things.append(_remembered_thing(row))
        for href, (version, data) in (self.calendar.fetch(to_fetch) if to_fetch else {}).items():
            if thing := self._thing(href, version, data):
                things.append(thing)
        ours = sum(row.pending is None for row in standing_rows.values())
        if ours > 1 and not any(thing.uid == row.uid for thing in things for row in standing_rows.values()):
            raise OutputError(
                f"none of the {ours} entries that fondly put there stands there any more, as if the calendar had been "
                "emptied or made anew; nothing was written. Put it back, or give the output another name to begin anew"
            )
        return Standing(things=tuple(things))

    def fields(self, wanted: Entry, uid: str) -> Mapping[str, str]:
        """The managed values of the entry's component."""
        return managed_fields(wanted)

    def apply(self, actions: Sequence[Action]) -> Iterator[Outcome]:
        """One request for each write. One entry that is refused does not keep the others from being delivered."""
        for action in actions:
            try:
                yield self._apply(action)
            except PreconditionFailedError:
                yield self._after_conflict(action)
            except RefusedError as problem:
                yield Outcome(action=action, error=str(problem))

    def state(self, outcomes: Sequence[Outcome]) -> str | None:
        """The sync token after our own writes.

        An object that was made after a token and deleted before the next poll is in no report (RFC 6578 leaves it open,
        Xandikos leaves it out), so the token has to be newer than our writes. Where somebody else wrote meanwhile there
        is none, and the next read lists everything.
        """
        written = {o.place: o.version for o in outcomes if o.error is None and o.action.verb in ("create", "update")}
        deleted = {o.action.thing.place for o in outcomes if o.action.thing and o.action.verb == "delete"}
        if self._token is None or not (written or deleted):
            return self._token
        changes = self.calendar.poll(self._token)
        others = [href for href, version in changes.versions.items() if written.get(href) not in (version, None)]
        others += [href for href in changes.versions if href not in written]
        return None if changes.complete or others or not changes.gone <= deleted else changes.token

    def close(self) -> None:
        """Give the connection back."""
        self.calendar.close()

    def _apply(self, action: Action) -> Outcome:
        thing = action.thing
        entry = action.wanted.entry if action.wanted else None
        if action.verb == "create" and entry:
            href = self.calendar.href_of(f"{action.uid}.ics")
            return Outcome(action=action, place=href, version=self.calendar.put(href, self._data(action, entry), None))
        if action.verb in ("update", "delete") and thing is not None:
            version = thing.version or self._version_of(thing.place)
            if version is None:
                return Outcome(action=action, error="the server names no version of it, so it is not overwritten")
            if entry is None:
                self.calendar.delete(thing.place, version)
                return Outcome(action=action)
            version = self.calendar.put(thing.place, self._data(action, entry), version)
            return Outcome(action=action, place=thing.place, version=version)
        return Outcome(action=action, place=thing.place if thing else "", version=thing.version if thing else None)

    def _after_conflict(self, action: Action) -> Outcome:
        """Somebody was faster, or our own first try was stored and its answer lost: look, and never write blindly."""
        href = action.thing.place if action.thing else self.calendar.href_of(f"{action.uid}.ics")
        standing = self.calendar.fetch([href])
        if href not in standing:
            if action.verb == "create":
                return Outcome(action=action, error=ELSEWHERE)
            return Outcome(action=replace(action, verb="bury", why="you deleted it there, so it stays away"))
        thing = self._thing(href, *standing[href])
        if thing and action.wanted and thing.mine and dict(thing.fields) == dict(action.wanted.fields):
            return Outcome(action=action, place=href, version=thing.version)
        return Outcome(action=replace(action, verb="keep", thing=thing, why=MEANWHILE), place=href)

    def _data(self, action: Action, entry: Entry) -> str:
        identity = Identity(self.context.key, self.context.name, action.uid, action.generation)
        revision = Revision(action.sequence, action.changed_at)
        return calendar_object(entry, identity, revision, neutral=self.context.neutral)

    def _version_of(self, href: str) -> str | None:
        return self.calendar.fetch([href]).get(href, (None, ""))[0]

    def _thing(self, href: str, version: str | None, data: str) -> Thing | None:
        try:
            items = [item for item in parse(data).inner if item.name in ("VEVENT", "VTODO")]
        except ValueError:
            return None  # somebody else's, and not for us to judge
        items.sort(key=lambda item: item.get("RECURRENCE-ID") is not None)
        if not items:
            return None
        return thing_of(items, self.context.key, self.context.name, place=href, version=version, body=data)


def _remembered_thing(row: Remembered) -> Thing:
    return Thing(
        uid=row.uid,
        fields=row.fields,
        place=row.place,
        version=row.version,
        mine=True,
        edited=row.edited,
        done=row.done,
        sequence=row.sequence,
        ends=row.ends,
    )
