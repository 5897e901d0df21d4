"""A list of what comes, in a Markdown file: Obsidian, Zettlr, SilverBullet, Nextcloud Notes, any editor."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from fondly_hooks.errors import OutputError
from fondly_hooks.files import replace_atomically
from fondly_hooks.notes.region import Region, RegionError, find_region, with_region
from fondly_hooks.types.entries import Entry
from fondly_hooks.types.outputs import Action, Outcome, OutputContext, Remembered, Standing, Thing

DAYS = "Mon Tue Wed Thu Fri Sat Sun".split()  # not strftime: it speaks the machine's language
MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
_SPECIAL = re.compile(r"([\\`*_\[\]<>|#~])")
_TICK = re.compile(r"- \[([ xX])\] (.*)")
_EMPTY = "Nothing planned."


class MarkdownOutput:
    """One managed region. A ticked box is a completion; any other edit inside is kept, and nothing is written."""

    requests = 0

    def __init__(self, path: Path, days: int, context: OutputContext) -> None:
        self.path, self.ahead, self.context = path, days, context
        self._text: str | None = None
        self._region = Region("", None, "", True, "\n")

    def read(self, remembered: Mapping[str, Remembered], state: str | None) -> Standing:
        """The lines that stand in the region and are known, ticked or not."""
        self._text = self._read_text()
        rows = {row.fields["line"]: row for row in remembered.values() if "line" in row.fields and not row.gone}
        notes = tuple(
            f"{copy.name} stands beside it: a sync program could not decide between two versions; merge them by hand"
            for copy in sorted(self.path.parent.glob(f"{self.path.stem}.sync-conflict-*"))
        )
        if self._text is None:
            return Standing(absent=True, notes=notes)
        try:
            self._region = find_region(self._text, self.context.name)
        except RegionError as problem:
            return Standing(locked=f"{self.path} {problem}", notes=notes)
        if self._region.body is None:
            if rows:
                gone = f"the lines 'fondly:begin id={self.context.name}' and 'fondly:end' are gone from {self.path}"
                return Standing(locked=f"{gone}; put them back, or remove the output from the config", notes=notes)
            return Standing(absent=True, notes=notes)
        if not self._region.intact:
            locked = f"somebody edited the text between the markers in {self.path}, so it stays as it is"
            return Standing(locked=f"{locked}. Move that text outside, delete both markers and sync again", notes=notes)
        things = []
        for text, ticked in self._items(self._region.body):
            if row := rows.get(text):
                things.append(Thing(uid=row.uid, fields={"line": text}, mine=True, edited=False, done=ticked))
        return Standing(things=tuple(things), notes=notes)

    def fields(self, wanted: Entry, uid: str) -> Mapping[str, str]:
        """The entry's line, without its box."""
        return {"line": _line(wanted)}

    def apply(self, actions: Sequence[Action]) -> Iterator[Outcome]:
        """Write the region in one step, if anything in it changes. Ticks stay."""
        shown = [action for action in actions if action.wanted and action.verb not in ("delete", "bury")]
        ticked = {text for text, is_ticked in self._items(self._region.body or ()) if is_ticked}
        body: list[str] = []
        for action in shown:
            if action.wanted:
                body += _lines(action.wanted.entry, ticked)
        text = with_region(self._region, self.context.name, ["", *(body or [_EMPTY]), ""])
        if text != self._text:
            if self._read_text() != self._text:
                raise OutputError(f"{self.path} was changed by somebody else meanwhile; the next sync goes on")
            try:
                replace_atomically(self.path, text.encode())
            except OSError as problem:
                raise OutputError(f"{self.path} cannot be written: {problem.strerror or problem}") from None
        for action in actions:
            yield Outcome(action=action)

    def state(self, outcomes: Sequence[Outcome]) -> str | None:
        """A file is read whole each time."""
        return None

    def close(self) -> None:
        """Nothing is held open."""

    def _items(self, body: Sequence[str]) -> list[tuple[str, bool]]:
        found = []
        for line in body:
            if match := _TICK.fullmatch(re.sub(r"\s*✅ \d{4}-\d{2}-\d{2}\s*$", "", line)):
                found.append((match[2].rstrip(), match[1] != " "))
            elif line.startswith("- "):
                found.append((line[2:].rstrip(), False))
        return found

    def _read_text(self) -> str | None:
        try:
            return self.path.read_bytes().decode("utf-8")
        except FileNotFoundError:
            return None
        except OSError as problem:
            raise OutputError(f"{self.path} cannot be read: {problem.strerror or problem}") from None
        except UnicodeDecodeError:
            raise OutputError(f"{self.path} is not UTF-8; save it as UTF-8, then sync again") from None


def _lines(entry: Entry, ticked: set[str]) -> list[str]:
    text = _line(entry)
    box = f"[{'x' if text in ticked else ' '}] " if entry.kind == "practice" else ""
    lines = [f"- {box}{text}"]
    paragraphs = [" ".join(part.split()) for part in (entry.description or "").split("\n\n") if part.strip()]
    mark = "- " if len(paragraphs) > 1 else ""
    return lines + [f"  {mark}{_escape(part)}" for part in paragraphs]


def _line(entry: Entry) -> str:
    day = entry.first_day
    when = f"{DAYS[day.weekday()]} {day.day} {MONTHS[day.month - 1]}"
    if isinstance(entry.start, dt.datetime):
        when += f", {entry.start:%H:%M}"
    return f"{when}: {_escape(' '.join(entry.title.split()))}"


def _escape(text: str) -> str:
    """Text that Markdown shows as it is; nothing in it can begin a comment, a link or a marker."""
    return _SPECIAL.sub(r"\\\1", text)
