"""Arranging a quarter: what was delivered where it stands, the blueprint around it, and then what has to move."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from fondly.planner.board import Board, Free, Item, Place
from fondly.planner.chance import chance
from fondly.planner.claims import Offer, Refusal
from fondly.planner.slots import Slots
from fondly_hooks.types.entries import Entry
from fondly_hooks.types.people import Relationship

SHORT_NOTICE = dt.timedelta(hours=24)  # nearer than this a clash moves nothing, and nothing moves there


@dataclass(frozen=True, slots=True)
class Around:
    """What a quarter is arranged around: the people, their hours, who is free when, what was delivered, and now."""

    relationship: Relationship
    slots: Slots
    free: Free
    delivered: Mapping[str, Entry]
    now: dt.datetime

    def standing(self, item: Item) -> Place | None:
        """Where it was delivered, unless a pause, its cadence, its windows or a clash in time call it away."""
        entry = self.delivered.get(item.id)
        if entry is None or not isinstance(entry.start, dt.datetime) or not isinstance(entry.end, dt.datetime):
            return None
        start, end = entry.start, entry.end
        place = Place(item, start, end, fixed=True)
        if start <= self.now:
            return place
        day = place.day
        if day not in item.occurrence.days or self.slots.paused(day) or not self.slots.fits(start, end, item.need):
            return None
        if start > self.now + SHORT_NOTICE and not self.free.during(start, end, item.need.people):
            return None
        return place

    def why_not(self, item: Item) -> str:
        """Why it finds no place, in one sentence."""
        windows = ", ".join(map(str, item.need.at))
        for day in item.days:
            for minute in self.slots.starts(day, item.need):
                if self.free.during(*self.slots.span(day, minute, item.need.minutes), item.need.people):
                    return f"The weeks and days in which it could come ({windows}) are full."
        return f"The calendars leave no {item.need.minutes} minutes free in its windows ({windows})."


def refusal(item: Item, why: str) -> Refusal:
    """Why that turn does not come."""
    return Refusal(item.family, why, item.days)


def arrange(
    turns: Offer, drawn: Iterable[Item], rests: Mapping[str, str], blueprint: Board, around: Around
) -> tuple[Board, dict[str, Refusal]]:
    """The board, and why some turns do not come.

    Of each family come as many turns as were ``drawn`` for the blueprint. What was delivered counts first; where one
    finds no time, another turn of its family comes in its stead. ``rests`` has the turns that are not to come.
    """
    return _Arrangement(turns, list(drawn), rests, blueprint, around).made()


class _Arrangement:
    def __init__(
        self, turns: Offer, drawn: list[Item], rests: Mapping[str, str], blueprint: Board, around: Around
    ) -> None:
        self.turns, self.drawn, self.rests, self.blueprint, self.around = turns, drawn, rests, blueprint, around
        self.salt = around.relationship.id
        self.board = Board(around.relationship.rhythm, around.slots, self.salt)
        self.refused = dict(turns.impossible)
        self.due = Counter(item.family for item in drawn)  # turns that are still to be placed
        self.failed: Counter[str] = Counter()

    def made(self) -> tuple[Board, dict[str, Refusal]]:
        """All four steps."""
        self._refuse_the_rest()
        moving = self._place_delivered()
        moving += self._place_blueprint()
        self._move(moving)
        self._let_others_come()
        return self.board, self.refused

    def _refuse_the_rest(self) -> None:
        coming = {item.id for item in self.drawn} | self.around.delivered.keys()
        for item in (item for items in self.turns.turns.values() for item in items):
            if item.id not in coming:
                self._refuse(item)

    def _refuse(self, item: Item) -> None:
        most = self.around.relationship.rhythm.most_per_week
        why = f"There is room for {most} a week, which all have to share; this turn rests."
        self.refused[item.id] = refusal(item, self.rests.get(item.id, why))

    def _place_delivered(self) -> list[Item]:
        """Fix what stands. What is called away is still due, and comes back to be moved."""
        moving = []
        for item in (item for items in self.turns.turns.values() for item in items):
            if item.id not in self.around.delivered:
                continue
            self.due[item.family] -= 1
            place = self.around.standing(item)
            if place:
                self.board.fix(place)
            else:
                moving.append(item)
        return moving

    def _place_blueprint(self) -> list[Item]:
        """Put the turns of the blueprint where they lie there, as long as any are due; what cannot lie there moves."""
        moving = []
        fresh = [item for item in self.drawn if item.id not in self.around.delivered]
        for item in sorted(fresh, key=lambda item: (self._start(item), item.id)):
            if self.due[item.family] <= 0:
                self._refuse(item)
                continue
            place = self.blueprint.places.get(item.id)
            if place is None or self.board.has_no_room_for(place) or not self._may_stand(place):
                moving.append(item)
            else:
                self.board.fix(place)
                self.due[item.family] -= 1
        return moving

    def _may_stand(self, place: Place) -> bool:
        # One whose day is past and that was never delivered is no backlog; it keeps its place, where it shows nothing.
        return place.start <= self.around.now or self.around.free.during(place.start, place.end, place.item.need.people)

    def _move(self, moving: Iterable[Item]) -> None:
        now, delivered = self.around.now, self.around.delivered
        for item in sorted(moving, key=lambda item: chance(self.salt, item.id)):
            entry, place = delivered.get(item.id), self.blueprint.places.get(item.id)
            if entry is None and self.due[item.family] <= 0:
                self._refuse(item)
            elif entry is None and place is not None and place.start <= now:
                self.due[item.family] -= 1
            elif self._put(item, near=entry.first_day if entry else None):
                self.due[item.family] -= entry is None
            else:
                self.refused[item.id] = refusal(item, self.around.why_not(item))
                self.failed[item.family] += 1
                self.due[item.family] += entry is not None

    def _let_others_come(self) -> None:
        """Where a turn found no time, another of its family comes in its stead."""
        drawn = {item.id for item in self.drawn} | self.around.delivered.keys() | self.rests.keys()
        for family, items in self.turns.turns.items():
            wanted = min(self.due[family], self.failed[family])
            others = [item for item in items if item.id not in drawn] if wanted > 0 else []
            for item in sorted(others, key=lambda item: chance(self.salt, item.id)):
                if wanted > 0 and self._put(item):
                    wanted -= 1
                    self.refused.pop(item.id, None)

    def _put(self, item: Item, near: dt.date | None = None) -> bool:
        return self.board.put(item, free=self.around.free, after=self.around.now + SHORT_NOTICE, near=near)

    def _start(self, item: Item) -> dt.datetime:
        place = self.blueprint.places.get(item.id)
        return place.start if place else self.around.now
