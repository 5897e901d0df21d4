"""Anniversaries as dated entries: the right day, the right count, the right words."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fondly.planner.remembering import morning_before, remember, yearly
from fondly_calendar.canonical import length_of
from fondly_hooks.anniversaries import fondly_anniversaries
from fondly_hooks.types.content import Anniversary
from fondly_hooks.types.dates import PartialDate, parse_partial_date
from fondly_hooks.types.entries import Entry
from fondly_hooks.types.people import Person, RememberedDate, Rhythm
from fondly_hooks.types.times import DayRange, Span
from support import relationship

FIVE_YEARS = Span(dt.date(2025, 1, 1), dt.date(2030, 1, 1))
LEAP_DAYS = ["feb-28", "mar-1", "both", "leap-years"]


def anniversary(**changes: Any) -> Anniversary:
    """A wedding on 20 June 2015, changed as told; ``origin`` may be a text."""
    values: dict[str, Any] = {"id": "wedding", "name": "Wedding", "origin": "2015-06-20", "kind": "wedding"} | changes
    return Anniversary(**(values | {"origin": parse_partial_date(values["origin"])}))


def entries(*anniversaries: Anniversary, window: Span = FIVE_YEARS, **changes: Any) -> list[Entry]:
    """The entries of these anniversaries in the window."""
    return remember(anniversaries, relationship(**changes), window)[0]


def days(**changes: Any) -> list[str]:
    """The days of an anniversary in five years."""
    return [str(entry.start) for entry in entries(anniversary(**changes))]


@pytest.mark.parametrize("origin", ["2000-02-29", "--02-29"])
@pytest.mark.parametrize(
    ("leap_day", "expected"),
    [
        ("feb-28", ["2025-02-28", "2026-02-28", "2027-02-28", "2028-02-29", "2029-02-28"]),
        ("mar-1", ["2025-03-01", "2026-03-01", "2027-03-01", "2028-02-29", "2029-03-01"]),
        (
            "both",
            [
                *("2025-02-28", "2025-03-01", "2026-02-28", "2026-03-01", "2027-02-28", "2027-03-01"),
                *("2028-02-29", "2029-02-28", "2029-03-01"),
            ],
        ),
        ("leap-years", ["2028-02-29"]),
    ],
)
def test_the_twenty_ninth_of_february(origin: str, leap_day: str, expected: list[str]) -> None:
    """In a common year it comes on the day that was chosen for it, in a leap year on its own."""
    assert days(origin=origin, leap_day=leap_day) == expected


@pytest.mark.parametrize("leap_day", LEAP_DAYS)
@pytest.mark.parametrize("origin", ["2000-02-28", "2000-03-01", "2001-02-28"])
def test_the_days_beside_it_stay(origin: str, leap_day: str) -> None:
    """The choice for 29 February moves no other day."""
    expected = [f"{year}{origin[4:]}" for year in range(2025, 2030)]
    assert days(origin=origin, leap_day=leap_day) == expected


def test_a_day_that_moved_says_which_it_is() -> None:
    """Where the day itself is missing from a year, the entry tells which day it is and why it comes on another."""
    common, leap = (
        next(
            entry for entry in entries(anniversary(origin="--02-29", leap_day="mar-1")) if entry.first_day.year == year
        )
        for year in (2027, 2028)
    )
    assert common.description == "The day itself: 29 February."
    assert common.why == ("Wedding is on 29 February, which this year does not have.",)
    assert leap.description is None
    assert leap.why == ("Wedding is on 29 February.",)


def test_the_count_is_that_of_the_day() -> None:
    """Each title has the number of years on its own day, not today's."""
    titles = [entry.title for entry in entries(anniversary(origin="2024-06-20"))]
    assert titles == ["Wedding: 1 year", "Wedding: 2 years", "Wedding: 3 years", "Wedding: 4 years", "Wedding: 5 years"]


def test_nothing_before_the_day_itself() -> None:
    """The day itself comes without a count; nothing before it does."""
    found = [(str(entry.start), entry.title) for entry in entries(anniversary(origin="2028-06-20"))]
    assert found[:2] == [("2028-06-20", "Wedding"), ("2029-06-20", "Wedding: 1 year")]
    assert days(origin="2029-12-31") == ["2029-12-31"]
    assert days(origin="2040-01-01") == []


@pytest.mark.parametrize("kind", ["wedding", "dating", "birthday", "memorial", "custom"])
def test_an_unknown_year_has_no_count(kind: str) -> None:
    """Without a year there is no number in title or text, neither an age nor a year that somebody made up."""
    found = entries(anniversary(name="Ben", origin="--07-04", kind=kind))
    assert [str(entry.start) for entry in found] == [f"{year}-07-04" for year in range(2025, 2030)]
    for entry in found:
        assert not any(character.isdigit() for character in entry.title)
        assert entry.description is None


@pytest.mark.parametrize(
    ("kind", "origin", "title", "neutral", "category"),
    [
        ("birthday", "1992-05-01", "Ana turns 33", "Birthday", "Birthday"),
        ("birthday", "2024-05-01", "Ana turns 1", "Birthday", "Birthday"),
        ("birthday", "--05-01", "Birthday of Ana", "Birthday", "Birthday"),
        ("memorial", "2019-05-01", "Remembering Ana (6 years)", "A day to remember", "In memory"),
        ("memorial", "--05-01", "Remembering Ana", "A day to remember", "In memory"),
        ("wedding", "2015-05-01", "Ana: 10 years", "A day to remember", "Anniversary"),
        ("custom", "2024-05-01", "Ana: 1 year", "A day to remember", "Anniversary"),
        ("custom", "--05-01", "Ana", "A day to remember", "Anniversary"),
    ],
)
def test_the_words(kind: str, origin: str, title: str, neutral: str, category: str) -> None:
    """A birthday turns, a memorial remembers in quiet words, all else counts its years; neutral titles name nobody."""
    entry = entries(anniversary(name="Ana", kind=kind, origin=origin))[0]
    assert (entry.title, entry.neutral_title, entry.categories) == (title, neutral, (category,))


def test_a_memorial_is_no_feast() -> None:
    """Nothing in a memorial congratulates, celebrates or gives."""
    for entry in entries(anniversary(name="Grandma Ilse", kind="memorial", origin="2019-11-24")):
        words = f"{entry.title} {entry.description} {entry.categories} {entry.why}".lower()
        assert not any(word in words for word in ("happy", "celebrat", "gift", "anniversary", "congrat", "turns"))


def test_an_entry_is_a_free_day() -> None:
    """An anniversary is one whole day that takes no time, of the people concerned, told the day itself."""
    entry = entries(anniversary(people=("ben",), secret_from=("ana",)))[0]
    assert (entry.start, entry.end) == (dt.date(2025, 6, 20), dt.date(2025, 6, 21))
    assert (entry.all_day, entry.busy, entry.component, entry.kind) == (True, False, "VEVENT", "anniversary")
    assert (entry.people, entry.secret_from, entry.anniversary) == (("ben",), ("ana",), "wedding")
    assert entry.description == "The day itself: 20 June 2015."
    assert entries(anniversary())[0].people == ("ana", "ben")


def test_ids_speak_of_the_occurrence_only() -> None:
    """An id is the anniversary's and the year's; another name, kind, day or window leaves it alone."""
    first = [entry.id for entry in entries(anniversary())]
    assert first == [f"anniversary/wedding/yearly/{year}" for year in range(2025, 2030)]
    changed = anniversary(name="Our day", kind="custom", origin="2014-08-01", people=("ana",))
    assert [entry.id for entry in entries(changed)] == first
    short = Span(dt.date(2027, 6, 1), dt.date(2027, 7, 1))
    assert [entry.id for entry in entries(anniversary(), window=short)] == [first[2]]


def test_both_days_have_ids_of_their_own() -> None:
    """Where both days are kept they are two entries, and the id of one does not depend on the other being there."""
    both = [entry.id for entry in entries(anniversary(origin="2000-02-29", leap_day="both"))]
    assert len(set(both)) == len(both) == 9
    assert "anniversary/wedding/yearly/2025" in both
    assert "anniversary/wedding/yearly/2025-mar-1" in both
    one = {entry.id for entry in entries(anniversary(origin="2000-02-29", leap_day="feb-28"))}
    assert one <= set(both)


def test_the_order_of_anniversaries_decides_nothing() -> None:
    """The entries are the same in whatever order plugins gave the anniversaries."""
    one, two = anniversary(), anniversary(id="first-date", name="First date", origin="2012-01-31")
    assert entries(one, two) == entries(two, one)


def test_the_window_has_its_first_day_and_not_its_last() -> None:
    """An anniversary on the first day of the window comes, one on the day of its end does not."""
    day = dt.date(2027, 6, 20)
    assert len(entries(anniversary(), window=Span(day, day + dt.timedelta(days=1)))) == 1
    assert entries(anniversary(), window=Span(day - dt.timedelta(days=1), day)) == []


@given(
    st.dates(dt.date(1900, 1, 1), dt.date(2026, 12, 31)),
    st.booleans(),
    st.sampled_from(LEAP_DAYS),
    st.dates(dt.date(2020, 1, 1), dt.date(2030, 1, 1)),
    st.integers(0, 1500),
)
def test_any_anniversary(origin: dt.date, known: bool, leap_day: str, begin: dt.date, length: int) -> None:
    """Of any day each occurrence lies in the window, is named once, and has the calendar years as its count."""
    window = Span(begin, begin + dt.timedelta(days=length))
    partial = PartialDate(origin.month, origin.day, origin.year if known else None)
    one = Anniversary(id="x", name="X", origin=partial, kind="custom", leap_day=leap_day)  # type: ignore[arg-type]
    found = list(yearly(one, window))
    assert len({name for _, name, _ in found}) == len(found)
    assert [day for day, _, _ in found] == sorted(day for day, _, _ in found)
    for day, _, count in found:
        assert window.start <= day < window.end
        assert count == (day.year - origin.year if known else None)
        assert count is None or count >= 0
        if (origin.month, origin.day) != (2, 29):
            assert (day.month, day.day) == (origin.month, origin.day)
        else:
            assert (day.month, day.day) in {(2, 28), (2, 29), (3, 1)}
    if length >= 366 and not known and leap_day != "leap-years":
        assert found


@pytest.mark.parametrize(
    ("length", "trigger", "when"),
    [
        (1, "-PT15H", "2027-06-19T09:00"),
        (2, "-P1DT15H", "2027-06-18T09:00"),
        (7, "-P6DT15H", "2027-06-13T09:00"),
        (30, "-P29DT15H", "2027-05-21T09:00"),
    ],
)
def test_an_alarm_comes_at_nine_in_the_morning(length: int, trigger: str, when: str) -> None:
    """So many days before, at nine: an all-day entry's alarm reckons from midnight, when nobody wants one."""
    assert morning_before(dt.timedelta(days=length)) == trigger
    offset = length_of(trigger)
    assert offset is not None
    midnight = dt.datetime(2027, 6, 20)  # noqa: DTZ001  # a day's own clock
    assert f"{midnight + offset:%Y-%m-%dT%H:%M}" == when


def test_alarms_of_an_entry() -> None:
    """The leads that were asked for, and nine o'clock on the day itself."""
    remind = (dt.timedelta(days=30), dt.timedelta(days=7))
    assert entries(anniversary(remind=remind))[0].alarms == ("-P29DT15H", "-P6DT15H", "PT9H")
    assert entries(anniversary())[0].alarms == ("PT9H",)


def test_a_pause_rests_on_its_days() -> None:
    """In a pause nothing is said on the day; that it was left out, and why, is as secret as the day itself."""
    rhythm = Rhythm(pauses=(DayRange(dt.date(2027, 6, 20), dt.date(2027, 6, 20)),))
    found, left_out = remember([anniversary(secret_from=("ben",))], relationship(rhythm=rhythm), FIVE_YEARS)
    assert [entry.first_day.year for entry in found] == [2025, 2026, 2028, 2029]
    assert [(one.id, one.secret_from) for one in left_out] == [("anniversary/wedding/yearly/2027", ("ben",))]
    assert "pause" in left_out[0].why


def test_the_built_in_anniversaries() -> None:
    """Each person's birthday and each day of the config becomes an anniversary, with all that was said of it."""
    date = RememberedDate(
        "party",
        "Surprise party",
        parse_partial_date("2016-12-09"),
        people=("ana",),
        secret_from=("ben",),
        remind=(dt.timedelta(days=7),),
    )
    people = (
        Person("ana", "Ana", "Europe/Berlin", parse_partial_date("1992-02-29"), "mar-1"),
        Person("ben", "Ben", "Europe/London"),
    )
    birthday, party = fondly_anniversaries(relationship(people=people, remembered=(date,)))
    assert (birthday.id, birthday.name, birthday.kind, birthday.people) == ("birthday-ana", "Ana", "birthday", ("ana",))
    assert birthday.leap_day == "mar-1"
    assert (party.id, party.people, party.secret_from, party.remind) == ("party", ("ana",), ("ben",), date.remind)
    assert party.why_not is None


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"calendar": "chinese"}, "Lunar New Year: days of the chinese calendar are not planned yet."),
        ({"repeat": ("month",)}, "Lunar New Year: it does not repeat yearly, and other rhythms are not planned yet."),
    ],
)
def test_what_cannot_be_planned_is_told(changes: dict[str, Any], told: str) -> None:
    """A day that this version cannot reckon is left out with the reason, instead of coming on a wrong day."""
    date = RememberedDate("new-year", "Lunar New Year", PartialDate(1, 1), secret_from=("ben",), **changes)
    home = relationship(people=(), remembered=(date,))
    found, left_out = remember(fondly_anniversaries(home), home, FIVE_YEARS)
    assert found == []
    assert [(one.why, one.secret_from) for one in left_out] == [(told, ("ben",))]
