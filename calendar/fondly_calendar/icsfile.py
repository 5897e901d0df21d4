"""A file of many components, split so that what is not fondly's keeps every byte."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from fondly_calendar.contentlines import Component, parse, unfold, write


@dataclass(frozen=True, slots=True)
class Block:
    """One component of the file: its name, UID (or TZID), its text verbatim, and the component that it holds."""

    name: str
    uid: str
    raw: str
    component: Component


@dataclass(frozen=True, slots=True)
class IcsFile:
    """The calendar's own lines, verbatim and one by one, and its components, in order."""

    head: tuple[str, ...]
    blocks: tuple[Block, ...]

    def head_value(self, name: str) -> str:
        """The value of the calendar's own line of that name, or nothing."""
        for raw in self.head:
            for line in unfold(raw):
                start, colon, value = line.partition(":")
                if colon and start.upper() == name:
                    return value
        return ""


def read_ics(text: str) -> IcsFile:
    """Split the text; raises ``ValueError`` where it is not one whole VCALENDAR."""
    head: list[str] = []
    blocks: list[Block] = []
    current: list[str] = []
    depth = 0
    for raw in _raw_lines(text.removeprefix("\ufeff")):
        word = raw.strip().upper()
        if depth == 0:
            if word == "BEGIN:VCALENDAR" and not head and not blocks:
                depth = 1
            elif word:
                raise ValueError("is no single calendar (one BEGIN:VCALENDAR to END:VCALENDAR)")
        elif depth == 1 and word.startswith("BEGIN:"):
            depth, current = 2, [raw]
        elif depth == 1 and word == "END:VCALENDAR":
            depth = 0
        elif depth == 1:
            head.append(raw)
        else:
            current.append(raw)
            depth += word.startswith("BEGIN:") - word.startswith("END:")
            if depth == 1:
                blocks.append(_block("".join(current)))
    if depth or not (head or blocks):
        raise ValueError("is no whole calendar: it ends before END:VCALENDAR")
    return IcsFile(tuple(head), tuple(blocks))


def write_ics(head: Iterable[str], zones: Iterable[str], parts: Iterable[str], keep: IcsFile | None = None) -> str:
    """The whole file: our lines and components, then, verbatim, what stood in ``keep`` and is not ours.

    ``keep`` holds nothing but what is to be kept. A time zone that stands there is not written twice.
    """
    kept = keep.blocks if keep else ()
    standing = {block.uid for block in kept if block.name == "VTIMEZONE"}
    pieces = [write(head), *(keep.head if keep else ())]
    pieces += [block.raw for block in kept if block.name == "VTIMEZONE"]
    pieces += [write(zone) for zone in _zones(zones) if zone[1].removeprefix("TZID:") not in standing]
    pieces += parts
    pieces += [block.raw for block in kept if block.name != "VTIMEZONE"]
    pieces.append("END:VCALENDAR\r\n")
    return "".join(pieces)


def _zones(lines: Iterable[str]) -> list[list[str]]:
    zones: list[list[str]] = []
    for line in lines:
        if line == "BEGIN:VTIMEZONE":
            zones.append([])
        zones[-1].append(line)
    return zones


def _raw_lines(text: str) -> list[str]:
    """Logical lines with all their physical bytes."""
    lines: list[str] = []
    for physical in re.findall(r"[^\n]*\n|[^\n]+", text):
        if physical[:1] in (" ", "\t") and lines:
            lines[-1] += physical
        else:
            lines.append(physical)
    return lines


def _block(raw: str) -> Block:
    inner = parse(f"BEGIN:VCALENDAR\r\n{raw}\r\nEND:VCALENDAR").inner
    if not inner:
        raise ValueError("holds a component that cannot be read")
    component = inner[0]
    name = component.name
    uid = component.get("TZID" if name == "VTIMEZONE" else "UID")
    return Block(name, uid.value.strip() if uid else "", raw, component)
