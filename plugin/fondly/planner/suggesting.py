"""Which suggestion a turn of a practice gets."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from fondly.planner.records import LONG_AGO, History
from fondly.planner.seasons import season
from fondly_hooks.chance import chance, mixed
from fondly_hooks.types.content import Practice, Suggestion
from fondly_hooks.types.people import Relationship
from fondly_hooks.words import MONTHS

ENERGY = {"low": 1, "medium": 2, "high": 3}
LOVED_COUNTS = 3  # how many times a day of rest counts for what somebody loved


@dataclass(frozen=True, slots=True)
class Moment:
    """What the choice depends on: the day, the turn's period, the minutes, who is there, whether they are apart."""

    day: dt.date
    period: str
    minutes: int
    together: bool
    apart: bool


def key_of(practice: Practice, suggestion: Suggestion) -> str:
    """How the journal and the commands name a suggestion: ``gratitude/one-small-thing``."""
    return f"{practice.slug}/{suggestion.slug}"


class Suggester:
    """Chooses suggestions, and knows what was used: `use` tells it.

    It keeps what fits which kind of moment, and the luck of each suggestion, since moments are alike.
    """

    def __init__(self, relationship: Relationship, history: History, first_use: dt.date) -> None:
        self.relationship, self.history, self.first_use = relationship, history, first_use
        self.used = dict(history.suggestions)
        self._fitting: dict[tuple[object, ...], list[tuple[str, Suggestion]]] = {}
        self._luck: dict[str, int] = {}

    def use(self, key: str, day: dt.date) -> None:
        """Write down that a suggestion comes on that day."""
        self.used[key] = max(day, self.used.get(key, day))

    def choose(self, practice: Practice, moment: Moment) -> tuple[str, Suggestion] | None:
        """The eligible suggestion that rested longest, with its key; ``None`` where none is eligible.

        What was never used comes before all that was, and of that, for people apart, what is made for it. A day of rest
        counts threefold for what somebody loved. Ties are decided by a hash of the relationship's id, the practice's
        suggestion and the period.
        """
        fitting = self.eligible(practice, moment)
        fresh = [pair for pair in fitting if pair[0] not in self.used]
        if moment.apart:
            fresh = [pair for pair in fresh if pair[1].setting == "apart"] or fresh
        if not fresh:
            rests = {key: self._rest(key, moment.day) for key, _ in fitting}
            longest = max(rests.values(), default=0)
            fresh = [pair for pair in fitting if rests[pair[0]] == longest]
        turn = chance(moment.period)
        return min(fresh, key=lambda pair: (mixed(self._luck_of(pair[0]), turn), pair[0]), default=None)

    def eligible(self, practice: Practice, moment: Moment) -> Sequence[tuple[str, Suggestion]]:
        """What suits the people, the slot, the season and how long fondly has been in use, each with its key."""
        time_of_year = season(moment.day, self.relationship.dates)
        depth = self.depth_on(moment.day)
        kind = (practice.slug, moment.minutes, moment.together, moment.apart, depth, time_of_year)
        found = self._fitting.get(kind)
        if found is None:
            found = self._fitting[kind] = [
                (key, one)
                for one in practice.suggestions
                if (key := key_of(practice, one)) not in self.history.never
                # What each does alone serves people together too, where the practice is of that kind.
                and (one.together == moment.together or (moment.together and not practice.together))
                and one.minutes <= moment.minutes
                and self.is_welcome(practice, one, moment.apart)
                and one.depth <= depth
                and (not one.seasons or time_of_year in one.seasons)
            ]
        resting: Mapping[str, dt.date] = self.history.not_before
        return [pair for pair in found if resting.get(pair[0], moment.day) <= moment.day] if resting else found

    def is_welcome(self, practice: Practice, one: Suggestion, apart: bool) -> bool:
        """Whether its touch, its energy and, for people ``apart``, its place are what the people want."""
        wish = self.relationship.wish(practice.slug)
        far = one.setting in ("apart", "anywhere") and not one.touch
        return (
            (far or not apart)
            and (self.relationship.rhythm.touch or not one.touch)
            and ENERGY[one.energy] <= ENERGY[wish.energy or "high"]
        )

    def why(self, key: str, suggestion: Suggestion, moment: Moment) -> str:
        """Why this one of all that suit, in one plain sentence."""
        last = self.used.get(key)
        if last is None and moment.apart and suggestion.setting == "apart":
            return "You have not had this suggestion yet, and it is made for the distance between you then."
        if last is None:
            return "You have not had this suggestion yet."
        rest = "" if last == LONG_AGO else f"since {last.day} {MONTHS[last.month - 1]} {last.year}"
        if key in self.history.loved:
            return f"It was loved, so it comes back sooner; it rested {rest or 'for more than a year'}."
        return f"Of what suits, this suggestion rested longest{rest and ', '}{rest}."

    def depth_on(self, day: dt.date) -> int:
        """How deep a suggestion may be then: light in the first two weeks of use, middling in the first eight."""
        weeks = (day - self.first_use).days // 7
        return min(1 if weeks < 2 else 2 if weeks < 8 else 3, self.relationship.rhythm.depth)

    def _rest(self, key: str, day: dt.date) -> int:
        """How many days it rested; what was used on a day that is forgotten, rested longest."""
        last = self.used[key]
        days = (day - last).days if last != LONG_AGO else day.toordinal()
        return days * LOVED_COUNTS if key in self.history.loved and days > 0 else days

    def _luck_of(self, key: str) -> int:
        if key not in self._luck:
            self._luck[key] = chance(self.relationship.id, key)
        return self._luck[key]
