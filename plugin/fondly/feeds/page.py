"""The page of a feed: what is coming, how to bring it into a calendar, and how to stop it. Pure, but for its template.

It works without scripts and asks nobody else for anything: the style and the picture of its address stand in it.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any

from fondly.feeds.links import Links
from fondly.feeds.reading import Item, between
from fondly_hooks.words import MONTHS

AHEAD = 28  # days that the page shows, from today on
WEEKDAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
LENGTHS = ((3, "3 days"), (7, "a week"), (14, "two weeks"), (30, "a month"), (91, "three months"))
TROUBLE = "Something about this calendar is being changed right now, so this may not be the newest."


@dataclass(frozen=True, slots=True)
class Stop:
    """How the reader stops it: the proofs that its forms carry, by action, and what holds now.

    ``paused`` with ``until`` (its last day, or until further notice), or ``left``.
    """

    proofs: dict[str, str]
    paused: bool = False
    until: dt.date | None = None
    left: bool = False


@dataclass(frozen=True, slots=True)
class View:
    """All that a page shows. ``stop`` is ``None`` where nobody is there to answer a form: on a published copy."""

    name: str
    readers: tuple[str, ...]
    links: Links
    items: Sequence[Item]
    today: dt.date
    timezone: str
    language: str = "en"
    neutral: bool = False
    alarms: bool = False
    stop: Stop | None = None
    trouble: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """One day of the month: whether it is among the days that are shown, today, the first that is ``named`` with its
    month, and what is on it."""

    day: dt.date
    shown: bool
    today: bool
    named: bool
    found: Sequence[Item]


def render(view: View) -> str:
    """The page as HTML."""
    first, end = view.today, view.today + dt.timedelta(days=AHEAD)
    items = [] if view.stop and view.stop.left else between(view.items, first, end)
    days = [first + dt.timedelta(days=step) for step in range(AHEAD)]
    by_day = {day: [item for item in items if max(item.first_day, first) == day] for day in days}
    html: str = _template("page.html").render(
        view=view,
        days=[(day, found) for day, found in by_day.items() if found],
        weeks=_weeks(items, first, end),
        weekdays=WEEKDAYS,
        lengths=LENGTHS,
        trouble=TROUBLE,
        qr=_picture(view.links.page),
        groups=[(group, word) for group, word in GROUPS if any(item.group == group for item in items)],
    )
    return html


GROUPS = (
    ("practice", "Small things"),
    ("date", "Time for each other"),
    ("day", "Days to remember"),
    ("other", "Other things"),
)


def render_invitation(action: str, proof: str) -> str:
    """What an invitation shows before it is opened, to a person as well as to the preview of a chat: nothing."""
    html: str = _template("invitation.html").render(action=action, proof=proof)
    return html


def render_words(title: str, text: str) -> str:
    """A page with a few words on it."""
    html: str = _template("words.html").render(title=title, text=text)
    return html


@lru_cache(maxsize=1)
def style() -> str:
    """The style of all pages."""
    return resources.files("fondly.feeds").joinpath("templates", "style.css").read_text(encoding="utf-8")


@lru_cache(maxsize=1)
def style_source() -> str:
    """What a Content-Security-Policy names that style by."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(style().encode()).digest()).decode()}'"


def long_day(day: dt.date) -> str:
    """``Thursday 3 December``."""
    return f"{WEEKDAYS[day.weekday()]} {day.day} {day:%B}"


def short_day(day: dt.date) -> str:
    """``3 Dec``."""
    return f"{day.day} {MONTHS[day.month - 1]}"


def hours(item: Item) -> str:
    """``18:30 to 21:00``, or its days."""
    if isinstance(item.start, dt.datetime) and isinstance(item.end, dt.datetime):
        if item.end <= item.start:
            return f"{item.start:%H:%M}"
        other = f" on {short_day(item.end.date())}" if item.end.date() != item.first_day else ""
        return f"{item.start:%H:%M} to {item.end:%H:%M}{other}"
    return "all day" if item.last_day == item.first_day else f"until {short_day(item.last_day)}"


def town(timezone: str) -> str:
    """``New York`` for ``America/New_York``."""
    return timezone.rpartition("/")[2].replace("_", " ")


def month(day: dt.date) -> str:
    """``Dec``."""
    return MONTHS[day.month - 1]


def _weeks(items: Sequence[Item], first: dt.date, end: dt.date) -> list[list[Cell]]:
    """Whole weeks from Monday to Sunday around the days that are shown."""
    monday = first - dt.timedelta(days=first.weekday())
    count = -(-(end - monday).days // 7)
    cells = []
    for step in range(7 * count):
        day = monday + dt.timedelta(days=step)
        shown = first <= day < end
        found = [item for item in items if item.first_day <= day <= item.last_day] if shown else []
        cells.append(Cell(day, shown, day == first, step == 0 or day.day == 1, found))
    return [cells[start : start + 7] for start in range(0, len(cells), 7)]


def _picture(address: str) -> str:
    """The address as a QR code, in SVG that follows the page's colours."""
    import segno

    code = segno.make(address, error="m", micro=False)
    picture: str = code.svg_inline(
        scale=4, border=4, dark="#000", light="#fff", title="QR code: this page", omitsize=True
    )
    return picture


@lru_cache(maxsize=8)
def _template(name: str) -> Any:
    import jinja2

    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("fondly.feeds"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"long_day": long_day, "short_day": short_day, "hours": hours, "town": town, "month": month}
    environment.globals["style"] = style()
    return environment.get_template(name)
