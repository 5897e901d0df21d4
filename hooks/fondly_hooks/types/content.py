"""What providers give: practices with their suggestions, date ideas, anniversaries."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal

from fondly_hooks.types.cadence import Cadence
from fondly_hooks.types.dates import PartialDate
from fondly_hooks.types.people import Energy, LeapDay
from fondly_hooks.types.times import TimeWindow

Setting = Literal["home", "out", "apart", "anywhere"]
Season = Literal["spring", "summer", "autumn", "winter"]
Grade = Literal["strong", "fair", "weak", "judgement"]
# No practice may have these slugs: as the first word of an id they tell what it is the id of.
KEPT_SLUGS = ("practice", "date", "anniversary", "preparation", "custom", "idea")


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """One concrete small thing to do.

    ``minutes`` is about how long it takes, ``depth`` runs from 1, light, to 3, deep. A ``setting`` of ``apart`` or
    ``anywhere`` works at a distance too. ``seasons`` empty means all of them; elsewhere they are those of where the
    people live.
    """

    slug: str
    title: str
    text: str
    minutes: int
    together: bool
    energy: Energy = "low"
    setting: Setting = "anywhere"
    depth: int = 1
    touch: bool = False
    seasons: tuple[Season, ...] = ()
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Study:
    """What stands behind a practice: who, in which year, and which kind of evidence in a few words."""

    author: str
    year: int
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Practice:
    """One of the ways to deepen a connection.

    ``every`` is a ceiling, ``at`` the windows on the clock of each person concerned, ``minutes`` the length of the
    slot. ``private`` ones are shown to ``me`` alone.

    ``evidence`` says in a sentence what is known, ``studies`` names it, and ``grade`` weighs it: ``strong`` is more
    than one good trial of the very thing, ``fair`` one trial or good observation of it, ``weak`` something near it,
    ``judgement`` nobody's study. ``caution`` says who may be hurt by it, ``rather_not`` when to leave it. ``safety``
    is where to turn when it is not enough; it is never part of an entry.
    """

    slug: str
    name: str
    neutral_title: str
    about: str
    every: Cadence
    at: tuple[TimeWindow, ...]
    minutes: int
    together: bool
    suggestions: tuple[Suggestion, ...]
    evidence: str = ""
    grade: Grade = "judgement"
    studies: tuple[Study, ...] = ()
    caution: str = ""
    rather_not: str = ""
    safety: str = ""
    color: str | None = None
    private: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DateIdea:
    """Something to do together, with the facts needed to choose it.

    ``cost`` is a rough total for everybody; ``days_ahead`` the days that preparing takes; ``contains`` what somebody
    may want to avoid; ``seasons`` empty means all of them. A ``setting`` of ``apart`` is for people at a distance.
    """

    slug: str
    title: str
    text: str
    minutes: int
    cost: float
    setting: Literal["home", "out", "apart"]
    energy: Energy = "low"
    effort: int = 1
    days_ahead: int = 0
    prepare: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    seasons: tuple[str, ...] = ()
    weather: Literal["any", "dry", "clear"] = "any"
    children: Literal["welcome", "sitter"] = "welcome"
    step_free: bool = True
    quiet: bool = True
    touch: bool = False
    contains: tuple[str, ...] = ()
    age: int = 0
    serves: tuple[str, ...] = ()
    surprise: bool = False
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Anniversary:
    """A day to remember, from which the planner makes concrete dated entries.

    ``origin`` is the first day, its year unknown where it is ``None``. ``remind`` says how long before the day to tell.
    ``why_not`` names what keeps it from being planned, in one plain sentence.
    """

    id: str
    name: str
    origin: PartialDate
    kind: str
    people: tuple[str, ...] = ()
    secret_from: tuple[str, ...] = ()
    leap_day: LeapDay = "feb-28"
    remind: tuple[dt.timedelta, ...] = ()
    why_not: str | None = None
