"""What a feed shows, read from its own bytes: so the page can show nothing that is not in the feed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import urlsplit

Group = Literal["practice", "date", "day", "other"]
DATE = "Date"  # the category of date nights


@dataclass(frozen=True, slots=True)
class Item:
    """One entry of a feed on its reader's clock: aware times, or days where ``all_day`` (``end`` is exclusive)."""

    title: str
    start: dt.datetime | dt.date
    end: dt.datetime | dt.date
    group: Group
    category: str = ""
    description: str = ""
    location: str = ""
    url: str = ""
    done: bool = False

    @property
    def all_day(self) -> bool:
        """Whether it has days instead of hours."""
        return not isinstance(self.start, dt.datetime)

    @property
    def first_day(self) -> dt.date:
        """The day on which it begins."""
        return self.start.date() if isinstance(self.start, dt.datetime) else self.start

    @property
    def last_day(self) -> dt.date:
        """The day on which it ends."""
        if isinstance(self.end, dt.datetime):
            return max(self.first_day, (self.end - dt.timedelta(seconds=1)).date())
        return max(self.first_day, self.end - dt.timedelta(days=1))


def read_items(feed: bytes, zone: dt.tzinfo) -> tuple[Item, ...]:
    """The entries in order, on the clock of that zone."""
    from icalendar import Calendar  # the page alone needs it

    calendar = Calendar.from_ical(feed)
    items = [_item(one, zone) for one in calendar.walk() if one.name in ("VEVENT", "VTODO")]
    return tuple(sorted(items, key=lambda item: (item.first_day, not item.all_day, _moment(item.start), item.title)))


def between(items: Iterable[Item], first: dt.date, end: dt.date) -> list[Item]:
    """Those that have a day from ``first`` to before ``end``."""
    return [item for item in items if item.first_day < end and item.last_day >= first]


def _item(component: Any, zone: dt.tzinfo) -> Item:
    start = _local(component.decoded("DTSTART"), zone)
    ending = component.get("DTEND") or component.get("DUE")
    end = _local(ending.dt, zone) if ending is not None else start
    categories = component.get("CATEGORIES")
    names = [str(name) for name in categories.cats] if categories is not None else []
    url = str(component.get("URL", ""))
    return Item(
        title=str(component.get("SUMMARY", "")),
        start=start,
        end=end,
        group=_group(names, all_day=not isinstance(start, dt.datetime)),
        category=", ".join(names),
        description=str(component.get("DESCRIPTION", "")).strip(),
        location=str(component.get("LOCATION", "")),
        url=url if urlsplit(url).scheme in ("http", "https") else "",
        done=str(component.get("STATUS", "")) == "COMPLETED",
    )


def _group(categories: list[str], *, all_day: bool) -> Group:
    if not categories:
        return "other"
    if DATE in categories:
        return "date"
    return "day" if all_day else "practice"


def _local(moment: dt.datetime | dt.date, zone: dt.tzinfo) -> dt.datetime | dt.date:
    return moment.astimezone(zone) if isinstance(moment, dt.datetime) else moment


def _moment(start: dt.datetime | dt.date) -> float:
    return start.timestamp() if isinstance(start, dt.datetime) else 0.0
