"""Three ideas for a date night: a familiar one, a new one, an effortless one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from fondly.planner.records import LONG_AGO
from fondly.planner.seasons import season
from fondly_hooks.chance import chance
from fondly_hooks.types.content import DateIdea
from fondly_hooks.types.people import DateWish

ROLES = {"familiar": "Something familiar", "new": "Something new", "effortless": "Next to no effort"}


@dataclass(frozen=True, slots=True)
class Evening:
    """What the choice depends on: its beginning and length, whether the people are apart, whether touch is welcome."""

    start: dt.datetime
    minutes: int
    apart: bool
    touch: bool = False


def offer_ideas(
    ideas: Iterable[DateIdea], evening: Evening, wish: DateWish, used: Mapping[str, dt.date], salt: str
) -> list[tuple[str, DateIdea]]:
    """Up to three ideas with their roles, no idea twice, those offered longest ago first.

    Budget is a maximum; what the people never want, what takes too long, what is out of season or not for people apart
    is out. ``used`` has the day on which each idea was last offered.
    """

    def age(idea: DateIdea) -> tuple[bool, dt.date, int]:
        last = used.get(idea.slug)
        return last is not None, last or LONG_AGO, chance(salt, idea.slug, evening.start.date())

    fitting = sorted((idea for idea in ideas if _fits(idea, evening, wish)), key=age)
    chosen: list[tuple[str, DateIdea]] = []

    def take(role: str, tests: Iterable[bool]) -> None:
        taken = [idea for _, idea in chosen]
        open_ideas = [idea for idea, test in zip(fitting, tests, strict=True) if idea not in taken and test]
        chosen.extend((role, idea) for idea in open_ideas[:1])

    novel = ["shared-experiences" in idea.serves for idea in fitting]
    unused = [idea.slug not in used for idea in fitting]
    take("new", [all(pair) for pair in zip(novel, unused, strict=True)])
    if not chosen:
        take("new", unused if any(unused) else novel)
    take("effortless", [idea.effort == 1 for idea in fitting])
    take("familiar", [idea.energy == "low" for idea in fitting])
    return sorted(chosen, key=lambda pair: list(ROLES).index(pair[0]))


def describe(offers: Iterable[tuple[str, DateIdea]], currency: str) -> str:
    """The text of a date night that is still open."""
    lines = ["Choose when the day comes, or do something else. Three ideas:"]
    for role, idea in offers:
        cost = f"about {idea.cost:g} {currency}" if idea.cost else "costs nothing"
        lines.append(f"{ROLES[role]}: {idea.title}. {idea.text} ({idea.minutes} min, {cost})")
    return "\n\n".join(lines) if len(lines) > 1 else "This time is kept free for a date."


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
