"""Writing to a CalDAV calendar: one request for each write, with a precondition, some of them at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from fondly_calendar.connection import AT_ONCE
from fondly_calendar.dav import DavCalendar
from fondly_calendar.inflight import side_by_side
from fondly_calendar.patch import patched
from fondly_calendar.refusals import BusyError, PreconditionFailedError, RefusedError, UnsureError, WrongSortError
from fondly_calendar.render import Identity, Revision, calendar_object
from fondly_calendar.standing import thing_in
from fondly_hooks.errors import OutputError
from fondly_hooks.types.delivery import Action, Outcome, Thing
from fondly_hooks.types.entries import Entry
from fondly_hooks.types.outputs import OutputContext

MEANWHILE = "somebody changed it while fondly was writing; the next sync looks at it again"
ELSEWHERE = "something with the same identity stands elsewhere in your calendars"
NAMELESS = "the server names no version of it, so it is not overwritten"
NEAR = 0.03  # seconds for a request
MOST_UNSURE = 10  # after so many failures in a row the server is left alone
Standing = Mapping[str, tuple[str | None, str]]


class Writer:
    """Carries actions out in one calendar. What may have been stored is looked at, never repeated blindly."""

    def __init__(self, calendar: DavCalendar, context: OutputContext, *, one_by_one: bool) -> None:
        self.calendar, self.context, self.one_by_one = calendar, context, one_by_one
        self.contradicted = False
        self._window = 1  # how many writes may be under way; it grows as long as all goes well
        self._unsure: set[str] = set()
        self._failed_in_a_row = 0

    def apply(self, actions: Sequence[Action]) -> Iterator[Outcome]:
        """One outcome for each action, as it comes."""
        writes: list[Action] = []
        for action in actions:
            if action.verb in ("create", "update", "delete"):
                writes.append(action)
            else:
                yield Outcome.of(action)
        tried_before = {action.uid for action in writes} & self._unsure
        needed = {self._href(a) for a in writes if a.uid in tried_before or _lacks_something(a)}
        found = dict(self.calendar.fetch(needed).found) if needed else {}
        left: list[tuple[Action, Action]] = []
        for action in writes:
            if action.uid in tried_before and (settled := self._settled(action, found)):
                yield settled
            else:
                left.append((action, self._with_body(action, found)))
        unnamed: list[Outcome] = []
        most = 1 if self._near() or self.one_by_one else AT_ONCE
        for outcome in side_by_side(self._one, left, most, lambda: 1 if self._near() else self._window):
            if outcome.error is None and outcome.version is None and outcome.action.verb in ("create", "update"):
                unnamed.append(outcome)
            else:
                yield outcome
        yield from self._named(unnamed)

    def _near(self) -> bool:
        """Nearby nothing is gained by more than one write at once, and some servers refuse it (facts: calendars)."""
        return self.calendar.connection.fastest < NEAR

    def _settled(self, action: Action, found: Standing) -> Outcome | None:
        """What came of a write whose answer was lost; ``None`` where it has to be done (again)."""
        href = self._href(action)
        if href not in found:
            return Outcome(action=action) if action.verb == "delete" else None
        thing = self._thing(href, *found[href])
        if action.verb != "delete" and thing and self._is_written(thing, action):
            return Outcome(action=action, place=href, version=thing.version)
        return None

    def _with_body(self, action: Action, found: Standing) -> Action:
        """The action with the body and the version of what stands there, as long as it is what was decided upon."""
        thing, href = action.thing, self._href(action)
        if thing is None or href not in found:
            return action
        version, data = found[href]
        if version is None:  # some servers name it nowhere else
            version, data = self.calendar.get(href) or (None, data)
        now = self._thing(href, version, data)
        if version is None or now is None:
            return action
        if thing.version not in (None, version) or now.fields != thing.fields:
            # Without a body it is looked at again, and decided anew.
            return replace(action, thing=replace(thing, version=version, body="")) if action.wanted else action
        return replace(action, thing=replace(thing, version=version, body=data))

    def _one(self, pair: tuple[Action, Action]) -> Outcome:
        """What came of one action; the second of the pair is the same with all that is needed to carry it out."""
        given, action = pair
        outcome = self._try(action)
        return replace(outcome, action=given) if outcome.action is action else outcome

    def _try(self, action: Action) -> Outcome:
        try:
            outcome = self._write(action)
        except PreconditionFailedError:
            return self._after_conflict(action)
        except RefusedError as problem:
            self.contradicted = self.contradicted or isinstance(problem, WrongSortError)
            return Outcome(action=action, error=str(problem))
        except BusyError as problem:
            self.one_by_one, self._window = True, 1
            return Outcome(action=action, error=str(problem), again=True)
        except UnsureError as problem:
            self._unsure.add(action.uid)
            self._failed_in_a_row += 1
            if self._failed_in_a_row > MOST_UNSURE:
                raise OutputError(str(problem)) from None
            return Outcome(action=action, error=str(problem), again=True)
        self._failed_in_a_row = 0
        self._window = 1 if self.one_by_one else min(AT_ONCE, self._window + 1)
        return outcome

    def _write(self, action: Action) -> Outcome:
        thing, href = action.thing, self._href(action)
        entry = action.wanted.entry if action.wanted else None
        if action.verb == "create" and entry:
            return Outcome(action=action, place=href, version=self.calendar.put(href, self._data(action, entry), None))
        version = thing.version if thing else None
        if thing is None or version is None:
            return Outcome(action=action, error=NAMELESS)
        if entry is None:
            self.calendar.delete(href, version)
            return Outcome(action=action, place=href)
        if not thing.body:
            raise PreconditionFailedError(MEANWHILE)  # it is not what was decided upon
        data = self._data(action, entry)
        try:
            written = self.calendar.put(href, data, version)
        except PreconditionFailedError:
            if self.calendar.fetch([href]).found.get(href, ("",))[0] != version:
                raise
            written = self.calendar.put(href, data, version, weak=True)
        return Outcome(action=action, place=href, version=written)

    def _after_conflict(self, action: Action) -> Outcome:
        """Somebody was faster, or our own first try was stored and its answer lost: look, and never write blindly."""
        href = self._href(action)
        found = self.calendar.fetch([href]).found
        if href not in found:
            if action.verb == "create":
                return Outcome(action=action, error=ELSEWHERE)
            if action.verb == "delete":
                return Outcome(action=action, place=href)
            return Outcome(action=replace(action, verb="bury", why="you deleted it there, so it stays away"))
        thing = self._thing(href, *found[href])
        if thing and action.verb != "delete" and self._is_written(thing, action):
            return Outcome(action=action, place=href, version=thing.version)
        if action.verb == "create" and not (thing and thing.uid == action.uid and thing.mine is not False):
            return Outcome(action=action, error=f"{ELSEWHERE}, and is left alone", taken=True)
        return Outcome(action=action, error=MEANWHILE, stands=thing)

    def _named(self, outcomes: Iterable[Outcome]) -> Iterator[Outcome]:
        """The outcomes of writes whose version the server did not tell: read again, in one request, and compared."""
        by_href = {outcome.place: outcome for outcome in outcomes}
        if not by_href:
            return
        found = self.calendar.fetch(by_href).found
        for href, outcome in by_href.items():
            thing = self._thing(href, *found[href]) if href in found else None
            same = thing is not None and self._is_written(thing, outcome.action)
            # Where it is not what was written, somebody was there already, and the next sync looks.
            yield replace(outcome, version=thing.version if thing and same else None)

    def _is_written(self, thing: Thing, action: Action) -> bool:
        return thing.uid == action.uid and thing.mine is not False and dict(thing.fields) == dict(action.fields)

    def _data(self, action: Action, entry: Entry) -> str:
        identity = Identity(self.context.key, self.context.name, action.uid, action.generation)
        revision = Revision(action.sequence, action.changed_at)
        neutral = self.context.neutral
        if action.verb == "create" or action.thing is None:
            return calendar_object(entry, identity, revision, neutral=neutral)
        standing, wanted = action.thing.fields, action.fields
        changed = [name for name, value in wanted.items() if standing.get(name) != value]
        return patched(action.thing.body, entry, identity, revision, changed, action.theirs, neutral=neutral)

    def _href(self, action: Action) -> str:
        return action.thing.place if action.thing else self.calendar.href_of(f"{action.uid}.ics")

    def _thing(self, href: str, version: str | None, data: str) -> Thing | None:
        return thing_in(data, self.context.key, self.context.name, place=href, version=version)


def _lacks_something(action: Action) -> bool:
    """Whether what stands there has to be read (again) before this can be done: its body for a change, its version."""
    thing = action.thing
    if thing is None:
        return False
    return (action.verb == "update" and not thing.body) or thing.version is None
