"""Days and hours as people write them: windows of the week, quiet hours, lengths of time."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from fondly.config.patterns import HOURS, LENGTH, WINDOW
from fondly_hooks.types.times import (
    DAYS,
    MOST_DAYS,
    PARTS,
    WINDOW_REMEDY,
    DayRange,
    Length,
    Span,
    TimeWindow,
    Unit,
    hours_text,
    parse_hours,
    parse_length,
    parse_time_window,
)

EVERYDAY = frozenset(range(7))
LENGTH_REMEDY = "write 'N days', 'N weeks', 'N months' or 'N years'"
HOURS_REMEDY = "write HH:MM-HH:MM|hours go from 00:00 to 24:00"
# Blanks are blanks wherever Python's and JavaScript's expressions agree on them.
BLANKS = st.sampled_from([" ", "  ", "\t", "\n", "\u2003"])


def matches(pattern: str, text: str) -> bool:
    """Whether an editor with the schema accepts the text."""
    return re.fullmatch(pattern, text) is not None


def strewn(words: list[str], most: int) -> st.SearchStrategy[str]:
    """Texts made of the words of a grammar, in any order, in any letters, glued or apart."""
    word = st.sampled_from(words)
    return st.lists(st.one_of(word, word, word.map(str.upper), word.map(str.title)), max_size=most).map("".join)


# Windows


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
    assert matches(WINDOW, text)


@given(st.frozensets(st.integers(0, 6), min_size=1), st.integers(0, 1439), st.data())
def test_window_that_nobody_wrote(days: frozenset[int], start: int, data: st.DataObject) -> None:
    """A window that a plugin made is shown in words that mean the same hours on the same days."""
    window = TimeWindow(days, start, data.draw(st.integers(start + 1, 1440)))
    again = parse_time_window(str(window))
    assert (again.days, again.start, again.end) == (window.days, window.start, window.end)
    assert str(again) == str(window)
    assert matches(WINDOW, str(window))


WINDOW_WORDS = [*DAYS, "weekdays", "weekend", "daily", *PARTS, "-", ",", " ", "18:00", "9:30", "24:00", "7:60", "0"]


@given(st.text() | strewn(WINDOW_WORDS, 6) | st.tuples(windows(), BLANKS).map("".join))
@example("mon-wed-fri evening")
@example("mon, tue evening")
@example("daily 00:00-24:00")
@example("daily 24:00-24:00")
@example("\tdaily\n7:00-8:00 ")
def test_any_text_is_a_window_or_refused(text: str) -> None:
    """Any text gives a window that can be written again, or ``ValueError`` with what would be right.

    An editor with the schema says the same, but for windows that end before they begin, which no expression can tell.
    """
    told, window = "", None
    try:
        window = parse_time_window(text)
    except ValueError as problem:
        told = str(problem)
    if window is not None:
        assert parse_time_window(str(window)) == window
        assert str(parse_time_window(str(window))) == str(window)
        assert matches(WINDOW, text)
    else:
        assert WINDOW_REMEDY in told or re.search(f"{HOURS_REMEDY}|a window lies within one day", told)
        assert not matches(WINDOW, text) or "ends before it begins" in told


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


@given(st.integers(0, 1439), st.integers(0, 1440))
def test_hours_undo_their_text(start: int, end: int) -> None:
    """Each span of hours reads back from its own text, also one that runs over midnight."""
    assert parse_hours(hours_text((start, end))) == (start, end)
    assert matches(HOURS, hours_text((start, end)))


@given(
    st.text()
    | st.text("0123456789:- ", max_size=13)
    | st.builds("{:02d}:{:02d}-{}:{:02d}".format, *[st.integers(0, 25), st.integers(0, 61)] * 2)
)
@example(" 7:00-24:00 ")
@example("\t7:00-8:00\n")
@example("24:00-07:00")
@example("007:00-08:00")
def test_any_text_is_hours_or_refused(text: str) -> None:
    """Any text gives hours that can be written again, or ``ValueError``; an editor with the schema says the same."""
    told, hours = "", None
    try:
        hours = parse_hours(text)
    except ValueError as problem:
        told = str(problem)
    if hours is not None:
        assert parse_hours(hours_text(hours)) == hours
        assert hours_text(parse_hours(hours_text(hours))) == hours_text(hours)
        assert matches(HOURS, text)
    else:
        assert re.search(HOURS_REMEDY, told)
        assert not matches(HOURS, text)


# Lengths


@pytest.mark.parametrize(
    ("text", "length", "days"),
    [
        ("14 days", Length(14, "day"), 14),
        ("1 day", Length(1, "day"), 1),
        ("1 weeks", Length(1, "week"), 7),
        ("2 weeks", Length(2, "week"), 14),
        ("2 months", Length(2, "month"), 62),
        ("2 years", Length(2, "year"), 732),
        ("100 years", Length(100, "year"), 36_600),
        (" 030  DAYS ", Length(30, "day"), 30),
    ],
)
def test_lengths(text: str, length: Length, days: int) -> None:
    """A length stays what was written; in days a month is the longest one, and a year a leap year."""
    assert parse_length(text) == length
    assert length.days == days


UNITS: dict[Unit, int] = {"day": 1, "week": 7, "month": 31, "year": 366}


@given(st.sampled_from(sorted(UNITS)).flatmap(lambda unit: st.builds(Length, most_of(unit), st.just(unit))))
def test_length_undoes_str(length: Length) -> None:
    """Each length reads back from its own text, in the same unit."""
    assert parse_length(str(length)) == length
    assert matches(LENGTH, str(length))


def most_of(unit: Unit) -> st.SearchStrategy[int]:
    """How many there may be of a unit."""
    return st.integers(1, MOST_DAYS // UNITS[unit])


@pytest.mark.parametrize("text", ["", "two weeks", "14", "days", "-3 days", "1.5 days", "3 quarters", "123456 days"])
def test_a_wrong_length_says_what_would_be_right(text: str) -> None:
    """What is no length is told with the forms that are right."""
    with pytest.raises(ValueError, match=LENGTH_REMEDY):
        parse_length(text)
    assert not matches(LENGTH, text)


@pytest.mark.parametrize("text", ["0 days", "00 weeks", "101 years", "9999 weeks", "36601 days", "99999 years"])
def test_a_length_out_of_range_says_the_range(text: str) -> None:
    """An absurd length is told with the limits."""
    with pytest.raises(ValueError, match="between 1 day and 100 years"):
        parse_length(text)


@given(
    st.text()
    | strewn(["0", "1", "7", "30", "99999", " ", " ", "day", "week", "month", "year", "s"], 6)
    | st.builds("{}{}{}".format, st.integers(-1, 10**6), BLANKS, st.sampled_from(["day", "WEEKS", "Months", "years"]))
)
@example("000001 days")
@example("00030 days")
@example("1 \n day")
def test_any_text_is_a_length_or_refused(text: str) -> None:
    """Any text gives a length that can be written again, or ``ValueError`` with what would be right.

    An editor with the schema says the same, but for lengths of more than a hundred years.
    """
    told, length = "", None
    try:
        length = parse_length(text)
    except ValueError as problem:
        told = str(problem)
    if length is not None:
        assert parse_length(str(length)) == length
        assert str(parse_length(str(length))) == str(length)
        assert matches(LENGTH, text)
    else:
        assert LENGTH_REMEDY in told or "between 1 day and 100 years" in told
        assert not matches(LENGTH, text) or "out of range" in told


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


def test_the_days_of_a_span() -> None:
    """Dates as they are, times by the days that they touch; a day that has not begun is none of them."""
    monday = dt.date(2026, 11, 23)
    assert [str(day) for day in Span(monday, monday + dt.timedelta(days=2)).days()] == ["2026-11-23", "2026-11-24"]
    assert list(Span(monday, monday).days()) == []
    start = dt.datetime(2026, 11, 23, 22, tzinfo=dt.UTC)
    for hours, days in ((1, 1), (2, 1), (3, 2), (26, 2)):
        assert len(list(Span(start, start + dt.timedelta(hours=hours)).days())) == days
