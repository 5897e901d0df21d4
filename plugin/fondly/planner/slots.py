"""When a thing may begin: inside the windows of all concerned, outside their quiet hours, each on their own clock."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from fondly.planner.periods import DAY, monday_of
from fondly_hooks.types.people import Person, Relationship
from fondly_hooks.types.times import TimeWindow

GRID = 30  # minutes between possible beginnings; a person reads 18:30 more easily than 18:35
FINE_GRID = 5  # for windows so narrow that the coarse grid misses them
# What serves a couple apart whose parts of the day never meet (DESIGN §7).
MEETING = TimeWindow(frozenset(range(7)), 7 * 60 + 30, 22 * 60, "daily 07:30-22:00")


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
        self._zones: dict[str, ZoneInfo] = {}
        self._alike: dict[object, tuple[int, ...]] = {}
        self._found: dict[tuple[Need, dt.date], tuple[int, ...]] = {}
        self._meetings: dict[Need, Need] = {}
        self._clocks: dict[tuple[str, dt.date], tuple[str, int, int]] = {}

    def paused(self, day: dt.date) -> bool:
        """Whether everything rests on that day."""
        return any(day in pause for pause in self.relationship.rhythm.pauses)

    def starts(self, day: dt.date, need: Need) -> tuple[int, ...]:
        """The minutes after midnight, on ``me``'s clock of that day, at which it may begin."""
        found = self._starts(day, need)
        if not found and self._never_meet(day, need):
            meeting = self._meetings.setdefault(need, Need((MEETING,), need.minutes, need.people))
            return self._starts(day, meeting)
        return found

    def span(self, day: dt.date, minute: int, minutes: int) -> tuple[dt.datetime, dt.datetime]:
        """The aware beginning and end of a thing that begins then and takes so many real minutes."""
        zone = self.zone(self.me.zone_on(day))
        start = dt.datetime(day.year, day.month, day.day, minute // 60, minute % 60, tzinfo=zone)
        return start, (start.astimezone(dt.UTC) + dt.timedelta(minutes=minutes)).astimezone(zone)

    def fits(self, start: dt.datetime, end: dt.datetime, need: Need) -> bool:
        """Whether a given span lies inside the windows and outside the quiet hours of all concerned."""
        begin, finish = start.astimezone(dt.UTC), end.astimezone(dt.UTC)
        if all(self._suits(self.relationship.person(id), begin, finish, need.at) for id in need.people):
            return True
        return self._never_meet(start.date(), need) and all(
            self._suits(self.relationship.person(id), begin, finish, (MEETING,)) for id in need.people
        )

    def apart(self, day: dt.date) -> bool:
        """Whether the people's clocks differ on that day."""
        return len({self._clock(person, day)[1:] for person in self.relationship.people}) > 1

    def zone(self, name: str) -> ZoneInfo:
        """The zone of that IANA name."""
        if name not in self._zones:
            self._zones[name] = ZoneInfo(name)
        return self._zones[name]

    def _never_meet(self, day: dt.date, need: Need) -> bool:
        """Whether the windows of people on different clocks meet on no day of that week."""
        if len(need.people) < 2 or not self.apart(day):
            return False
        monday = monday_of(day)
        return not any(self._starts(monday + step * DAY, need) for step in range(7))

    def _clock(self, person: Person, day: dt.date) -> tuple[str, int, int]:
        """The zone of that person on that day, and its offsets from UTC (seconds) at the day's two ends."""
        key = (person.id, day)
        if key not in self._clocks:
            name = person.zone_on(day)
            zone = self.zone(name)
            ends = (dt.datetime(d.year, d.month, d.day, tzinfo=zone) for d in (day, day + DAY))
            offsets = [int((end.utcoffset() or dt.timedelta()).total_seconds()) for end in ends]
            self._clocks[key] = (name, offsets[0], offsets[1])
        return self._clocks[key]

    def _starts(self, day: dt.date, need: Need) -> tuple[int, ...]:
        if (need, day) in self._found:
            return self._found[need, day]
        clocks = [self._clock(self.relationship.person(id), day) for id in need.people]
        mine = self._clock(self.me, day)
        if any(before != after for _, before, after in clocks):
            found = self._search(day, need)  # a clock is changed on this day: it is like no other
        else:
            # Days alike in weekday and in the distance between the clocks have the same beginnings.
            key = (need, day.weekday(), *(before - mine[1] for _, before, _ in clocks))
            if key not in self._alike:
                self._alike[key] = self._search(day, need)
            found = self._alike[key]
        self._found[need, day] = found
        return found

    def _search(self, day: dt.date, need: Need) -> tuple[int, ...]:
        people = [self.relationship.person(id) for id in need.people]
        windows = [window for window in need.at if day.weekday() in window.days]
        for grid in (GRID, FINE_GRID) if windows else ():
            found = []
            for minute in range(0, 1440, grid):
                if not any(window.start <= minute and minute + need.minutes <= window.end for window in windows):
                    continue
                start, end = self.span(day, minute, need.minutes)
                begin, finish = start.astimezone(dt.UTC), end.astimezone(dt.UTC)
                if begin.astimezone(start.tzinfo).replace(tzinfo=None) != start.replace(tzinfo=None):
                    continue  # an hour that the clock skips
                if all(self._suits(person, begin, finish, need.at) for person in people):
                    found.append(minute)
            if found:
                return tuple(found)
        return ()

    def _suits(self, person: Person, begin: dt.datetime, finish: dt.datetime, windows: tuple[TimeWindow, ...]) -> bool:
        zone = self.zone(person.zone_on(begin.date()))
        start, end = begin.astimezone(zone), finish.astimezone(zone)
        first = start.hour * 60 + start.minute
        last = end.hour * 60 + end.minute + 1440 * (end.date() - start.date()).days
        if not any(start.weekday() in w.days and w.start <= first and last <= w.end for w in windows):
            return False
        begins, ends = self.relationship.rhythm.quiet
        quiet = ((begins, ends),) if begins < ends else ((0, ends), (begins, 1440)) if begins > ends else ()
        return not any(first < until and last > since for since, until in quiet)
