"""Which turns rest although there is room: those let go, every second one of what comes more seldom, of quieter days.

Which ones is read off the blueprint, which knows no clock, so that the plans of two days agree.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping

from fondly.planner.board import Board, Place
from fondly.planner.claims import Offer
from fondly.planner.records import History
from fondly_hooks.chance import chance
from fondly_hooks.types.entries import Entry
from fondly_hooks.types.people import Relationship
from fondly_hooks.types.times import DayRange

LET_GO = "It was let go this time."
QUIETER = "These are quieter days, so every second thing rests."
RARER = "This practice comes more seldom for a while."


def rested(
    turns: Offer,
    blueprint: Board,
    adapted: Board,
    delivered: Mapping[str, Entry],
    relationship: Relationship,
    history: History,
    now: dt.datetime,
) -> dict[str, str]:
    """The ids of the turns that rest, with the reason. What was delivered and has begun does not, unless let go."""
    items = [item for family in turns.turns.values() for item in family]
    everything = {item.id for item in (*items, *turns.private)}
    found = dict.fromkeys(sorted(history.let_go & everything), LET_GO)
    quieter = relationship.rhythm.quieter
    if not history.rarer and not quieter:
        return found
    salt = relationship.id
    days = {id: place.day for id, place in adapted.places.items()}
    days |= {id: entry.first_day for id, entry in delivered.items() if id in everything}
    strays = {id: day for id, day in days.items() if id not in blueprint.places}
    places = sorted(blueprint.places.values(), key=lambda place: (place.start, place.item.id))
    asleep: dict[str, str] = {}
    for family, spans in history.rarer.items():
        own = [place for place in places if place.item.family == family]
        asleep |= dict.fromkeys(every_second(own, spans), RARER)
        asleep |= dict.fromkeys((id for id in _by_chance(strays, spans, salt) if _family(id) == family), RARER)
    asleep |= dict.fromkeys((id for id in every_second(places, quieter) if id not in asleep), QUIETER)
    private = {item.id for item in turns.private}
    asleep |= {id: QUIETER for id in _by_chance(strays, quieter, salt) if id not in asleep and id not in private}
    begun = {id for id, entry in delivered.items() if isinstance(entry.start, dt.datetime) and entry.start <= now}
    return found | {id: why for id, why in asleep.items() if id not in begun and id not in found}


def every_second(places: Iterable[Place], spans: Iterable[DayRange]) -> Iterator[str]:
    """Of the places on these days, in order, the first, the third, and so on."""
    for span in spans:
        yield from [place.item.id for place in places if place.day in span][::2]


def _by_chance(strays: Mapping[str, dt.date], spans: Iterable[DayRange], salt: str) -> Iterator[str]:
    """About half of what comes on these days and is not on the blueprint, which the calendars or a change overruled."""
    for id, day in strays.items():
        if any(day in span for span in spans) and chance(salt, id, "rest") % 2:
            yield id


def _family(id: str) -> str:
    """What the turn of that id is a turn of."""
    kind, _, rest = id.partition("/")
    return rest.partition("/")[0] if kind == "practice" else kind
