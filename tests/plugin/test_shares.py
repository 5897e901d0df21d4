"""Who gets how many turns: the division itself, and what comes of it over a year."""

from __future__ import annotations

import datetime as dt
import math
import uuid
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fondly.config import load_config
from fondly.planner import History, Horizons, Plan, plan
from fondly.planner.shares import shares, spread
from fondly_hooks.types.cadence import Cadence
from fondly_hooks.types.people import Relationship
from fondly_hooks.types.times import Span
from support import built_in_practices, gathered, relationship

DAY = dt.timedelta(days=1)
EXAMPLE = Path(__file__).parents[2] / "examples" / "fondly.yaml"
NAMES = st.text("abcdefgh", min_size=1, max_size=3)
DEMANDS = st.dictionaries(NAMES, st.integers(0, 40), max_size=8)

# The division


@given(room=st.integers(-3, 150), demands=DEMANDS, salt=NAMES)
def test_room_is_used_up_and_never_exceeded(room: int, demands: dict[str, int], salt: str) -> None:
    """All room that somebody asks for is given, nobody gets more than they asked for, and nobody is forgotten."""
    granted = shares(room, demands, salt)
    assert granted.keys() == demands.keys()
    assert all(0 <= granted[name] <= demands[name] for name in demands)
    assert sum(granted.values()) == min(max(room, 0), sum(demands.values()))


@given(room=st.integers(0, 150), demands=DEMANDS, salt=NAMES)
def test_nobody_who_asks_goes_without(room: int, demands: dict[str, int], salt: str) -> None:
    """Where there is a turn for each, each that asks gets one."""
    asking = [name for name, count in demands.items() if count]
    granted = shares(room, demands, salt)
    assert sum(granted[name] > 0 for name in asking) == min(room, len(asking))


@given(room=st.integers(0, 150), demands=DEMANDS, salt=NAMES)
def test_who_asks_for_more_gets_no_less(room: int, demands: dict[str, int], salt: str) -> None:
    """The order of the demands is the order of the shares, where there is room for all to have one."""
    granted = shares(room, demands, salt)
    if room >= sum(count > 0 for count in demands.values()):
        in_order = sorted(demands, key=lambda name: (demands[name], granted[name]))
        assert [granted[name] for name in in_order] == sorted(granted.values())


@given(room=st.integers(1, 150), demands=DEMANDS, salt=NAMES)
def test_shares_are_proportional(room: int, demands: dict[str, int], salt: str) -> None:
    """Those who get more than one turn stand to each other as their demands do, to within one turn."""
    granted = shares(room, demands, salt)
    many = [name for name in demands if granted[name] > 1]
    for first in many:
        for second in many:
            expected = granted[second] * demands[first] / demands[second]
            assert abs(granted[first] - expected) < 1 + demands[first] / demands[second]


@given(room=st.integers(0, 150), demands=DEMANDS, salt=NAMES)
def test_the_order_of_the_names_decides_nothing(room: int, demands: dict[str, int], salt: str) -> None:
    """The same demands in another order get the same shares."""
    assert shares(room, dict(reversed(demands.items())), salt) == shares(room, demands, salt)


def test_quarters_differ_where_there_is_not_room_for_all() -> None:
    """Where not all can come, chance takes turns from quarter to quarter."""
    demands = dict.fromkeys("abcdef", 3)
    lucky = [frozenset(name for name, count in shares(2, demands, f"Q{n}").items() if count) for n in range(40)]
    assert frozenset().union(*lucky) == set(demands)


@given(size=st.integers(0, 60), count=st.integers(0, 70), salt=NAMES)
def test_spread_is_even(size: int, count: int, salt: str) -> None:
    """So many of the items come, in their order, and any two stretches of one length hold alike many."""
    chosen = spread(range(size), count, salt)
    assert len(chosen) == min(size, count)
    assert chosen == sorted(set(chosen))
    for length in range(1, size + 1):
        held = [sum(start <= item < start + length for item in chosen) for start in range(size - length + 1)]
        assert max(held) - min(held) <= 1


def test_spread_begins_anywhere() -> None:
    """It is not always the first that comes."""
    assert {tuple(spread(range(3), 1, f"salt{n}")) for n in range(40)} == {(0,), (1,), (2,)}


# What comes of it over a year

IN_QUARTER = {"month": 3.0, "quarter": 1.0, "year": 0.25}


def example() -> Relationship:
    """The people of the example that uses every part."""
    return load_config(EXAMPLE).relationship


def a_year(people: Relationship) -> Plan:
    """The fifty-two weeks of 2027, planned at once."""
    first = dt.date(2027, 1, 4)
    now = dt.datetime(2027, 1, 3, 23, tzinfo=dt.UTC)
    return plan(people, gathered(people), History(), {}, Horizons.all_in(Span(first, first + 364 * DAY)), now)


def quarter_of(day: dt.date) -> int:
    """The quarter that an ISO week counts to: the one of its Thursday."""
    return ((day - day.weekday() * DAY + 3 * DAY).month + 2) // 3


def rates(people: Relationship, quarter: int) -> dict[str, float]:
    """How many turns in that quarter of 2027 each practice asks for that is on and that all may see."""
    weeks = sum(quarter_of(dt.date(2027, 1, 4) + 7 * week * DAY) == quarter for week in range(52))
    found = {}
    for practice in built_in_practices():
        wish = people.practices.get(practice.slug)
        every: Cadence = (wish and wish.every) or practice.every
        if every.is_planned and not practice.private:
            per = IN_QUARTER.get(every.unit) or weeks * (7 if every.unit == "day" else 1)
            found[practice.slug] = per * every.count if every.mode == "per" else per / every.count
    return found


def open_room(people: Relationship, quarter: int) -> int:
    """How many turns the budgets allow in that quarter of 2027."""
    room = 0
    for week in range(52):
        monday = dt.date(2027, 1, 4) + 7 * week * DAY
        if quarter_of(monday) == quarter:
            days = [monday + step * DAY for step in range(7)]
            free = sum(not any(pause.first <= day <= pause.last for pause in people.rhythm.pauses) for day in days)
            room += min(people.rhythm.most_per_week, free * people.rhythm.most_per_day)
    return room


def turns(people: Relationship) -> Iterator[tuple[str, int, float, float]]:
    """For each practice and quarter: its name, the turns that came, those it asked for, and its fair share.

    Date nights come first; the share is a part of what they leave.
    """
    found = a_year(people)
    for quarter in (1, 2, 3, 4):
        asked = rates(people, quarter)
        entries = [entry for entry in found.entries if quarter_of(entry.first_day) == quarter]
        came = Counter(entry.practice for entry in entries if entry.kind == "practice" and not entry.secret_from)
        dates = sum(entry.kind == "date" for entry in entries)
        assert dates in (6, 7)
        room = open_room(people, quarter) - dates
        assert sum(came.values()) <= room
        for slug, rate in asked.items():
            yield f"{slug} in Q{quarter}", came[slug], rate, min(rate, rate * room / sum(asked.values()))


@pytest.mark.parametrize("people", [relationship(), example()], ids=["default", "example"])
def test_each_practice_gets_its_share_in_each_quarter(people: Relationship) -> None:
    """Over a year each practice comes within one of its fair share a quarter, and none goes a quarter without."""
    for name, came, rate, fair in turns(people):
        assert abs(came - fair) <= 1, (name, came, fair)
        assert came >= 1 or rate < 1, name
        assert came <= math.ceil(rate), "a cadence is a ceiling"


def test_chance_does_not_spoil_the_shares() -> None:
    """Whatever the relationship's id, nothing goes a quarter without, and hardly ever more than one turn is missing."""
    all_turns = []
    for number in range(10):
        for people in (relationship(), example()):
            all_turns += list(turns(replace(people, id=str(uuid.UUID(int=number)))))
    assert [turn for turn in all_turns if turn[1] == 0 and turn[2] >= 1] == []
    assert max(abs(came - fair) for _, came, _, fair in all_turns) < 2
    assert sum(abs(came - fair) > 1 for _, came, _, fair in all_turns) < len(all_turns) / 100


@pytest.mark.parametrize("people", [relationship(), example()], ids=["default", "example"])
def test_the_room_is_used(people: Relationship) -> None:
    """Where more is asked for than fits, the weeks are full, to within two turns in a quarter."""
    found = a_year(people)
    for quarter in (1, 2, 3, 4):
        entries = [entry for entry in found.entries if quarter_of(entry.first_day) == quarter]
        used = sum(entry.kind in ("practice", "date") and not entry.secret_from for entry in entries)
        wanted = sum(rates(people, quarter).values()) + 6
        assert min(open_room(people, quarter), wanted) - used <= 2


@pytest.mark.parametrize("most", [1, 2])
def test_nothing_goes_a_quarter_without_where_there_is_a_turn_for_each(most: int) -> None:
    """With one or two things a week date nights make room, so that every practice has its turn in each quarter."""
    people = relationship(rhythm=replace(relationship().rhythm, most_per_week=most))
    found = a_year(people)
    for quarter in (1, 2, 3, 4):
        inside = [entry for entry in found.entries if quarter_of(entry.first_day) == quarter]
        came = {entry.practice for entry in inside if entry.kind == "practice"}
        wanted = {slug for slug, rate in rates(people, quarter).items() if rate >= 1}
        room = open_room(people, quarter)
        assert len(wanted - came) <= max(len(wanted) + 1 - room, 0)
        assert any(entry.kind == "date" for entry in inside)


def test_rarer_ones_keep_their_own_rhythm() -> None:
    """What comes a few times a year comes just as often, and is told apart by its periods."""
    entries = a_year(relationship()).entries
    came = Counter(entry.practice for entry in entries if entry.kind == "practice")
    assert (came["empathy"], came["boundaries"], came["professional-help"]) == (4, 4, 2)
    assert came["forgiveness"] == 0


def test_whatever_rests_is_told_with_its_reason() -> None:
    """Each turn of a practice either comes or is left out, with a reason that names the budget."""
    found = a_year(relationship())
    rested = [item for item in found.left_out if item.id.startswith("practice/gratitude/")]
    came = [entry for entry in found.entries if entry.practice == "gratitude"]
    assert len(rested) + len(came) == 52
    assert all("room for 3 a week" in item.why for item in rested)
