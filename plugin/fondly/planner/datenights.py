"""Three ideas for a date night: those that fit it, in the order that somebody decides."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from fondly.planner.seasons import season
from fondly_hooks.dates.ranking import rank as built_in_rank
from fondly_hooks.types.content import DateIdea
from fondly_hooks.types.ideas import Forecast, IdeaHistory, IdeaWish, RankedIdea
from fondly_hooks.types.people import DateWish

ROLES = {"familiar": "Something familiar", "new": "Something new", "effortless": "Next to no effort"}
OFFERED = 3
Rank = Callable[[Sequence[DateIdea], IdeaWish, IdeaHistory], Sequence[RankedIdea]]


def _unknown(day: dt.date) -> Forecast | None:
    return None


@dataclass(frozen=True, slots=True)
class Deciders:
    """What others decide while a plan is made: the order of ideas, and the weather of a day, where it is known.

    To the planner they are functions like any other: the same arguments have to give the same answer. What ``rank``
    gives names only ideas that it was given.
    """

    rank: Rank = built_in_rank
    forecast: Callable[[dt.date], Forecast | None] = _unknown


@dataclass(frozen=True, slots=True)
class Evening:
    """What the choice depends on: its beginning and length, whether the people are apart, whether touch is welcome."""

    start: dt.datetime
    minutes: int
    apart: bool
    touch: bool = False


def offer_ideas(
    ideas: Iterable[DateIdea],
    evening: Evening,
    wish: DateWish,
    used: Mapping[str, dt.date],
    seed: str,
    deciders: Deciders,
) -> list[tuple[str | None, DateIdea]]:
    """Up to three ideas with their roles (or ``None``), no idea twice.

    Budget is a maximum; what the people never want, what takes too long, what is out of season, not for this weather or
    not for people apart is out, whoever decides about the rest. ``used`` has the day on which each idea was last
    offered.
    """
    forecast = deciders.forecast(evening.start.date())
    fitting = {idea.slug: idea for idea in ideas if _fits(idea, evening, wish) and _stays_dry(idea, forecast)}
    asked = IdeaWish(
        start=evening.start,
        minutes=evening.minutes,
        budget=wish.budget,
        currency=wish.currency,
        apart=evening.apart,
        touch=evening.touch,
        forecast=forecast,
        seed=seed,
    )
    found = deciders.rank(tuple(fitting.values()), asked, IdeaHistory(offered=dict(used)))
    in_order = {ranked.slug: ranked.role for ranked in reversed(found)}  # of two places for one idea the better counts
    ranked = [(in_order[slug], fitting[slug]) for slug in dict.fromkeys(one.slug for one in found)]
    return list(ranked[:OFFERED])


def describe(offers: Sequence[tuple[str | None, DateIdea]], currency: str) -> str:
    """The text of a date night that is still open."""
    if not offers:
        return "This time is kept free for a date."
    count = {1: "An idea", 2: "Two ideas"}.get(len(offers), "Three ideas")
    lines = [f"Choose when the day comes, or do something else. {count}:"]
    for role, idea in offers:
        cost = f"about {idea.cost:g} {currency}" if idea.cost else "costs nothing"
        title = f"{ROLES[role]}: {idea.title}" if role in ROLES else idea.title
        lines.append(f"{title}. {idea.text} ({idea.minutes} min, {cost})")
    return "\n\n".join(lines)


def _stays_dry(idea: DateIdea, forecast: Forecast | None) -> bool:
    """Whether the weather, as far as it is known, is what the idea needs."""
    if forecast is None or idea.weather == "any":
        return True
    if idea.weather == "clear" and forecast.clear is False:
        return False
    return forecast.dry is not False


def _fits(idea: DateIdea, evening: Evening, wish: DateWish) -> bool:
    return (
        idea.minutes <= evening.minutes
        and (wish.budget is None or idea.cost <= wish.budget)
        and (evening.touch or not idea.touch)
        and not wish.never.intersection((*idea.contains, *idea.tags, idea.slug))
        and (idea.setting == "apart") == evening.apart
        and (not idea.parts or _part(evening.start) in idea.parts)
        and (not idea.seasons or season(evening.start.date(), wish) in idea.seasons)
    )


def _part(start: dt.datetime) -> str:
    hour = start.hour
    return "morning" if hour < 11 else "midday" if hour < 14 else "afternoon" if hour < 18 else "evening"
