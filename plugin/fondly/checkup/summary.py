"""What each part of the config does, in a few plain lines."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence

from fondly.planner.claims import DATE, Claim
from fondly.preparing import Prepared
from fondly_hooks.types.cadence import Cadence
from fondly_hooks.types.content import Anniversary, Practice
from fondly_hooks.types.people import Person, Relationship
from fondly_hooks.types.times import DayRange, hours_text
from fondly_hooks.words import MONTHS

DAYS_IN = {"day": 1, "week": 7, "month": 365.2425 / 12, "quarter": 365.2425 / 4, "year": 365.2425}
INCLUDED = ("practices", "dates", "anniversaries", "custom")
Part = tuple[str, tuple[str, ...]]


def summary(
    prepared: Prepared, claims: Sequence[Claim], practices: Iterable[Practice], days: Iterable[Anniversary]
) -> tuple[Part, ...]:
    """The parts in the order of the file, each with its lines. What is secret from ``me`` is not among the days."""
    relationship = prepared.relationship
    people = [relationship.person(model.id) for model in prepared.config.model.people]
    seen = [day for day in days if relationship.me not in day.secret_from]
    names = [f"{day.name} (birthday)" if day.kind == "birthday" else day.name for day in seen]
    busy = [f"{relationship.person(one.person).name}: {one.path.name}" for one in prepared.config.busy]
    return (
        ("People", tuple(_person(person, relationship) for person in people)),
        ("Rhythm", tuple(_rhythm(relationship, claims))),
        ("Practices", tuple(_practices(claims, practices))),
        ("Date nights", (_dates(relationship, claims),)),
        ("Anniversaries", (f"{', '.join(names)} ({len(names)})" if names else "none yet",)),
        ("Busy times", tuple(busy) or ("none are read",)),
        (
            "Places",
            tuple(_places(prepared, people)) or ("none yet, so nothing is delivered; add one under 'outputs:'",),
        ),
    )


def _person(person: Person, relationship: Relationship) -> str:
    words = [person.timezone, *(f"{visit.timezone} {_days(visit.days)}" for visit in person.visits)]
    return f"{person.name}{' (you)' if person.id == relationship.me else ''}, {', '.join(words)}"


def _rhythm(relationship: Relationship, claims: Iterable[Claim]) -> Iterator[str]:
    rhythm = relationship.rhythm
    begin, end = rhythm.quiet
    quiet = f", never {hours_text(rhythm.quiet)}" if begin != end else ""
    yield f"at most {rhythm.most_per_week} a week and {rhythm.most_per_day} a day{quiet}"
    wanted = sum(_per_week(claim.every) for claim in claims if not claim.private)
    room = min(rhythm.most_per_week, 7 * rhythm.most_per_day)
    if wanted > room:
        share = f"each gets its share of {room}" if room else "none of them comes"
        yield f"practices and date nights ask for {wanted:.1f} a week, so {share}"
    if rhythm.pauses:
        yield f"rests {', '.join(_days(pause) for pause in rhythm.pauses)}"


def _practices(claims: Iterable[Claim], practices: Iterable[Practice]) -> Iterator[str]:
    on = {claim.family: str(claim.every) for claim in claims if claim.family != DATE}
    by_rhythm: dict[str, list[str]] = {}
    for slug, every in sorted(on.items(), key=lambda one: _often(one[1], claims)):
        by_rhythm.setdefault(every, []).append(slug)
    for every, slugs in by_rhythm.items():
        yield f"{every}: {', '.join(slugs)}"
    rest = [practice.slug for practice in practices if practice.slug not in on]
    if rest:
        yield f"not by themselves: {', '.join(rest)}"


def _often(every: str, claims: Iterable[Claim]) -> float:
    return -next(_per_week(claim.every) for claim in claims if str(claim.every) == every)


def _dates(relationship: Relationship, claims: Iterable[Claim]) -> str:
    dates = relationship.dates
    if not any(claim.family == DATE for claim in claims):
        return "none are planned"
    cost = "" if dates.budget is None else f", up to {dates.budget:g} {dates.currency}"
    return f"{dates.every}, {dates.minutes} minutes, {', '.join(map(str, dates.at))}{cost}"


def _places(prepared: Prepared, people: Sequence[Person]) -> Iterator[str]:
    for ready in prepared.outputs:
        spec = ready.spec
        names = [person.name for person in people if person.id in spec.seen_by]
        what = "everything" if spec.include == set(INCLUDED) else ", ".join(w for w in INCLUDED if w in spec.include)
        more = [f"{spec.titles} titles"] if spec.titles != "full" else []
        more += ["practices as to-dos"] if spec.todo else []
        more += ["with alarms"] if spec.alarms else []
        seen = f"seen by {' and '.join(names)}: {what}" if names else "seen by nobody: nothing"
        yield ", ".join([f"{spec.name} ({spec.kind}), {seen}", *more])


def _per_week(every: Cadence) -> float:
    days = DAYS_IN[every.unit]
    return 7 * every.count / days if every.mode == "per" else 7 / (days * every.count)


def _days(span: DayRange) -> str:
    return f"{_day(span.first)} to {_day(span.last)}" if span.first != span.last else _day(span.first)


def _day(day: dt.date) -> str:
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"
