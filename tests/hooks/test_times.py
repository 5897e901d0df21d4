"""Days and hours as people write them: dates with or without a year, windows, lengths."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fondly_hooks.types.dates import PartialDate, parse_partial_date
from fondly_hooks.types.times import (
    DAYS,
    PARTS,
    WINDOW_REMEDY,
    DayRange,
    TimeWindow,
    parse_length,
    parse_hours,
    parse_time_window,
)

EVERYDAY = frozenset(range(7))


def partial(day: dt.date, known: bool) -> PartialDate:
    """That day, its year known or not."""
    return PartialDate(day.month, day.day, day.year if known else None)


@given(st.dates(), st.booleans())
def test_partial_date_undoes_str(day: dt.date, known: bool) -> None:
    """Each date reads back from its own text, with its year or without."""
    date = partial(day, known)
    assert parse_partial_date(str(date)) == date


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("2015-06-20", PartialDate(6, 20, 2015)),
        ("--07-04", PartialDate(7, 4)),
        ("--02-29", PartialDate(2, 29)),
        ("1992-02-29", PartialDate(2, 29, 1992)),
        (" 2015-06-20 ", PartialDate(6, 20, 2015)),
    ],
)
def test_partial_dates(text: str, date: PartialDate) -> None:
    """A date with a year, and one without, the twenty-ninth of February among them."""
    assert parse_partial_date(text) == date


@pytest.mark.parametrize(
    "text", ["", "20 June 2015", "2015-6-20", "20.06.2015", "06-20", "2015/06/20", "-07-04", "2015"]
)
def test_a_date_of_another_form_is_refused(text: str) -> None:
    """What is not written as a date is told how to be written."""
    with pytest.raises(ValueError, match="write YYYY-MM-DD, or --MM-DD"):
        parse_partial_date(text)


@pytest.mark.parametrize(
    "text", ["1990-02-29", "1900-02-29", "2015-13-01", "--04-31", "--00-10", "--02-30", "0000-01-01"]
)
def test_a_day_that_does_not_exist_is_refused(text: str) -> None:
    """A day that no calendar has is told as such."""
    with pytest.raises(ValueError, match="is no day of the calendar"):
        parse_partial_date(text)


@st.composite
def windows(draw: st.DrawFn) -> str:
    """The text of any window."""
    days = draw(
        st.sampled_from(["weekdays", "weekend", "daily", *DAYS])
        | st.lists(st.sampled_from(DAYS), min_size=1, max_size=4).map(",".join)
        | st.tuples(st.sampled_from(DAYS), st.sampled_from(DAYS)).map("-".join)
    )
    if draw(st.booleans()):
        part = draw(st.sampled_from(sorted(PARTS)))
        return part if draw(st.booleans()) else f"{days} {part}"
    start = draw(st.integers(0, 1439))
    end = draw(st.integers(start + 1, 1440))
    return f"{days} {start // 60:02d}:{start % 60:02d}-{end // 60:02d}:{end % 60:02d}"


@given(windows())
def test_window_undoes_str(text: str) -> None:
    """Each window reads back from its own text, whatever its capitals and blanks were, and lies within one day."""
    window = parse_time_window(f" {text.upper().replace(' ', '  ')} ")
    assert parse_time_window(str(window)) == window
    assert window.days
    assert window.days <= EVERYDAY
    assert 0 <= window.start < window.end <= 1440


@pytest.mark.parametrize(
    ("text", "days", "start", "end"),
    [
        ("morning", EVERYDAY, "07:00", "10:00"),
        ("midday", EVERYDAY, "12:00", "14:00"),
        ("afternoon", EVERYDAY, "14:00", "18:00"),
        ("evening", EVERYDAY, "18:30", "21:30"),
        ("mon 18:00-20:00", {0}, "18:00", "20:00"),
        ("fri-sun 09:30-24:00", {4, 5, 6}, "09:30", "24:00"),
        ("sat-mon 9:00-10:00", {5, 6, 0}, "09:00", "10:00"),
        ("weekdays 00:00-06:15", {0, 1, 2, 3, 4}, "00:00", "06:15"),
        ("weekend morning", {5, 6}, "07:00", "10:00"),
        ("daily 12:00-12:30", EVERYDAY, "12:00", "12:30"),
        ("mon,wed,fri evening", {0, 2, 4}, "18:30", "21:30"),
        ("mon-tue,sun evening", {0, 1, 6}, "18:30", "21:30"),
    ],
)
def test_windows(text: str, days: set[int], start: str, end: str) -> None:
    """Each form of the grammar means what it says."""
    window = parse_time_window(text)
    assert window.days == days
    assert [f"{minutes // 60:02d}:{minutes % 60:02d}" for minutes in (window.start, window.end)] == [start, end]


@pytest.mark.parametrize(
    "text",
    ["", "night", "mon", "18:00-20:00", "someday 18:00-20:00", "mon- 18:00-20:00", "mon,, evening", "mon fri evening"],
)
def test_a_wrong_window_says_what_would_be_right(text: str) -> None:
    """What is no window is told with the forms that are."""
    with pytest.raises(ValueError, match="DAYS HH:MM-HH:MM") as caught:
        parse_time_window(text)
    assert WINDOW_REMEDY in str(caught.value)


@pytest.mark.parametrize("hours", ["18-20", "18:00", "18:00-", "18.00-20.00", "six-eight", "18:00-20:0"])
def test_wrong_hours_say_what_would_be_right(hours: str) -> None:
    """What is no span of hours is told how to be written."""
    with pytest.raises(ValueError, match="write HH:MM-HH:MM"):
        parse_time_window(f"mon {hours}")


@pytest.mark.parametrize("hours", ["24:00-24:30", "10:00-25:00", "10:60-11:00", "10:00-11:75", "23:00-24:01"])
def test_hours_that_do_not_exist_are_refused(hours: str) -> None:
    """An hour that no clock shows is told as such."""
    with pytest.raises(ValueError, match="from 00:00 to 24:00"):
        parse_hours(hours)


@pytest.mark.parametrize("hours", ["22:00-07:00", "10:00-10:00"])
def test_a_window_does_not_run_over_midnight(hours: str) -> None:
    """A window that ends before it begins is refused; quiet hours, which may, are not."""
    with pytest.raises(ValueError, match="ends before it begins"):
        parse_time_window(f"daily {hours}")
    assert parse_hours(hours)[0] >= parse_hours(hours)[1]


@pytest.mark.parametrize(
    ("text", "days"),
    [("14 days", 14), ("1 day", 1), ("2 weeks", 14), ("2 months", 62), ("2 years", 732), (" 30  DAYS ", 30)],
)
def test_lengths_in_days(text: str, days: int) -> None:
    """A length is read as days, a month as the longest one and a year as a leap year."""
    assert parse_length(text).days == days


@pytest.mark.parametrize(
    "text", ["", "0 days", "two weeks", "14", "days", "-3 days", "101 years", "9999 weeks", "1.5 days"]
)
def test_a_wrong_length_says_what_would_be_right(text: str) -> None:
    """What is no length, or an absurd one, is told with the forms that are right."""
    with pytest.raises(ValueError, match="write 'N days', 'N weeks', 'N months' or 'N years'"):
        parse_length(text)


@given(st.text(), st.sampled_from([parse_partial_date, parse_time_window, parse_hours, parse_length]))
def test_any_text_is_read_or_refused_with_its_name(text: str, parse: type) -> None:
    """Any text is read, or refused with ``ValueError`` in words, never with anything else."""
    try:
        told = repr(parse(text))
    except ValueError as problem:
        told = str(problem)
    assert len(told) > 1
    assert "Traceback" not in told


def test_a_range_of_days_has_both_its_ends() -> None:
    """A pause from one day to another rests on both of them."""
    days = DayRange(dt.date(2026, 12, 21), dt.date(2027, 1, 3))
    inside = [dt.date(2026, 12, 20) + dt.timedelta(days=n) for n in range(17)]
    assert [day in days for day in inside] == [False, *[True] * 14, False, False]
    assert "2026-12-22" not in days


def test_a_window_shows_what_was_written() -> None:
    """A window is shown to a person in the words that it was written in."""
    assert str(parse_time_window("Fri  18:00-23:00")) == "fri 18:00-23:00"
    assert str(TimeWindow(EVERYDAY, 0, 1, "morning")) == "morning"
