"""A year of planning, for three relationships and for random ones: every practice gets its share, no promise breaks.

The shares are computed here in another way than the planner does it: by filling the room like a vessel with steps.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import test_planner
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from test_planner import Life, check, quarter_of_week

from fondly.config import load_config
from fondly.planner import History, Horizons, plan
from fondly_hooks.types.cadence import Cadence
from fondly_hooks.types.people import DateWish, Person, PracticeWish, Relationship, Rhythm, Visit
from fondly_hooks.types.times import DayRange, Span, TimeWindow, parse_time_window
from support import built_in_practices, gathered, relationship

DAY = dt.timedelta(days=1)
EXAMPLE = Path(__file__).parents[2] / "examples" / "fondly.yaml"
FIRST = dt.date(2027, 1, 4)  # the Monday of ISO week 1
WEEKS = 52
MONDAYS = [FIRST + 7 * week * DAY for week in range(WEEKS)]
NEVER = ("Everything rests", "No ")  # turns that nobody could place
PRACTICES = built_in_practices()
TURNS = {"day": 7.0, "week": 1.0}  # in a week
IN_QUARTER = {"month": 3.0, "quarter": 1.0, "year": 0.25}


def berlin_and_sydney() -> Relationship:
    """Two people half a world apart, one of whom visits the other in May."""
    visit = Visit(DayRange(dt.date(2027, 5, 3), dt.date(2027, 5, 17)), "Europe/Berlin")
    ben = Person("ben", "Ben", "Australia/Sydney", visits=(visit,))
    return relationship(people=(Person("ana", "Ana", "Europe/Berlin"), ben))


THREE = {
    "default": relationship,
    "example": lambda: load_config(EXAMPLE).relationship,
    "apart": berlin_and_sydney,
}


def busy_year(people: Relationship) -> dict[str, tuple[tuple[dt.datetime, dt.datetime], ...]]:
    """Office hours of everybody, each on their own clock, and an evening class."""
    found = {}
    for person in people.people:
        spans = []
        for day in (FIRST + step * DAY for step in range(7 * WEEKS)):
            zone = ZoneInfo(person.zone_on(day))
            hours = [(9, 17)] if day.weekday() < 5 else []
            hours += [(18, 21)] if day.weekday() == 2 else []
            spans += [
                tuple(dt.datetime(day.year, day.month, day.day, hour, tzinfo=zone).astimezone(dt.UTC) for hour in pair)
                for pair in hours
            ]
        found[person.id] = tuple(sorted(spans))
    return found  # type: ignore[return-value]


def a_year(people: Relationship, busy: dict[str, tuple[tuple[dt.datetime, dt.datetime], ...]]) -> Life:
    """The fifty-two weeks of 2027, seen from the evening before."""
    me = people.person(people.me)
    now = dt.datetime(2027, 1, 3, 23, tzinfo=ZoneInfo(me.timezone))
    return Life(people, busy, now, (FIRST - now.date()).days + 7 * WEEKS)


# The shares


@dataclass(frozen=True)
class Share:
    """What a practice got in a quarter, of how many turns, what would be fair, how often its cadence lets it come.

    ``least`` is its share of what came, ``most`` its share of all the room that there is.
    """

    name: str
    came: int
    turns: int
    least: float
    most: float
    cadence: float
    timeless: bool
    hampered: bool


def asks(every: Cadence, weeks: int) -> float:
    """How often a cadence lets something come in a quarter of so many weeks."""
    per = TURNS[every.unit] * weeks if every.unit in TURNS else IN_QUARTER[every.unit]
    return per * every.count if every.mode == "per" else per / every.count


def filled(asked: dict[str, int], room: float) -> dict[str, float]:
    """The room divided by what each asks for: none gets more than that, or less than one turn where it asks for one."""
    if sum(asked.values()) <= room:
        return dict(asked)

    def level(height: float) -> dict[str, float]:
        return {name: min(turns, max(min(1.0, turns), height * turns)) for name, turns in asked.items()}

    low, high = 0.0, 1.0
    for _ in range(50):
        middle = (low + high) / 2
        low, high = (low, middle) if sum(level(middle).values()) > room else (middle, high)
    return level(low)


def shares(life: Life) -> Iterator[Share]:
    """Every practice that is on and no secret, in each quarter, each quarter seen from its first midnight."""
    people = life.people
    for quarter in (1, 2, 3, 4):
        mondays = [monday for monday in MONDAYS if quarter_of_week(monday) == quarter]
        days = [monday + step * DAY for monday in mondays for step in range(7)]
        now = dt.datetime.combine(days[0], dt.time(), life.now.tzinfo)
        window = Span(days[0], days[-1] + DAY)
        found = plan(people, gathered(people, busy=life.busy), History(), {}, Horizons.all_in(window), now)
        asleep = {day for day in days for pause in people.rhythm.pauses if day in pause}
        room = 0
        for monday in mondays:
            awake = sum(monday + step * DAY not in asleep for step in range(7))
            room += min(people.rhythm.most_per_week, awake * people.rhythm.most_per_day)
        dates = sum(entry.kind == "date" for entry in found.entries)
        practices = [entry.practice for entry in found.entries if entry.kind == "practice"]
        came = Counter(slug for slug in practices if slug not in test_planner.PRIVATE)
        left = [item for item in found.left_out if item.id.count("/") == 3 and item.id.startswith("practice/")]
        never = Counter(item.id.split("/")[1] for item in left if item.why.startswith(NEVER))
        wanting = Counter(item.id.split("/")[1] for item in left if not item.why.startswith(NEVER))
        wishes = {practice.slug: people.practices.get(practice.slug, PracticeWish()) for practice in PRACTICES}
        on = {practice.slug: wishes[practice.slug].every or practice.every for practice in PRACTICES}
        on = {slug: every for slug, every in on.items() if every.is_planned and slug not in test_planner.PRIVATE}
        asked = {slug: came[slug] + wanting[slug] for slug in on}
        # All of the room is used, but where calendars, pauses, or clocks that are far apart leave less of it.
        if not life.busy and not asleep and len({person.timezone for person in people.people}) == 1:
            assert sum(came.values()) >= min(room - dates, sum(asked.values())) - 2
        least, most = filled(asked, min(room - dates, sum(came.values()))), filled(asked, room - dates)
        hampered = bool(never)
        for slug, every in on.items():
            turns, cadence = came[slug] + wanting[slug], asks(every, len(mondays))
            name, timeless = f"{slug} in Q{quarter}", never[slug] > 0
            yield Share(name, came[slug], turns, least[slug], most[slug], cadence, timeless, hampered)


def check_shares(life: Life) -> None:
    """Each practice comes within one turn of its share in each quarter, and has as many turns as its cadence says.

    Where clocks far apart, or a pause, leave something no time at all in some weeks, the other weeks have to hold what
    they can, and it is two.
    """
    for share in shares(life):
        far = 2 if share.hampered else 1
        assert share.least - far <= share.came <= share.most + far, share
        assert share.turns < share.cadence + 1, share
        assert share.timeless or share.turns > share.cadence - 1, share


# Three relationships


@pytest.mark.parametrize("name", THREE)
@pytest.mark.parametrize("busy", [False, True], ids=["free", "busy"])
def test_a_year_keeps_every_promise(name: str, busy: bool) -> None:
    """Shares, budgets, quiet hours, busy times and pauses, over a whole year, on each person's own clock."""
    people = THREE[name]()
    life = a_year(people, busy_year(people) if busy else {})
    found = life.planned()
    check(life, found)
    check_shares(life)
    practices = [entry for entry in found.entries if entry.kind == "practice"]
    assert len(practices) > 100


@pytest.mark.parametrize("name", THREE)
def test_the_weeks_in_which_clocks_change(name: str) -> None:
    """In each week in which somebody's clock is changed things come too, at the hour that the wall clock says."""
    life = a_year(THREE[name](), {})
    found = [entry for entry in life.planned().entries if isinstance(entry.start, dt.datetime)]
    changes = set()
    for person in life.people.people:
        zone = ZoneInfo(person.timezone)
        for day in (FIRST + step * DAY for step in range(7 * WEEKS)):
            ends = [dt.datetime(d.year, d.month, d.day, tzinfo=zone).utcoffset() for d in (day, day + DAY)]
            if ends[0] != ends[1]:
                changes.add(day - day.weekday() * DAY)
    assert len(changes) >= 2
    for monday in changes:
        here = [entry for entry in found if monday <= entry.first_day < monday + 7 * DAY]
        assert here, monday
        for entry in here:
            assert entry.start.minute % 5 == 0  # type: ignore[union-attr]
            assert entry.start.astimezone(dt.UTC).astimezone(entry.start.tzinfo) == entry.start  # type: ignore[union-attr]
            assert (entry.end.timestamp() - entry.start.timestamp()) / 60 == entry.minutes  # type: ignore[union-attr]


# Random relationships

CADENCES = st.one_of(
    st.builds(Cadence, st.just("per"), st.integers(1, 3), st.just("week")),
    st.builds(Cadence, st.just("per"), st.integers(1, 4), st.just("month")),
    st.builds(Cadence, st.just("per"), st.integers(1, 6), st.just("quarter")),
    st.builds(Cadence, st.just("per"), st.integers(1, 12), st.just("year")),
    st.builds(Cadence, st.just("every"), st.integers(1, 6), st.just("week")),
    st.builds(Cadence, st.just("every"), st.integers(3, 20), st.just("day")),
    st.sampled_from([Cadence("off"), Cadence("request"), Cadence("per", 1, "day")]),
)
DAILY = [parse_time_window(text) for text in ("morning", "midday", "afternoon", "evening", "daily 08:00-21:00")]


def wide(practice_minutes: int) -> st.SearchStrategy[tuple[TimeWindow, ...]]:
    """Windows of every day that hold the practice."""
    fitting = [window for window in DAILY if window.end - window.start >= practice_minutes]
    return st.lists(st.sampled_from(fitting), min_size=1, max_size=2, unique=True).map(tuple)


@st.composite
def years(draw: st.DrawFn) -> Life:
    """A year of a random relationship whose practices have windows on every day."""
    zones = draw(st.lists(st.sampled_from(test_planner.ZONES), min_size=1, max_size=3))
    people = tuple(Person(id, id.title(), zone) for id, zone in zip(("ana", "ben", "cem"), zones, strict=False))
    wishes = {}
    for practice in PRACTICES:
        changed = draw(st.booleans())
        weekly = practice.at[0].days == frozenset(range(7))
        at = draw(wide(practice.minutes)) if changed or not weekly else None
        every = draw(st.none() | CADENCES) if changed else None
        together = draw(st.none() | st.booleans()) if changed else None
        wishes[practice.slug] = PracticeWish(every=every, at=at, together=together)
    pause = draw(st.none() | st.tuples(st.integers(0, 45), st.integers(1, 4)))  # whole weeks
    pauses = () if pause is None else (DayRange(FIRST + 7 * pause[0] * DAY, FIRST + (7 * sum(pause) - 1) * DAY),)
    rhythm = Rhythm(
        most_per_week=draw(st.integers(2, 7)),
        most_per_day=draw(st.integers(1, 2)),
        depth=draw(st.integers(1, 3)),
        touch=draw(st.booleans()),
        pauses=pauses,
    )
    dates = DateWish(
        every=draw(st.sampled_from([Cadence("off"), Cadence("every", 2, "week"), Cadence("per", 1, "month")])),
        at=(parse_time_window("evening"),) if draw(st.booleans()) else relationship().dates.at,
        minutes=120,
    )
    salt = draw(st.uuids())
    changes = {"people": people, "timezone": zones[0], "rhythm": rhythm, "practices": wishes, "dates": dates}
    return a_year(replace(relationship(**changes), id=str(salt)), {})


def check_year(life: Life) -> None:
    """All promises, and the shares."""
    check(life)
    check_shares(life)


@settings(max_examples=20, phases=[Phase.explicit, Phase.reuse, Phase.generate])  # to shrink a year takes minutes
@given(life=years())
def test_a_year_of_random_relationships(life: Life) -> None:
    """Whatever their rhythm and wherever they live, each practice that is on comes within one turn of its share."""
    check_year(life)
