"""Arranging a quarter, in two steps that follow the same rules.

`adapt` fits the blueprint to the calendars: as it knows neither the clock nor the journal, it is the same on every day
while the calendars are. `arrange` puts that around what was delivered, which stays where it stands.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from fondly.planner.board import Board, Free, Item, Place, Terms
from fondly.planner.claims import Offer, Refusal
from fondly.planner.slots import Slots
from fondly_hooks.chance import chance
from fondly_hooks.types.entries import Entry
from fondly_hooks.types.people import Relationship

BEGINNING = dt.datetime(1, 1, 2, tzinfo=dt.UTC)  # before everything
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


@dataclass(frozen=True, slots=True)
class Draft:
    """A board, the turns that are to come, and why others do not."""

    board: Board
    drawn: tuple[Item, ...]
    refused: Mapping[str, Refusal]


def adapt(turns: Offer, draft: Draft, around: Around) -> Draft:
    """The draft fitted to the calendars. Of each family come as many turns as were drawn.

    Where one finds no time, another turn of its family comes in its stead; where that does not help, others make room;
    and where the calendars leave less room than the budget, no family goes short while another has much more.
    """
    everybody_is_free = all(
        around.free.during(place.start, place.end, place.item.need.people) for place in draft.board.places.values()
    )
    if everybody_is_free and len(draft.board.places) == len(draft.drawn):
        return draft
    always = Around(around.relationship, around.slots, around.free, {}, BEGINNING)
    arrangement = _Arrangement(turns, draft, {}, always)
    arrangement.place()
    arrangement.make_room()
    arrangement.share_the_want()
    return arrangement.draft()


def arrange(turns: Offer, draft: Draft, rests: Mapping[str, str], around: Around) -> Draft:
    """The draft around what was delivered, which counts among the turns that come, and moves only where it must.

    ``rests`` has the turns that are not to come, with the reason; nothing comes in their place.
    """
    arrangement = _Arrangement(turns, draft, rests, around)
    arrangement.place()
    return arrangement.draft()


class _Arrangement:
    def __init__(self, turns: Offer, draft: Draft, rests: Mapping[str, str], around: Around) -> None:
        self.turns, self.rests, self.before, self.around = turns, rests, draft, around
        self.drawn = [item for item in draft.drawn if item.id not in rests]
        self.drawn_ids = {item.id for item in self.drawn}
        self.salt = around.relationship.id
        self.board = Board(around.relationship.rhythm, around.slots, self.salt)
        self.refused = dict(turns.impossible)
        self.due = Counter(item.family for item in self.drawn)  # turns that are still to be placed
        self.granted = Counter(self.due)
        self.failed: dict[str, list[Item]] = {}
        self.terms = Terms(around.free, around.now + SHORT_NOTICE, self._others)

    def place(self) -> None:
        """Place what was delivered, then the draft, then what has to move, each around what lies there already."""
        self._refuse_the_rest()
        moving = self._place_delivered()
        moving += self._place_draft()
        self._move(moving)
        self._let_others_come()

    def draft(self) -> Draft:
        """What came of it."""
        return Draft(self.board, tuple(place.item for place in self.board.places.values()), self.refused)

    def _refuse_the_rest(self) -> None:
        coming = self.drawn_ids | self.around.delivered.keys()
        for item in (item for items in self.turns.turns.values() for item in items):
            if item.id not in coming:
                self._refuse(item)

    def _refuse(self, item: Item) -> None:
        most = self.around.relationship.rhythm.most_per_week
        why = f"There is room for {most} a week, which all have to share; this turn rests."
        known = self.before.refused.get(item.id)
        self.refused[item.id] = refusal(item, self.rests.get(item.id) or (known.why if known else why))

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

    def _place_draft(self) -> list[Item]:
        """Put the turns of the draft where they lie there, as long as any are due; what cannot lie there moves."""
        moving = []
        fresh = [item for item in self.drawn if item.id not in self.around.delivered]
        for item in sorted(fresh, key=lambda item: (self._start(item), item.id)):
            if self.due[item.family] <= 0:
                self._refuse(item)
                continue
            place = self.before.board.places.get(item.id)
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
            entry, place = delivered.get(item.id), self.before.board.places.get(item.id)
            if entry is None and self.due[item.family] <= 0:
                self._refuse(item)
            elif entry is None and place is not None and place.start <= now:
                self.due[item.family] -= 1
            elif self.board.put(item, self.terms, near=entry.first_day if entry else None):
                if entry:
                    self.board.settle(item)
                else:
                    self.due[item.family] -= 1
            else:
                self.refused[item.id] = refusal(item, self.around.why_not(item))
                self.failed.setdefault(item.family, []).append(item)
                self.due[item.family] += entry is not None

    def _let_others_come(self) -> None:
        """Where a turn found no time, another of its family comes in its stead."""
        for family, failed in self.failed.items():
            for item in self._others(failed[0]):
                if self.due[family] > 0 and self.board.put(item, self.terms):
                    self.refused.pop(item.id, None)
                    self.due[family] -= 1

    def make_room(self) -> None:
        """Where even that does not help, what was not delivered yet moves, or another of its family comes for it."""
        tried: set[str] = set()
        for family, failed in sorted(self.failed.items()):
            for item in [*self._hopeful(family), *self._others(failed[0])]:
                if self.due[family] > 0 and item.id not in self.board.places:
                    before = dict(self.board.places)
                    if self.board.put_making_room(item, self.terms, tried):
                        tried.clear()
                        self.due[family] -= 1
                        for id in self.board.places.keys() - before.keys():
                            self.refused.pop(id, None)
                        for id in before.keys() - self.board.places.keys():
                            self._refuse(before[id].item)

    def share_the_want(self) -> None:
        """Where the calendars leave less room than the budget, no family goes short while another has much more.

        One that lacks turns gets one from whoever would still have a larger part of its own without it.
        """
        for family in sorted(self.failed):
            while self.due[family] > 0 and self._take_from_the_rich(family):
                self.due[family] -= 1

    def _take_from_the_rich(self, family: str) -> bool:
        came = Counter(place.item.family for place in self.board.places.values())
        part = came[family] / max(self.granted[family], 1)
        rich = {name: (count - 1) / max(self.granted[name], 1) for name, count in came.items() if name != family}
        for name in sorted((name for name in rich if rich[name] > part), key=lambda name: (-rich[name], name)):
            for place in self._movable(name):
                self.board.take(place)
                for item in [*self._hopeful(family), *self._others(self.failed[family][0])]:
                    if item.id not in self.board.places and self.board.put(item, self.terms):
                        self.refused.pop(item.id, None)
                        self._refuse(place.item)
                        return True
                self.board.fix(place)
        return False

    def _movable(self, family: str) -> list[Place]:
        """The turns of a family that were not delivered and lie far enough ahead."""
        soon = self.around.now + SHORT_NOTICE
        places = (place for place in self.board.places.values() if place.item.family == family)
        free = [place for place in places if not place.fixed and place.start > soon]
        return sorted(free, key=lambda place: chance(self.salt, place.item.id))

    def _hopeful(self, family: str) -> list[Item]:
        """The turns of a family that found no place, though there is time for them."""
        return [item for item in self.failed[family] if self.board.has_time(item, self.terms)]

    def _others(self, item: Item) -> list[Item]:
        """The turns of its family that were not drawn, may come, and do not yet."""
        taken = self.drawn_ids | self.around.delivered.keys() | self.rests.keys() | self.board.places.keys()
        others = (other for other in self.turns.turns[item.family] if other.id not in taken)
        others = (other for other in others if self.board.has_time(other, self.terms))
        return sorted(others, key=lambda other: chance(self.salt, other.id))

    def _start(self, item: Item) -> dt.datetime:
        place = self.before.board.places.get(item.id)
        return place.start if place else self.around.now
