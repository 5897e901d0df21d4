"""Days to remember as people know them: with or without a year, in this calendar or in another."""

from __future__ import annotations

import calendar
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

OtherCalendar = Literal["hebrew", "islamic", "chinese", "persian"]
# The most months and the most days of a month; Hebrew months count from Nisan, so that 13 is Adar II.
LARGEST = {
    "hebrew": (13, 30),
    "islamic": (12, 30),
    "chinese": (12, 30),
    "persian": (12, 31),
}
LONG_PERSIAN_MONTHS = 6  # the others have at most 30 days

_PARTIAL = re.compile(r"(?:([0-9]{4})|-)-([0-9]{2})-([0-9]{2})")


@dataclass(frozen=True, slots=True)
class PartialDate:
    """A day of the year, with its year where that is known. 29 February without a year is a day too."""

    month: int
    day: int
    year: int | None = None

    def __str__(self) -> str:
        """The text that `parse_partial_date` reads back as this very day."""
        year = "-" if self.year is None else f"{self.year:04d}"
        return f"{year}-{self.month:02d}-{self.day:02d}"


def parse_partial_date(text: str) -> PartialDate:
    """Read ``2015-06-20`` or ``--07-04``; raises ``ValueError`` with what would be right."""
    match = _PARTIAL.fullmatch(text.strip())
    if not match:
        raise ValueError(f"'{text}' is no date: write YYYY-MM-DD, or --MM-DD where the year is not known")
    year = int(match[1]) if match[1] else None
    month, day = int(match[2]), int(match[3])
    # A stand-in year must be a leap year, or 29 February would be lost (facts: Monica, khal).
    check_day(2000 if year is None else year, month, day, text)
    return PartialDate(month, day, year)


def check_day(year: int, month: int, day: int, text: str) -> None:
    """Raise ``ValueError`` with what is wrong in ``text`` where no calendar has that day."""
    if year < 1:
        raise ValueError(f"'{text}' is no day of the calendar: years begin with 0001")
    if not 1 <= month <= 12:
        raise ValueError(f"'{text}' is no day of the calendar: months go from 01 to 12")
    last = calendar.monthrange(year, month)[1]
    if not 1 <= day <= last:
        raise ValueError(f"'{text}' is no day of the calendar: that month has the days 01 to {last}")


@dataclass(frozen=True, slots=True)
class CalendarDate:
    """A day of another calendar. ``leap_month`` is for the Chinese one, where a leap month bears the number before."""

    calendar: OtherCalendar
    month: int
    day: int
    year: int | None = None
    leap_month: bool = False


def read_calendar_date(fields: Mapping[str, Any]) -> CalendarDate:
    """Read ``{calendar, month, day}`` with ``year`` and ``leap_month`` where they are known.

    The values have their types already. Raises ``ValueError`` where that calendar has no such month or day.
    """
    date = CalendarDate(**fields)
    if date.calendar not in get_args(OtherCalendar):
        raise ValueError(f"there is no calendar '{date.calendar}' here; known are {', '.join(get_args(OtherCalendar))}")
    months, days = LARGEST[date.calendar]
    if date.calendar == "persian" and date.month > LONG_PERSIAN_MONTHS:
        days = 30
    if not 1 <= date.month <= months:
        raise ValueError(f"the {date.calendar} calendar has months from 1 to {months}")
    if not 1 <= date.day <= days:
        raise ValueError(f"that month of the {date.calendar} calendar has at most {days} days")
    if date.leap_month and date.calendar != "chinese":
        raise ValueError("leap_month is for the chinese calendar alone")
    return date


def calendar_date_fields(date: CalendarDate) -> dict[str, Any]:
    """The fields that `read_calendar_date` reads back as this very day."""
    fields: dict[str, Any] = {"calendar": date.calendar, "month": date.month, "day": date.day}
    if date.year is not None:
        fields["year"] = date.year
    if date.leap_month:
        fields["leap_month"] = True
    return fields
