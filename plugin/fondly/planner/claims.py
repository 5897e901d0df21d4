"""Who claims turns in a quarter: the practices that are on, and date nights."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from fondly.planner.board import Item
from fondly.planner.periods import DAY, Quarter, occurrences, quarters_between
from fondly.planner.shares import shares, spread
from fondly.planner.slots import Need, Slots
from fondly_hooks.types.cadence import Cadence
from fondly_hooks.types.content import Practice
from fondly_hooks.types.entries import LeftOut
from fondly_hooks.types.people import Relationship
from fondly_hooks.types.times import Span

DATE = "date"
ON_REQUEST_ONLY = frozenset({"forgiveness"})  # planned for nobody who did not ask (facts/practices.md)


@dataclass(frozen=True, slots=True)
class Claim:
    """What one family wants: how often, with which windows, and, for a practice, its record."""

    family: str
    prefix: str
    every: Cadence
    need: Need
    practice: Practice | None = None

    @property
    def private(self) -> bool:
        """Whether ``me`` alone sees it; such a thing uses no budget, so that its being there changes nothing else."""
        return self.practice is not None and self.practice.private


def claims(relationship: Relationship, practices: Iterable[Practice]) -> tuple[list[Claim], list[LeftOut]]:
    """All claims in order of their families, and the practices that make none, with the reason."""
    found: list[Claim] = []
    left_out: list[LeftOut] = []
    everybody = relationship.taking_part
    for practice in sorted(practices, key=lambda practice: practice.slug):
        wish = relationship.wish(practice.slug)
        every = wish.every or practice.every
        hidden = relationship.others if practice.private else ()
        if every.mode == "off":
            left_out.append(LeftOut(f"practice/{practice.slug}", f"{practice.name} is switched off.", hidden))
            continue
        if every.mode == "request" or practice.slug in ON_REQUEST_ONLY:
            left_out.append(LeftOut(f"practice/{practice.slug}", f"{practice.name} comes on request only.", hidden))
            continue
        together = is_together(practice, relationship)
        need = Need(
            wish.at or practice.at, wish.minutes or practice.minutes, everybody if together else (relationship.me,)
        )
        found.append(Claim(practice.slug, f"practice/{practice.slug}", every, need, practice))
    dates = relationship.dates
    if len(everybody) > 1 and dates.every.is_planned and dates.at:
        found.append(Claim(DATE, "date", dates.every, Need(dates.at, dates.minutes, everybody)))
    return found, left_out


def is_together(practice: Practice, relationship: Relationship) -> bool:
    """Whether it is done together: as the people say, else as it is meant; never where nobody else takes part."""
    wish = relationship.wish(practice.slug)
    return (practice.together if wish.together is None else wish.together) and len(relationship.taking_part) > 1


def turn_ids(relationship: Relationship, practices: Iterable[Practice], days: Span) -> set[str]:
    """The ids of all turns that could come in the quarters of these days, two dates, whether they come or not."""
    found, _ = claims(relationship, practices)
    quarters = list(quarters_between(days.start, days.end - DAY))
    return {
        turn.id
        for claim in found
        for quarter in quarters
        for turn in occurrences(claim.every, claim.prefix, quarter, relationship.id, bare=claim.family == DATE)
    }


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a turn does not come, and the days it could have fallen on."""

    family: str
    why: str
    days: tuple[dt.date, ...]


@dataclass(frozen=True, slots=True)
class Offer:
    """A quarter's turns that could come, by family, how many of each there is room for, and those that cannot come."""

    quarter: Quarter
    turns: Mapping[str, tuple[Item, ...]]
    granted: Mapping[str, int]
    private: tuple[Item, ...]
    impossible: Mapping[str, Refusal]


def offer(quarter: Quarter, all_claims: Iterable[Claim], relationship: Relationship, slots: Slots) -> Offer:
    """Divide the quarter's room among the claims.

    Cadences are ceilings. Date nights come first, as long as every practice can still have one turn, and one of them in
    any case; the practices divide the rest by cadence.
    """
    impossible: dict[str, Refusal] = {}
    turns: dict[str, tuple[Item, ...]] = {}
    private: list[Item] = []
    open_days = frozenset(day for day in quarter.days if not slots.paused(day))
    for claim in all_claims:
        items = []
        possible = slots.days(quarter.days, claim.need) & open_days
        bare = claim.family == DATE
        for occurrence in occurrences(claim.every, claim.prefix, quarter, relationship.id, bare=bare):
            days = tuple(day for day in occurrence.days if day in possible)
            if days:
                items.append(Item(occurrence, claim.family, claim.need, days))
            else:
                why = _why_never(occurrence.days, claim, slots)
                impossible[occurrence.id] = Refusal(claim.family, why, occurrence.days)
        if claim.private:
            private += items
        else:
            turns[claim.family] = tuple(items)
    return Offer(quarter, turns, _granted(quarter, turns, relationship, slots), tuple(private), impossible)


def choose(offer: Offer, relationship: Relationship) -> list[Item]:
    """The turns that come: as many of each family as there is room for, evenly spread."""
    chosen: list[Item] = []
    for family, items in offer.turns.items():
        chosen += spread(items, offer.granted[family], f"{relationship.id}/{offer.quarter}/{family}")
    return chosen


def _granted(
    quarter: Quarter, turns: Mapping[str, tuple[Item, ...]], relationship: Relationship, slots: Slots
) -> dict[str, int]:
    rhythm = relationship.rhythm
    room = 0
    for monday in quarter.weeks:
        open_days = sum(not slots.paused(monday + step * DAY) for step in range(7))
        room += min(rhythm.most_per_week, open_days * rhythm.most_per_day)
    demands = {family: len(items) for family, items in turns.items()}
    dates = demands.pop(DATE, 0)
    total = sum(demands.values()) + dates
    if total > room:
        practices = sum(count > 0 for count in demands.values())
        dates = min(dates, max(room - practices, min(room, 1)))
    return shares(room - dates, demands, f"{relationship.id}/{quarter}") | {DATE: dates}


def _why_never(days: Iterable[dt.date], claim: Claim, slots: Slots) -> str:
    if all(slots.paused(day) for day in days):
        return "Everything rests in these days: they are a pause."
    windows = ", ".join(map(str, claim.need.at))
    return f"No {claim.need.minutes} minutes lie inside its windows ({windows}) and outside quiet hours and pauses."
