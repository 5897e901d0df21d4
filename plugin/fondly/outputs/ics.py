"""An .ics file as an output. What somebody else put into it keeps every byte."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from fondly_calendar.contentlines import write
from fondly_calendar.icsfile import Block, IcsFile, read_ics, write_ics
from fondly_calendar.identity import is_ref, ref_for
from fondly_calendar.patch import patched
from fondly_calendar.render import Identity, Revision, component, header, managed_fields, zones_of
from fondly_calendar.standing import thing_of
from fondly_hooks.errors import OutputError
from fondly_hooks.files import replace_atomically
from fondly_hooks.types.delivery import Action, Outcome, Remembered, Standing
from fondly_hooks.types.entries import Entry
from fondly_hooks.types.outputs import OutputContext

CALENDAR = "calendar"  # stands in the place of a UID in the mark of the file itself


class IcsOutput:
    """One file that fondly made. A file that is there already and is not fondly's is refused."""

    requests = 0
    ahead = None

    def __init__(self, path: Path, context: OutputContext) -> None:
        self.path, self.context = path, context
        self._text: str | None = None
        self._file: IcsFile | None = None

    def read(self, remembered: Mapping[str, Remembered], state: str | None) -> Standing:
        """What stands in the file, by UID."""
        self._text = self._read_text()
        if self._text is None:
            return Standing(absent=True)
        try:
            self._file = read_ics(self._text)
        except ValueError as problem:
            raise OutputError(f"{self.path} {problem}; move it away, and it is made anew") from None
        if not is_ref(self.context.key, [self.context.name], CALENDAR, self._file.head_value("X-REF")):
            raise OutputError(
                f"{self.path} was not made by this output of fondly, so it is left alone; choose another path"
            )
        groups: dict[str, list[Block]] = {}
        for block in self._file.blocks:
            if block.name in ("VEVENT", "VTODO") and block.uid:
                groups.setdefault(block.uid, []).append(block)
        return Standing(
            things=tuple(
                thing_of(
                    [block.component for block in blocks],
                    self.context.key,
                    self.context.name,
                    body="".join(block.raw for block in blocks),
                )
                for blocks in groups.values()
            )
        )

    def fields(self, wanted: Entry, uid: str) -> Mapping[str, str]:
        """The managed values of the entry's component."""
        return managed_fields(wanted)

    def apply(self, actions: Sequence[Action]) -> Iterator[Outcome]:
        """Write the whole file in one step, if anything in it changes."""
        head = self._head()
        standing_head = "".join(self._own_head())
        if standing_head != write(head[1:]) or any(a.verb in ("create", "update", "delete") for a in actions):
            if self._read_text() != self._text:
                raise OutputError(f"{self.path} was changed by somebody else meanwhile; the next sync goes on")
            try:
                self._replace(self._new_text(head, actions))
            except OSError as problem:
                raise OutputError(f"{self.path} cannot be written: {problem.strerror or problem}") from None
        for action in actions:
            yield Outcome(action=action)

    def state(self, outcomes: Sequence[Outcome]) -> str | None:
        """A file is read whole each time."""
        return None

    def close(self) -> None:
        """Nothing is held open."""

    def _replace(self, text: str) -> None:
        replace_atomically(self.path, text.encode())

    def _new_text(self, head: list[str], actions: Sequence[Action]) -> str:
        parts: list[str] = []
        shown: list[Entry] = []
        ours = set()
        for action in actions:
            if action.thing is not None:
                ours.add(action.thing.uid)
            if action.verb in ("create", "update") and action.wanted:
                identity = Identity(self.context.key, self.context.name, action.uid, action.generation)
                entry, revision = action.wanted.entry, Revision(action.sequence, action.changed_at)
                if action.thing is None:
                    parts.append(write(component(entry, identity, revision)))
                else:
                    standing = action.thing.fields
                    changed = [name for name, value in action.fields.items() if standing.get(name) != value]
                    parts.append(patched(action.thing.body, entry, identity, revision, changed, action.theirs))
                shown.append(entry)
            elif action.thing is not None and action.verb != "delete":
                parts.append(action.thing.body)
                if action.wanted:
                    shown.append(action.wanted.entry)
        keep = None
        if self._file:
            own_head = set(self._own_head())
            others = [b for b in self._file.blocks if b.name != "VTIMEZONE"]
            foreign = [b for b in others if b.uid not in ours or b.name not in ("VEVENT", "VTODO")]
            needed = bool(foreign) or self._edited(actions)
            made = {line.removeprefix("TZID:") for line in zones_of(shown) if line.startswith("TZID:")}
            zones = [b for b in self._file.blocks if b.name == "VTIMEZONE" and (needed or b.uid not in made)]
            keep = IcsFile(tuple(raw for raw in self._file.head if raw not in own_head), (*zones, *foreign))
        return write_ics(head, zones_of(shown), parts, keep)

    def _edited(self, actions: Sequence[Action]) -> bool:
        """Whether a component that may need a time zone of its own stays in the file."""
        return any(a.thing and (a.verb == "keep" or a.theirs or a.thing.touched or not a.wanted) for a in actions)

    def _head(self) -> list[str]:
        name, neutral = self.context.calendar_name, self.context.neutral
        mark = ref_for(self.context.key, self.context.name, CALENDAR, 0)
        return [*header(name, self.context.timezone, neutral=neutral), f"X-REF:{mark}"]

    def _own_head(self) -> list[str]:
        """The lines of the standing head that are ours, verbatim."""
        if self._file is None:
            return []
        names = {line.partition(":")[0].partition(";")[0] for line in self._head()[1:]}
        return [raw for raw in self._file.head if raw.partition(":")[0].partition(";")[0].upper() in names]

    def _read_text(self) -> str | None:
        try:
            text = self.path.read_bytes().decode("utf-8")
        except FileNotFoundError:
            return None
        except OSError as problem:
            raise OutputError(f"{self.path} cannot be read: {problem.strerror or problem}") from None
        except UnicodeDecodeError:
            raise OutputError(f"{self.path} is not UTF-8, so it is not fondly's; choose another path") from None
        return text or None
