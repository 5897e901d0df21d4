"""Content lines as RFC 5545 §3.1 has them: written to the letter, read with patience."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

LIMIT = 75  # octets in a line, without its end (RFC 5545 §3.1)
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_ITEM = re.compile(r"(?:[^\\,]|\\.?)+", re.DOTALL)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_LINE = re.compile(
    r"([A-Za-z0-9-]+)((?:;[A-Za-z0-9-]+=(?:\"[^\"]*\"|[^\";:,]*)(?:,(?:\"[^\"]*\"|[^\";:,]*))*)*):(.*)", re.DOTALL
)
_PARAM = re.compile(r";([A-Za-z0-9-]+)=((?:\"[^\"]*\"|[^\";:])*)")


def clean_text(text: str) -> str:
    """The text without the control characters that RFC 5545 forbids, its line ends as line feeds."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return _CONTROLS.sub("", text).encode("utf-8", "replace").decode("utf-8")


def escape(text: str) -> str:
    """A TEXT value (§3.3.11)."""
    text = clean_text(text).replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return text.replace("\n", "\\n")


def unescape(value: str) -> str:
    """What a TEXT value says."""
    return _ESCAPED.sub(lambda match: "\n" if match[1] in "nN" else match[1], value)


def split_list(value: str) -> list[str]:
    """The items of a list of TEXT values, unescaped."""
    return [unescape(item) for item in _ITEM.findall(value)]


def fold(line: str) -> str:
    """One content line with its folds and its end. No character is torn apart."""
    raw = line.encode()
    if len(raw) <= LIMIT:
        return line + "\r\n"
    parts: list[str] = []
    start, room = 0, LIMIT
    while start < len(raw):
        end = min(start + room, len(raw))
        while end < len(raw) and raw[end] & 0xC0 == 0x80:  # inside a character of UTF-8
            end -= 1
        parts.append(raw[start:end].decode())
        start, room = end, LIMIT - 1  # the space that follows a fold counts
    return "\r\n ".join(parts) + "\r\n"


def write(lines: Iterable[str]) -> str:
    """Content lines, folded, each with its CRLF."""
    return "".join(fold(line) for line in lines)


@dataclass(slots=True)
class Line:
    """One content line, its name and the names of its parameters in capitals, its value as it stands."""

    name: str
    params: dict[str, str]
    value: str


@dataclass(slots=True)
class Component:
    """A component with its lines and what stands inside it, in order."""

    name: str
    lines: list[Line] = field(default_factory=list)
    inner: list[Component] = field(default_factory=list)

    def get(self, name: str) -> Line | None:
        """The first line of that name."""
        return next((line for line in self.lines if line.name == name), None)

    def text(self, name: str) -> str:
        """The TEXT value of the first line of that name, or nothing."""
        line = self.get(name)
        return unescape(line.value) if line else ""


def unfold(text: str) -> Iterator[str]:
    """The logical lines of a text, whose physical ones may end in CRLF or a bare line feed."""
    current = ""
    for line in text.removeprefix("\ufeff").split("\n"):
        physical = line.removesuffix("\r")
        if physical[:1] in (" ", "\t"):
            current += physical[1:]
            continue
        if current:
            yield current
        current = physical
    if current:
        yield current


def parse(text: str) -> Component:
    """The one VCALENDAR in the text; raises ``ValueError`` where there is none.

    A line that is no content line is passed over: one bad line of somebody else's is no reason to lose the rest.
    """
    root = Component("")
    stack = [root]
    for logical in unfold(text):
        match = _LINE.fullmatch(logical)
        if not match:
            continue
        name, value = match[1].upper(), match[3]
        if name == "BEGIN":
            inner = Component(value.strip().upper())
            stack[-1].inner.append(inner)
            stack.append(inner)
        elif name == "END":
            if len(stack) > 1:
                stack.pop()
        else:
            params = {key.upper(): text.strip('"') for key, text in _PARAM.findall(match[2])}
            stack[-1].lines.append(Line(name, params, value))
    calendar = next((inner for inner in root.inner if inner.name == "VCALENDAR"), None)
    if calendar is None:
        raise ValueError("holds no VCALENDAR")
    return calendar
