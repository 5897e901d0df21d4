"""The people, what they share and what they like: all that a hook is told about them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

from fondly_hooks.types.cadence import Cadence
from fondly_hooks.types.dates import PartialDate
from fondly_hooks.types.times import DayRange, Length, TimeWindow

LeapDay = Literal["feb-28", "mar-1", "both", "leap-years"]
Energy = Literal["low", "medium", "high"]


@dataclass(frozen=True, slots=True)
class Visit:
    """Days that a person spends in another time zone, both ends included."""

    days: DayRange
    timezone: str


@dataclass(frozen=True, slots=True)
class Person:
    """One of the people. ``timezone`` is an IANA name; ``zone_on`` knows the visits.

    ``apart``: they live elsewhere, perhaps on the same clock; on the days of a visit they do not. Who does not
    ``take_part`` is remembered on their days, and no practice or date night needs them.
    """

    id: str
    name: str
    timezone: str
    birthday: PartialDate | None = None
    leap_day: LeapDay = "feb-28"
    visits: tuple[Visit, ...] = ()
    apart: bool = False
    takes_part: bool = True

    def visits_on(self, day: dt.date) -> bool:
        """Whether they spend that day on a visit."""
        return any(day in visit.days for visit in self.visits)

    def zone_on(self, day: dt.date) -> str:
        """The IANA name of the zone whose clock this person lives by on that day."""
        return next((visit.timezone for visit in self.visits if day in visit.days), self.timezone)


@dataclass(frozen=True, slots=True)
class RememberedDate:
    """A day that the config file names.

    ``calendar`` is ``gregorian``, or the name of another calendar, in which ``date`` counts then; ``leap_month`` says
    that it lies in the Chinese calendar's leap month of that number.
    """

    id: str
    name: str
    date: PartialDate
    kind: str = "custom"
    calendar: str = "gregorian"
    leap_month: bool = False
    people: tuple[str, ...] = ()
    secret_from: tuple[str, ...] = ()
    leap_day: LeapDay = "feb-28"
    repeat: tuple[str, ...] = ("year",)
    milestones: tuple[Length, ...] = ()
    remind: tuple[dt.timedelta, ...] = ()


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How much fits into this life. ``quiet`` is minutes after midnight, and may run over midnight.

    In ``pauses`` everything rests, in ``quieter`` days half of the practices and date nights do.
    """

    most_per_week: int = 3
    most_per_day: int = 1
    quiet: tuple[int, int] = (22 * 60, 7 * 60)
    horizon: int = 28
    date_horizon: int = 56
    anniversary_horizon: int = 731
    tidy: int = 14
    depth: int = 2
    touch: bool = False
    pauses: tuple[DayRange, ...] = ()
    quieter: tuple[DayRange, ...] = ()


@dataclass(frozen=True, slots=True)
class PracticeWish:
    """What the people changed about one practice; ``None`` leaves what the catalogue says.

    ``energy`` is the most that a suggestion may ask for.
    """

    every: Cadence | None = None
    at: tuple[TimeWindow, ...] | None = None
    minutes: int | None = None
    together: bool | None = None
    energy: Energy | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """Where the people are at home: degrees, north and east positive."""

    name: str
    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True)
class DateWish:
    """What a date night may be: minutes, the most it may cost in ``currency``, what never to suggest."""

    every: Cadence = Cadence("every", 2, "week")
    at: tuple[TimeWindow, ...] = ()
    minutes: int = 150
    budget: float | None = None
    currency: str = "EUR"
    place: Place | None = None
    never: frozenset[str] = frozenset()
    sitter: bool = False


@dataclass(frozen=True, slots=True)
class Relationship:
    """The people and what they share. It holds no outputs and no secrets of access.

    ``id`` is private: every identity derives from it. ``me`` is the id of the person who runs this fondly; ``timezone``
    an IANA name, the home of them all.
    """

    id: str
    people: tuple[Person, ...]
    me: str
    timezone: str
    language: str = "en"
    rhythm: Rhythm = Rhythm()
    practices: Mapping[str, PracticeWish] = field(default_factory=lambda: MappingProxyType({}))
    dates: DateWish = DateWish()
    remembered: tuple[RememberedDate, ...] = ()

    def person(self, id: str) -> Person:
        """The person of that id; raises ``KeyError`` for a stranger."""
        for person in self.people:
            if person.id == id:
                return person
        raise KeyError(id)

    def wish(self, practice: str) -> PracticeWish:
        """What the people changed about the practice of that slug; an empty wish where they changed nothing."""
        return self.practices.get(practice, PracticeWish())

    @property
    def taking_part(self) -> tuple[str, ...]:
        """The ids of those whom practices and date nights are planned for, ``me`` always among them."""
        return tuple(person.id for person in self.people if person.takes_part or person.id == self.me)

    @property
    def others(self) -> tuple[str, ...]:
        """The ids of everybody but ``me``, in order of their ids."""
        return tuple(sorted(person.id for person in self.people if person.id != self.me))
