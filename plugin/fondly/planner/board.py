"""The board of one quarter: which day holds what, and what still fits."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from fondly.planner.periods import DAY, Occurrence, monday_of
from fondly.planner.records import BusyTimes
from fondly.planner.slots import Interval, Need, Slots
from fondly_hooks.chance import chance, mixed
from fondly_hooks.types.people import Rhythm


@dataclass(frozen=True, slots=True)
class Item:
    """One turn that wants a place. ``family`` is what it is a turn of: a practice's slug, or ``date``."""

    occurrence: Occurrence
    family: str
    need: Need
    days: tuple[dt.date, ...]

    @property
    def id(self) -> str:
        """The id of its occurrence."""
        return self.occurrence.id


@dataclass(frozen=True, slots=True)
class Place:
    """Where an item lies: from when to when, both aware."""

    item: Item
    start: dt.datetime
    end: dt.datetime
    fixed: bool = False

    @property
    def day(self) -> dt.date:
        """Its local day."""
        return self.start.date()


class Free:
    """Who is free when. ``busy`` has for each person the taken spans, aware, in order of their start."""

    def __init__(self, busy: BusyTimes) -> None:
        self._days: dict[tuple[str, dt.date], list[Interval]] = {}
        self._open: dict[tuple[Need, dt.date], bool] = {}
        for person, spans in busy.items():
            for start, end in spans:
                day, last = start.astimezone(dt.UTC).date(), end.astimezone(dt.UTC).date()
                while day <= last:
                    self._days.setdefault((person, day), []).append((start, end))
                    day += DAY

    def has_time_on(self, day: dt.date, need: Need, slots: Slots) -> bool:
        """Whether at any of the hours at which it may begin all whom it needs are free. Each day is looked at once."""
        key = (need, day)
        if key not in self._open:
            near = (day - DAY, day, day + DAY)
            taken = any((person, around) in self._days for person in need.people for around in near)
            hours = slots.starts(day, need) if taken else ()
            spans = (slots.span(day, minute, need.minutes) for minute in hours)
            self._open[key] = not taken or any(self.during(start, end, need.people) for start, end in spans)
        return self._open[key]

    def during(self, start: dt.datetime, end: dt.datetime, people: Iterable[str]) -> bool:
        """Whether none of these people is taken at any time between ``start`` and ``end``."""
        days = {start.astimezone(dt.UTC).date(), end.astimezone(dt.UTC).date()}
        return not any(
            start < until and since < end
            for person in people
            for day in days
            for since, until in self._days.get((person, day), ())
        )


DEEPEST = 40  # others that may have to move for one


def nobody(item: Item) -> tuple[Item, ...]:
    """Nobody may come in the place of another."""
    return ()


@dataclass(frozen=True, slots=True)
class Terms:
    """On what terms an item is put: who is ``free`` when, not before ``after``, and who may come for whom.

    ``stand_ins`` names the turns, not on the board yet, one of which may come in the place of one that has to go.
    """

    free: Free | None = None
    after: dt.datetime | None = None
    stand_ins: Callable[[Item], Iterable[Item]] = nobody


ANY = Terms()


class Board:
    """Places items within the budgets of the week and the day, spread out, and moves them to make room.

    The order in which items are put decides, so callers sort them; chance is salted with the relationship's id.
    """

    def __init__(self, rhythm: Rhythm, slots: Slots, salt: str) -> None:
        self.rhythm, self.slots, self.salt = rhythm, slots, salt
        self.places: dict[str, Place] = {}
        self._by_day: dict[dt.date, list[Place]] = {}
        self._weeks: Counter[int] = Counter()
        self._near: Counter[int] = Counter()
        self._kin: Counter[tuple[str, int]] = Counter()
        self._aside: list[Place] = []  # what uses no budget

    def put(self, item: Item, terms: Terms = ANY, *, budget: bool = True, near: dt.date | None = None) -> bool:
        """Find the best place for the item; False where there is none.

        ``near`` is a day whose week is best, and then the weeks around it. Without ``budget`` neither the week's nor
        the day's limit counts, the item uses none, and no other thing decides its day: what ``me`` alone sees stays
        where it is, whatever comes and goes around it.
        """
        for day in self._by_preference(item, near) if budget else self._by_chance(item, near):
            if budget and not self._has_room(day):
                continue
            place = self._place_on(day, item, terms, budget)
            if place:
                self._hold(place, budget)
                return True
        return False

    def put_making_room(self, item: Item, terms: Terms = ANY, tried: set[str] | None = None) -> bool:
        """Like `put`, but others may move to other days of theirs (augmenting paths, as in bipartite matching).

        ``tried`` grows by the ids of those for whom there is no way: until something is placed they need no other look.
        """
        tried = set() if tried is None else tried
        tried.add(item.id)
        return self.put(item, terms) or self._make_room(item, tried, DEEPEST, terms)

    def settle(self, item: Item) -> None:
        """From now on the item stays where it lies."""
        old = self.places[item.id]
        new = self.places[item.id] = replace(old, fixed=True)
        day = self._by_day[old.day]
        day[day.index(old)] = new

    def fix(self, place: Place, *, budget: bool = True) -> None:
        """Put a place that stands already."""
        self._hold(place, budget)

    def has_no_room_for(self, place: Place) -> bool:
        """Whether its week or day would be over the limit with it, or its time is taken by another."""
        return not self._has_room(place.day) or self._overlaps(place.start, place.end, place.day)

    def is_taken(self, place: Place) -> bool:
        """Whether something else has come to lie at that time, with a budget or without."""
        aside = any(place.start < other.end and other.start < place.end for other in self._aside)
        return aside or self._overlaps(place.start, place.end, place.day)

    def week_is_full(self, day: dt.date) -> bool:
        """Whether that day's week has no room left."""
        return self._weeks[_week(day.toordinal())] >= self.rhythm.most_per_week

    def _has_room(self, day: dt.date) -> bool:
        return not self.week_is_full(day) and len(self._by_day.get(day, ())) < self.rhythm.most_per_day

    def _hold(self, place: Place, budget: bool) -> None:
        self.places[place.item.id] = place
        if budget:
            self._by_day.setdefault(place.day, []).append(place)
            self._count(place, 1)
        else:
            self._aside.append(place)

    def take(self, place: Place) -> None:
        """Take an item of the budget away from its place."""
        del self.places[place.item.id]
        self._by_day[place.day].remove(place)
        self._count(place, -1)

    def _count(self, place: Place, step: int) -> None:
        """Keep what `_by_preference` asks for at every turn: how full the week is, and what lies near a day."""
        day = place.day.toordinal()
        self._weeks[_week(day)] += step
        for distance in (-2, -1, 0, 1, 2):
            if abs(distance) < 2:
                self._near[day + distance] += 3 * step
            self._kin[place.item.family, day + distance] += 4 * step

    def _by_preference(self, item: Item, near: dt.date | None = None) -> list[dt.date]:
        """Its days: quiet weeks first, then days away from other things and from turns of its own family."""
        luck = chance(self.salt, item.id)
        home = None if near is None else _week(near.toordinal())

        def dislike(date: dt.date) -> tuple[int, int, int, int]:
            day = date.toordinal()
            week = _week(day)
            crowd = self._near.get(day, 0) + self._kin.get((item.family, day), 0)
            return 0 if home is None else abs(week - home), self._weeks.get(week, 0), crowd, mixed(luck, day)

        return sorted(item.days, key=dislike)

    def _by_chance(self, item: Item, near: dt.date | None) -> list[dt.date]:
        luck, home = chance(self.salt, item.id), None if near is None else _week(near.toordinal())

        def dislike(date: dt.date) -> tuple[int, int]:
            day = date.toordinal()
            return 0 if home is None else abs(_week(day) - home), mixed(luck, day)

        return sorted(item.days, key=dislike)

    def has_time(self, item: Item, terms: Terms) -> bool:
        """Whether there is any time for the item, were nothing else on the board."""
        return any(self._has_time_on(day, item, terms) for day in item.days)

    def _has_time_on(self, day: dt.date, item: Item, terms: Terms) -> bool:
        if not self.slots.starts(day, item.need):
            return False
        return terms.free is None or terms.free.has_time_on(day, item.need, self.slots)

    def _place_on(self, day: dt.date, item: Item, terms: Terms, budget: bool = True) -> Place | None:
        if not self._has_time_on(day, item, terms):
            return None
        starts = self.slots.starts(day, item.need)
        begin = chance(self.salt, item.id, "hour") % len(starts)
        for minute in starts[begin:] + starts[:begin]:
            start, end = self.slots.span(day, minute, item.need.minutes)
            if terms.after is not None and start <= terms.after:
                continue
            if not budget and any(start < place.end and place.start < end for place in self._aside):
                continue
            if self._overlaps(start, end, day):
                continue
            if terms.free is None or terms.free.during(start, end, item.need.people):
                return Place(item, start, end)
        return None

    def _overlaps(self, start: dt.datetime, end: dt.datetime, day: dt.date) -> bool:
        near = (place for step in (-1, 0, 1) for place in self._by_day.get(day + step * DAY, ()))
        return any(start < place.end and place.start < end for place in near)

    def _make_room(self, item: Item, tried: set[str], depth: int, terms: Terms) -> bool:
        if depth == 0:
            return False
        for day in self._by_preference(item):
            if not self._has_time_on(day, item, terms):
                continue
            rivals = self._by_day.get(day, []) if not self.week_is_full(day) else self._of_week(day)
            for rival in sorted(rivals, key=lambda place: place.item.id):
                if rival.fixed or rival.item.id in tried or (terms.after is not None and rival.start <= terms.after):
                    continue
                self.take(rival)
                if self._has_room(day) and (place := self._place_on(day, item, terms)):
                    tried.add(rival.item.id)
                    self._hold(place, True)
                    if self._find_home(rival.item, tried, depth - 1, terms):
                        return True
                    self.take(place)
                self._hold(rival, True)
        return False

    def _find_home(self, item: Item, tried: set[str], depth: int, terms: Terms) -> bool:
        """Put what had to go, or what may come in its place, somewhere else."""
        if self.put(item, terms) or self._make_room(item, tried, depth, terms):
            return True
        for other in terms.stand_ins(item):
            if other.id not in tried and other.id not in self.places:
                tried.add(other.id)
                if self.put(other, terms) or self._make_room(other, tried, depth, terms):
                    return True
        return False

    def _of_week(self, day: dt.date) -> list[Place]:
        monday = monday_of(day)
        return [place for step in range(7) for place in self._by_day.get(monday + step * DAY, ())]


def _week(day: int) -> int:
    """The week of a day's ordinal. The first of them, 0001-01-01, was a Monday."""
    return (day - 1) // 7
