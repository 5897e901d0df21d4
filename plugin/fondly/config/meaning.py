"""What the model of a config file means, as the records that the rest of fondly speaks of."""

from __future__ import annotations

import datetime as dt
from types import MappingProxyType

from fondly.config.models import ConfigModel, DaySpan, OutputModel, RememberedModel
from fondly.config.places import place_of
from fondly.config.records import OutputSpec
from fondly_hooks.types.dates import CalendarDate, PartialDate
from fondly_hooks.types.people import (
    DateWish,
    Person,
    Place,
    PracticeWish,
    Relationship,
    RememberedDate,
    Rhythm,
    Visit,
)
from fondly_hooks.types.times import DayRange


def relationship_of(model: ConfigModel) -> Relationship:
    """The people and what they share."""
    dates, rhythm = model.dates, model.rhythm
    return Relationship(
        id=model.id,
        people=tuple(
            Person(
                id=person.id,
                name=person.name,
                timezone=person.timezone or model.timezone,
                birthday=person.birthday,
                leap_day=person.leap_day,
                visits=tuple(Visit(_range(visit), visit.timezone) for visit in person.visits),
                apart=person.apart,
                takes_part=person.takes_part,
            )
            for person in sorted(model.people, key=lambda person: person.id)
        ),
        me=model.me,
        timezone=model.timezone,
        language=model.language,
        rhythm=Rhythm(
            most_per_week=rhythm.most_per_week,
            most_per_day=rhythm.most_per_day,
            quiet=rhythm.quiet,
            horizon=rhythm.horizon.days,
            date_horizon=2 * rhythm.horizon.days,
            anniversary_horizon=model.anniversaries.horizon.days,
            tidy=rhythm.tidy.days,
            depth=rhythm.depth,
            touch=rhythm.touch,
            pauses=tuple(_range(pause) for pause in rhythm.pauses),
        ),
        practices=MappingProxyType(
            {
                slug: PracticeWish(
                    every=wish.every,
                    at=None if wish.at is None else tuple(wish.at),
                    minutes=wish.minutes,
                    together=None if wish.with_ is None else wish.with_ == "together",
                    energy=wish.energy,
                )
                for slug, wish in sorted(model.practices.items())
            }
        ),
        dates=DateWish(
            every=dates.every,
            at=tuple(dates.at),
            minutes=dates.minutes,
            budget=dates.budget,
            currency=dates.currency,
            place=Place(dates.place.name, dates.place.latitude, dates.place.longitude)
            if dates.place
            else place_of(model.timezone),
            never=frozenset(dates.never),
            sitter=dates.sitter,
        ),
        remembered=tuple(_remembered(date) for date in sorted(model.anniversaries.dates, key=lambda date: date.id)),
    )


def _range(span: DaySpan) -> DayRange:
    return DayRange(span.from_, span.to)


def _remembered(date: RememberedModel) -> RememberedDate:
    other = date.date if isinstance(date.date, CalendarDate) else None
    return RememberedDate(
        id=date.id,
        name=date.name,
        date=PartialDate(other.month, other.day, other.year) if other else date.date,
        kind=date.kind,
        calendar=other.calendar if other else "gregorian",
        leap_month=other.leap_month if other else False,
        people=tuple(sorted(date.people)),
        secret_from=tuple(sorted(date.secret_from)),
        leap_day=date.leap_day,
        repeat=tuple(date.repeat),
        milestones=tuple(date.milestones),
        remind=tuple(dt.timedelta(days=length.days) for length in sorted(date.remind, key=lambda one: -one.days)),
    )


def output_of(output: OutputModel) -> OutputSpec:
    """One output, its defaults decided."""
    everything = ("practices", "dates", "anniversaries", "custom")
    return OutputSpec(
        name=output.name,
        kind=output.kind,
        seen_by=frozenset(output.seen_by),
        include=frozenset(everything if output.include is None else output.include),
        titles=output.titles,
        details=output.titles != "busy" if output.details is None else output.details,
        alarms=len(set(output.seen_by)) == 1 if output.alarms is None else output.alarms,
        todo=output.practices_as == "todo",
    )
