"""A list of what comes, in a Markdown file: Obsidian, Zettlr, SilverBullet, Nextcloud Notes, any editor."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from glob import escape
from pathlib import Path

from fondly_hooks.errors import OutputError
from fondly_hooks.files import replace_atomically
from fondly_hooks.notes.region import Region, RegionError, find_region, with_region
from fondly_hooks.types.delivery import Action, Outcome, Remembered, Standing, Thing
from fondly_hooks.types.entries import Entry
from fondly_hooks.types.outputs import OutputContext
from fondly_hooks.words import DAYS, MONTHS

_SPECIAL = re.compile(r"()([\\`*_\[\]<>|#~]|&(?=#?[0-9A-Za-z]+;))")
_BLOCK = re.compile(r"^(\d{1,9}(?=[.)](?:\s|$))|(?=[-+=]))(.)")  # what begins a list, or makes the line above a heading
_BACKSLASH = r"\1\\\2"
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1b\x7f]")
_DONE_DATE = re.compile(r"\s*✅ \d{4}-\d{2}-\d{2}\s*$")
_TICK = re.compile(r"- \[([ xX])\] (.*)")
_EMPTY = "Nothing planned."

AT_WORK = 3  # seconds after a person's save in which nothing is written


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
        rows = [row for row in remembered.values() if not row.gone]
        notes = tuple(
            f"{copy.name} stands beside it: a sync program could not decide between two versions; merge them by hand"
            for copy in sorted(self.path.parent.glob(f"{escape(self.path.stem)}.sync-conflict-*"))
        )
        if self._text is None:
            return Standing(absent=True, notes=notes)
        try:
            self._region = find_region(self._text, self.context.name)
        except RegionError as problem:
            return Standing(locked=f"{self.path} {problem}", notes=notes)
        if self._region.body is None:
            if any("line" in row.fields for row in rows):
                gone = f"the lines 'fondly:begin id={self.context.name}' and 'fondly:end' are gone from {self.path}"
                return Standing(locked=f"{gone}; put them back, or remove the output from the config", notes=notes)
            return Standing(absent=True, notes=notes)
        if _sum(self._text) != state and self._was_saved_just_now():
            return Standing(locked=f"{self.path} was saved a moment ago; the next sync writes it", notes=notes)
        if not self._region.body:  # the way out of the lock below
            return Standing(absent=True, notes=notes)
        if not self._region.intact:
            locked = f"somebody edited the text between the markers in {self.path}, so it stays as it is"
            remedy = "Move your text outside, leave nothing between the markers, no empty line either, and sync again"
            return Standing(locked=f"{locked}. {remedy}", notes=notes)
        things = []
        for text, ticked, raw in _items(self._region.body):
            known = ((row, line) for row in rows for line in _lines_of(row) if _bare(line) == text)
            row, line = next(known, (None, ""))
            if row is not None:
                rows.remove(row)  # two entries may read alike
                things.append(Thing(uid=row.uid, fields={"line": line}, mine=True, edited=False, done=ticked, body=raw))
        # Where nobody edited anything, nobody took a single line away.
        return Standing(things=tuple(things), absent=True, notes=notes)

    def fields(self, wanted: Entry, uid: str) -> Mapping[str, str]:
        """The entry's line, without its box."""
        return {"line": _line(wanted)}

    def apply(self, actions: Sequence[Action]) -> Iterator[Outcome]:
        """Write the region in one step, if anything in it changes. Ticks stay."""
        shown = [action for action in actions if action.wanted and action.verb not in ("delete", "bury")]
        ticked = {text: raw for text, is_ticked, raw in _items(self._region.body or ()) if is_ticked}
        body: list[str] = []
        for action in shown:
            if action.wanted:
                entry, thing = action.wanted.entry, action.thing
                done = ticked.get(_bare(_line(entry))) if thing is None else thing.body if thing.done else None
                body += _lines(entry, done)
        text = with_region(self._region, self.context.name, ["", *(body or [_EMPTY]), ""])
        if text != self._text:
            if self._read_text() != self._text:
                raise OutputError(f"{self.path} was changed by somebody else meanwhile; the next sync goes on")
            try:
                replace_atomically(self.path, text.encode())
            except OSError as problem:
                raise OutputError(f"{self.path} cannot be written: {problem.strerror or problem}") from None
            self._text = text
        for action in actions:
            yield Outcome(action=action)

    def state(self, outcomes: Sequence[Outcome]) -> str | None:
        """The sum of the file as it stands, by which the next run knows whether a person wrote it since."""
        return None if self._text is None else _sum(self._text)

    def close(self) -> None:
        """Nothing is held open."""

    def _was_saved_just_now(self) -> bool:
        """Whether somebody may be at work in it: an editor whose file changes while it is open asks, or clobbers."""
        return abs(self.context.now.timestamp() - self.path.stat().st_mtime) < AT_WORK

    def _read_text(self) -> str | None:
        try:
            return self.path.read_bytes().decode("utf-8")
        except FileNotFoundError:
            return None
        except OSError as problem:
            raise OutputError(f"{self.path} cannot be read: {problem.strerror or problem}") from None
        except UnicodeDecodeError:
            raise OutputError(f"{self.path} is not UTF-8; save it as UTF-8, then sync again") from None


def _lines_of(row: Remembered) -> list[str]:
    """The lines by which it may stand there: the last one, and the one that was being written when a run was ended."""
    return [fields["line"] for fields in (row.fields, row.pending_fields) if "line" in fields]


def _items(body: Sequence[str]) -> list[tuple[str, bool, str]]:
    """The entries' lines: bare, whether ticked, and verbatim."""
    found = []
    for line in body:
        if match := _TICK.fullmatch(line):
            found.append((_bare(match[2]), match[1] != " ", line))
        elif line.startswith("- "):
            found.append((_bare(line[2:]), False, line))
    return found


def _bare(line: str) -> str:
    """A line without the done date that some editors add to a ticked one."""
    return _DONE_DATE.sub("", line).rstrip()


def _lines(entry: Entry, done: str | None) -> list[str]:
    """The entry's lines; one that is ``done`` stays as it was, the date that an editor added to its tick included."""
    box = "[ ] " if entry.kind == "practice" else ""
    paragraphs = [text for part in (entry.description or "").split("\n\n") if (text := _plain(part))]
    mark = "- " if len(paragraphs) > 1 else ""
    texts = [f"  {mark}{_BLOCK.sub(_BACKSLASH, _escape(text))}" for text in paragraphs]
    return [done or f"- {box}{_line(entry)}", *texts]


def _line(entry: Entry) -> str:
    day = entry.first_day
    when = f"{DAYS[day.weekday()]} {day.day} {MONTHS[day.month - 1]}"
    if isinstance(entry.start, dt.datetime):
        when += f", {entry.start:%H:%M}"
    return f"{when}: {_escape(_plain(entry.title))}".rstrip()


def _plain(text: str) -> str:
    """The text in one line, without characters that no note should hold."""
    return " ".join(_CONTROLS.sub("", text).encode("utf-8", "replace").decode().split())


def _escape(text: str) -> str:
    """Text that Markdown shows as it is; nothing in it can begin a comment, a link or a marker."""
    return _SPECIAL.sub(_BACKSLASH, text)


def _sum(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]
