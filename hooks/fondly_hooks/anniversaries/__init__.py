"""The built-in anniversaries: birthdays of the people, and the days that the config names."""

from __future__ import annotations

from collections.abc import Iterator

from fondly_hooks.markers import hookimpl
from fondly_hooks.types.content import Anniversary
from fondly_hooks.types.people import Relationship, RememberedDate


@hookimpl
def fondly_anniversaries(relationship: Relationship) -> Iterator[Anniversary]:
    """A birthday for each person who has one, and each remembered date."""
    for person in relationship.people:
        if person.birthday:
            yield Anniversary(
                id=f"birthday-{person.id}",
                name=person.name,
                origin=person.birthday,
                kind="birthday",
                people=(person.id,),
                leap_day=person.leap_day,
            )
    for date in relationship.remembered:
        yield Anniversary(
            id=date.id,
            name=date.name,
            origin=date.date,
            kind=date.kind,
            people=date.people,
            secret_from=date.secret_from,
            leap_day=date.leap_day,
            remind=date.remind,
            why_not=_why_not(date),
        )


def _why_not(date: RememberedDate) -> str | None:
    if date.calendar != "gregorian":
        return f"days of the {date.calendar} calendar are not planned yet"
    if "year" not in date.repeat:
        return "it does not repeat yearly, and other rhythms are not planned yet"
    return None
