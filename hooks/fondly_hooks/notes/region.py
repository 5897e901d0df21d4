"""A managed region in somebody's text file: found, checked, replaced; every byte outside stays (facts/notes)."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

_BOX = re.compile(r"^(\s*[-*+] )\[[ xX]\] ")
_DONE_DATE = re.compile(r"\s*✅ \d{4}-\d{2}-\d{2}\s*$")
_FENCE = re.compile(r"^ {0,3}(`{3,}(?=[^`]*$)|~{3,})")  # ```code``` in one line opens nothing


class RegionError(ValueError):
    """The file cannot be written safely; the text says why and what would be right."""


@dataclass(frozen=True, slots=True)
class Region:
    """A file's text around the region, and the lines inside it. ``body`` is ``None`` where there is no region yet.

    ``intact`` tells whether nobody changed more than ticks inside it. ``after`` begins with the end, if there is one,
    of the last marker's line. ``newline`` is what the file's lines end with.
    """

    before: str
    body: tuple[str, ...] | None
    after: str
    intact: bool
    newline: str


def find_region(text: str, id: str) -> Region:
    """The region of that id; raises `RegionError` where its markers are not exactly one ordered pair."""
    newline = "\r\n" if "\r\n" in text else "\n"
    mark = "\ufeff" if text.startswith("\ufeff") else ""
    lines = re.findall(r"[^\n]*\n|[^\n]+", text.removeprefix(mark))
    begins, ends = [], []
    for number, line in _outside_fences(lines):
        if match := re.fullmatch(rf"<!-- fondly:begin id={re.escape(id)} sum=([0-9a-f]+) -->", line.strip()):
            begins.append((number, match[1]))
        elif line.strip() == f"<!-- fondly:end id={id} -->":
            ends.append(number)
    if not begins and not ends:
        return Region(text, None, "", True, newline)
    if len(begins) != 1 or len(ends) != 1 or ends[0] < begins[0][0]:
        raise RegionError(
            f"needs exactly one 'fondly:begin id={id}' and, below it, one 'fondly:end id={id}'; "
            f"it has {len(begins)} and {len(ends)}. Mend or remove them"
        )
    (begin, sum_), end = begins[0], ends[0]
    body = tuple(line.rstrip("\r\n") for line in lines[begin + 1 : end])
    ending = lines[end][len(lines[end].rstrip("\r\n")) :]
    after = ending + "".join(lines[end + 1 :])
    return Region(mark + "".join(lines[:begin]), body, after, checksum(body) == sum_, newline)


def with_region(region: Region, id: str, body: list[str]) -> str:
    """The whole text with that body in its region, which is appended where there was none."""
    block = [f"<!-- fondly:begin id={id} sum={checksum(body)} -->", *body, f"<!-- fondly:end id={id} -->"]
    before = region.before
    if region.body is None and before:
        before += "" if before.endswith("\n") else region.newline
        before += region.newline
    return f"{before}{region.newline.join(block)}{region.after if region.body is not None else region.newline}"


def checksum(body: tuple[str, ...] | list[str]) -> str:
    """The sum of a body, the same whatever is ticked."""
    lines = [_BOX.sub(r"\1[ ] ", _DONE_DATE.sub("", line)).rstrip() for line in body]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:12]


def _outside_fences(lines: list[str]) -> list[tuple[int, str]]:
    """The lines, numbered, that are neither in the frontmatter nor inside a fenced block of code."""
    found: list[tuple[int, str]] = []
    fence, body = "", 0
    if lines and lines[0].rstrip() == "---":  # frontmatter, if it has an end; else a line across the page
        body = next((n for n, line in enumerate(lines[1:], start=2) if line.rstrip() in ("---", "...")), 0)
    for number, line in enumerate(lines[body:], start=body):
        mark = _FENCE.match(line)
        if fence:
            if mark and mark[1].startswith(fence) and not line.strip().strip(fence[0]):
                fence = ""
        elif mark:
            fence = mark[1]
        else:
            found.append((number, line))
    return found
