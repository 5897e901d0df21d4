"""Days to remember as people write them: with a year or without, in this calendar or in another."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from fondly.config.patterns import DAY, PARTIAL
from fondly_hooks.types.dates import (
    LARGEST,
    CalendarDate,
    PartialDate,
    calendar_date_fields,
    parse_partial_date,
    read_calendar_date,
)

REMEDY = "write YYYY-MM-DD, or --MM-DD where the year is not known"


@st.composite
def partial_dates(draw: st.DrawFn) -> PartialDate:
    """Any day, its year known or not; leap days more often than they come."""
    if draw(st.integers(0, 4)) == 0:
        return PartialDate(2, 29, draw(st.sampled_from([None, 4, 1992, 2000, 9996])))
    day = draw(st.dates())
    return PartialDate(day.month, day.day, day.year if draw(st.booleans()) else None)


@given(partial_dates())
def test_partial_date_undoes_str(date: PartialDate) -> None:
    """Each date reads back from its own text, with its year or without, and an editor accepts it."""
    assert parse_partial_date(str(date)) == date
    assert re.fullmatch(PARTIAL, str(date))


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("2015-06-20", PartialDate(6, 20, 2015)),
        ("--07-04", PartialDate(7, 4)),
        ("--02-29", PartialDate(2, 29)),
        ("1992-02-29", PartialDate(2, 29, 1992)),
        ("0001-01-01", PartialDate(1, 1, 1)),
        (" 2015-06-20 ", PartialDate(6, 20, 2015)),
    ],
)
def test_partial_dates(text: str, date: PartialDate) -> None:
    """A date with a year, and one without, the twenty-ninth of February among them."""
    assert parse_partial_date(text) == date


@pytest.mark.parametrize(
    "text",
    [
        "",
        "20 June 2015",
        "2015-6-20",
        "20.06.2015",
        "06-20",
        "2015/06/20",
        "-07-04",
        "---07-04",
        "2015",
        "2015--06-20",
        "2015-06-20 18:00",
        "２０１５-06-20",
    ],
)
def test_a_date_of_another_form_is_refused(text: str) -> None:
    """What is not written as a date is told how to be written."""
    with pytest.raises(ValueError, match=REMEDY):
        parse_partial_date(text)
    assert not re.fullmatch(PARTIAL, text)


@pytest.mark.parametrize(
    "text", ["1990-02-29", "1900-02-29", "2015-13-01", "--04-31", "--00-10", "--02-30", "0000-01-01", "--01-00"]
)
def test_a_day_that_does_not_exist_is_refused(text: str) -> None:
    """A day that no calendar has is told as such."""
    with pytest.raises(ValueError, match=f"'{text}' is no day of the calendar"):
        parse_partial_date(text)


@given(
    st.text()
    | st.text("0123456789- ", max_size=12)
    | st.builds("{}-{:02d}-{:02d}".format, st.sampled_from(["2015", "1992", "1990", "-"]), *[st.integers(0, 32)] * 2)
)
@example("\t2015-06-20\n")
@example("1990-02-29")
def test_any_text_is_a_date_or_refused(text: str) -> None:
    """Any text gives a date that can be written again, or ``ValueError`` with what would be right.

    An editor with the schema says the same, but for what no expression can tell: which years have a 29 February, and
    that the year 0000 is none.
    """
    told, date = "", None
    try:
        date = parse_partial_date(text)
    except ValueError as problem:
        told = str(problem)
    if date is not None:
        assert parse_partial_date(str(date)) == date
        assert re.fullmatch(PARTIAL, text)
    else:
        assert REMEDY in told or "is no day of the calendar" in told
        assert not re.fullmatch(PARTIAL, text) or text.strip().endswith("-02-29") or text.strip().startswith("0000-")


@given(st.dates().map(str) | st.text("0123456789-", max_size=10))
def test_schema_accepts_every_day(text: str) -> None:
    """An editor accepts every day of the calendar; whether a day exists is told by fondly alone."""
    try:
        known = str(dt.date.fromisoformat(text)) == text
    except ValueError:
        known = False
    assert re.fullmatch(DAY, text) or not known


# Other calendars


def fields() -> st.SearchStrategy[dict[str, Any]]:
    """Fields of a date of another calendar, with numbers that may be wrong."""
    return st.fixed_dictionaries(
        {
            "calendar": st.sampled_from(sorted(LARGEST)),
            "month": st.integers(1, 12) | st.integers(),
            "day": st.integers(1, 30) | st.integers(),
        },
        optional={"year": st.none() | st.integers(1, 20_000), "leap_month": st.booleans()},
    )


@given(fields())
def test_any_fields_are_a_date_or_refused(given_fields: dict[str, Any]) -> None:
    """Any numbers give a date that its own fields give again, or ``ValueError`` with what the calendar has."""
    told, date = "", None
    try:
        date = read_calendar_date(given_fields)
    except ValueError as problem:
        told = str(problem)
    if date is None:
        assert re.search("months from 1 to 1[23]$|at most (30|31) days$|leap_month is for the chinese calendar", told)
        return
    written = calendar_date_fields(date)
    assert read_calendar_date(written) == date
    assert calendar_date_fields(read_calendar_date(written)) == written
    assert all(given_fields[key] == value for key, value in written.items())
    months, days = LARGEST[date.calendar]
    assert 1 <= date.month <= months
    assert 1 <= date.day <= days


@pytest.mark.parametrize(
    "date",
    [
        CalendarDate("chinese", 1, 1),
        CalendarDate("chinese", 12, 30, 4660, leap_month=True),
        CalendarDate("hebrew", 13, 29, 5776),
        CalendarDate("islamic", 12, 30, 1),
        CalendarDate("persian", 6, 31),
        CalendarDate("persian", 7, 30, 1399),
    ],
)
def test_dates_of_other_calendars(date: CalendarDate) -> None:
    """The last month and the last day of each calendar are dates, with a year or without."""
    assert read_calendar_date(calendar_date_fields(date)) == date


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"calendar": "chinese", "month": 13, "day": 1}, "the chinese calendar has months from 1 to 12"),
        ({"calendar": "hebrew", "month": 14, "day": 1}, "the hebrew calendar has months from 1 to 13"),
        ({"calendar": "islamic", "month": 0, "day": 1}, "the islamic calendar has months from 1 to 12"),
        ({"calendar": "islamic", "month": 1, "day": 31}, "that month of the islamic calendar has at most 30 days"),
        ({"calendar": "persian", "month": 7, "day": 31}, "that month of the persian calendar has at most 30 days"),
        ({"calendar": "persian", "month": 6, "day": 32}, "that month of the persian calendar has at most 31 days"),
        ({"calendar": "hebrew", "month": 1, "day": 1, "leap_month": True}, "leap_month is for the chinese calendar"),
        ({"calendar": "mayan", "month": 1, "day": 1}, "known are hebrew, islamic, chinese, persian"),
    ],
)
def test_days_that_no_other_calendar_has(wrong: dict[str, Any], told: str) -> None:
    """A month or a day that a calendar does not have is told with what it has."""
    with pytest.raises(ValueError, match=told):
        read_calendar_date(wrong)
