"""Which suggestion a turn of a practice gets."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from fondly.planner.chance import chance
from fondly.planner.slots import Need
from fondly_hooks.types.content import Practice, Suggestion
from fondly_hooks.types.people import Rhythm

NEVER = dt.date.min


@dataclass(frozen=True, slots=True)
class Moment:
    """What the choice depends on: the day, the slot, whether the people are apart, the first day of use."""

    day: dt.date
    period: str
    need: Need
    apart: bool
    first_use: dt.date


def suggest(
    practice: Practice, moment: Moment, rhythm: Rhythm, used: Mapping[str, dt.date], salt: str
) -> Suggestion | None:
    """The eligible suggestion that was used longest ago, ties by chance; ``None`` where none is eligible.

    ``used`` has the last day of each ``practice/suggestion``. The length of the slot is the practice's, never the
    suggestion's, so that a new version of the catalogue moves nothing.
    """

    def age(suggestion: Suggestion) -> tuple[dt.date, int]:
        key = f"{practice.slug}/{suggestion.slug}"
        return used.get(key, NEVER), chance(salt, key, practice.slug, moment.period)

    return min(eligible(practice, moment, rhythm), key=age, default=None)


def eligible(practice: Practice, moment: Moment, rhythm: Rhythm) -> list[Suggestion]:
    """The suggestions that suit the people, the slot and how long fondly has been in use."""
    together = len(moment.need.people) > 1
    fitting = [
        suggestion
        for suggestion in practice.suggestions
        if suggestion.together == together
        and suggestion.minutes <= moment.need.minutes
        and suggestion.depth <= depth_on(moment.day, moment.first_use, rhythm)
        and (rhythm.touch or not suggestion.touch)
    ]
    if not moment.apart:
        return fitting
    return [one for one in fitting if one.setting in ("apart", "anywhere") and not one.touch]


def depth_on(day: dt.date, first_use: dt.date, rhythm: Rhythm) -> int:
    """How deep a suggestion may be on that day: light in the first two weeks of use, middling in the first eight."""
    weeks = (day - first_use).days // 7
    return min(1 if weeks < 2 else 2 if weeks < 8 else 3, rhythm.depth)
