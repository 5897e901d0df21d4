"""A CalDAV calendar as an output."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from fondly.outputs.caldavplace import Finder, Place
from fondly.outputs.caldavstate import Memo, wrong_readers
from fondly_calendar.about import About
from fondly_calendar.dav import Changes, DavCalendar, Fetched
from fondly_calendar.inflight import in_background
from fondly_calendar.render import managed_fields
from fondly_calendar.standing import thing_in
from fondly_hooks.errors import LaterError, OutputError
from fondly_hooks.types.delivery import Action, Outcome, Remembered, Standing, Thing
from fondly_hooks.types.entries import Entry
from fondly_hooks.types.outputs import OutputContext

if TYPE_CHECKING:
    from fondly.outputs.caldavwrite import Writer

# The names that fondly gives to its objects: other programs' UUIDs are random ones, of version 4.
MOST_STRANGE = 200  # things of others whose versions are kept
_LIKE_OURS = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}\.ics$")


class CalDavOutput:
    """One calendar on a server. Each object says itself whose it is; the journal saves reading them all again."""

    ahead = None

    def __init__(self, place: Place, context: OutputContext, finder: Finder | None = None) -> None:
        self.place, self.context = place, context
        self._finder = finder or Finder(place)
        self._memo = Memo()
        self._calendar: DavCalendar | None = None
        self._writer: Writer | None = None
        self._checked = self._known_before = False
        self._strange: dict[str, str | None] = {}
        self._ahead: Callable[[], Changes | None] | None = None

    @property
    def requests(self) -> int:
        """How many requests went to the server."""
        return self._finder.connection.requests

    def read(self, remembered: Mapping[str, Remembered], state: str | None) -> Standing:
        """Poll, and fetch in one request what the journal does not know in this version.

        Once a day everything is listed, in the place of a poll: a server may tell less than all that changed.
        """
        if self._ahead is None:
            self._memo = Memo.read(state, self.place.key)
        standing = {row.place: row for row in remembered.values() if row.place and not row.gone}
        self._known_before = bool(remembered)
        changes = self._ahead() if self._ahead else self._poll(self._known_before)
        if self._calendar is None or changes is None:
            emptied = sum(row.pending is None for row in standing.values()) > 1
            notes = (f"the calendar '{self.place.calendar}' would be made",) if self.context.to_look else ()
            return Standing(absent=True, emptied=emptied, notes=notes)
        things, to_fetch = self._known(changes, standing, remembered)
        fetched = self._calendar.fetch(to_fetch) if to_fetch else Fetched()
        for href, (version, data) in fetched.found.items():
            thing = self._thing(href, version, data)
            if thing:
                things.append(thing)
            if _LIKE_OURS.search(href) and not (thing and thing.mine):
                self._strange[href] = version
            else:
                self._strange.pop(href, None)
        # A deletion is concluded only where the server says of the very object that it is not there.
        told = {thing.place for thing in things} | fetched.gone
        untold = to_fetch - told  # also what cannot be read as an entry
        things += [_remembered_thing(row) for href, row in standing.items() if href in untold]
        ours = [row for row in standing.values() if row.pending is None]
        uids = {thing.uid for thing in things}
        known = any(row.uid in uids for row in standing.values()) or any(thing.mine for thing in things)
        emptied = len(ours) > 1 and not known
        return Standing(things=tuple(things), emptied=emptied)

    def begin(self, known: bool, state: str | None) -> None:
        """Ask the server while the plan is made."""
        self._memo = Memo.read(state, self.place.key)
        self._ahead = in_background(partial(self._poll, known))

    def fit(self, entries: Sequence[Entry]) -> tuple[list[Entry], tuple[str, ...]]:
        """The entries as this calendar takes them, and what there is to say about it."""
        takes, shown, notes = self._memo.takes, list[Entry](), list[str]()
        for entry in entries:
            if takes(entry.component):
                shown.append(entry)
            elif entry.component == "VTODO" and takes("VEVENT"):
                status = "CONFIRMED" if entry.status == "NEEDS-ACTION" else entry.status
                shown.append(replace(entry, component="VEVENT", status=status))
                notes.append("this calendar takes no to-dos, so practices stand there as events")
            else:
                notes.append("this calendar takes no events, so what is none of its to-dos is left out")
        return shown, tuple(dict.fromkeys(notes))

    def fields(self, wanted: Entry, uid: str) -> Mapping[str, str]:
        """The managed values of the entry's component."""
        return managed_fields(wanted)

    def apply(self, actions: Sequence[Action]) -> Iterator[Outcome]:
        """One request for each write, some of them at once. One entry that is refused does not keep the others back."""
        writes = any(action.verb in ("create", "update", "delete") for action in actions)
        if writes and self._calendar is None:
            self._find(make=True)
        if self._calendar is None:
            yield from (Outcome.of(action) for action in actions)
            return
        if writes and self._memo.checked != self.context.now.date().isoformat():
            self._learn(self._calendar.about())  # who sees it may have changed since
        if not writes:
            yield from (Outcome.of(action) for action in actions)
            return
        if self._writer is None:
            from fondly.outputs.caldavwrite import Writer  # most runs write nothing

            self._writer = Writer(self._calendar, self.context, one_by_one=self._memo.one_by_one)
        yield from self._writer.apply(actions)

    def state(self, outcomes: Sequence[Outcome]) -> str | None:
        """The memo for the next run, with the sync token after our own writes.

        An object that was made after a token and deleted before the next poll is in no report (RFC 6578 leaves it open,
        Xandikos leaves it out), so the token has to be newer than our writes. Where somebody else wrote meanwhile there
        is none, and the next read lists everything.
        """
        own = {o.action.thing.place for o in outcomes if o.action.thing and o.action.thing.mine is not False}
        strange = sorted((href, v) for href, v in self._strange.items() if href not in own)
        memo = replace(self._memo, strange=dict(strange[:MOST_STRANGE]))
        if self._writer is not None:
            # What it said of itself is no longer so: the next run asks again.
            checked = "" if self._writer.contradicted else memo.checked
            memo = replace(memo, one_by_one=self._writer.one_by_one, checked=checked)
        written = {o.place: o.version for o in outcomes if o.error is None and o.action.verb in ("create", "update")}
        deleted = {o.action.thing.place for o in outcomes if o.action.thing and o.action.verb == "delete"}
        if memo.token is None or self._calendar is None or not (written or deleted):
            return memo.write()
        if self._checked and self._known_before:  # that was a request already; the next run lists everything instead
            return replace(memo, token=None).write()
        try:
            changes = self._calendar.changes(memo.token)
        except LaterError:
            raise
        except OutputError:
            changes = None  # all is written, and the next run looks at everything
        if changes is None:
            return replace(memo, token=None).write()
        if written.keys() - changes.versions.keys():  # it tells less than all, so it is not asked for changes again
            return replace(memo, token=None, reports=False).write()
        others = any(written.get(href) not in (version, None) for href, version in changes.versions.items())
        others = others or bool(changes.versions.keys() - written.keys()) or not changes.gone <= deleted
        return replace(memo, token=None if others else changes.token).write()

    def examine(self) -> tuple[str, ...]:
        """What the calendar takes, what its server does, who can see it, and what else is there."""
        from fondly.outputs.caldavdoctor import describe, others

        found = self._finder.find(Memo(asked=self.place.key), make=False)
        if found is None:
            return (f"the calendar '{self.place.calendar}' is not there yet; the next sync makes it",)
        calendar, about = found
        lines = list(describe(about, len(self.context.seen_by), unlisted=self.place.unlisted))
        if not self.place.direct or calendar.url.rstrip("/") != self.place.url.rstrip("/"):
            lines.insert(0, f"the calendar is {calendar.url}")
            lines += others(self._finder.search(), calendar.url)
        self._calendar = calendar
        self._learn(about)
        return tuple(lines)

    def close(self) -> None:
        """Give the connections back."""
        self._finder.connection.close()

    def _poll(self, known: bool) -> Changes | None:
        """What changed since the last run, or all that stands there; ``None`` where there is no calendar yet."""
        memo, today = self._memo, self.context.now.date().isoformat()
        if known and memo.url and memo.checked:
            self._calendar = self._finder.open(memo.url)
        else:
            # Nothing is made before it is known that nothing is to be asked.
            self._find(make=not known)
            if self._calendar is None:
                return None
        if known and memo.token and memo.listed == today:
            changes = self._calendar.changes(memo.token)
            if changes is not None:
                self._memo = replace(self._memo, token=changes.token)
                return changes
        changes = self._calendar.listing()
        self._memo = replace(self._memo, listed=today, token=changes.token if self._memo.reports else None)
        return changes

    def _find(self, *, make: bool) -> None:
        found = self._finder.find(self._memo, make=make and not self.context.to_look)
        if found is not None:
            self._calendar, about = found
            self._learn(about)

    def _learn(self, about: About) -> None:
        """Take in what the calendar says of itself. Raises `OutputError` where nothing may be written there."""
        if self._calendar is None:
            return
        today, self._checked = self.context.now.date().isoformat(), True
        fresh = self._memo.checked == ""
        reports = about.reports and (fresh or self._memo.reports)
        self._memo = replace(
            self._memo, url=self._calendar.url, checked=today, reports=reports, components=about.components
        )
        self._check(about)

    def _check(self, about: About) -> None:
        """Raises `OutputError` where nothing may be written there."""
        if wrong := wrong_readers(about, len(self.context.seen_by), unlisted=self.place.unlisted):
            raise OutputError(wrong)
        if about.writable is False and self._calendar is not None:
            raise OutputError(
                f"{self._calendar.where} lets this user only read that calendar; ask its owner for the right to write, "
                "or name another one"
            )

    def _known(
        self, changes: Changes, standing: Mapping[str, Remembered], remembered: Mapping[str, Remembered]
    ) -> tuple[list[Thing], set[str]]:
        """The things that stand as the journal knows them, and the hrefs of what has to be looked at."""
        things: list[Thing] = []
        to_fetch: set[str] = set()
        for href, row in standing.items():
            listed = href in changes.versions
            gone = href in changes.gone or (changes.complete and not listed)
            if row.pending or gone or row.version is None or (listed and changes.versions[href] != row.version):
                to_fetch.add(href)
            else:
                things.append(_remembered_thing(row))
        strange = changes.versions.keys() - standing.keys()
        # Where something of ours is not where it was, it may be anywhere; else only what looks like ours may be ours.
        lost = not remembered or bool(to_fetch & changes.gone) or any(row.pending for row in remembered.values())
        lost = lost or (changes.complete and bool(standing.keys() - changes.versions.keys()))
        seen_before = {href: version for href, version in self._memo.strange.items() if href not in changes.gone}
        if changes.complete:
            seen_before = {h: v for h, v in seen_before.items() if v is not None and changes.versions.get(h) == v}
        self._strange = seen_before
        for href in strange:
            if lost or not changes.complete or (_LIKE_OURS.search(href) and href not in seen_before):
                to_fetch.add(href)
        return things, to_fetch

    def _thing(self, href: str, version: str | None, data: str) -> Thing | None:
        return thing_in(data, self.context.key, self.context.name, place=href, version=version)


def _remembered_thing(row: Remembered) -> Thing:
    return Thing(
        uid=row.uid,
        fields=row.fields,
        place=row.place,
        version=row.version,
        mine=True,
        theirs=row.theirs,
        touched=row.edited,
        done=row.done,
        form="VEVENT" if row.fields.get("tr") else "VTODO",
        sequence=row.sequence,
        ends=row.ends,
    )
