"""What the page of a feed shows at one moment, from what is served."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache
from zoneinfo import ZoneInfo

from fondly.feeds.page import Stop, View
from fondly.feeds.reading import Item, read_items
from fondly.feeds.resting import ReaderRest, hides
from fondly.feeds.shelf import Served, Shelf

ACTIONS = ("pause", "resume", "leave")


def view_of(shelf: Shelf, served: Served, now: dt.datetime, *, published: bool = False) -> View:
    """The page at ``now``, on the clock of its reader, or of all where it has several. Who asked for a pause sees it at
    once. ``published``: nobody is there to answer a form."""
    relationship, spec, links = shelf.prepared.relationship, served.spec, served.links
    link = shelf.access.link(spec.name)
    zone = ZoneInfo(zone_of(shelf, served, now))
    items = _items(served.body, zone)
    paused = link.rest is not None and link.rest.lasts(now)
    if paused and link.rest is not None:
        rest = ReaderRest(spec.name, spec.seen_by, link.rest)
        items = tuple(item for item in items if not hides(rest, item.start, item.first_day, now.tzinfo))
    proofs = {action: shelf.access.proof(purpose(action, served)) for action in ACTIONS}
    until = link.rest.last if link.rest else None
    neutral = spec.titles != "full"
    return View(
        name=spec.name if neutral else " & ".join(person.name for person in relationship.people),
        readers=() if neutral else tuple(relationship.person(id).name for id in sorted(spec.seen_by)),
        links=links,
        items=items,
        today=now.astimezone(zone).date(),
        timezone=zone.key,
        language=relationship.language,
        neutral=neutral,
        alarms=spec.alarms,
        stop=None if published else Stop(proofs, paused, until, link.left),
        trouble=shelf.trouble and not published,
    )


@lru_cache(maxsize=16)
def _items(body: bytes, zone: ZoneInfo) -> tuple[Item, ...]:
    return read_items(body, zone)


def purpose(action: str, served: Served) -> str:
    """What a form's proof is for."""
    return f"{action}:{served.links.token}"


def zone_of(shelf: Shelf, served: Served, now: dt.datetime) -> str:
    """The name of the zone on whose clock the reader lives."""
    relationship, readers = shelf.prepared.relationship, served.spec.seen_by
    if len(readers) == 1:
        return relationship.person(next(iter(readers))).zone_on(now.date())
    return relationship.timezone


def last_day(shelf: Shelf, served: Served, now: dt.datetime, days: int) -> dt.date:
    """The last day of a pause of so many days that begins now, on the reader's clock."""
    return now.astimezone(ZoneInfo(zone_of(shelf, served, now))).date() + dt.timedelta(days=days)
