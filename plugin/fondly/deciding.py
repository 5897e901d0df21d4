"""What plugins decide while a plan is made: the order of date ideas, and the weather."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from functools import cache
from typing import Any

from fondly.planner import Deciders
from fondly.plugins import Plugins
from fondly_hooks.types.content import DateIdea
from fondly_hooks.types.ideas import Forecast, IdeaHistory, IdeaWish, RankedIdea
from fondly_hooks.types.people import Relationship

DAYS_OF_WEATHER = 10  # further ahead nobody knows it


def deciders_of(plugins: Plugins, relationship: Relationship, now: dt.datetime) -> Deciders:
    """The deciders of these plugins, each day's weather asked once. ``now`` is the clock of ``me``."""
    last = now.date() + dt.timedelta(days=DAYS_OF_WEATHER)

    @cache
    def forecast(day: dt.date) -> Forecast | None:
        if not now.date() <= day < last:
            return None
        found: Forecast | None = plugins.decide(
            "fondly_weather", lambda answer: forecast_fault(answer, day), relationship=relationship, day=day
        )
        return found

    def rank(ideas: Sequence[DateIdea], wish: IdeaWish, history: IdeaHistory) -> Sequence[RankedIdea]:
        slugs = frozenset(idea.slug for idea in ideas)
        found: Sequence[RankedIdea] | None = plugins.decide(
            "fondly_rank_date_ideas",
            lambda answer: ranking_fault(answer, slugs),
            ideas=ideas,
            wish=wish,
            history=history,
        )
        return [RankedIdea(slug=idea.slug) for idea in ideas] if found is None else found

    return Deciders(rank, forecast)


def forecast_fault(answer: Any, day: dt.date) -> str | None:
    """What is wrong with a forecast for that day, if anything is."""
    if not isinstance(answer, Forecast):
        return f"gave a {type(answer).__name__} where a Forecast belongs"
    if answer.day != day:
        return f"gave the weather of {answer.day}, and was asked for that of {day}"
    flags = (answer.dry, answer.clear)
    return None if all(isinstance(flag, bool | None) for flag in flags) else "dry and clear must be True, False or None"


def ranking_fault(answer: Any, slugs: frozenset[str]) -> str | None:
    """What is wrong with an order of the ideas of these slugs, if anything is."""
    if not isinstance(answer, (list, tuple)):
        return f"gave a {type(answer).__name__} where a sequence of RankedIdea belongs"
    for ranked in answer:
        if not isinstance(ranked, RankedIdea):
            return f"gave a {type(ranked).__name__} where a RankedIdea belongs"
        if ranked.slug not in slugs:
            return f"puts '{ranked.slug}' in order, which is not among the ideas"
        if ranked.role not in (None, "familiar", "new", "effortless"):
            return f"{ranked.slug}: role must be familiar, new, effortless or None"
    return None
