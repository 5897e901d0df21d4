"""When a thing may begin: inside the windows of all concerned, outside their quiet hours, each on their own clock."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from fondly.planner.periods import DAY, monday_of
from fondly_hooks.types.people import Person, Relationship
from fondly_hooks.types.times import TimeWindow

GRID = 30  # minutes between possible beginnings; a person reads 18:30 more easily than 18:35
MINUTE = dt.timedelta(minutes=1)
FINE_GRID = 5  # for windows so narrow that the coarse grid misses them
# What serves a couple apart whose parts of the day never meet (DESIGN §7).
MEETING = TimeWindow(frozenset(range(7)), 7 * 60 + 30, 22 * 60, "daily 07:30-22:00")


Interval = tuple[dt.datetime, dt.datetime]
# What makes days alike: the weekday, or the day itself, and how many minutes each clock is ahead of mine.
Likeness = tuple[dt.date | int, tuple[int, ...] | None]


@dataclass(frozen=True, slots=True, eq=False)  # compared and hashed as itself: it is looked up thousands of times
class Need:
    """What a thing needs: windows, minutes, and the ids of those whose clocks count, ``me`` always among them."""

    at: tuple[TimeWindow, ...]
    minutes: int
    people: tuple[str, ...]


class Slots:
    """The possible beginnings of things, for one relationship. It keeps what it found, since weeks are alike."""

    def __init__(self, relationship: Relationship) -> None:
        self.relationship = relationship
        self.me = relationship.person(relationship.me)
        begin, end = relationship.rhythm.quiet
        self._quiet = ((begin, end),) if begin < end else ((0, end), (begin, 1440)) if begin > end else ()
        self._zones: dict[str, ZoneInfo] = {}
        self._clocks: dict[tuple[str, dt.date], tuple[int, int]] = {}
        self._likeness: defaultdict[tuple[str, ...], dict[dt.date, Likeness]] = defaultdict(dict)
        self._found: defaultdict[Need, dict[Likeness, tuple[int, ...]]] = defaultdict(dict)
        self._spans: dict[Need, tuple[list[tuple[int, int]], ...]] = {}
        self._meetings: dict[Need, Need] = {}
        self._strangers: dict[tuple[Need, dt.date], bool] = {}

    def paused(self, day: dt.date) -> bool:
        """Whether everything rests on that day."""
        return any(day in pause for pause in self.relationship.rhythm.pauses)

    def starts(self, day: dt.date, need: Need) -> tuple[int, ...]:
        """The minutes after midnight, on ``me``'s clock of that day, at which it may begin."""
        found = self._starts(day, need)
        if not found and self.never_meet(day, need):
            meeting = self._meetings.setdefault(need, Need((MEETING,), need.minutes, need.people))
            return self._starts(day, meeting)
        return found

    def days(self, days: Iterable[dt.date], need: Need) -> set[dt.date]:
        """Those of these days on which it may begin."""
        return {day for day in days if self.starts(day, need)}

    def span(self, day: dt.date, minute: int, minutes: int) -> tuple[dt.datetime, dt.datetime]:
        """The aware beginning and end of a thing that begins then and takes so many real minutes."""
        zone = self.zone(self.me.zone_on(day))
        start = dt.datetime(day.year, day.month, day.day, minute // 60, minute % 60, tzinfo=zone)
        return start, (start.astimezone(dt.UTC) + dt.timedelta(minutes=minutes)).astimezone(zone)

    def fits(self, start: dt.datetime, end: dt.datetime, need: Need) -> bool:
        """Whether a given span lies inside the windows and outside the quiet hours of all concerned."""
        if self._all_suit(start, end, need.people, need.at):
            return True
        return self.never_meet(start.date(), need) and self._all_suit(start, end, need.people, (MEETING,))

    def apart(self, day: dt.date) -> bool:
        """Whether the people are at a distance on that day: on different clocks, or somebody at a home of their own.

        Those who take part count, or all where nobody else does.
        """
        ids = self.relationship.taking_part
        people = [person for person in self.relationship.people if len(ids) < 2 or person.id in ids]
        if any(person.apart and not person.visits_on(day) for person in people):
            return True
        return self._clocks_differ(day, people)

    def zone(self, name: str) -> ZoneInfo:
        """The zone of that IANA name."""
        if name not in self._zones:
            self._zones[name] = ZoneInfo(name)
        return self._zones[name]

    def never_meet(self, day: dt.date, need: Need) -> bool:
        """Whether the windows of people on different clocks meet on no day of that week."""
        people = [self.relationship.person(id) for id in need.people]
        if len(people) < 2 or not self._clocks_differ(day, people):
            return False
        monday = monday_of(day)
        if (need, monday) not in self._strangers:
            meets = any(self._starts(monday + step * DAY, need) for step in range(7))
            self._strangers[need, monday] = not meets
        return self._strangers[need, monday]

    def _clocks_differ(self, day: dt.date, people: Iterable[Person]) -> bool:
        return len({self._clock(person, day) for person in people}) > 1

    def _clock(self, person: Person, day: dt.date) -> tuple[int, int]:
        """How far that person's clock is from UTC (seconds) at the two ends of that day."""
        key = (person.id, day)
        if key not in self._clocks:
            zone = self.zone(person.zone_on(day))
            ends = (dt.datetime(d.year, d.month, d.day, tzinfo=zone) for d in (day, day + DAY))
            offsets = [int((end.utcoffset() or dt.timedelta()).total_seconds()) for end in ends]
            self._clocks[key] = (offsets[0], offsets[1])
        return self._clocks[key]

    def _distances(self, day: dt.date, people: tuple[str, ...]) -> tuple[int, ...] | None:
        """How many minutes each clock is ahead of mine on that day; ``None`` where one of them is changed on it."""
        mine = self._clock(self.me, day)[0]
        distances = []
        for id in people:
            # A day of mine begins and ends on other days of theirs, on which a clock may be changed too.
            near = (day,) if id == self.me.id else (day - DAY, day, day + DAY)
            offsets = {offset for around in near for offset in self._clock(self.relationship.person(id), around)}
            if len(offsets) > 1:
                return None
            distances.append((min(offsets) - mine) // 60)
        return tuple(distances)

    def _zone_at(self, person: Person, moment: dt.datetime) -> ZoneInfo:
        """The zone of that person at a moment on my clock: the one where it lies on a day that they spend there."""
        if person.id != self.me.id:
            for name in (person.timezone, *(visit.timezone for visit in person.visits)):
                zone = self.zone(name)
                if person.zone_on(moment.astimezone(dt.UTC).astimezone(zone).date()) == name:
                    return zone
        return self.zone(person.zone_on(moment.date()))

    def _starts(self, day: dt.date, need: Need) -> tuple[int, ...]:
        # Days alike in weekday and in the distances between the clocks have the same beginnings; a day on which a clock
        # is changed is like no other.
        likeness = self._likeness[need.people].get(day)
        if likeness is None:
            distances = self._distances(day, need.people)
            likeness = (day, None) if distances is None else (day.weekday(), distances)
            self._likeness[need.people][day] = likeness
        found = self._found[need].get(likeness)
        if found is None:
            found = self._found[need][likeness] = self._search(day, need, likeness[1])
        return found

    def _search(self, day: dt.date, need: Need, distances: tuple[int, ...] | None) -> tuple[int, ...]:
        fitting, weekday = self._fitting(need), day.weekday()
        if distances is None and fitting[weekday]:
            first, last = min(span[0] for span in fitting[weekday]), max(span[1] for span in fitting[weekday])
            distances = self._distances_between(day, first, last + need.minutes, need.people)
        for grid in (GRID, FINE_GRID) if fitting[weekday] else ():
            # From the first minute on the grid in each span to the last.
            mine = sorted(
                {
                    minute
                    for first, last in fitting[weekday]
                    for minute in range(-(-first // grid) * grid, last + 1, grid)
                }
            )
            if distances is None:
                found = tuple(minute for minute in mine if self._fits_exactly(day, minute, need))
                if mine and not found:
                    break  # each look costs, and the few days on which a clock is changed need no odd minutes
            else:
                ahead = [distance for distance in distances if distance]
                found = tuple(m for m in mine if all(_lies_in(fitting, weekday, m + distance) for distance in ahead))
            if found:
                return found
        return ()

    def _distances_between(
        self, day: dt.date, first: int, last: int, people: tuple[str, ...]
    ) -> tuple[int, ...] | None:
        """How many minutes each clock is ahead of mine between two minutes of a day on which some clock is changed.

        Clocks are changed at night, so that most windows lie on one side of it. ``None`` where this one does not.
        """
        found = []
        for minute in (first, last):
            start, _ = self.span(day, minute, 0) if minute < 1440 else self.span(day + DAY, minute - 1440, 0)
            zones = [self._zone_at(self.relationship.person(id), start) for id in people]
            offsets = [start.astimezone(dt.UTC).astimezone(zone).utcoffset() or dt.timedelta() for zone in zones]
            mine = start.utcoffset() or dt.timedelta()
            found.append((mine, [(offset - mine) // MINUTE for offset in offsets]))
        return tuple(found[0][1]) if found[0] == found[1] and _exists(self.span(day, first, 0)[0]) else None

    def _fitting(self, need: Need) -> tuple[list[tuple[int, int]], ...]:
        """For each weekday the spans of minutes, both ends included, at which it may begin on anybody's clock."""
        found = self._spans.get(need)
        if found is None:
            found = self._spans[need] = tuple(
                [
                    span
                    for window in need.at
                    if weekday in window.days
                    for span in self._awake(window.start, window.end - need.minutes, need.minutes)
                ]
                for weekday in range(7)
            )
        return found

    def _awake(self, first: int, last: int, length: int) -> list[tuple[int, int]]:
        """The parts of a span of beginnings from which so many minutes meet no quiet hours."""
        spans = [(first, last)]
        for since, until in self._quiet:
            spans = [
                part
                for begin, end in spans
                for part in ((begin, min(end, since - length)), (max(begin, until), end))
                if part[0] <= part[1]
            ]
        return spans

    def _fits_exactly(self, day: dt.date, minute: int, need: Need) -> bool:
        start, end = self.span(day, minute, need.minutes)
        if not _exists(start):
            return False
        return self._all_suit(start, end, need.people, need.at)

    def _all_suit(
        self, start: dt.datetime, end: dt.datetime, people: tuple[str, ...], windows: tuple[TimeWindow, ...]
    ) -> bool:
        for id in people:
            zone = self._zone_at(self.relationship.person(id), start)
            # Through UTC: between two times of one zone Python counts the clock's hours, not those that pass.
            first, last = (moment.astimezone(dt.UTC).astimezone(zone) for moment in (start, end))
            length = last.replace(tzinfo=None) - first.replace(tzinfo=None)
            if not self._suits(first.weekday(), first.hour * 60 + first.minute, length // MINUTE, windows):
                return False
        return True

    def _suits(self, weekday: int, first: int, length: int, windows: tuple[TimeWindow, ...]) -> bool:
        """Whether ``length`` minutes from ``first``, counted from that weekday's midnight, are inside and not quiet."""
        days, first = divmod(first, 1440)
        weekday, last = (weekday + days) % 7, first + length
        if not any(weekday in window.days and window.start <= first and last <= window.end for window in windows):
            return False
        return not any(first < until and last > since for since, until in self._quiet)


def _lies_in(fitting: tuple[list[tuple[int, int]], ...], weekday: int, minute: int) -> bool:
    """Whether a minute, counted from that weekday's midnight, lies in one of the spans of its own weekday."""
    days, minute = divmod(minute, 1440)
    return any(first <= minute <= last for first, last in fitting[(weekday + days) % 7])


def _exists(moment: dt.datetime) -> bool:
    """Whether the clock shows that hour, or skips it."""
    there = moment.astimezone(dt.UTC).astimezone(moment.tzinfo)
    return there.replace(tzinfo=None) == moment.replace(tzinfo=None)
