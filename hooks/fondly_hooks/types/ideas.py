"""What is decided about date ideas: for which evening, in which weather, in which order."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

Role = Literal["familiar", "new", "effortless"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """The weather of one day where the people live, as far as it is known; ``None`` is unknown.

    ``dry`` and ``clear`` speak of the hours in which one would go out, ``clear`` of a sky with stars. ``low`` and
    ``high`` are degrees Celsius. ``text`` is a word for people, such as "sunny".
    """

    day: dt.date
    dry: bool | None = None
    clear: bool | None = None
    low: float | None = None
    high: float | None = None
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class IdeaWish:
    """The date for which ideas are wanted.

    ``start`` is an aware datetime in the zone where the people are, ``minutes`` the time that there is, ``budget`` the
    most it may cost in ``currency`` (``None``: whatever). ``apart``: the people are in different places that day.
    ``seed`` is a text by which ties are broken, the same for these people in every run.
    """

    start: dt.datetime
    minutes: int
    budget: float | None = None
    currency: str = "EUR"
    apart: bool = False
    touch: bool = False
    forecast: Forecast | None = None
    seed: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class IdeaHistory:
    """What became of ideas before: ``offered`` has the day of the date for which each slug was last offered."""

    offered: Mapping[str, dt.date] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True, kw_only=True)
class RankedIdea:
    """One idea in its place among others: its ``slug``, the ``role`` it is offered in, if any, and the reasons."""

    slug: str
    role: Role | None = None
    why: tuple[str, ...] = ()
