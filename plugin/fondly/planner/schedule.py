"""The schedule of one quarter: the blueprint, fitted to the calendars, around what was delivered.

The blueprint knows the config alone: no clock, no busy times, no journal. So it is the same on every day, and a plan
made today agrees with the one made yesterday. What was delivered stands as it was; only what clashes is moved,
around all the rest.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from fondly.planner.arranging import SHORT_NOTICE, Around, Draft, adapt, arrange, refusal
from fondly.planner.board import Board, Free, Item, Place, Terms
from fondly.planner.claims import DATE, Claim, Offer, Refusal, choose, offer
from fondly.planner.periods import Quarter, monday_of
from fondly.planner.records import History
from fondly.planner.resting import rested
from fondly.planner.slots import Slots
from fondly_hooks.chance import chance
from fondly_hooks.types.entries import Entry
from fondly_hooks.types.people import Relationship


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
    draft = Draft(blueprint, tuple(_draw(blueprint, turns, relationship)), {})
    adapted = adapt(turns, draft, Around(relationship, slots, free, delivered, now))
    rests = rested(turns, blueprint, adapted.board, delivered, relationship, history, now)
    delivered = {id: entry for id, entry in delivered.items() if id not in rests}
    while True:
        around = Around(relationship, slots, free, delivered, now)
        found = arrange(turns, adapted, rests, around)
        lost = delivered.keys() & found.refused.keys()
        if not lost:
            break
        delivered = {id: entry for id, entry in delivered.items() if id not in lost}
    board, refused = found.board, dict(found.refused)
    awake = [item for item in turns.private if item.id not in rests]
    _place_private(awake, board, around, refused)
    refused |= {item.id: refusal(item, rests[item.id]) for item in turns.private if item.id in rests}
    return Schedule(board.places, refused)


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

    left, terms, tried = [], Terms(stand_ins=stand_ins), set[str]()
    for item in homeless:
        candidates = (one for one in (item, *stand_ins(item)) if one.id not in blueprint.places)
        if any(blueprint.put_making_room(one, terms, tried) for one in candidates):
            tried.clear()
        else:
            left.append(item)
    return [place.item for place in blueprint.places.values()] + left


def _order(item: Item, salt: str) -> tuple[bool, int, int]:
    """Date nights first, then what has the fewest weeks to choose from."""
    weeks = len({monday_of(day) for day in item.days})
    return item.family != DATE, weeks, chance(salt, item.id)


def _place_private(items: Iterable[Item], board: Board, around: Around, refused: dict[str, Refusal]) -> None:
    """Place what ``me`` alone sees, around the rest and without a budget: nothing else may show that it is there."""
    for item in sorted(items, key=lambda item: item.id):
        entry = around.delivered.get(item.id)
        place = around.standing(item)
        if place and (place.start <= around.now or not board.is_taken(place)):
            board.fix(place, budget=False)
            continue
        terms = Terms(around.free, around.now + SHORT_NOTICE if entry else None)
        if not board.put(item, terms, budget=False, near=entry.first_day if entry else None):
            refused[item.id] = refusal(item, around.why_not(item))
