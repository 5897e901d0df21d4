"""The plan as people read it, on a terminal or in a pipe."""

from __future__ import annotations

import datetime as dt
import io
import re
import sys
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import IO
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from fondly_hooks.types.entries import Entry, LeftOut
from fondly_hooks.types.people import Person, Relationship
from fondly_hooks.words import DAYS, MONTHS

NARROW = 60  # columns: a terminal with fewer gets what belongs together below each other
COLORS = {"date": "magenta", "anniversary": "yellow", "preparation": "magenta", "custom": "cyan"}


class _Trimmed(io.StringIO):
    """A stream without the blanks that rich fills its lines up with; nobody wants them in a file or a pipe."""

    def __init__(self, stream: IO[str]) -> None:
        super().__init__()
        self.stream = stream

    def write(self, text: str) -> int:
        """Write it, each line's end trimmed."""
        return self.stream.write(re.sub(r" +(?=\n)", "", text))

    def flush(self) -> None:
        """Pass it on."""
        self.stream.flush()


class _Console(Console):
    """A console that leaves it to the command line to end quietly when its reader has seen enough."""

    def on_broken_pipe(self) -> None:
        """Let the error through; rich would end the program with 1."""
        raise BrokenPipeError


def people_console(*, stderr: bool = False) -> Console:
    """Where people's text goes: in colour on a terminal (NO_COLOR is honoured), without trailing blanks elsewhere."""
    stream = sys.stderr if stderr else sys.stdout
    if stream.isatty():
        return _Console(highlight=False, file=stream)
    return _Console(highlight=False, file=_Trimmed(stream), width=100)


def print_agenda(
    entries: Sequence[Entry],
    left_out: Iterable[LeftOut],
    relationship: Relationship,
    viewer: str,
    now: dt.datetime,
    *,
    why: bool = False,
    ids: bool = False,
    console: Console | None = None,
) -> None:
    """Print the entries week by week, on the viewer's clock, with their reasons where ``why``, and their ``ids``."""
    out = console or people_console()
    if not entries:
        out.print("Nothing is planned in these days.")
    week: tuple[int, int] | None = None
    narrow = out.width < NARROW
    table = _table(narrow)
    for entry in (_on_clock_of(relationship.person(viewer), entry) for entry in entries):
        current = entry.first_day.isocalendar()[:2]
        if current != week:
            _flush(out, table)
            table = _table(narrow)
            out.print(Text(_week_name(entry.first_day, now.date()), style="bold"))
            week = current
        notes = (*([entry.id] if ids else ()), *(entry.why if why else ()))
        _row(table, entry, relationship, viewer, notes)
    _flush(out, table)
    omitted = list(left_out)
    if omitted:
        out.print(Text("\nLeft out", style="bold"))
        for item in omitted:
            out.print(Padding(Text.assemble((item.id, "cyan"), ": ", item.why), (0, 0, 0, 2)))


def _on_clock_of(person: Person, entry: Entry) -> Entry:
    if isinstance(entry.start, dt.datetime) and isinstance(entry.end, dt.datetime):
        zone = ZoneInfo(person.zone_on(entry.first_day))
        return replace(entry, start=entry.start.astimezone(zone), end=entry.end.astimezone(zone))
    return entry


def _table(narrow: bool) -> Table:
    table = Table.grid(padding=(0, 2, 0, 0), expand=True)
    if narrow:
        table.add_column(ratio=1)
        return table
    table.add_column(min_width=12, no_wrap=True)
    table.add_column(min_width=11, no_wrap=True)
    table.add_column(ratio=1)
    table.add_column(no_wrap=True, justify="right")
    return table


def _flush(out: Console, table: Table) -> None:
    if table.row_count:
        out.print(Padding(table, (0, 0, 1, 2)))


def _row(table: Table, entry: Entry, relationship: Relationship, viewer: str, notes: Iterable[str]) -> None:
    day = entry.first_day
    hours = "all day"
    if isinstance(entry.start, dt.datetime) and isinstance(entry.end, dt.datetime):
        hours = f"{entry.start:%H:%M}-{entry.end:%H:%M}"
    title = Text(entry.title, style=COLORS.get(entry.kind, "default"))
    for note in notes:
        title.append(f"\n{note}", style="dim default")
    date, who = f"{DAYS[day.weekday()]} {day.day} {MONTHS[day.month - 1]}", _who(entry, relationship, viewer)
    if len(table.columns) == 1:
        table.add_row(Text.assemble(f"{date}  {hours}  ", (who, "dim"), "\n", title))
    else:
        table.add_row(date, hours, title, Text(who, style="dim"))


def _who(entry: Entry, relationship: Relationship, viewer: str) -> str:
    if len(entry.people) > 1 and set(relationship.taking_part) <= set(entry.people):
        return "together"
    names = ["you" if id == viewer else relationship.person(id).name for id in entry.people]
    return ", ".join(names)


def _week_name(day: dt.date, today: dt.date) -> str:
    monday = day - dt.timedelta(days=day.weekday())
    distance = (monday - (today - dt.timedelta(days=today.weekday()))).days // 7
    named = {0: "This week", 1: "Next week"}
    return named.get(distance, f"Week of {monday.day} {MONTHS[monday.month - 1]} {monday.year}")
