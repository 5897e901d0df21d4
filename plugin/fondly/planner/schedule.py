"""The schedule of one quarter: the blueprint, what was delivered, and what has to move.

The blueprint knows the config alone: no clock, no busy times, no journal. So it is the same on every day, and a plan
made today agrees with the one made yesterday. What was delivered stands as it was; only what clashes is moved,
around all the rest.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from fondly.planner.board import Board, Free, Item, Place
from fondly.planner.chance import chance
from fondly.planner.claims import DATE, Claim, Offer, Refusal, choose, offer
from fondly.planner.periods import Quarter, monday_of
from fondly.planner.records import History
from fondly.planner.resting import rested
from fondly.planner.slots import Slots
from fondly_hooks.types.entries import Entry
from fondly_hooks.types.people import Relationship

SHORT_NOTICE = dt.timedelta(hours=24)  # nearer than this a clash moves nothing, and nothing moves there


@dataclass(frozen=True, slots=True)
class Schedule:
    """Where each turn lies, those that are past and were never delivered included, and why others do not come."""

    places: Mapping[str, Place]
    refused: Mapping[str, Refusal]


def schedule(
    quarter: Quarter,
    claims: Iterable[Claim],
    relationship: Relationship,
    slots: Slots,
    free: Free,
    delivered: Mapping[str, Entry],
    history: History,
    now: dt.datetime,
) -> Schedule:
    """The schedule of that quarter. ``delivered`` has what stands in some output, by id, as it was planned then.

    What was delivered and finds no place any more gives its turn to another of its family. So the schedule is made
    again without it, until it is the one that the next run, which no longer knows of it, would make as well.
    """
    turns = offer(quarter, claims, relationship, slots)
    blueprint = Board(relationship.rhythm, slots, relationship.id)
    drawn = _draw(blueprint, turns, relationship)
    rests = rested(turns, blueprint, delivered, relationship, history, now)
    drawn = [item for item in drawn if item.id not in rests]
    delivered = {id: entry for id, entry in delivered.items() if id not in rests}
    while True:
        board, refused = _arrange(turns, drawn, rests, blueprint, relationship, slots, free, delivered, now)
        lost = delivered.keys() & refused.keys()
        if not lost:
            break
        delivered = {id: entry for id, entry in delivered.items() if id not in lost}
    awake = [item for item in turns.private if item.id not in rests]
    _place_private(awake, board, slots, free, delivered, now, refused)
    refused |= {item.id: _refusal(item, rests[item.id]) for item in turns.private if item.id in rests}
    return Schedule(board.places, refused)


def _arrange(
    turns: Offer,
    drawn: list[Item],
    rests: Mapping[str, str],
    blueprint: Board,
    relationship: Relationship,
    slots: Slots,
    free: Free,
    delivered: Mapping[str, Entry],
    now: dt.datetime,
) -> tuple[Board, dict[str, Refusal]]:
    """A board with what was delivered where it stands, the blueprint around it, and then what has to move."""
    refused = dict(turns.impossible)
    chosen = _chosen(turns, drawn, delivered)
    most = relationship.rhythm.most_per_week
    for item in (item for items in turns.turns.values() for item in items):
        if item.id not in chosen:
            why = f"There is room for {most} a week, which all have to share; this turn rests."
            refused[item.id] = _refusal(item, rests.get(item.id, why))
    board = Board(relationship.rhythm, slots, relationship.id)
    rest: list[Item] = []
    for item in chosen.values():
        entry = delivered.get(item.id)
        place = _standing(entry, item, slots, free, now) if entry else None
        if place:
            board.fix(place)
        else:
            rest.append(item)
    moving: list[Item] = []
    for item in sorted(rest, key=lambda item: (_start(blueprint, item, now), item.id)):
        place = blueprint.places.get(item.id)
        if place is None or board.has_no_room_for(place):
            moving.append(item)
        elif place.start <= now:
            # Its day is past and it was never delivered: it is no backlog. What was delivered and is called away moves.
            if item.id in delivered:
                moving.append(item)
            else:
                board.fix(place)
        elif free.during(place.start, place.end, item.need.people):
            board.fix(place)
        else:
            moving.append(item)
    for item in sorted(moving, key=lambda item: chance(relationship.id, item.id)):
        place = blueprint.places.get(item.id)
        if place is not None and place.start <= now and item.id not in delivered:
            continue
        near = delivered[item.id].first_day if item.id in delivered else None
        if not board.put(item, free=free, after=now + SHORT_NOTICE, near=near):
            refused[item.id] = _refusal(item, _why_not(item, free, slots))
    return board, refused


def _chosen(turns: Offer, drawn: list[Item], delivered: Mapping[str, Entry]) -> dict[str, Item]:
    """The turns that come: those drawn for the blueprint, or, as many in their stead, those that were delivered."""
    chosen: dict[str, Item] = {}
    for family, items in turns.turns.items():
        own = sorted((item for item in drawn if item.family == family), key=lambda item: item.days[0])
        kept = {item.id: item for item in items if item.id in delivered}
        for item in own:
            if len(kept) < len(own):
                kept.setdefault(item.id, item)
        chosen |= kept
    return chosen


def _draw(blueprint: Board, turns: Offer, relationship: Relationship) -> list[Item]:
    """Put the turns that come on the blueprint. Where one finds no place, another of its family comes in its stead."""
    salt = relationship.id
    chosen = choose(turns, relationship)
    drawn = {item.id for item in chosen}
    homeless = [
        item for item in sorted(chosen, key=lambda item: _order(item, salt)) if not blueprint.put_making_room(item)
    ]

    def stand_ins(item: Item) -> list[Item]:
        others = (other for other in turns.turns[item.family] if other.id not in drawn)
        return sorted(others, key=lambda other: chance(salt, other.id))

    left = []
    for item in homeless:
        candidates = (item, *stand_ins(item))
        if not any(one.id not in blueprint.places and blueprint.put_making_room(one, stand_ins) for one in candidates):
            left.append(item)
    return [place.item for place in blueprint.places.values()] + left


def _refusal(item: Item, why: str) -> Refusal:
    return Refusal(item.family, why, item.days)


def _order(item: Item, salt: str) -> tuple[bool, int, int]:
    """Date nights first, then what has the fewest weeks to choose from."""
    weeks = len({monday_of(day) for day in item.days})
    return item.family != DATE, weeks, chance(salt, item.id)


def _start(board: Board, item: Item, now: dt.datetime) -> dt.datetime:
    place = board.places.get(item.id)
    return place.start if place else now


def _standing(entry: Entry, item: Item, slots: Slots, free: Free, now: dt.datetime) -> Place | None:
    """Where a delivered entry stands, unless a pause, its cadence, its windows or a clash in time call it away."""
    start, end = entry.start, entry.end
    if not isinstance(start, dt.datetime) or not isinstance(end, dt.datetime):
        return None
    place = Place(item, start, end, fixed=True)
    if start <= now:
        return place
    if place.day not in item.occurrence.days or slots.paused(place.day) or not slots.fits(start, end, item.need):
        return None
    if start > now + SHORT_NOTICE and not free.during(start, end, item.need.people):
        return None
    return place


def _place_private(
    items: Iterable[Item],
    board: Board,
    slots: Slots,
    free: Free,
    delivered: Mapping[str, Entry],
    now: dt.datetime,
    refused: dict[str, Refusal],
) -> None:
    """Place what ``me`` alone sees, around the rest and without a budget: nothing else may show that it is there."""
    for item in sorted(items, key=lambda item: item.id):
        entry = delivered.get(item.id)
        place = _standing(entry, item, slots, free, now) if entry else None
        if place and (place.start <= now or not board.is_taken(place)):
            board.fix(place, budget=False)
        elif not board.put(
            item,
            budget=False,
            free=free,
            after=now + SHORT_NOTICE if entry else None,
            near=entry.first_day if entry else None,
        ):
            refused[item.id] = _refusal(item, _why_not(item, free, slots))


def _why_not(item: Item, free: Free, slots: Slots) -> str:
    windows = ", ".join(map(str, item.need.at))
    for day in item.days:
        for minute in slots.starts(day, item.need):
            if free.during(*slots.span(day, minute, item.need.minutes), item.need.people):
                return f"The weeks and days in which it could come ({windows}) are full."
    return f"The calendars leave no {item.need.minutes} minutes free in its windows ({windows})."
